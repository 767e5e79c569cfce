import type { TaskView } from "../sessions/task-view.ts";

/** 0 when there was none. */
export const lastAttemptOf = ({ attempts }: Pick<TaskView, "attempts">): number =>
  attempts.reduce((most, { attempt }) => Math.max(most, attempt), 0);

/**
 * The last attempt's coder was done and its work was kept, but nobody decided about it: only landing it is left. Not when
 * the spec has changed since: the work is for what it said before.
 */
export function landsOnly({ attempts, anewAfter = 0 }: Pick<TaskView, "attempts" | "anewAfter">): boolean {
  const last = attempts.at(-1);
  if (last?.coderOk !== true || last.keptCommit === undefined || last.commit !== undefined) return false;
  if (last.attempt <= anewAfter) return false;
  return last.refusal === undefined || UNDECIDED.has(last.refusal.code);
}

const UNDECIDED = new Set(["interrupted", "claim-lost", "stale-token"]);
