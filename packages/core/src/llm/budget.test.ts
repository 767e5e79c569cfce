import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evenly } from "../testing/evenly.ts";
import { DailyBudget, type Reservation } from "./budget.ts";

const NOON = Date.UTC(2024, 2, 4, 12);
const MIDNIGHT = Date.UTC(2024, 2, 5);
const budget = (agent: number, desk: number, spent: Record<string, number> = {}) =>
  new DailyBudget({ limits: { agent, desk }, spentToday: new Map(Object.entries(spent)), now: NOON });
const reserved = (outcome: Reservation | string): Reservation => {
  if (typeof outcome === "string") throw new Error(outcome);
  return outcome;
};

describe("a day's budget", () => {
  test("begins with what was spent before the process did", () => {
    expect(budget(1, 10, { a: 1 }).refusal("a", NOON)).toContain("agent a has used $1 of its model budget of $1");
    expect(budget(1, 10, { a: 1 }).refusal("b", NOON)).toBeUndefined();
    expect(budget(1, 2, { a: 1, b: 1 }).refusal("c", NOON)).toContain("the desk has used $2 of its model budget of $2");
  });

  test("is new at midnight UTC, and not again when the clock is set back", () => {
    const money = budget(1, 10);
    money.spend("a", 1, MIDNIGHT - 1);
    expect(money.refusal("a", MIDNIGHT - 1)).toBeDefined();
    expect(money.refusal("a", MIDNIGHT)).toBeUndefined();
    money.spend("a", 1, MIDNIGHT);
    expect(money.refusal("a", MIDNIGHT - 1)).toBeDefined();
  });

  test("of nothing allows nothing, not even what is free", () => {
    expect(budget(0, 10).refusal("a", NOON)).toContain("budget of $0");
    expect(budget(1, 0).reserve("a", 0, NOON)).toContain("the desk has a model budget of $0");
  });

  test("refuses a call that may cost more than is left, before it is made", () => {
    expect(budget(1, 10, { a: 0.99 }).reserve("a", 0.02, NOON)).toContain("this call may cost $0.02");
    expect(typeof budget(1, 10, { a: 0.99 }).reserve("a", 0.01, NOON)).toBe("object");
  });
});

describe("a call in flight", () => {
  test("holds its estimate, and gives back what it did not need", () => {
    const money = budget(1, 10);
    const first = reserved(money.reserve("a", 0.6, NOON));
    expect(money.reserve("a", 0.6, NOON)).toContain("may cost $0.6");
    first.settle(0.1, NOON);
    reserved(money.reserve("a", 0.6, NOON)).settle(0, NOON);
    expect(money.spentBy("a", NOON)).toBe(0.1);
  });

  test("counts against the desk, whoever makes it", () => {
    const money = budget(1, 1);
    const first = reserved(money.reserve("a", 0.6, NOON));
    expect(money.reserve("b", 0.6, NOON)).toContain("the desk has used $0.6 of its model budget of $1");
    first.settle(0.1, NOON);
    expect(typeof money.reserve("b", 0.6, NOON)).toBe("object");
  });

  test("is settled once", () => {
    const money = budget(1, 10);
    const call = reserved(money.reserve("a", 0.5, NOON));
    call.settle(0.2, NOON);
    call.settle(0.2, NOON);
    expect(money.spentBy("a", NOON)).toBe(0.2);
  });

  test("belongs to the day on which it is settled", () => {
    const money = budget(1, 10);
    const call = reserved(money.reserve("a", 0.9, MIDNIGHT - 1));
    expect(money.reserve("a", 0.9, MIDNIGHT)).toContain("may cost");
    call.settle(0.9, MIDNIGHT + 1);
    expect(money.spentBy("a", MIDNIGHT + 1)).toBe(0.9);
  });

  test.each([-0.01, Number.NaN, Number.POSITIVE_INFINITY])("cannot cost %s", (usd) => {
    const money = budget(1, 10);
    expect(() => money.spend("a", usd, NOON)).toThrow(RangeError);
    expect(() => money.reserve("a", usd, NOON)).toThrow(RangeError);
    expect(() => reserved(money.reserve("a", 0.1, NOON)).settle(usd, NOON)).toThrow(RangeError);
  });
});

test("however calls begin and end, nobody spends more than the limits when estimates hold", () => {
  const step = fc.record({
    agent: fc.constantFrom("a", "b", "c"),
    estimate: fc.integer({ min: 0, max: 60 }),
    part: evenly(0, 1),
    isEnding: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const money = budget(1, 2);
      const open: { call: Reservation; most: number; part: number }[] = [];
      const end = () => {
        const ending = open.shift();
        ending?.call.settle(ending.most * ending.part, NOON);
      };
      for (const { agent, estimate, part, isEnding } of steps) {
        if (isEnding) end();
        const outcome = money.reserve(agent, estimate / 100, NOON);
        if (typeof outcome !== "string") open.push({ call: outcome, most: estimate / 100, part });
      }
      while (open.length > 0) end();
      const spent = ["a", "b", "c"].map((agent) => money.spentBy(agent, NOON));
      for (const amount of spent) expect(amount).toBeLessThanOrEqual(1 + 1e-9);
      expect(spent.reduce((sum, amount) => sum + amount, 0)).toBeLessThanOrEqual(2 + 1e-9);
      // Nothing is held for calls that have ended.
      const left = Math.min(1 - (spent[0] ?? 0), 2 - spent.reduce((sum, amount) => sum + amount, 0)) - 1e-6;
      if (left > 0) expect(typeof money.reserve("a", left, NOON)).toBe("object");
    }),
  );
});
