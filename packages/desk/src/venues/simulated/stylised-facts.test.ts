import { describe, expect, test } from "vitest";
import { allocateSeries } from "../../instrument/candle.ts";
import { TIMEFRAME_MS } from "../../instrument/timeframe.ts";
import type { Venue } from "../venue.ts";
import { normal } from "./draws.ts";
import { draw } from "./hash.ts";
import { plugin } from "./index.ts";
import { type StylisedFacts, stylisedFacts } from "./stylised-facts.ts";

const FROM = Date.UTC(2023, 0, 2);
const TO = Date.UTC(2025, 0, 6);

/** Of every eighth symbol that trades throughout: some twenty, over 105 weeks of hours. */
async function factsOf(seed: number): Promise<StylisedFacts> {
  const venue = await plugin.open({ settings: { seed }, clock: { now: () => TO } });
  const throughout = (await venue.instruments(FROM, TO)).filter((each) => each.listedAt <= FROM && !each.delistedAt);
  return stylisedFacts(
    venue,
    throughout.filter((_, index) => index % 8 === 0).map(({ symbol }) => symbol),
    FROM,
    TO,
  );
}

describe.each([7, 1, 42, 123, 31_337, Number.MAX_SAFE_INTEGER])("the market of seed %i", (seed) => {
  test("has fat tails, volatility that clusters, symbols that move together, and no easy forecast", async () => {
    const facts = await factsOf(seed);
    expect(facts.symbols).toBeGreaterThanOrEqual(20);
    expect(facts.hours).toBe((TO - FROM) / TIMEFRAME_MS["1h"] - 1);
    expect(facts.kurtosis).toBeGreaterThan(6);
    expect(facts.leastKurtosis).toBeGreaterThan(6);
    for (const correlation of facts.absoluteAutocorrelation) expect(correlation).toBeGreaterThan(0.1);
    expect(facts.absoluteAutocorrelation.length).toBe(20);
    expect(facts.clustered).toBeGreaterThan(0.7);
    expect(facts.pairwiseCorrelation).toBeGreaterThan(0.3);
    expect(facts.pairwiseCorrelation).toBeLessThan(0.7);
    expect(Math.abs(facts.returnAutocorrelation)).toBeLessThan(0.06);
  });
});

test("a plain random walk has none of it, so the measure can fail", async () => {
  const walks: Pick<Venue, "candles"> = {
    async candles(symbol, timeframe, from, to) {
      const series = allocateSeries(symbol, timeframe, (to - from) / TIMEFRAME_MS["1h"]);
      let level = 0;
      for (let i = 0; i < series.length; i += 1) {
        level += 0.01 * normal(draw(symbol.charCodeAt(0), i));
        series.close[i] = Math.exp(level);
      }
      return series;
    },
  };
  const facts = await stylisedFacts(walks as Venue, ["A", "B", "C", "D"], FROM, TO);
  expect(facts.kurtosis).toBeGreaterThan(2.8);
  expect(facts.kurtosis).toBeLessThan(3.2);
  for (const correlation of facts.absoluteAutocorrelation) expect(Math.abs(correlation)).toBeLessThan(0.02);
  expect(facts.clustered).toBe(0);
  expect(Math.abs(facts.pairwiseCorrelation)).toBeLessThan(0.02);
});
