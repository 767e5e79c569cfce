import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "Overnight all coins open 15 % lower: the stops of longs fill at the open, not at the stop.",
  market: {
    historyDays: 40,
    seed: 1,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: 0.015, volatility: 0.02, own: 0.02 },
    ],
    incidents: [{ what: "candle", hour: 257, open: 0.85, high: 0.87, low: 0.8, close: 0.82 }],
  },
  hours: 336,
  check: ({ fills, stopOf, openAt }) =>
    fills.some(
      ({ kind, symbol, at, direction, reason, price, positionId }) =>
        kind === "exit" &&
        direction === "long" &&
        reason === "stop-loss" &&
        price < 0.9 * stopOf(positionId) &&
        price === openAt(symbol, at),
    ),
};
