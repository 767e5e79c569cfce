import { evenly } from "@alphaforge/core/testing/evenly";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Candle, type CandleSeries, candleAt, seriesFrom } from "../instrument/candle.ts";
import { openTimeAt, TIMEFRAME_MS, TIMEFRAMES, type Timeframe } from "../instrument/timeframe.ts";
import { resample } from "./resample.ts";

const MONDAY = Date.UTC(2024, 0, 1);

/** Candles of `timeframe` from `start` on, some of them taken out. */
function candlesOf(timeframe: Timeframe, maxLength: number): fc.Arbitrary<CandleSeries> {
  const price = fc.double({ min: 0.001, max: 1e5, noNaN: true });
  const shape = fc.tuple(price, price, price, price, evenly(0, 1e6), fc.integer({ max: 60, min: 0 }));
  return fc.tuple(fc.integer({ min: 0, max: 400 }), fc.array(shape, { maxLength })).map(([offset, shapes]) => {
    const candles = shapes.flatMap(([a, b, c, d, volume, luck], index): Candle[] => {
      if (luck === 0) return [];
      const openTime = MONDAY + (offset + index) * TIMEFRAME_MS[timeframe];
      return [{ openTime, open: a, close: b, high: Math.max(a, b, c, d), low: Math.min(a, b, c, d), volume }];
    });
    return seriesFrom("BTCUSDT", timeframe, candles);
  });
}

const rowsOf = (series: CandleSeries): Candle[] =>
  Array.from({ length: series.length }, (_, index) => candleAt(series, index));

/** The slow, plain definition: group by period, keep full groups, fold each. */
function folded(fine: CandleSeries, timeframe: Timeframe): Candle[] {
  const groups = Map.groupBy(rowsOf(fine), ({ openTime }) => openTimeAt(timeframe, openTime));
  const full = TIMEFRAME_MS[timeframe] / TIMEFRAME_MS[fine.timeframe];
  return [...groups].flatMap(([openTime, group]): Candle[] => {
    if (group.length !== full) return [];
    return [
      {
        openTime,
        open: (group[0] as Candle).open,
        high: Math.max(...group.map(({ high }) => high)),
        low: Math.min(...group.map(({ low }) => low)),
        close: (group.at(-1) as Candle).close,
        volume: group.reduce((sum, { volume }) => sum + volume, 0),
      },
    ];
  });
}

describe("a coarse candle is the fold of its finer ones", () => {
  test.each([
    ["5m", "15m"],
    ["15m", "30m"],
    ["30m", "1h"],
    ["1h", "4h"],
    ["4h", "1d"],
    ["1d", "1w"],
  ] as const)("%s → %s, with holes, from any start", (from, to) => {
    fc.assert(
      fc.property(candlesOf(from, 120), (fine) => {
        expect(rowsOf(resample(fine, to).candles)).toEqual(folded(fine, to));
      }),
    );
  });

  test("over several rungs too, but for the rounding of summed volumes", () => {
    fc.assert(
      fc.property(candlesOf("1h", 400), (fine) => {
        const made = rowsOf(resample(fine, "1d").candles);
        const expected = folded(fine, "1d");
        expect(made.map((candle) => ({ ...candle, volume: 0 }))).toEqual(
          expected.map((candle) => ({ ...candle, volume: 0 })),
        );
        made.forEach(({ volume }, index) => {
          expect(volume).toBeCloseTo((expected[index] as Candle).volume, 4);
        });
      }),
    );
  });

  test("it does not matter which rungs one rests on: 1h → 1d is 1h → 4h → 1d, bit for bit", () => {
    const path = fc.subarray(TIMEFRAMES.slice(1, -1) as Timeframe[]);
    fc.assert(
      fc.property(candlesOf("5m", 1500), path, (fine, rests) => {
        let stepwise = fine;
        for (const rest of [...rests, "1d" as const].sort((a, b) => TIMEFRAME_MS[a] - TIMEFRAME_MS[b])) {
          stepwise = resample(stepwise, rest).candles;
        }
        expect(rowsOf(stepwise)).toEqual(rowsOf(resample(fine, "1d").candles));
      }),
      { numRuns: 30 },
    );
  });
});

describe("what is not complete is not there", () => {
  const hours = (from: number, count: number, without: readonly number[] = []): CandleSeries =>
    seriesFrom(
      "BTCUSDT",
      "1h",
      Array.from({ length: count }, (_, index) => from + index)
        .filter((hour) => !without.includes(hour))
        .map((hour) => ({ openTime: MONDAY + hour * 3_600_000, open: 1, high: 1, low: 1, close: 1, volume: 1 })),
    );

  test("one missing hour takes its 4h, its day and its week along, and each is counted", () => {
    const fine = hours(0, 3 * 168, [200]);
    expect(resample(fine, "4h")).toMatchObject({ candles: { length: 125 }, incomplete: 1 });
    expect(resample(fine, "1d")).toMatchObject({ candles: { length: 20 }, incomplete: 1 });
    expect(resample(fine, "1w")).toMatchObject({ candles: { length: 2 }, incomplete: 1 });
  });

  test("a period that has begun but not ended gives none", () => {
    expect(resample(hours(0, 47), "1d")).toMatchObject({ candles: { length: 1 }, incomplete: 1 });
    expect(resample(hours(0, 48), "1d")).toMatchObject({ candles: { length: 2 }, incomplete: 0 });
  });

  test("as many candles as a period has, but spread over two, are no candle", () => {
    expect(resample(hours(2, 4), "4h")).toMatchObject({ candles: { length: 0 }, incomplete: 2 });
  });

  test("weeks run from Monday 00:00 UTC", () => {
    const { candles } = resample(hours(-5 * 24, 14 * 24), "1w");
    expect([...candles.openTime]).toEqual([MONDAY]);
  });

  test("an empty series stays empty, the same timeframe stays itself, a finer one is refused", () => {
    const fine = hours(0, 5);
    expect(resample(hours(0, 0), "1d").candles.length).toBe(0);
    expect(resample(fine, "1h")).toEqual({ candles: fine, incomplete: 0 });
    expect(() => resample(fine, "30m")).toThrow(/30m candles cannot be made of coarser 1h/);
  });
});
