import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows:
    "A candle of all coins swings 12 % both ways: where it touches stop and target the stop wins, and the trade is marked ambiguous.",
  market: {
    historyDays: 40,
    seed: 1,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: 0.015, volatility: 0.02, own: 0.02 },
    ],
    incidents: [{ what: "candle", hour: 258, open: 1, high: 1.12, low: 0.88, close: 1 }],
  },
  hours: 336,
  check: ({ closed }) => closed.some(({ ambiguous, reason }) => ambiguous && reason === "stop-loss"),
};
