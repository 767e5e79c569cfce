import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "In a falling market swing sells a rally and ends at the previous swing low.",
  market: {
    historyDays: 40,
    seed: 3,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: -0.015, volatility: 0.02, own: 0.02 },
    ],
  },
  hours: 336,
  check: ({ closed }) =>
    closed.some(
      ({ agent, direction, reason }) => agent.startsWith("swing-") && direction === "short" && reason === "take-profit",
    ),
};
