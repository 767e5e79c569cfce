import fc from "fast-check";
import { expect, test } from "vitest";
import type { WatchedFill } from "./backtest-watch.ts";
import { heldByDay } from "./held-by-day.ts";

const fill = (
  at: number,
  positionId: string,
  direction: "long" | "short",
  kind: WatchedFill["kind"],
  lots: number,
  notional: number,
): WatchedFill => ({ at, positionId, direction, kind, lots, notional, symbol: "BTCUSDT", price: notional / lots });

test("what is held for half of a stretch counts half, longs and shorts apart, scale-ins and partial exits included", () => {
  const held = heldByDay(
    [
      fill(5, "a", "long", "entry", 10, 100),
      fill(10, "b", "short", "entry", 1, 40),
      fill(15, "a", "long", "scale-in", 10, 300),
      // Half of the lots leave, for more than they cost: half of the cost goes.
      fill(20, "a", "long", "exit", 10, 999),
      fill(25, "b", "short", "exit", 1, 35),
    ],
    [0, 10, 20, 40],
  );
  expect([...held.long]).toEqual([0, 50, (100 + 400) / 2, 200]);
  expect([...held.short]).toEqual([0, 0, 40, 10]);
});

test("over any stretches, held × length adds up to cost × time", () => {
  const position = fc.record({
    at: fc.integer({ min: 0, max: 999 }),
    span: fc.integer({ min: 1, max: 1000 }),
    notional: fc.integer({ min: 1, max: 10_000 }),
    direction: fc.constantFrom("long" as const, "short" as const),
  });
  fc.assert(
    fc.property(
      fc.array(position, { maxLength: 30 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { maxLength: 40 }),
      (positions, cuts) => {
        const times = [0, ...cuts.sort((a, b) => a - b), 1000];
        const fills = positions
          .flatMap(({ at, span, notional, direction }, index) => [
            fill(at, String(index), direction, "entry", 3, notional),
            // What would leave after the end is still held then.
            ...(at + span <= 1000 ? [fill(at + span, String(index), direction, "exit", 3, notional * 2)] : []),
          ])
          .sort((a, b) => a.at - b.at || (a.kind === "entry" ? -1 : 1));
        const held = heldByDay(fills, times);
        for (const direction of ["long", "short"] as const) {
          const area = held[direction].reduce(
            (sum, value, index) =>
              sum + (index === 0 ? 0 : value * ((times[index] as number) - (times[index - 1] as number))),
            0,
          );
          const expected = positions
            .filter((each) => each.direction === direction)
            .reduce((sum, { at, span, notional }) => sum + notional * (Math.min(1000, at + span) - at), 0);
          expect(Math.abs(area - expected)).toBeLessThan(1e-6 * Math.max(1, expected));
        }
      },
    ),
  );
});
