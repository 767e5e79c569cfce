import { openTimeAt, TIMEFRAME_MS, type Timeframe } from "../../instrument/timeframe.ts";

/**
 * `count` different closes of a timeframe in [from, to], ms, in rising order; all of them when there are fewer. They are
 * spread over the whole range without a rhythm: every n-th close would look at the same hour of each day.
 */
export function spreadCloses(timeframe: Timeframe, from: number, to: number, count: number): number[] {
  const length = TIMEFRAME_MS[timeframe];
  const boundary = openTimeAt(timeframe, from);
  const first = boundary < from ? boundary + length : boundary;
  const there = Math.max(0, Math.floor((to - first) / length) + 1);
  const step = strideFor(there);
  return Array.from({ length: Math.min(count, there) }, (_, index) => first + length * ((index * step) % there)).sort(
    (a, b) => a - b,
  );
}

/** Near the golden section of `there`, and without a common divisor: its multiples visit everything before they repeat. */
function strideFor(there: number): number {
  let step = Math.max(1, Math.round(there * 0.618));
  while (commonDivisor(step, there) !== 1) step += 1;
  return step;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
