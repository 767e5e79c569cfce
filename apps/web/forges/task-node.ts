import type { RefusalFacts, TaskDetails, TaskKind, TaskNode } from "./forge-state.ts";
import type { AttemptView, RefusalView, TaskView, UsageView } from "./forge-view.ts";

const TITLE_LENGTH = 140;

/** First line of a description that says anything, cut to what a node can show. */
export function titleOf(description: string): string {
  const line = description.split("\n").find((text) => text.trim() !== "") ?? "";
  const characters = [...line.trim()];
  return characters.length <= TITLE_LENGTH ? line.trim() : `${characters.slice(0, TITLE_LENGTH - 1).join("")}…`;
}

const kindOf = ({ feature }: TaskView): TaskKind => feature.shape ?? "files";

export const tokensOf = ({ input, output, cacheRead, cacheWrite }: UsageView): number =>
  input + output + cacheRead + cacheWrite;

/** The attempt under way, while there is one. */
export function currentAttempt({ state, attempts }: TaskView): AttemptView | undefined {
  const last = attempts.at(-1);
  return (state === "working" || state === "landing") && last?.stage !== "ended" ? last : undefined;
}

/** For each index, the failed tasks that it waits for, directly or through others. */
export function failedBehind(tasks: readonly TaskView[]): (index: number) => readonly number[] {
  const byIndex = new Map(tasks.map((task) => [task.feature.index, task]));
  const known = new Map<number, readonly number[]>();
  const causesOf = (index: number): readonly number[] => {
    const found = known.get(index);
    if (found) return found;
    // Set before it is known: dependencies that lead back to themselves end here.
    known.set(index, []);
    const causes = new Set<number>();
    for (const dependency of byIndex.get(index)?.feature.dependsOn ?? []) {
      if (byIndex.get(dependency)?.state === "failed") causes.add(dependency);
      for (const cause of causesOf(dependency)) causes.add(cause);
    }
    const list = [...causes].sort((a, b) => a - b);
    known.set(index, list);
    return list;
  };
  return causesOf;
}

export function nodeOf(task: TaskView, causes: readonly number[]): TaskNode {
  const { feature, state, landed, refusal } = task;
  const blockedBy = state === "pending" ? causes : [];
  return {
    task: task.task,
    index: feature.index,
    title: titleOf(feature.description),
    kind: kindOf(task),
    plugin: feature.plugin ?? null,
    stream: feature.stream ?? null,
    dependsOn: feature.dependsOn,
    state: blockedBy.length > 0 ? "blocked" : state,
    since: task.since,
    attempts: task.attempts.length,
    stage: currentAttempt(task)?.stage ?? null,
    blockedBy,
    reason: landed === undefined ? (refusal?.reason ?? null) : null,
    commit: landed?.commit ?? null,
  };
}

/** Named field by field: what a command or a coder wrote must not slip through. */
function refusalFacts({ stage, code, reason, paths, output }: RefusalView): RefusalFacts {
  return { stage, code, reason, paths: paths ?? [], hasOutput: output !== undefined && output !== "" };
}

export function detailsOf(task: TaskView, causes: readonly number[]): TaskDetails {
  const { feature, wait } = task;
  return {
    ...nodeOf(task, causes),
    description: feature.description,
    acceptance: feature.acceptance,
    verify: feature.verify,
    touches: feature.touches,
    priority: feature.priority,
    branch: task.branch.replace(/^refs\/heads\//, ""),
    spec: task.spec,
    tries: task.tries,
    wait: wait ? { estimatedWaitMs: wait.estimatedWaitMs, blockers: wait.blockers } : null,
    attemptList: task.attempts
      .map(({ refusal, usage, ...attempt }) => ({
        attempt: attempt.attempt,
        startedAt: attempt.startedAt,
        token: attempt.token,
        waitedMs: attempt.waitedMs,
        stage: attempt.stage,
        tokens: usage ? tokensOf(usage) : null,
        refusal: refusal ? refusalFacts(refusal) : null,
        ...optional(attempt, "workspace", "ports", "coderOk", "costUsd", "model", "coderMs", "keptRef", "keptCommit"),
        ...optional(attempt, "base", "counts", "commit", "endedAt"),
      }))
      .sort((a, b) => b.attempt - a.attempt),
  };
}

function optional<T, K extends keyof T>(from: T, ...keys: K[]): Partial<Pick<T, K>> {
  return Object.fromEntries(keys.flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]]))) as Partial<
    Pick<T, K>
  >;
}
