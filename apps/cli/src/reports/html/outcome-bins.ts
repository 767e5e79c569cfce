import { niceAxis } from "./axis.ts";
import type { Bar } from "./bar-chart.ts";

export interface OutcomeBins {
  readonly bars: readonly Bar[];
  /** Width of a bin, as a fraction. */
  readonly width: number;
}

/**
 * How often trades came to what: at most 25 bins of equal width over the middle 98 % of the outcomes, 0 between two of
 * them. The first and the last also hold what lies beyond. An outcome of 0 counts as a loss, as in the win rate.
 * @param outcomes fractions, at least one
 */
export function outcomeBins(outcomes: readonly number[]): OutcomeBins {
  const sorted = [...outcomes].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] as number;
  // A side that has any outcome has a bin, also where the middle 98 % lie on the other one.
  const low = Math.min(at(0.01), (sorted[0] as number) <= 0 ? -1e-6 : 0);
  const high = Math.max(at(0.99), (sorted.at(-1) as number) > 0 ? 1e-6 : 0);
  const axis = niceAxis(Math.min(0, low), Math.max(0, high), 25);
  const count = axis.ticks.length - 1;
  const width = (axis.high - axis.low) / count;
  const first = Math.round(axis.low / width);
  const counts = new Array<number>(count).fill(0);
  for (const outcome of outcomes) {
    // Bins are open below and closed above, so that 0 lies on the losing side.
    const bin = Math.min(count - 1, Math.max(0, Math.ceil(outcome / width) - 1 - first));
    counts[bin] = (counts[bin] as number) + 1;
  }
  const every = Math.ceil(count / 6);
  const bars = counts.map((each, index): Bar => {
    const from = (first + index) * width;
    const to = (first + index + 1) * width;
    const isFirst = index === 0;
    const isLast = index === count - 1;
    const label = isFirst
      ? `≤ ${short(to)}`
      : isLast
        ? `> ${short(from)}`
        : (first + index) % every === 0
          ? short(from)
          : "";
    // The outermost labels are wide: on a phone they take a sixth of the drawing each.
    const crowded = (!isFirst && index / count < 0.17) || (!isLast && index / count > 0.83);
    return {
      label: crowded ? "" : label,
      labelAt: isFirst || isLast ? "bar" : "edge",
      count: each,
      kind: to <= width * 1e-6 ? "loss" : "gain",
    };
  });
  return { bars, width };
}

const short = (fraction: number): string =>
  `${fraction < 0 ? "−" : ""}${Number((Math.abs(fraction) * 100).toPrecision(3))} %`;
