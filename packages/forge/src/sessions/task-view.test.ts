import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ForgeEvent } from "./forge-events.ts";
import { asEvents, featureOf, OUTSIDE, RED, sha, storyteller, type TimedEntry } from "./forge-story.fixture.ts";
import { lawfulStory } from "./lawful-story.fixture.ts";
import { blockedBy, type TaskState, type TaskView, taskAfter } from "./task-view.ts";

const s = storyteller();
const added = s.added(0, 1);
const upTo = (...entries: readonly TimedEntry[]): TaskView => {
  const view = asEvents([added, ...entries]).reduce<TaskView | undefined>(taskAfter, undefined);
  if (view === undefined) throw new Error("no task");
  return view;
};
const toCoder = [s.asked(1, 1), s.started(2, 1), s.workspace(3, 1)];
const toLanding = [...toCoder, s.coded(7, 1), s.kept(7, 1), s.queued(8, 1)];

describe("every state is reached and left by its events", () => {
  const moves: readonly (readonly [TaskState, readonly TimedEntry[], TaskState, TimedEntry])[] = [
    ["pending", [], "waiting", s.asked(1, 1)],
    ["waiting", [s.asked(1, 1)], "waiting", s.waited(2, 1, [4])],
    ["waiting", [s.asked(1, 1), s.waited(2, 1, [4])], "working", s.started(3, 1)],
    ["working", toCoder, "pending", s.refused(4, 1, 1, OUTSIDE)],
    ["working", toCoder, "failed", s.refused(4, 1, 1, OUTSIDE, "failed")],
    ["working", [...toCoder, s.coded(7, 1), s.kept(7, 1)], "landing", s.queued(8, 1)],
    ["landing", toLanding, "landed", s.landed(9, 1)],
    ["landing", toLanding, "pending", s.refused(9, 1, 1, RED)],
    ["landing", toLanding, "failed", s.refused(9, 1, 1, RED, "failed")],
    ["landing", toLanding, "waiting", s.asked(9, 1)],
    ["landed", [...toLanding, s.landed(9, 1)], "pending", s.unlanded(10, 1)],
    ["failed", [...toCoder, s.refused(4, 1, 1, RED, "failed")], "pending", s.retried(5, 1)],
    ["failed", [...toCoder, s.refused(4, 1, 1, RED, "failed")], "pending", s.added(5, 1)],
  ];
  test.each(moves)("%s → %#: %s is left for %s", (from, before, to, by) => {
    expect(upTo(...before).state).toBe(from);
    const after = upTo(...before, by);
    expect(after.state).toBe(to);
    if (from !== to) expect(after.since).toBe(by.at);
  });

  test("waiting goes on since it was asked, and says for what", () => {
    const view = upTo(s.asked(1, 1), s.waited(2, 1, [4, 5]));
    expect(view).toMatchObject({
      since: s.asked(1, 1).at,
      wait: { position: 2, blockers: [{ holder: "shop.4" }, {}] },
    });
    expect(upTo(s.asked(1, 1), s.waited(2, 1, [4]), s.started(3, 1))).not.toHaveProperty("wait");
    expect(upTo(s.asked(1, 1), s.waited(2, 1, [4]), s.asked(3, 1))).not.toHaveProperty("wait");
  });

  test("an attempt tells how far it came, where, and what it took", () => {
    const stages = [
      [],
      [toLanding[2]],
      toLanding.slice(2, 4),
      toLanding.slice(2, 6),
      [...toLanding.slice(2), s.landed(9, 1)],
    ];
    const seen = stages.map(
      (more) => upTo(s.asked(1, 1), s.started(2, 1), ...(more as TimedEntry[])).attempts[0]?.stage,
    );
    expect(seen).toEqual(["workspace", "coder", "coded", "landing", "ended"]);
    expect(upTo(...toLanding, s.landed(9, 1)).attempts).toEqual([
      expect.objectContaining({
        ...{ attempt: 1, token: 11, workspace: "shop.1-1", ports: { from: 20_010, to: 20_019 }, base: sha(99) },
        ...{ coderOk: true, coderMs: 240_000, costUsd: 0.31, model: "m-1", commit: sha(1), endedAt: s.landed(9, 1).at },
        keptRef: "refs/alphaforge/keep/shop.1/1",
      }),
    ]);
  });

  test("tries are those that count, and begin anew with a retry, a new word and a landing taken away", () => {
    const uncounted = s.refused(4, 1, 1, OUTSIDE, "again", false);
    expect(upTo(...toCoder, uncounted)).toMatchObject({ tries: 0, refusal: OUTSIDE, attempts: [{ counts: false }] });
    const failed = [...toCoder, s.refused(4, 1, 1, RED), s.started(5, 1, 2), s.refused(6, 1, 2, RED, "failed")];
    expect(upTo(...failed)).toMatchObject({ tries: 2, refusal: RED });
    for (const anew of [s.retried(7, 1), s.added(7, 1)]) {
      const view = upTo(...failed, anew);
      expect(view).toMatchObject({
        tries: 0,
        attempts: [
          { attempt: 1, refusal: RED },
          { attempt: 2, refusal: RED },
        ],
      });
      expect(view).not.toHaveProperty("refusal");
      expect(view.addedAt).toBe(added.at);
    }
    const back = upTo(...failed, s.retried(7, 1), s.started(8, 1, 3), s.landed(9, 1, 3), s.unlanded(10, 1));
    expect(back).toMatchObject({ tries: 0, state: "pending" });
    expect(back).not.toHaveProperty("landed");
  });

  test("what an earlier process made and a later one lands stays one attempt, with what it took", () => {
    const view = upTo(...toLanding, s.asked(20, 1), s.started(21, 1, 1, true), s.queued(21, 1), s.landed(22, 1));
    expect(view.attempts).toEqual([
      expect.objectContaining({ attempt: 1, startedAt: s.started(2, 1).at, coderMs: 240_000, commit: sha(1) }),
    ]);
  });

  test("events before the task's first, and of other streams, change nothing", () => {
    const [asked] = asEvents([s.asked(1, 1)]) as [ForgeEvent];
    expect(taskAfter(undefined, asked)).toBeUndefined();
    const view = upTo();
    for (const event of asEvents([...s.opened(), s.run(1, 1), s.verifying(1, "v", [1])])) {
      expect(taskAfter(view, event)).toBe(view);
    }
  });

  test("whatever happens, a view says nothing that its state denies", () => {
    fc.assert(
      fc.property(lawfulStory, (story) => {
        const tasks = new Map<string, TaskView>();
        for (const event of asEvents(story)) {
          const id = (event.data as { task?: string }).task;
          if (id === undefined) continue;
          const view = taskAfter(tasks.get(id), event) as TaskView;
          tasks.set(id, view);
          expect(view.landed === undefined).toBe(view.state !== "landed");
          if (view.state !== "waiting") expect(view.wait).toBeUndefined();
          if (view.state === "failed") expect(view.refusal).toBeDefined();
          if (view.state === "landed") expect(view.refusal).toBeUndefined();
          const numbers = view.attempts.map(({ attempt }) => attempt);
          expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
          expect(view.tries).toBeLessThanOrEqual(view.attempts.filter(({ counts }) => counts).length);
          const open = view.attempts.filter(({ stage }) => stage !== "ended").length;
          if (view.state === "working" || view.state === "landing") expect(open).toBe(1);
          expect(open).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe("blockedBy", () => {
  const taskOf = (index: number, state: TaskState, dependsOn: readonly number[] = []): TaskView => ({
    ...upTo(),
    ...{ task: s.id(index), state, feature: featureOf(index, { dependsOn }) },
  });
  const blocked = (...tasks: readonly TaskView[]) => Object.fromEntries(blockedBy(tasks));

  test("names the failed tasks behind a diamond, each once and in order", () => {
    expect(
      blocked(
        ...[taskOf(9, "failed"), taskOf(1, "failed"), taskOf(2, "pending", [9]), taskOf(3, "pending", [9, 1])],
        ...[taskOf(4, "pending", [2, 3]), taskOf(5, "pending"), taskOf(6, "landed"), taskOf(7, "pending", [6])],
      ),
    ).toEqual({ "shop.2": [9], "shop.3": [1, 9], "shop.4": [1, 9] });
  });

  test("what has landed or is under way blocks nobody, whatever has failed behind it since", () => {
    for (const state of ["landed", "working", "landing", "waiting"] as const) {
      expect(blocked(taskOf(1, "failed"), taskOf(2, state, [1]), taskOf(3, "pending", [2]))).toEqual({});
    }
  });

  test("never loops, and follows a chain as long as a spec", () => {
    expect(
      blocked(taskOf(1, "failed"), taskOf(2, "pending", [3, 1]), taskOf(3, "pending", [2]), taskOf(4, "pending", [4])),
    ).toEqual({
      ...{ "shop.2": [1], "shop.3": [1] },
    });
    const chain = Array.from({ length: 20_000 }, (_, at) =>
      taskOf(at, at === 0 ? "failed" : "pending", at === 0 ? [] : [at - 1]),
    );
    const found = blockedBy(chain);
    expect(found.size).toBe(19_999);
    expect(found.get("shop.19999")).toEqual([0]);
  });

  test("agrees with looking behind every task by hand", () => {
    const graph = fc.array(
      fc.tuple(fc.constantFrom<TaskState>("pending", "failed", "landed", "working"), fc.array(fc.nat(7))),
      {
        ...{ minLength: 1, maxLength: 8 },
      },
    );
    fc.assert(
      fc.property(graph, (nodes) => {
        const tasks = nodes.map(([state, dependsOn], index) => taskOf(index, state, dependsOn));
        const behind = (index: number, seen: ReadonlySet<number>): readonly number[] =>
          (tasks[index]?.feature.dependsOn ?? []).flatMap((next) => {
            if (tasks[next]?.state === "failed") return [next];
            return tasks[next]?.state !== "pending" || seen.has(next) ? [] : behind(next, new Set([...seen, next]));
          });
        const expected = tasks.flatMap(({ task, state }, index) => {
          const causes = [...new Set(behind(index, new Set([index])))].sort((a, b) => a - b);
          return state !== "pending" || causes.length === 0 ? [] : [[task, causes]];
        });
        expect(blocked(...tasks)).toEqual(Object.fromEntries(expected));
      }),
    );
  });
});
