import fc from "fast-check";
import { expect, test } from "vitest";
import type { DispatchTask } from "./dispatch-task.ts";
import { tailLengths } from "./tail-length.ts";

const task = (index: number, dependsOn: readonly number[] = [], more: Partial<DispatchTask> = {}): DispatchTask => ({
  ...{ id: `t${index}`, isCore: false, state: "pending", priority: 0, globs: [`p${index}/**`], readySince: 0, index },
  dependsOn: dependsOn.map((dependency) => `t${dependency}`),
  ...more,
});
const tails = (...tasks: readonly DispatchTask[]) => Object.fromEntries(tailLengths(tasks));

test("of a diamond, the longer side counts", () => {
  expect(tails(task(1), task(2, [1]), task(3, [1]), task(4, [3]), task(5, [2, 4]))).toEqual({
    ...{ t1: 4, t2: 2, t3: 3, t4: 2, t5: 1 },
  });
});

test("what has ended is not waited for, and what is under way still is", () => {
  const done = task(2, [1], { state: "ended" });
  expect(tails(task(1, [], { state: "busy" }), done, task(3, [2]))).toEqual({ t1: 1, t3: 1 });
});

test("core tasks and those that claim the same glob go one by one: each counts the whole row", () => {
  const core = { isCore: true };
  const shared = { globs: ["a.txt", "a.txt", "b.txt"] };
  const all = [task(1, [], core), task(2, [], core), task(3, [], shared), task(4, [], shared), task(5)];
  expect(tails(...all)).toEqual({ t1: 2, t2: 2, t3: 2, t4: 2, t5: 1 });
});

test("a chain through a row counts the row: whoever is last in it has its chain still to come", () => {
  const shared = { globs: ["a.txt"] };
  const chain = [task(1), task(2, [1], shared), task(3, [2])];
  expect(tails(...chain, task(4, [], shared), task(5, [], shared))).toEqual({ t1: 5, t2: 4, t3: 1, t4: 3, t5: 3 });
});

test("a dependency that is not there is passed over", () => {
  expect(tails(task(1, [7]))).toEqual({ t1: 1 });
});

test("a circle, which no spec has, ends all the same", () => {
  expect(Object.keys(tails(task(1, [2]), task(2, [1]), task(3, [2])))).toEqual(["t1", "t2", "t3"]);
});

test("chains and fans of 10,000 neither overflow the stack nor take long", () => {
  const count = 10_000;
  const chain = Array.from({ length: count }, (_, index) => task(index, index === 0 ? [] : [index - 1]));
  const fan = Array.from({ length: count }, (_, index) => task(index, index === 0 ? [] : [0]));
  const began = process.cpuUsage();
  expect(tailLengths(chain).get("t0")).toBe(count);
  expect(tailLengths(chain.toReversed()).get("t0")).toBe(count);
  expect(tailLengths(fan).get("t0")).toBe(2);
  // 40 ms of CPU here; a rule that is quadratic in either takes seconds.
  expect(process.cpuUsage(began).user).toBeLessThan(2_000_000);
});

test("each tail is the longest behind it and the own row", () => {
  const graphs = fc.array(fc.tuple(fc.array(fc.nat(20), { maxLength: 3 }), fc.nat(6)), { maxLength: 20 }).map((rows) =>
    rows.map(([needs, glob], index) =>
      task(
        index,
        needs.filter((other) => other < index),
        { globs: [`${glob}`] },
      ),
    ),
  );
  fc.assert(
    fc.property(graphs, (all) => {
      const found = tailLengths(all);
      for (const { id, globs } of all) {
        const behind = all.filter(({ dependsOn }) => dependsOn.includes(id)).map((other) => found.get(other.id) ?? 0);
        const row = all.filter((other) => other.globs[0] === globs[0]).length;
        expect(found.get(id)).toBe(row + Math.max(0, ...behind));
      }
    }),
  );
});
