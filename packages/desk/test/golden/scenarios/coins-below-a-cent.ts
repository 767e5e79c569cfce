import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "Coins at some 0.0001 USDT trade in whole coins, exactly.",
  market: {
    historyDays: 40,
    seed: 2,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: 0.015, volatility: 0.02, own: 0.02 },
    ],
    scale: 1e-6,
  },
  hours: 336,
  check: ({ fills, closed }) =>
    closed.length > 10 && fills.every(({ price, lotDecimals }) => price < 0.01 && lotDecimals < 7),
};
