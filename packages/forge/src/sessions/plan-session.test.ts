import { UserError } from "@alphaforge/core/errors";
import { expect, test } from "vitest";
import { feature, specOf } from "../plan/feature.fixture.ts";
import type { Feature } from "../spec/feature.ts";
import type { ForgeEvent } from "./forge-events.ts";
import { planSession, sessionBranch } from "./plan-session.ts";
import { type TaskView, taskAfter } from "./task-view.ts";

const at = { session: "shop", spec: "shop.xml", branchOf: (stream?: string) => sessionBranch("shop", stream) };

/** What the session has after a plan: as read back from a log. */
function after(
  known: ReadonlyMap<string, TaskView>,
  entries: readonly { readonly type: string; readonly data: object }[],
): Map<string, TaskView> {
  const tasks = new Map(known);
  for (const { type, data } of entries) {
    const event = { seq: 1, at: 0, type, data: JSON.parse(JSON.stringify(data)) } as ForgeEvent;
    const { task } = data as { task: string };
    const view = taskAfter(tasks.get(task), event);
    if (view !== undefined) tasks.set(task, view);
  }
  return tasks;
}
const planned = (known: ReadonlyMap<string, TaskView>, ...features: Feature[]) =>
  planSession(specOf(...features), at, known);
const opened = (...features: Feature[]) => after(new Map(), planned(new Map(), ...features).entries);
const landed = (task: string) => ({
  type: "task.landed",
  data: { task, branch: sessionBranch("shop"), attempt: 1, token: 1, commit: "c" },
});

test("every feature of a new session becomes a task on its branch, streams on their own", () => {
  const { entries, added } = planned(new Map(), feature(1), feature(2, { stream: "web" }));
  expect(added).toEqual([1, 2]);
  expect(entries.map(({ data }) => data)).toMatchObject([
    { task: "shop.1", branch: "refs/heads/alphaforge/shop", spec: "shop.xml" },
    { task: "shop.2", branch: "refs/heads/alphaforge/shop-web" },
  ]);
});

test("the same spec again changes nothing, wherever in the file its features stand", () => {
  const known = opened(feature(1, { shape: "core" }), feature(2));
  const moved = feature(1, { shape: "core", at: { line: 70, column: 3 } });
  expect(planned(known, feature(2), moved)).toEqual({ entries: [], added: [], changed: [], changedAfterLanding: [] });
});

test("a changed feature begins anew with its tries back; what was tried before is remembered and not gone on from", () => {
  const started = {
    type: "attempt.started",
    data: { task: "shop.1", attempt: 2, token: 1, claim: "c", waitedMs: 0, landsOnly: false },
  };
  const refusal = { stage: "verify", code: "red", reason: "red" };
  const refused = {
    type: "attempt.refused",
    data: { task: "shop.1", attempt: 2, refusal, next: "failed", counts: true },
  };
  const known = after(opened(feature(1)), [started, refused]);
  const { entries, changed } = planned(known, feature(1, { description: "Something else" }));
  expect(changed).toEqual([1]);
  const view = after(known, entries).get("shop.1");
  expect(view).toMatchObject({ state: "pending", tries: 0, anewAfter: 2, attempts: [{ attempt: 2 }] });
  expect(view?.refusal).toBeUndefined();
});

test("a feature that was changed after it had landed is told, and nothing is done about it", () => {
  const known = after(opened(feature(1)), [landed("shop.1")]);
  expect(planned(known, feature(1, { priority: 7 }))).toMatchObject({ entries: [], changedAfterLanding: [1] });
});

test("features that the spec no longer has stay as they are", () => {
  expect(planned(opened(feature(1), feature(2)), feature(2)).entries).toEqual([]);
});

test("a dependency on another stream is refused, be it on a feature of an earlier spec", () => {
  const web = feature(2, { stream: "web", dependsOn: [1] });
  const message = /feature 2 \(stream web\) depends on 1 \(no stream\), which lands on another branch: put both in one/;
  expect(() => planned(new Map(), feature(1), web)).toThrow(message);
  expect(() => planned(opened(feature(1)), web)).toThrow(UserError);
});

test("where all streams land on one branch they may depend on each other", () => {
  const web = feature(2, { stream: "web", dependsOn: [1] });
  const directly = { ...at, branchOf: () => "refs/heads/next" };
  expect(planSession(specOf(feature(1), web), directly, new Map()).added).toEqual([1, 2]);
});

test("a circle that two specs make together is refused and printed: its tasks would wait for ever", () => {
  const known = opened(feature(1, { dependsOn: [2] }), feature(2), feature(3));
  expect(() => planned(known, feature(2, { dependsOn: [3] }), feature(3, { dependsOn: [1] }))).toThrow(
    /these depend on each other in a circle: 1 → 2 → 3 → 1; take one dependency out/,
  );
  expect(planned(known, feature(2, { dependsOn: [3] })).changed).toEqual([2]);
});
