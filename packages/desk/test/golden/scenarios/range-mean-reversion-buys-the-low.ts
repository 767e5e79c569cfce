import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "In a range mean reversion buys what is stretched down and ends at the mean.",
  market: {
    historyDays: 40,
    seed: 2,
    symbols: COINS,
    stretches: [{ days: 54, volatility: 0.03, own: 0.03, pull: 0.5 }],
  },
  hours: 336,
  check: ({ closed }) =>
    closed.some(
      ({ agent, direction, reason }) =>
        agent.startsWith("meanrev-") && direction === "long" && reason === "take-profit",
    ),
};
