import type { Refusal } from "../sessions/refusal.ts";
import type { AttemptView, TaskView } from "../sessions/task-view.ts";
import type { VerificationView } from "../sessions/verification-view.ts";
import type { AttemptOutcome } from "./read-trajectory.ts";
import type { TaskHistory } from "./task-history.ts";

/** What the log alone does not say of an attempt: others' verifications and what git knows. */
export interface AttemptFacts {
  /** Those of its branch that were begun in its time. */
  readonly verifications: readonly VerificationView[];
  /** The commit that takes the landed one back. */
  readonly revertedBy?: string;
  /** What the landed commit changes in the files that had been in conflict before. */
  readonly resolution?: string;
}

/** Codes of refusals that say nothing about the work. */
const CUT_SHORT = new Set(["interrupted", "claim-lost", "stale-token"]);
const TURNED_DOWN = new Set<Refusal["stage"]>(["fence", "verify", "landing"]);

const isConflict = ({ code }: Refusal): boolean => code.includes("conflict");

/** Conflicts that a task met in the attempts before this one: what it had to resolve. */
export function conflictsBefore({ refusals }: TaskHistory, attempt: number): readonly Refusal[] {
  return refusals.filter((each) => each.attempt < attempt && isConflict(each.refusal)).map(({ refusal }) => refusal);
}

/** What became of an attempt, and under what circumstances: the label and the context of its trajectory. */
export function attemptOutcome(
  task: TaskView,
  attempt: AttemptView,
  history: TaskHistory,
  facts: AttemptFacts,
): AttemptOutcome {
  const { token, waitedMs, base, refusal } = attempt;
  const conflicts = history.refusals
    .filter((each) => each.attempt <= attempt.attempt && isConflict(each.refusal))
    .map(({ attempt: of, refusal: { stage, code, reason, paths = [] } }) => ({
      ...{ attempt: of, stage, code, reason, paths },
    }));
  const verifications = facts.verifications.filter(({ tasks }) => tasks.includes(task.task)).map(verificationOf);
  const context = {
    ...{ session: task.session, branch: task.branch, token, waited_ms: waitedMs },
    ...(base === undefined ? {} : { base }),
    waits: history.waits.get(attempt.attempt) ?? [],
    conflicts,
    ...(facts.resolution === undefined ? {} : { resolution: facts.resolution }),
    verifications,
    ...(refusal === undefined ? {} : { refusal }),
    ...(facts.revertedBy === undefined ? {} : { reverted_by: facts.revertedBy }),
  };
  return { ...endOf(task, attempt, history), context };
}

function endOf(
  { landed, attempts }: TaskView,
  attempt: AttemptView,
  { takenAway }: TaskHistory,
): Pick<AttemptOutcome, "outcome" | "reason" | "mergeCommitSha"> {
  const { attempt: number, refusal, commit } = attempt;
  if (landed?.attempt === number) return { outcome: "landed", mergeCommitSha: landed.commit };
  if (commit !== undefined) {
    const why = takenAway.get(commit) ?? "another attempt has taken its place";
    return { outcome: "abandoned", reason: `it had landed as ${commit}: ${why}` };
  }
  if (refusal !== undefined) {
    const { stage, code, reason } = refusal;
    if (stage === "claim" || CUT_SHORT.has(code)) return { outcome: "abandoned", reason };
    return { outcome: TURNED_DOWN.has(stage) ? "refused" : "failed", reason };
  }
  if (attempts.some((other) => other.attempt > number)) {
    return { outcome: "abandoned", reason: "the forge ended before it did, and another attempt has taken its place" };
  }
  return { outcome: "running" };
}

function verificationOf({ verification, commit, tasks, startedAt, ended }: VerificationView) {
  return {
    ...{ verification, commit, tasks, at: new Date(startedAt).toISOString() },
    // One that did not end was killed with its forge, or runs.
    ...(ended === undefined
      ? { result: "unknown" as const, runs: [] }
      : { result: !ended.green ? "red" : ended.flaky ? "flaky" : "green", runs: ended.runs }),
  };
}
