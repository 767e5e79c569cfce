/** The events that the feed tells of. What coders say is none of them, and what a landing writes for itself neither. */
export const ACTIVITY_KINDS = [
  "session.opened",
  "branch.opened",
  "session.finalized",
  "run.started",
  "run.ended",
  "task.added",
  "task.retried",
  "claim.asked",
  "claim.waited",
  "attempt.started",
  "workspace.opened",
  "attempt.coded",
  "attempt.kept",
  "landing.queued",
  "attempt.refused",
  "task.landed",
  "task.unlanded",
  "landing.abandoned",
  "verification.started",
  "verification.ended",
] as const;
export type ActivityKind = (typeof ACTIVITY_KINDS)[number];
