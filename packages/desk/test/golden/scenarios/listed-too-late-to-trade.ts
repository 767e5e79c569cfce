import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows:
    "A coin listed within the run has no history: nobody who needs EMA 200 trades it, while the others are traded.",
  market: {
    historyDays: 40,
    seed: 1,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: 0.015, volatility: 0.02, own: 0.02 },
    ],
    incidents: [{ what: "listed", symbol: "CCC", hour: 150 }],
  },
  hours: 336,
  check: ({ fills }) =>
    fills.length > 0 &&
    fills.every(({ agent, symbol }) => symbol !== "CCC" || !/^(momentum|swing|meanrev)-/.test(agent)),
};
