import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows:
    "A fall by a third within two days and a recovery: longs are stopped on the way down, and there are trades both ways.",
  market: {
    historyDays: 40,
    seed: 4,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 2, drift: -0.2, volatility: 0.04, own: 0.02 },
      { days: 5, drift: 0.08, volatility: 0.03, own: 0.02 },
      { days: 7, volatility: 0.02, own: 0.02 },
    ],
  },
  hours: 336,
  check: ({ closed }) =>
    closed.some(({ direction, reason }) => direction === "long" && reason === "stop-loss") &&
    closed.some(({ direction, net }) => direction === "short" && net > 0),
};
