import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { evenly } from "@alphaforge/core/testing/evenly";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bootstrapSum, meanBlockFor } from "./stationary-bootstrap.ts";
import { gaussian, series } from "./zero-skill.fixture.ts";

const values = fc.array(evenly(-0.1, 0.1), { minLength: 1, maxLength: 60 }).map((array) => Float64Array.from(array));

describe("the interval of a sum", () => {
  test("of equal values is that sum", () => {
    const { estimate, low, high } = bootstrapSum(new Float64Array(50).fill(0.25), { meanBlock: 4, seed: "a" });
    expect([estimate, low, high]).toEqual([12.5, 12.5, 12.5]);
  });

  test("of one block as long as the series is that sum, wherever it starts", () => {
    const { low, high } = bootstrapSum(Float64Array.from([1, 2, 4, 8]), { meanBlock: 1e15, seed: "a" });
    expect([low, high]).toEqual([15, 15]);
  });

  test("of 0 and 1 drawn twice: 0, 1 or 2, with 1 in the middle", () => {
    const { estimate, low, high } = bootstrapSum(Float64Array.from([0, 1]), { meanBlock: 1, seed: "a" });
    expect([estimate, low, high]).toEqual([1, 0, 2]);
  });

  test("of a hundred independent values is as wide as the normal distribution says", () => {
    const days = Float64Array.from({ length: 100 }, (_, day) => (day % 2 === 0 ? 1 : -1));
    const { low, high } = bootstrapSum(days, { meanBlock: 1, seed: "width" });
    // 100 draws of ±1: the sum has a standard deviation of 10.
    expect(high).toBeGreaterThan(18);
    expect(high).toBeLessThan(22);
    expect(low).toBeGreaterThan(-22);
    expect(low).toBeLessThan(-18);
  });

  test("with blocks keeps together what hangs together: runs widen it", () => {
    const runs = Float64Array.from({ length: 200 }, (_, day) => (day % 20 < 10 ? 1 : -1));
    const width = (meanBlock: number): number => {
      const { low, high } = bootstrapSum(runs, { meanBlock, seed: "runs", draws: 2_000 });
      return high - low;
    };
    expect(width(6)).toBeGreaterThan(1.4 * width(1));
  });

  test("holds for any series: within what is possible, scaling with the values, the same for the same seed", () => {
    fc.assert(
      fc.property(values, fc.double({ min: 1, max: 20, noNaN: true }), fc.string(), (days, meanBlock, seed) => {
        const options = { meanBlock, seed, draws: 200 };
        const { estimate, low, high } = bootstrapSum(days, options);
        expect(low).toBeLessThanOrEqual(high);
        expect(low).toBeGreaterThanOrEqual(days.length * Math.min(...days) - 1e-9);
        expect(high).toBeLessThanOrEqual(days.length * Math.max(...days) + 1e-9);
        expect(estimate).toBeCloseTo(
          days.reduce((sum, day) => sum + day, 0),
          12,
        );
        expect(bootstrapSum(days, options)).toEqual({ estimate, low, high });
        const doubled = bootstrapSum(
          days.map((day) => 2 * day),
          options,
        );
        expect(doubled).toEqual({ estimate: 2 * estimate, low: 2 * low, high: 2 * high });
      }),
    );
  });

  test("another seed gives other draws", () => {
    const days = series(gaussian("seeds"), 40);
    const one = bootstrapSum(days, { meanBlock: 3, seed: "1", draws: 200 });
    expect(bootstrapSum(days, { meanBlock: 3, seed: "2", draws: 200 }).low).not.toBe(one.low);
  });

  test("is the same, bit for bit, in another process", () => {
    const module = fileURLToPath(new URL("./stationary-bootstrap.ts", import.meta.url));
    const days = [0.01, -0.02, 0.005, 0.03, -0.011, 0.002, 0.0007];
    const script = `
      const { bootstrapSum } = await import(${JSON.stringify(module)});
      const days = Float64Array.from(${JSON.stringify(days)});
      process.stdout.write(JSON.stringify(bootstrapSum(days, { meanBlock: 2, seed: "momentum-1h" })));`;
    const there = execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
    expect(JSON.parse(there)).toEqual(bootstrapSum(Float64Array.from(days), { meanBlock: 2, seed: "momentum-1h" }));
  });

  test("a series without values, or with one that is no number, is an error", () => {
    expect(() => bootstrapSum(new Float64Array(0), { meanBlock: 1, seed: "a" })).toThrow(/at least one value/);
    expect(() => bootstrapSum(Float64Array.from([1, Number.NaN]), { meanBlock: 1, seed: "a" })).toThrow(
      "value 1 is NaN",
    );
    expect(() => bootstrapSum(Float64Array.from([1]), { meanBlock: 0.5, seed: "a" })).toThrow(/mean block is 0.5/);
  });
});

describe("how often the interval holds the truth", () => {
  const TRIES = 400;

  /** Share of intervals that hold 0, the true sum of a series with mean 0. */
  const coverage = (n: number, persistence: number): number => {
    let held = 0;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const days = series(gaussian(`${n} ${persistence} ${attempt}`), n, persistence);
      const { low, high } = bootstrapSum(days, { meanBlock: meanBlockFor(n), seed: String(attempt), draws: 500 });
      if (low <= 0 && 0 <= high) held += 1;
    }
    return held / TRIES;
  };

  // Nominal is 0.95; blocks that are cut short and estimated variances cost some. Seeds are fixed, so these are facts.
  test("independent days, a year: 92 to 98 of 100", () => {
    const share = coverage(365, 0);
    expect(share).toBeGreaterThan(0.92);
    expect(share).toBeLessThan(0.98);
  });

  test("days that lean on the day before (AR(1), 0.3), a year: at least 88 of 100", () => {
    expect(coverage(365, 0.3)).toBeGreaterThan(0.88);
  });

  test("30 independent days: at least 86 of 100", () => {
    expect(coverage(30, 0)).toBeGreaterThan(0.86);
  });
});

test("a mean block is the cube root of the length, and never under 1", () => {
  expect(meanBlockFor(1_000)).toBeCloseTo(10, 12);
  expect(meanBlockFor(0)).toBe(1);
});
