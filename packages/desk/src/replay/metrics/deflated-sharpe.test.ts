import { evenly } from "@alphaforge/core/testing/evenly";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deflatedSharpe, expectedBestSharpe, sharpePerPeriod } from "./deflated-sharpe.ts";
import { normalQuantile, normalShareBelow } from "./normal-distribution.ts";
import { gaussian, series } from "./zero-skill.fixture.ts";

/** 40 returns: +3 % and −1 % in turn. Mean 1 %, deviation 2 % × √(40/39), no skew, kurtosis 1. */
const turns = Float64Array.from({ length: 40 }, (_, day) => (day % 2 === 0 ? 0.03 : -0.01));

describe("the normal distribution", () => {
  test.each([
    [0, 0.5],
    [1, 0.841344746068543],
    [-1.96, 0.024997895148220435],
    [3, 0.9986501019683699],
    [9, 1],
    [-9, 0],
  ])("of which %f", (x, share) => {
    expect(normalShareBelow(x)).toBeCloseTo(share, 13);
  });

  test("a quantile is where the share lies below", () => {
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 10);
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1 - 1e-9, noNaN: true }), (share) => {
        expect(normalShareBelow(normalQuantile(share))).toBeCloseTo(share, 10);
      }),
    );
    expect(() => normalQuantile(1)).toThrow(/no quantile for a share of 1/);
  });
});

describe("the best of trials without skill", () => {
  test("of a hundred whose ratios vary by 1 shows 2.53", () => {
    // 0.4228 × Φ⁻¹(0.99) + 0.5772 × Φ⁻¹(1 − 1/(100 e)) = 0.4228 × 2.3263 + 0.5772 × 2.6808 = 2.531
    const trials = Float64Array.from({ length: 100 }, (_, trial) => (trial % 2 === 0 ? 1 : -1) * Math.sqrt(0.99));
    expect(expectedBestSharpe(trials)).toBeCloseTo(2.531, 3);
  });

  test("of one, or of many that are all alike, is not above them", () => {
    expect(expectedBestSharpe([0.3])).toBe(0);
    expect(expectedBestSharpe([0.3, 0.3, 0.3])).toBeCloseTo(0, 12);
  });
});

describe("a deflated Sharpe ratio", () => {
  test("of a single trial is the probability that its ratio is above 0", () => {
    // SR = 0.01 / 0.020254787 = 0.493710; no skew, kurtosis 1: the variance is 1; Φ(0.493710 × √39) = Φ(3.0832)
    expect(sharpePerPeriod(turns)).toBeCloseTo(0.49371, 5);
    expect(deflatedSharpe(turns, [0.49371])).toBeCloseTo(normalShareBelow(3.0832), 5);
  });

  test("counts what the others showed: 0.4937 of two trials with 0.4937 and 0.0937", () => {
    // deviation 0.4/√2 = 0.282843; Φ⁻¹(1/2) = 0, Φ⁻¹(1 − 1/2e) = 0.900453; best 0.282843 × 0.577216 × 0.900453 = 0.147009
    expect(deflatedSharpe(turns, [0.49371, 0.09371])).toBeCloseTo(
      normalShareBelow((0.49371 - 0.147009) * Math.sqrt(39)),
      5,
    );
  });

  test("is lower for a negative skew: rare large losses make the same ratio less certain", () => {
    const losses = Float64Array.from({ length: 40 }, (_, day) => (day % 10 === 0 ? -0.05 : 0.0167));
    const mean = losses.reduce((sum, day) => sum + day, 0) / 40;
    const wins = losses.map((day) => 2 * mean - day);
    expect(sharpePerPeriod(wins)).toBeCloseTo(sharpePerPeriod(losses) as number, 12);
    expect(deflatedSharpe(losses, [0])).toBeLessThan(deflatedSharpe(wins, [0]) as number);
  });

  test("has no meaning for few returns, for returns that do not vary, without trials, with trials that are no number", () => {
    expect(deflatedSharpe(turns.slice(11), [0.1])).toBeUndefined();
    expect(deflatedSharpe(new Float64Array(40).fill(0.01), [0.1])).toBeUndefined();
    expect(deflatedSharpe(turns, [])).toBeUndefined();
    expect(deflatedSharpe(turns, [0.1, Number.NaN])).toBeUndefined();
    expect(deflatedSharpe(turns, [0.1, Number.POSITIVE_INFINITY])).toBeUndefined();
  });

  test("is a probability, and no higher when more was tried", () => {
    const returns = fc
      .array(evenly(-0.2, 0.2), { minLength: 30, maxLength: 60 })
      .filter((days) => new Set(days).size > 5);
    const trials = fc.array(evenly(-0.3, 0.3), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(returns, trials, (days, sharpes) => {
        const once = deflatedSharpe(days, sharpes);
        if (once === undefined) return;
        expect(once).toBeGreaterThanOrEqual(0);
        expect(once).toBeLessThanOrEqual(1);
        // Ten times as many trials that vary alike.
        const tenfold = deflatedSharpe(days, Array.from({ length: 10 }, () => sharpes).flat());
        if (Math.max(...sharpes) - Math.min(...sharpes) > 0.05) expect(tenfold).toBeLessThanOrEqual(once + 1e-12);
      }),
    );
  });

  test("of 28 agents without skill over 60 days the best passes 0.95 in under 2 of 100 desks, undeflated in over half", () => {
    const DESKS = 300;
    let deflated = 0;
    let bare = 0;
    for (let desk = 0; desk < DESKS; desk++) {
      const draw = gaussian(`desk ${desk}`);
      const agents = Array.from({ length: 28 }, () => series(draw, 60));
      const sharpes = agents.map((days) => sharpePerPeriod(days) as number);
      if (agents.some((days) => (deflatedSharpe(days, sharpes) as number) > 0.95)) deflated += 1;
      if (agents.some((days) => (deflatedSharpe(days, [0]) as number) > 0.95)) bare += 1;
    }
    expect(deflated / DESKS).toBeLessThan(0.02);
    expect(bare / DESKS).toBeGreaterThan(0.5);
  });

  test("finds the one agent with skill among 28", () => {
    const draw = gaussian("skill");
    const agents = Array.from({ length: 28 }, () => series(draw, 365));
    const skilled = series(draw, 365).map((day) => day + 0.4);
    const sharpes = [...agents, skilled].map((days) => sharpePerPeriod(days) as number);
    expect(deflatedSharpe(skilled, sharpes)).toBeGreaterThan(0.95);
  });
});
