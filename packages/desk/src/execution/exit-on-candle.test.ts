import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_SCHEDULE } from "../instrument/margin-schedule.ts";
import { notionalOf } from "../instrument/notional.ts";
import { exitOnCandle, touches } from "./exit-on-candle.ts";
import { Protection } from "./protection.ts";

const setup = fc
  .record({
    long: fc.boolean(),
    entry: fc.double({ min: 50, max: 150, noNaN: true }),
    stop: fc.double({ min: 1, max: 320, noNaN: true }),
    target: fc.option(fc.double({ min: 1, max: 320, noNaN: true }), { nil: undefined }),
    leverage: fc.constantFrom(1, 2, 5),
    marginSchedule: fc.constantFrom(undefined, DEFAULT_SCHEDULE),
    lots: fc.constantFrom(1e8, 10e8, 1_000e8),
    prices: fc.array(fc.double({ min: 1, max: 320, noNaN: true }), { minLength: 3, maxLength: 3 }),
  })
  .map(({ long, entry, stop, target, leverage, marginSchedule, lots, prices }) => {
    const protection = new Protection({
      positionId: "p",
      symbol: "X",
      direction: long ? "long" : "short",
      stop,
      target,
      openedAt: 0,
      lotDecimals: 8,
      leverage,
      marginSchedule,
    });
    protection.enlarge(lots, notionalOf(lots, 8, entry));
    return { protection, open: prices[0] as number, high: Math.max(...prices), low: Math.min(...prices) };
  });

test("a candle that touches nothing exits nothing, and one that touches something exits", () => {
  fc.assert(
    fc.property(setup, ({ protection, open, high, low }) => {
      expect(exitOnCandle(protection, open, high, low) !== undefined).toBe(touches(protection, high, low));
    }),
    { numRuns: 2_000 },
  );
});

test("no exit is at a price that the candle did not trade, but for targets gapped past and the end of the margin", () => {
  fc.assert(
    fc.property(setup, ({ protection, open, high, low }) => {
      const exit = exitOnCandle(protection, open, high, low);
      if (exit === undefined || exit.reason === "take-profit" || exit.price === protection.bankruptcy) return;
      expect(exit.price).toBeGreaterThanOrEqual(low);
      expect(exit.price).toBeLessThanOrEqual(high);
    }),
    { numRuns: 2_000 },
  );
});

test("no exit loses more than the isolated margin", () => {
  fc.assert(
    fc.property(setup, ({ protection, open, high, low }) => {
      const exit = exitOnCandle(protection, open, high, low);
      if (exit === undefined || exit.reason === "take-profit") return;
      if (protection.direction === "long") expect(exit.price).toBeGreaterThanOrEqual(protection.bankruptcy);
      else expect(exit.price).toBeLessThanOrEqual(protection.bankruptcy);
    }),
    { numRuns: 2_000 },
  );
});
