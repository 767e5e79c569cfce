import { expect, test } from "vitest";
import { feature } from "../plan/feature.fixture.ts";
import type { ForgeEvent } from "../sessions/forge-events.ts";
import type { Refusal } from "../sessions/refusal.ts";
import type { AttemptView, TaskView } from "../sessions/task-view.ts";
import { attemptOutcome } from "./attempt-outcome.ts";
import { type TaskHistory, taskHistory } from "./task-history.ts";

const NOTHING: TaskHistory = { waits: new Map(), refusals: [], takenAway: new Map() };
const attemptOf = (attempt: number, more: Partial<AttemptView> = {}): AttemptView => ({
  ...{ attempt, startedAt: attempt, token: attempt, waitedMs: 0, stage: "coder" },
  ...more,
});
const taskOf = (attempts: readonly AttemptView[], landed?: TaskView["landed"]): TaskView => ({
  ...{ task: "s.1", session: "s", branch: "refs/heads/b", feature: feature(1), spec: "", state: "working" },
  ...{ addedAt: 0, since: 0, tries: 0, attempts, ...(landed === undefined ? {} : { landed }) },
});
const endOf = (attempts: readonly AttemptView[], landed?: TaskView["landed"]) => {
  const task = taskOf(attempts, landed);
  return attempts.map((attempt) => attemptOutcome(task, attempt, NOTHING, { verifications: [] }).outcome);
};

test.each<[Refusal["stage"], string, string]>([
  ["fence", "outside-claim", "refused"],
  ["verify", "red", "refused"],
  ["landing", "conflict", "refused"],
  ["coder", "limit", "failed"],
  ["workspace", "setup-failed", "failed"],
  ["coder", "interrupted", "abandoned"],
  ["landing", "interrupted", "abandoned"],
  ["landing", "stale-token", "abandoned"],
  ["claim", "claim-lost", "abandoned"],
])("what the stage %s turned down with %s is %s", (stage, code, outcome) => {
  expect(endOf([attemptOf(1, { refusal: { stage, code, reason: "so" } })])).toEqual([outcome]);
});

test("one attempt has landed: the one whose commit is on the branch now", () => {
  const [first, second] = [attemptOf(1, { commit: "a" }), attemptOf(2, { commit: "b" })];
  expect(endOf([first, second], { commit: "b", attempt: 2, token: 2, at: 0 })).toEqual(["abandoned", "landed"]);
});

test("an attempt without an end runs, unless another has followed it", () => {
  expect(endOf([attemptOf(1), attemptOf(2)])).toEqual(["abandoned", "running"]);
});

test("only verifications with the task count, and one that was cut off has no result", () => {
  const verification = { verification: "v", branch: "refs/heads/b", commit: "c", startedAt: 0 };
  const verifications = [
    { ...verification, tasks: ["s.1", "s.2"] },
    { ...verification, tasks: ["s.11"] },
  ];
  const { context } = attemptOutcome(taskOf([attemptOf(1)]), attemptOf(1), NOTHING, { verifications });
  expect(context?.verifications).toMatchObject([{ tasks: ["s.1", "s.2"], result: "unknown", runs: [] }]);
});

test("waits belong to the attempt that they came before, also when only its landing is tried again", async () => {
  const waited = (position: number) => ({
    position,
    estimatedWaitMs: 1,
    blockers: [{ holder: "user/eve", path: "a" }],
  });
  const events = async function* () {
    for (const [type, data] of [
      ["claim.waited", waited(2)],
      ["claim.waited", waited(1)],
      ["attempt.started", { attempt: 1 }],
      ["attempt.started", { attempt: 2 }],
      ["claim.waited", waited(3)],
      ["attempt.started", { attempt: 2, landsOnly: true }],
      ["claim.waited", waited(9)],
    ]) {
      yield { seq: 1, at: 0, type, data } as unknown as ForgeEvent;
    }
  };
  const { waits } = await taskHistory(events());
  const positions = [...waits].map(([attempt, each]) => [attempt, each.map(({ position }) => position)]);
  expect(positions).toEqual([
    [1, [2, 1]],
    [2, [3]],
  ]);
  expect(waits.get(1)?.[0]?.blockers).toEqual([{ holder: "user", path: "a" }]);
});
