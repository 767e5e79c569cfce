import type { WatchedFill } from "./backtest-watch.ts";

/** What was held, in USDT at entry prices, averaged over the time of each stretch. */
export interface HeldByDay {
  readonly long: Float64Array;
  readonly short: Float64Array;
}

/**
 * Average position between each two of `times`, at what it was entered for. Index 0 is 0, index i is (times[i-1],
 * times[i]]: as long as `times`, so that it lies beside a curve.
 * @param fills of one book, in the order of time
 */
export function heldByDay(fills: readonly WatchedFill[], times: readonly number[]): HeldByDay {
  const held: HeldByDay = { long: new Float64Array(times.length), short: new Float64Array(times.length) };
  const positions = new Map<string, { cost: number; lots: number }>();
  const now = { long: 0, short: 0 };
  let day = 1;
  let since = times[0] as number;
  const pass = (until: number): void => {
    while (day < times.length && since < until) {
      const end = Math.min(until, times[day] as number);
      const share = (end - since) / ((times[day] as number) - (times[day - 1] as number));
      held.long[day] = (held.long[day] as number) + now.long * share;
      held.short[day] = (held.short[day] as number) + now.short * share;
      since = end;
      if (end === times[day]) day += 1;
    }
  };
  for (const { positionId, direction, kind, lots, notional, at } of fills) {
    pass(at);
    const position = positions.get(positionId) ?? { cost: 0, lots: 0 };
    const cost = kind === "exit" ? -(position.cost * lots) / position.lots : notional;
    position.cost += cost;
    position.lots += kind === "exit" ? -lots : lots;
    if (position.lots === 0) positions.delete(positionId);
    else positions.set(positionId, position);
    // Nothing is left of a sum of doubles but noise once nothing is held.
    now[direction] = positions.size === 0 ? 0 : now[direction] + cost;
    if (positions.size === 0) now[direction === "long" ? "short" : "long"] = 0;
  }
  pass(times.at(-1) as number);
  return held;
}
