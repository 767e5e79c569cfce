import { toNumber } from "../../instrument/money.ts";
import type { WatchedTrade } from "./backtest-watch.ts";

/** After fees and funding, as a fraction of what was put in: 0.01 is 1 %. */
export function outcomeOf({ closed }: WatchedTrade): number {
  return closed.net / closed.notional;
}

/**
 * After fees and funding, in units of what the first stop put at risk (R): −1 is the stop, 2 is twice the risk.
 * Undefined where there was no stop, or where it lay on the wrong side of the first fill, which then risked nothing.
 */
export function multipleOfRisk({ closed, fills, stop }: WatchedTrade): number | undefined {
  const entry = fills[0];
  if (stop === undefined || entry === undefined) return undefined;
  const distance = closed.direction === "long" ? entry.price - stop : stop - entry.price;
  return distance > 0 ? toNumber(closed.net) / ((entry.notional * distance) / entry.price) : undefined;
}
