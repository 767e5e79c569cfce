import type { WatchedTrade } from "./backtest-watch.ts";

export type Telling = "best" | "worst" | "ambiguous" | "latest";

export interface TellingTrade {
  readonly why: Telling;
  readonly trade: WatchedTrade;
}

/** Of each kind, in the order in which they are chosen: a trade is shown once, under the first that fits. */
const CHOICE: readonly (readonly [Telling, number])[] = [
  ["best", 2],
  ["worst", 2],
  ["ambiguous", 1],
  ["latest", 1],
];

/** Up to six trades by which a book can be looked at: those that made and lost most, an ambiguous one, the latest. */
export function tellingTrades(trades: readonly WatchedTrade[]): readonly TellingTrade[] {
  const inOrder = [...trades].sort(byTime);
  const byNet = [...inOrder].sort((a, b) => b.closed.net - a.closed.net);
  const candidates: Readonly<Record<Telling, readonly WatchedTrade[]>> = {
    best: byNet.filter(({ closed }) => closed.net > 0),
    worst: byNet.filter(({ closed }) => closed.net < 0).reverse(),
    ambiguous: inOrder.filter(({ closed }) => closed.ambiguous).reverse(),
    latest: inOrder.toReversed(),
  };
  const chosen = new Map<WatchedTrade, Telling>();
  for (const [why, count] of CHOICE) {
    const fresh = candidates[why].filter((trade) => !chosen.has(trade)).slice(0, count);
    for (const trade of fresh) chosen.set(trade, why);
  }
  return [...chosen].map(([trade, why]) => ({ why, trade }));
}

function byTime({ closed: a }: WatchedTrade, { closed: b }: WatchedTrade): number {
  return a.closedAt - b.closedAt || a.openedAt - b.openedAt || (a.positionId < b.positionId ? -1 : 1);
}
