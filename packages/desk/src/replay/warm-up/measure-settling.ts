import type { Feature } from "../../features/feature.ts";
import { FeatureFrame } from "../../features/feature-frame.ts";
import { type CandleSeries, sliceSeries } from "../../instrument/candle.ts";

export interface SettlingOptions {
  /** Long series, prices that look real, different from each other. Each at least 2 × `most` + 2 candles. */
  readonly series: readonly CandleSeries[];
  /** Largest relative difference that counts as the same value, such as 1e-4. */
  readonly tolerance: number;
  /** Bars of history up to which is measured. */
  readonly most: number;
}

/** After how many bars of history a feature says the same as with a long one. */
export interface Settling {
  readonly feature: Feature;
  /** At this many bars and at every number beyond it the value is the same; undefined: not within `most`. */
  readonly bars: number | undefined;
  /** The same for its steps from bar to bar, where its level does not settle: a sum from the first bar has such ones. */
  readonly stepBars: number | undefined;
}

/** Beginnings of the shorter histories: what a feature is seeded by differs from one to the next. */
const STARTS = 8;

/**
 * Measures, for each feature, the bars before its value stops changing when history grows: its column over a long series
 * is held against columns that begin at several later candles. The difference counts relative to the value, or to the
 * column's median size where that is larger: a value that crosses zero would otherwise never be near itself.
 *
 * @throws RangeError for a series that is too short to measure on
 */
export function measureSettling(features: readonly Feature[], options: SettlingOptions): readonly Settling[] {
  const { series, tolerance, most } = options;
  const bars = features.map(() => 0);
  const steps = features.map(() => 0);
  for (const whole of series) {
    if (whole.length < 2 * most + 2) {
      throw new RangeError(
        `${whole.symbol} has ${whole.length} candles: settling within ${most} bars needs ${2 * most + 2}`,
      );
    }
    const long = new FeatureFrame(whole);
    const sizes = features.map((feature) => sizesOf(long.column(feature)));
    for (let number = 0; number < STARTS; number += 1) {
      const start = most + Math.floor((number * (whole.length - 2 * most - 1)) / STARTS);
      const short = new FeatureFrame(sliceSeries(whole, start, start + most + 1));
      features.forEach((feature, which) => {
        const { level, step } = sizes[which] as Sizes;
        const a = short.column(feature);
        const b = long.column(feature);
        const settled = settledAfter(a, b.subarray(start), tolerance * level, tolerance);
        const stepped = settledAfter(stepsOf(a), stepsOf(b).subarray(start), tolerance * step, tolerance);
        bars[which] = Math.max(bars[which] as number, settled);
        steps[which] = Math.max(steps[which] as number, stepped);
      });
    }
  }
  return features.map((feature, which) => {
    const settled = (bars[which] as number) > most ? undefined : (bars[which] as number);
    const stepped = (steps[which] as number) > most ? undefined : (steps[which] as number);
    return { feature, bars: settled, stepBars: settled ?? stepped };
  });
}

/** How many values there must be before all that follow are the same. */
function settledAfter(a: Float64Array, b: Float64Array, least: number, tolerance: number): number {
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const [short, long] = [a[i] as number, b[i] as number];
    if (Number.isNaN(short) && Number.isNaN(long)) continue;
    // Written so that a NaN on one side is a difference.
    if (!(Math.abs(short - long) <= Math.max(least, tolerance * Math.abs(long)))) return i + 2;
  }
  return 1;
}

interface Sizes {
  readonly level: number;
  readonly step: number;
}

function sizesOf(column: Float64Array): Sizes {
  return { level: medianSize(column), step: medianSize(stepsOf(column)) };
}

function stepsOf(column: Float64Array): Float64Array {
  return column.map((value, i) => value - (column[i - 1] ?? Number.NaN));
}

function medianSize(values: Float64Array): number {
  const sizes = values
    .filter((value) => !Number.isNaN(value))
    .map(Math.abs)
    .sort();
  return sizes[sizes.length >> 1] ?? 0;
}
