import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "All coins open 15 % higher in a falling market: the stops of shorts fill at the open.",
  market: {
    historyDays: 40,
    seed: 1,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: -0.015, volatility: 0.02, own: 0.02 },
    ],
    incidents: [{ what: "candle", hour: 47, open: 1.15, high: 1.2, low: 1.13, close: 1.16 }],
  },
  hours: 336,
  check: ({ fills, stopOf, openAt }) =>
    fills.some(
      ({ kind, symbol, at, direction, reason, price, positionId }) =>
        kind === "exit" &&
        direction === "short" &&
        reason === "stop-loss" &&
        price > 1.1 * stopOf(positionId) &&
        price === openAt(symbol, at),
    ),
};
