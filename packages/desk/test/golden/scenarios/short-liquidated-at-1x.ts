import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows:
    "A coin opens at more than twice its price: the short in it is liquidated at where its margin ends, and the venue bears the rest.",
  market: {
    historyDays: 40,
    seed: 1,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: -0.015, volatility: 0.02, own: 0.02 },
    ],
    incidents: [{ what: "candle", hour: 47, open: 2.4, high: 2.5, low: 2.3, close: 2.4 }],
  },
  hours: 336,
  check: ({ closed }) => closed.some(({ direction, reason }) => direction === "short" && reason === "liquidation"),
};
