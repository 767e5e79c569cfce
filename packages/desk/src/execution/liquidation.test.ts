import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_SCHEDULE, FLAT_SCHEDULE, initialMargin, maintenanceMargin } from "../instrument/margin-schedule.ts";
import { money } from "../instrument/money.ts";
import { notionalOf } from "../instrument/notional.ts";
import { bankruptcyPrice, liquidationPrice } from "./liquidation.ts";

const lotsAt = (entry: number, lots: number, leverage: number) => {
  const cost = notionalOf(lots, 8, entry);
  return { cost, margin: initialMargin(cost, leverage), lotUnits: lots };
};

test("at 5× from 100 under 0.5 %, a long ends at 80 / 0.995, a short at 120 / 1.005; at 1× a long never", () => {
  expect(liquidationPrice("long", lotsAt(100, 1e8, 5), FLAT_SCHEDULE)).toBeCloseTo(80.40201005, 8);
  expect(liquidationPrice("short", lotsAt(100, 1e8, 5), FLAT_SCHEDULE)).toBeCloseTo(119.40298507, 8);
  expect(liquidationPrice("long", lotsAt(100, 1e8, 1), FLAT_SCHEDULE)).toBe(0);
  expect(bankruptcyPrice("short", lotsAt(100, 1e8, 1))).toBe(200);
});

const held = fc.record({
  long: fc.boolean(),
  entry: fc.double({ min: 0.5, max: 5_000, noNaN: true }),
  lots: fc.integer({ min: 1e7, max: 5e10 }),
  leverage: fc.constantFrom(1, 1.5, 2, 3, 5, 10, 20),
  schedule: fc.constantFrom(FLAT_SCHEDULE, DEFAULT_SCHEDULE),
});

test("at the liquidation price, what is left of the margin is the maintenance margin of the tier that holds there", () => {
  fc.assert(
    fc.property(held, ({ long, entry, lots, leverage, schedule }) => {
      const position = lotsAt(entry, lots, leverage);
      const price = liquidationPrice(long ? "long" : "short", position, schedule);
      if (price === 0) return;
      const worth = notionalOf(lots, 8, price);
      const left = position.margin + (long ? worth - position.cost : position.cost - worth);
      expect(Math.abs(left - maintenanceMargin(schedule, worth))).toBeLessThan(10 + worth * 1e-12);
    }),
    { numRuns: 2_000 },
  );
});

test("the venue takes a position over before its margin is used up, and a larger one no later than a smaller", () => {
  fc.assert(
    fc.property(held, ({ long, entry, lots, leverage, schedule }) => {
      const direction = long ? "long" : "short";
      const price = liquidationPrice(direction, lotsAt(entry, lots, leverage), schedule);
      const end = bankruptcyPrice(direction, lotsAt(entry, lots, leverage));
      const larger = liquidationPrice(direction, lotsAt(entry, lots * 2, leverage), schedule);
      const slack = entry * 1e-6;
      expect(long ? price >= end : price <= end).toBe(true);
      expect(long ? larger >= price - slack : larger <= price + slack).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test("at the bankruptcy price the loss is the margin, to the unit", () => {
  fc.assert(
    fc.property(held, ({ long, entry, lots, leverage }) => {
      const position = lotsAt(entry, lots, leverage);
      const price = bankruptcyPrice(long ? "long" : "short", position);
      if (price <= 0) return;
      const worth = notionalOf(lots, 8, price);
      expect(position.margin + (long ? worth - position.cost : position.cost - worth)).toBe(money(0));
    }),
    { numRuns: 2_000 },
  );
});
