/** How long something took (any unit) with `n` of what it may grow with. */
export interface GrowthPoint {
  readonly n: number;
  readonly time: number;
}

export interface Growth {
  /** Slope of log time over log n by least squares: 0 constant, 1 linear, 2 quadratic. */
  readonly exponent: number;
  /** For each point, by rising n: time / n log n, relative to the first. Above 1 it has grown worse than n log n. */
  readonly overLinearithmic: readonly number[];
  /** The largest growth between any two sizes, relative to n log n: a late upturn is not hidden by a cheap beginning. */
  readonly worst: number;
  /** Whether that is above the tolerance. */
  readonly isWorse: boolean;
}

/** How much worse than n log n a growth may look before it is called so: two timings of the same thing differ by as much. */
export const GROWTH_TOLERANCE = 1.25;

/** n · log2(n + 1): the one more keeps it above 0 for n = 1 and alters nothing else. */
function linearithmic(n: number): number {
  return n * Math.log2(n + 1);
}

/** How time grows with n. RangeError for fewer than two sizes, or a size or time that is not above 0. */
export function growthOf(points: readonly GrowthPoint[]): Growth {
  const sorted = [...points].sort((a, b) => a.n - b.n);
  for (const { n, time } of sorted) {
    if (!(n > 0 && time > 0)) throw new RangeError(`growth of ${time} at ${n}: give sizes and times above 0`);
  }
  if (new Set(sorted.map(({ n }) => n)).size < Math.max(2, sorted.length)) {
    throw new RangeError(`growth over sizes ${sorted.map(({ n }) => n).join(", ")}: give two or more different ones`);
  }
  const costs = sorted.map(({ n, time }) => time / linearithmic(n));
  const [first] = costs as [number];
  let least = first;
  let worst = 0;
  for (const cost of costs.slice(1)) {
    worst = Math.max(worst, cost / least);
    least = Math.min(least, cost);
  }
  return {
    exponent: slopeOf(sorted.map(({ n, time }) => [Math.log(n), Math.log(time)])),
    overLinearithmic: costs.map((cost) => cost / first),
    worst,
    isWorse: worst > GROWTH_TOLERANCE,
  };
}

function slopeOf(points: readonly (readonly [number, number])[]): number {
  const mean = (place: 0 | 1) => points.reduce((sum, point) => sum + point[place], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const spread = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / spread;
}
