import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "A coin opens beyond the target of a long: it fills at its limit, not at the better open.",
  market: {
    historyDays: 40,
    seed: 1,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: 0.015, volatility: 0.02, own: 0.02 },
    ],
    incidents: [{ what: "candle", symbol: "GGG", hour: 287, open: 1.08, high: 1.1, low: 1.07, close: 1.09 }],
  },
  hours: 336,
  check: ({ fills, targetOf, openAt }) =>
    fills.some(
      ({ symbol, at, reason, price, positionId }) =>
        symbol === "GGG" &&
        reason === "take-profit" &&
        price === targetOf(positionId) &&
        openAt(symbol, at) > 1.02 * price,
    ),
};
