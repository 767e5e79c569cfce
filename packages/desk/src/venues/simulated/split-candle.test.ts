import { evenly } from "@alphaforge/core/testing/evenly";
import fc from "fast-check";
import { expect, test } from "vitest";
import { CLOSE, HIGH, LEVELS, LOW, MOST_PARTS, OPEN, PARTS, STRIDE, VOLUME } from "./ladder.ts";
import type { SplitNature } from "./split-candle.ts";
import { splitCandle } from "./split-candle.ts";

const keys = fc.int32Array({ minLength: LEVELS.length, maxLength: LEVELS.length });
const nature: fc.Arbitrary<SplitNature> = fc.record({
  marketKeys: keys,
  ownKeys: keys,
  marketShare: evenly(0, 1),
});
/** Four prices in order: the outer two are low and high. Flat candles, and ones without a wick, come up often. */
const candle = fc
  .record({
    prices: fc.array(fc.integer({ min: 1, max: 5_000_000 }), { minLength: 4, maxLength: 4 }),
    width: fc.constantFrom(1, 2, 10, 1_000, 5_000_000),
    volume: fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 2 ** 45 })),
    falls: fc.boolean(),
  })
  .map(({ prices, width, volume, falls }) => {
    const [low, a, b, high] = prices.map((price) => 1_000 + (price % width)).sort((x, y) => x - y) as [
      number,
      number,
      number,
      number,
    ];
    return Float64Array.from(falls ? [b, high, low, a, volume] : [a, high, low, b, volume]);
  });

test("the parts of any candle make up that candle exactly", () => {
  const anyPart = fc.record({
    nature,
    candle,
    level: fc.integer({ min: 1, max: LEVELS.length - 1 }),
    index: fc.nat(10_000_000),
  });
  fc.assert(
    fc.property(anyPart, ({ nature, candle, level, index }) => {
      const parts = new Float64Array(MOST_PARTS * STRIDE);
      splitCandle(nature, level, index, candle, 0, parts);
      const rows = Array.from({ length: PARTS[level] as number }, (_, i) => [
        ...parts.subarray(i * STRIDE, (i + 1) * STRIDE),
      ]);
      const column = (which: number) => rows.map((row) => row[which] as number);
      expect(rows.flat().every(Number.isSafeInteger)).toBe(true);
      expect(column(OPEN)).toEqual([candle[OPEN], ...column(CLOSE).slice(0, -1)]);
      expect(column(CLOSE).at(-1)).toBe(candle[CLOSE]);
      expect(Math.max(...column(HIGH))).toBe(candle[HIGH]);
      expect(Math.min(...column(LOW))).toBe(candle[LOW]);
      expect(column(VOLUME).reduce((sum, volume) => sum + volume, 0)).toBe(candle[VOLUME]);
      for (const row of rows) {
        const [open, high, low, close, volume] = row as [number, number, number, number, number];
        expect(low).toBeLessThanOrEqual(Math.min(open, close));
        expect(high).toBeGreaterThanOrEqual(Math.max(open, close));
        expect(volume).toBeGreaterThanOrEqual(0);
      }
    }),
    { numRuns: 3_000 },
  );
});
