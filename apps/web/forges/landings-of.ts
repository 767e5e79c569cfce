import type { Landings, RunFacts, Verification } from "./forge-state.ts";
import type { TaskView, VerificationView } from "./forge-view.ts";
import { titleOf } from "./task-node.ts";

const LATEST = 20;
const CONFLICTS: ReadonlySet<string> = new Set(["conflict", "resume_conflict"]);

const verificationOf = ({ verification, tasks, commit, startedAt, ended }: VerificationView): Verification => ({
  verification,
  tasks,
  commit,
  startedAt,
  endedAt: ended?.at ?? null,
  outcome: ended ? (!ended.green ? "red" : ended.flaky ? "flaky" : "green") : null,
});

/** What waits to land, is being verified, has landed and could not. `verifications` come latest first. */
export function landingsOf(
  tasks: readonly TaskView[],
  verifications: readonly VerificationView[],
  run: RunFacts | null,
): Landings {
  const own = new Set(tasks.map(({ task }) => task));
  const ours = verifications.filter((each) => each.tasks.some((task) => own.has(task)));
  return {
    queue: tasks
      .filter(({ state }) => state === "landing")
      .map(({ task, feature, since }) => ({ task, title: titleOf(feature.description), since }))
      .sort((a, b) => a.since - b.since),
    // One without an end whose run is gone was killed with it.
    running: ours
      .filter(({ ended, startedAt }) => !ended && run?.state === "running" && startedAt >= run.startedAt)
      .map(verificationOf),
    verifications: ours
      .filter(({ ended }) => ended)
      .slice(0, LATEST)
      .map(verificationOf),
    landed: tasks
      .flatMap(({ task, feature, landed }) =>
        landed ? [{ task, title: titleOf(feature.description), commit: landed.commit, at: landed.at }] : [],
      )
      .sort((a, b) => b.at - a.at)
      .slice(0, LATEST),
    conflicts: tasks
      .flatMap(({ task, attempts }) =>
        attempts.flatMap(({ attempt, refusal, endedAt }) =>
          refusal && endedAt !== undefined && CONFLICTS.has(refusal.code)
            ? [
                {
                  task,
                  attempt,
                  code: refusal.code,
                  reason: refusal.reason,
                  paths: refusal.paths ?? [],
                  at: endedAt,
                },
              ]
            : [],
        ),
      )
      .sort((a, b) => b.at - a.at)
      .slice(0, LATEST),
  };
}
