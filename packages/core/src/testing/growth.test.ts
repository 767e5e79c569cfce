import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { growthOf } from "./growth.ts";

const SIZES = [50, 100, 200, 500, 1000, 2000];
const of = (time: (n: number) => number) => growthOf(SIZES.map((n) => ({ n, time: time(n) })));

describe("the growth of time with size", () => {
  test("has the exponent of a power law, whatever the constant and the order of the sizes", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.shuffledSubarray(SIZES, { minLength: 2 }),
        (power, constant, sizes) => {
          const growth = growthOf(sizes.map((n) => ({ n, time: constant * n ** power })));
          expect(growth.exponent).toBeCloseTo(power, 9);
        },
      ),
    );
  });

  test("is no worse than n log n for constant, linear and n log n times", () => {
    for (const time of [() => 3, (n: number) => n / 7, (n: number) => n * Math.log2(n + 1)]) {
      expect(of(time).isWorse).toBe(false);
    }
    const linearithmic = of((n) => 5 * n * Math.log2(n + 1));
    for (const relative of linearithmic.overLinearithmic) expect(relative).toBeCloseTo(1, 9);
    expect(linearithmic.worst).toBeCloseTo(1, 9);
  });

  test("is worse for a square, and for a linear part with a square that shows only late", () => {
    expect(of((n) => n ** 2).isWorse).toBe(true);
    const late = of((n) => 1000 + n ** 2 / 100);
    expect(late.overLinearithmic.at(-1)).toBeLessThan(1);
    expect(late.isWorse).toBe(true);
  });

  test("is told for one agent too, where log n is 0", () => {
    const growth = growthOf([1, 7, 14, 28].map((n) => ({ n, time: n })));
    expect(growth.isWorse).toBe(false);
    expect(growth.exponent).toBeCloseTo(1, 9);
  });

  test("is refused where nothing can be said", () => {
    expect(() => growthOf([{ n: 1, time: 1 }])).toThrow(/two or more/);
    expect(() => growthOf([1, 1].map((n) => ({ n, time: 1 })))).toThrow(/two or more/);
    expect(() => growthOf([1, 2].map((n) => ({ n, time: n - 1 })))).toThrow(/above 0/);
    expect(() => growthOf([1, 2].map((n) => ({ n, time: Number.NaN * n })))).toThrow(/above 0/);
  });
});
