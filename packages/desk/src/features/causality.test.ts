import { evenly } from "@alphaforge/core/testing/evenly";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seriesFrom } from "../instrument/candle.ts";
import { candlesOf } from "./candles.fixture.ts";
import { findLookAhead } from "./causality.ts";
import { everyFeature, featureFiles, featureModules } from "./every-feature.fixture.ts";
import type { Feature } from "./feature.ts";
import { FeatureFrame } from "./feature-frame.ts";

const shifted = (bars: number): Feature => ({
  key: `peeks(${bars})`,
  warmUp: 0,
  compute(source) {
    const out = source.buffer();
    const { close } = source.candles;
    for (let i = 0; i < out.length; i += 1) out[i] = close[i + bars] ?? Number.NaN;
    return out;
  },
});

/** Sees the future only as a scale: the mean of the whole series. */
const normalised: Feature = {
  key: "normalised",
  warmUp: 0,
  compute(source) {
    const { close } = source.candles;
    const mean = close.reduce((sum, value) => sum + value, 0) / close.length;
    const out = source.buffer();
    for (let i = 0; i < out.length; i += 1) out[i] = (close[i] as number) / mean;
    return out;
  },
};

describe("the look-ahead finder", () => {
  it("finds nothing in any of the desk's features, wherever the series is cut and whatever comes later", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 320 }),
        fc.integer(),
        fc.array(evenly(0, 1), { minLength: 1, maxLength: 6 }),
        (length, seed, shares) => {
          const series = seriesFrom("X", "1h", candlesOf(length, seed));
          const points = shares.map((share) => Math.min(length - 1, Math.floor(share * length)));
          expect(findLookAhead(everyFeature, series, points)).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("examines features that have values: each is finite somewhere on a long series", () => {
    const frame = new FeatureFrame(seriesFrom("X", "1h", candlesOf(600, 7)));
    const empty = everyFeature.filter((feature) => !frame.column(feature).some((value) => Number.isFinite(value)));
    expect(empty.map((feature) => feature.key)).toEqual([]);
  });

  it.each(featureFiles.map((name, index) => [name, featureModules[index] ?? {}] as const))(
    "examines %s.ts: it exports examples, every feature that takes no parameter among them",
    (_, { examples, ...exported }) => {
      const keys = (examples as readonly Feature[] | undefined)?.map(({ key }) => key) ?? [];
      const fixed = Object.values(exported).flatMap((value) =>
        typeof value === "object" && value !== null && "key" in value ? [value.key] : [],
      );
      expect(keys, "keys of what the file exports as `examples`").not.toEqual([]);
      expect(keys).toEqual(expect.arrayContaining(fixed));
    },
  );

  it.each([shifted(1), shifted(5), normalised])("finds a planted peek: $key", (feature) => {
    const series = seriesFrom("X", "1h", candlesOf(100, 3));
    const findings = findLookAhead([...everyFeature, feature], series, [50]);
    expect(findings.map(({ feature: key, by }) => `${key} ${by}`)).toEqual([
      `${feature.key} cut`,
      `${feature.key} altered`,
    ]);
  });

  it("finds a peek one step down, in what a feature builds on", () => {
    const series = seriesFrom("X", "1h", candlesOf(100, 3));
    const inner = shifted(1);
    const outer: Feature = { key: "outer", warmUp: 0, compute: (source) => source.column(inner) };
    expect(findLookAhead(outer, series, [10])[0]).toMatchObject({ feature: "outer", by: "cut", point: 10, index: 10 });
  });

  it("takes 0 and −0 for different values", () => {
    const signed: Feature = {
      key: "signed",
      warmUp: 0,
      compute(source) {
        const out = source.buffer();
        out.fill(out.length > 5 ? 0 : -0);
        return out;
      },
    };
    expect(findLookAhead(signed, seriesFrom("X", "1h", candlesOf(10, 1)), [3])).toHaveLength(1);
  });

  it("refuses a point outside the series", () => {
    const series = seriesFrom("X", "1h", candlesOf(10, 1));
    expect(() => findLookAhead(shifted(1), series, [10])).toThrow("no candle 10 to cut after: X has 10");
  });
});
