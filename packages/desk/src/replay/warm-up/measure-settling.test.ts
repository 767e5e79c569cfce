import { describe, expect, it } from "vitest";
import { candlesOf } from "../../features/candles.fixture.ts";
import { ema } from "../../features/ema.ts";
import { everyFeature } from "../../features/every-feature.fixture.ts";
import type { Feature } from "../../features/feature.ts";
import { obv } from "../../features/obv.ts";
import { rsi } from "../../features/rsi.ts";
import { sma } from "../../features/sma.ts";
import { seriesFrom } from "../../instrument/candle.ts";
import { measureSettling } from "./measure-settling.ts";

const series = [1, 2, 3].map((seed) => seriesFrom(`S${seed}`, "1h", candlesOf(6_000, seed)));
const measured = (feature: Feature, tolerance = 1e-4) =>
  measureSettling([feature], { series, tolerance, most: 2_000 })[0];

describe("how long a feature depends on where its history begins", () => {
  it("a mean of fixed length is the same from its first value on", () => {
    expect(measured(sma(50))).toMatchObject({ bars: 50 });
  });

  it("an exponential mean forgets its seed at the rate of its factor: a tighter tolerance takes ln/k more bars", () => {
    const rough = measured(ema(50), 1e-3)?.bars as number;
    const exact = measured(ema(50), 1e-5)?.bars as number;
    // A factor 100 fades within ln(100) / −ln(1 − 2/51) = 115 bars.
    expect(exact - rough).toBeGreaterThan(90);
    expect(exact - rough).toBeLessThan(140);
    expect(rough).toBeGreaterThan(50);
  });

  it("Wilder's smoothing takes longer than its period", () => {
    expect(measured(rsi(14))?.bars).toBeGreaterThan(80);
  });

  it("a sum from the first bar never settles, its steps do", () => {
    expect(measured(obv)).toMatchObject({ bars: undefined, stepBars: 2 });
  });

  it("a value that comes later with a short history than with a long one is a difference", () => {
    const late: Feature = {
      key: "late",
      warmUp: 0,
      compute: ({ candles }) => Float64Array.from(candles.close, (_, i) => (i < 1_500 ? Number.NaN : 1)),
    };
    expect(measured(late)?.bars).toBe(1_501);
  });

  it("no feature settles before its declared warm-up is over", () => {
    for (const { feature, bars } of measureSettling(everyFeature, { series, tolerance: 1e-4, most: 2_000 })) {
      expect(bars ?? Number.POSITIVE_INFINITY, feature.key).toBeGreaterThanOrEqual(feature.warmUp);
    }
  });
});

it("refuses a series that is too short to measure on", () => {
  expect(() => measureSettling([obv], { series, tolerance: 1e-4, most: 3_000 })).toThrow(/S1 has 6000 candles.*6002/);
});
