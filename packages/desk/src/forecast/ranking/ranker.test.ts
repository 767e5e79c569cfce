import { evenly } from "@alphaforge/core/testing/evenly";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candlesOf } from "../../features/candles.fixture.ts";
import { FeatureFrame } from "../../features/feature-frame.ts";
import { type Candle, seriesFrom, sliceSeries } from "../../instrument/candle.ts";
import { everySignal } from "./every-signal.fixture.ts";
import { Ranker } from "./ranker.ts";
import type { ScoredSeries } from "./scored-series.ts";

const ranker = new Ranker({ timeframe: "1h", signals: everySignal });

function frameOf(candles: readonly Candle[], symbol = "X"): FeatureFrame {
  return new FeatureFrame(seriesFrom(symbol, "1h", candles));
}

function scored(symbol: string, score: number, own: number, volume: number): ScoredSeries {
  return {
    symbol,
    score: Float64Array.of(score),
    ownConfidence: Float64Array.of(own),
    quoteVolume: Float64Array.of(volume),
  };
}

const seriesLength = fc.integer({ min: 1, max: 320 });

describe("scores along a series", () => {
  it("are bit for bit those of the breakdown at each candle, whatever the weights", () => {
    const weights = fc.record(
      Object.fromEntries(everySignal.map(({ name }) => [name, fc.double({ min: 0.01, max: 3, noNaN: true })])),
    );
    fc.assert(
      fc.property(seriesLength, fc.integer(), weights, (length, seed, weighting) => {
        const mine = new Ranker({ timeframe: "1h", signals: everySignal, weights: weighting });
        const frame = frameOf(candlesOf(length, seed));
        const along = mine.prepare(frame);
        for (let i = 0; i < length; i += 1) {
          const at = mine.breakdown(frame, i);
          expect(along.score[i]).toBe(at.score);
          expect(along.ownConfidence[i]).toBe(at.ownConfidence);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("do not change when the series is cut after a candle", () => {
    fc.assert(
      fc.property(seriesLength, fc.integer(), evenly(0, 1), (length, seed, share) => {
        const series = seriesFrom("X", "1h", candlesOf(length, seed));
        const end = 1 + Math.floor(share * (length - 1));
        const whole = ranker.prepare(new FeatureFrame(series));
        const cut = ranker.prepare(new FeatureFrame(sliceSeries(series, 0, end)));
        expect(cut.score).toEqual(whole.score.slice(0, end));
        expect(cut.ownConfidence).toEqual(whole.ownConfidence.slice(0, end));
        expect(cut.quoteVolume).toEqual(whole.quoteVolume.slice(0, end));
      }),
    );
  });

  it("are mirrored when prices are: no rule leans to one side", () => {
    const mirrored = candlesOf(600, 5).map((candle) => ({
      ...candle,
      open: 4096 - candle.open,
      close: 4096 - candle.close,
      high: 4096 - candle.low,
      low: 4096 - candle.high,
    }));
    const back = mirrored.map((candle) => ({
      ...candle,
      open: 4096 - candle.open,
      close: 4096 - candle.close,
      high: 4096 - candle.low,
      low: 4096 - candle.high,
    }));
    const up = ranker.prepare(frameOf(back)).score;
    const down = ranker.prepare(frameOf(mirrored)).score;
    // A reading may fall on the other side of a threshold by rounding; a rule that leans would do so on most bars.
    const different = up.filter((score, i) => Math.abs(score + (down[i] as number) - 1) > 1e-9);
    expect(different.length).toBeLessThanOrEqual(1);
    expect(new Set(up).size).toBeGreaterThan(50);
  });

  it("reach both ends that the mandates ask for, and stay within 0 and 1", () => {
    const all = [1, 2, 3, 4].flatMap((seed) => [...ranker.prepare(frameOf(candlesOf(800, seed))).score]);
    const known = all.filter((score) => !Number.isNaN(score));
    expect(Math.max(...known)).toBeGreaterThan(0.9);
    expect(Math.min(...known)).toBeLessThan(0.1);
    expect(known.every((score) => score >= 0 && score <= 1)).toBe(true);
  });

  it("are NaN on a flat series and while no signal is at hand", () => {
    const flat = candlesOf(300, 1).map((candle) => ({ ...candle, open: 7, high: 7, low: 7, close: 7 }));
    expect(ranker.prepare(frameOf(flat)).score.every(Number.isNaN)).toBe(true);
    expect(ranker.prepare(frameOf(candlesOf(10, 1))).score.every(Number.isNaN)).toBe(true);
  });

  it("are the same from a later start, and NaN before it", () => {
    const frame = frameOf(candlesOf(300, 9));
    const whole = ranker.prepare(frame);
    const tail = ranker.prepare(frame, 250);
    expect(tail.score.slice(250)).toEqual(whole.score.slice(250));
    expect(tail.score.subarray(0, 250).every(Number.isNaN)).toBe(true);
  });

  it("are the same through one frame that is turned from series to series, its end alone computed", () => {
    const frame = frameOf(candlesOf(1, 1));
    let kept: ScoredSeries | undefined;
    for (const [length, seed] of [
      [300, 1],
      [300, 2],
      [1000, 3],
      [250, 4],
      [250, 5],
    ] as const) {
      const series = seriesFrom("X", "1h", candlesOf(length, seed));
      frame.reload(series, length - 21);
      kept = ranker.prepare(frame, length - 1, kept);
      const whole = ranker.prepare(new FeatureFrame(series));
      expect(kept.score.slice(-1)).toEqual(whole.score.slice(-1));
      expect(kept.ownConfidence.slice(-1)).toEqual(whole.ownConfidence.slice(-1));
      expect(kept.quoteVolume.slice(-1)).toEqual(whole.quoteVolume.slice(-1));
      expect(kept.score.subarray(0, length - 1).every(Number.isNaN)).toBe(true);
    }
  });

  it("may be written into an earlier result of the same length", () => {
    const first = ranker.prepare(frameOf(candlesOf(300, 1)));
    const frame = frameOf(candlesOf(300, 2));
    const fresh = ranker.prepare(frame, 100);
    const reused = ranker.prepare(frame, 100, first);
    expect(reused).toEqual(fresh);
    expect(reused.score).toBe(first.score);
    expect(ranker.prepare(frameOf(candlesOf(301, 2)), 0, first).score).toHaveLength(301);
  });
});

describe("a ranking", () => {
  it("orders by score, then confidence, then symbol", () => {
    const symbols = [
      scored("D", 0.5, 0.3, 10),
      scored("C", 0.5, 0.3, 10),
      scored("B", 0.5, 0.6, 10),
      scored("A", 0.2, 0.8, 10),
      scored("E", 0.9, 0.1, 10),
    ];
    const { rows } = ranker.rank(1, symbols, () => 0);
    expect(rows.map((row) => row.symbol)).toEqual(["E", "B", "C", "D", "A"]);
    expect(rows.map((row) => row.rank)).toEqual([1, 2, 3, 4, 5]);
  });

  it("places volumes among the symbols ranked at that close, unknown ones last", () => {
    const symbols = [
      scored("A", 0.5, 0.5, 400),
      scored("B", 0.5, 0.5, 100),
      scored("C", 0.5, 0.5, Number.NaN),
      scored("D", 0.5, 0.5, 100),
      scored("E", 0.5, 0.5, 900),
    ];
    const confidence = (without?: string) =>
      Object.fromEntries(
        ranker
          .rank(1, symbols, (series) => (series.symbol === without ? "stale" : 0))
          .rows.map((row) => [row.symbol, row.confidence]),
      );
    // Others below, ties half, of four others: E 4/4, A 3/4, B and D 1.5/4, C unknown.
    expect(confidence()).toEqual({ A: 65, B: 58, C: 50, D: 58, E: 70 });
    // Without E: A 3/3, B and D 1.5/3.
    expect(confidence("E")).toEqual({ A: 70, B: 60, C: 50, D: 60 });
  });

  it("gives a symbol alone the middle of the volumes", () => {
    expect(ranker.rank(1, [scored("A", 0.5, 0.5, 3)], () => 0).rows[0]?.confidence).toBe(60);
  });

  it("skips what does not stand at the close or has no signal, with the reason", () => {
    const symbols = [scored("A", 0.5, 0.5, 1), scored("B", Number.NaN, Number.NaN, 1), scored("C", 0.6, 0.5, 1)];
    const ranking = ranker.rank(77, symbols, (_, position) => (position === 0 ? "stale: since Monday" : 0));
    expect(ranking).toMatchObject({ timeframe: "1h", at: 77 });
    expect(ranking.rows.map((row) => row.symbol)).toEqual(["C"]);
    expect(ranking.skipped).toEqual([
      { symbol: "A", reason: "stale: since Monday" },
      { symbol: "B", reason: "no signal: 1 bars, too few or without any move" },
    ]);
  });

  it("does not depend on the order in which symbols are given", () => {
    const symbols = Array.from({ length: 60 }, (_, i) =>
      ranker.prepare(frameOf(candlesOf(230, i), `S${String(i).padStart(2, "0")}`)),
    );
    const one = ranker.rank(1, symbols, () => 229);
    const other = ranker.rank(1, symbols.toReversed(), () => 229);
    expect(one.rows).toHaveLength(60);
    expect(other.rows).toEqual(one.rows);
  });

  it("leaves earlier rankings as they were", () => {
    const before = ranker.rank(1, [scored("A", 0.1, 0.5, 1), scored("B", 0.9, 0.5, 2)], () => 0);
    const copy = structuredClone(before);
    ranker.rank(2, [scored("C", 0.3, 0.2, 1), scored("D", 0.2, 0.1, 2)], () => 0);
    expect(before).toEqual(copy);
  });

  it("refuses a candle that is not there", () => {
    expect(() => ranker.rank(1, [scored("A", 0.1, 0.5, 1)], () => 5)).toThrow("no candle 5 of A to rank: it has 1");
  });
});
