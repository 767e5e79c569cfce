import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "A coin is delisted while it is held: the position is left at its last close.",
  market: {
    historyDays: 40,
    seed: 1,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: 0.015, volatility: 0.02, own: 0.02 },
    ],
    incidents: [{ what: "delisted", symbol: "EEE", hour: 252 }],
  },
  hours: 336,
  check: ({ closed }) => closed.some(({ symbol, reason }) => symbol === "EEE" && reason === "delisted"),
};
