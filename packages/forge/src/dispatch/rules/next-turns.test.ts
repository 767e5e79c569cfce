import fc from "fast-check";
import { expect, test } from "vitest";
import type { DispatchTask } from "./dispatch-task.ts";
import { nextTurns } from "./next-turns.ts";

const MINUTE = 60_000;
const usualMs = 10 * MINUTE;

const task = (index: number, more: Partial<DispatchTask> = {}): DispatchTask => ({
  ...{ id: `t${index}`, isCore: false, state: "pending", dependsOn: [], priority: 0, globs: [`p${index}/**`] },
  ...{ readySince: 0, index },
  ...more,
});
const turns = (...tasks: readonly DispatchTask[]) => nextTurns(tasks, { usualMs });

test("a task that something is in the way of has no turn, nor has one that is under way or has ended", () => {
  const all = [
    task(1, { readySince: undefined, dependsOn: ["t9"] }),
    task(2, { state: "busy", readySince: undefined }),
    task(3, { state: "ended", readySince: undefined }),
    task(4),
  ];
  expect(turns(...all)).toEqual(["t4"]);
});

test("of core tasks that are ready in one tick one has a turn, and plugins all have theirs", () => {
  const core = { isCore: true };
  expect(turns(task(1, core), task(2, core), task(3), task(4), task(5, core))).toEqual(["t1", "t3", "t4"]);
});

test("no core task has a turn while another is under way, waiting for its claim or working; plugins do", () => {
  expect(turns(task(1, { isCore: true, state: "busy" }), task(2, { isCore: true }), task(3))).toEqual(["t3"]);
});

test("a higher priority goes first, and a point is worth a minute of waiting", () => {
  expect(turns(task(1), task(2, { priority: 1 }))).toEqual(["t2", "t1"]);
  expect(turns(task(1, { readySince: 0 }), task(2, { priority: 1, readySince: MINUTE + 1 }))).toEqual(["t1", "t2"]);
  expect(turns(task(1, { readySince: 0 }), task(2, { priority: 1, readySince: MINUTE - 1 }))).toEqual(["t2", "t1"]);
});

test("whom a long chain waits for goes before whom nobody waits for", () => {
  const chain = [task(2), task(3, { dependsOn: ["t2"] }), task(4, { dependsOn: ["t3"] })].map((each, position) =>
    position === 0 ? each : { ...each, readySince: undefined },
  );
  expect(turns(task(1), ...chain)).toEqual(["t2", "t1"]);
});

test("among equals the spec's order decides, whatever order they are given in", () => {
  const all = [3, 1, 2].map((index) => task(index));
  expect(turns(...all)).toEqual(["t1", "t2", "t3"]);
});

test("the same tasks in any order have the same turns", () => {
  const some = fc.uniqueArray(
    fc.record({
      ...{ index: fc.nat(30), isCore: fc.boolean(), priority: fc.integer({ min: -3, max: 3 }) },
      ...{
        readySince: fc.option(
          fc.nat(5).map((minutes) => minutes * MINUTE),
          { nil: undefined },
        ),
        glob: fc.nat(4),
      },
    }),
    { selector: ({ index }) => index, maxLength: 15 },
  );
  const shuffled = some.chain((specs) =>
    fc.tuple(fc.constant(specs), fc.shuffledSubarray(specs, { minLength: specs.length })),
  );
  fc.assert(
    fc.property(shuffled, ([one, other]) => {
      const made = (specs: typeof one) =>
        specs.map(({ index, glob, ...rest }) => task(index, { ...rest, globs: [`${glob}`] }));
      expect(turns(...made(one))).toEqual(turns(...made(other)));
    }),
  );
});

test("nobody asks for a glob that a task under way claims, nor two of one tick for the same", () => {
  const a = { globs: ["a.txt"] };
  expect(turns(task(1, { ...a, state: "busy" }), task(2, a), task(3))).toEqual(["t3"]);
  expect(turns(task(1, a), task(2, a), task(3))).toEqual(["t1", "t3"]);
});

test("what claims everything goes alone, and nobody beside it", () => {
  const all = { globs: ["**"] };
  expect(turns(task(1, { state: "busy" }), task(2, all))).toEqual([]);
  expect(turns(task(1, { ...all, state: "busy" }), task(2))).toEqual([]);
  expect(turns(task(1, all), task(2), task(3, all))).toEqual(["t1"]);
});

test("who waits for one of two globs leaves the other to those who are near it in the order, not to those far behind", () => {
  const held = task(1, { globs: ["a"], state: "busy" });
  const both = task(2, { globs: ["a", "b"] });
  // 12 usual durations.
  expect(turns(held, both, task(3, { globs: ["b"], readySince: 12 * usualMs - 1 }))).toEqual(["t3"]);
  expect(turns(held, both, task(3, { globs: ["b"], readySince: 13 * usualMs }))).toEqual([]);
});

/** The minute at which `low` starts, while at every minute a new task comes, takes its turn as soon as it has one, and ends later. */
function minuteOf(
  low: DispatchTask,
  newcomer: (minute: number) => DispatchTask,
  behind: number,
  takes: number,
): number {
  let busy: { task: DispatchTask; until: number }[] = [];
  let waiting: DispatchTask[] = [];
  for (let minute = 0; ; minute++) {
    busy = busy.filter(({ until }) => until > minute);
    waiting.push(newcomer(minute));
    const chains = waiting.flatMap(({ id }) =>
      Array.from({ length: behind }, (_, position) =>
        task(1_000_000 + minute * 1_000 + position, {
          ...{ id: `${id}.${position}`, readySince: undefined, globs: [] },
          dependsOn: [position === 0 ? id : `${id}.${position - 1}`],
        }),
      ),
    );
    const under = busy.map((each) => ({ ...each.task, state: "busy" as const, readySince: undefined }));
    const found = turns(low, ...waiting, ...chains, ...under);
    if (found.includes(low.id)) return minute;
    busy.push(...waiting.filter(({ id }) => found.includes(id)).map((each) => ({ task: each, until: minute + takes })));
    waiting = waiting.filter(({ id }) => !found.includes(id));
    if (minute > 2_000) throw new Error("it waits for ever");
  }
}

test("what claims a lot has its turn in the end, however many with less keep coming, whatever waits behind them", () => {
  const cases = fc.record({
    ...{ priority: fc.integer({ min: 0, max: 30 }), behind: fc.integer({ min: 0, max: 2 }) },
    ...{ takes: fc.constantFrom(1, 2), globs: fc.constantFrom(["**"], ["p0/**", "p1/**", "p2/**"]) },
  });
  fc.assert(
    fc.property(cases, ({ priority, behind, takes, globs }) => {
      const low = task(0, { globs });
      const newcomer = (minute: number) =>
        task(1 + minute, { globs: [`p${minute % 3}/**`], priority, readySince: minute * MINUTE });
      const minute = minuteOf(low, newcomer, behind, takes);
      // Patience, what waits behind the newcomers with their rows, their priority, and the end of who is under way.
      expect(minute).toBeLessThanOrEqual(120 + priority + (behind + 2 * takes) * 3 * (usualMs / MINUTE) + takes);
    }),
    { numRuns: 30 },
  );
});

test("a low priority has its turn in the end, however many high ones keep coming", () => {
  // One slot; a new task of the highest priority is ready at every minute, whatever waits behind it.
  const cases = fc.record({ priority: fc.integer({ min: 0, max: 40 }), behind: fc.integer({ min: 0, max: 5 }) });
  fc.assert(
    fc.property(cases, ({ priority, behind }) => {
      const low = task(0);
      for (let minute = 1; ; minute++) {
        const chain = Array.from({ length: behind }, (_, position) =>
          task(100 + position, {
            dependsOn: [position === 0 ? "t1" : `t${99 + position}`],
            readySince: undefined,
          }),
        );
        const [first] = turns(low, task(1, { priority, readySince: minute * MINUTE }), ...chain);
        if (first === "t0") return;
        // Its priority in minutes, and three usual times for each that waits behind.
        expect(minute).toBeLessThanOrEqual(priority + behind * 3 * (usualMs / MINUTE));
      }
    }),
  );
});
