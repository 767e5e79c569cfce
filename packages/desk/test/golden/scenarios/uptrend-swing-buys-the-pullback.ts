import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "In a rising market swing buys a pullback and ends at the previous swing high.",
  market: {
    historyDays: 40,
    seed: 3,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: 0.015, volatility: 0.02, own: 0.02 },
    ],
  },
  hours: 336,
  check: ({ closed }) =>
    closed.some(
      ({ agent, direction, reason }) => agent.startsWith("swing-") && direction === "long" && reason === "take-profit",
    ),
};
