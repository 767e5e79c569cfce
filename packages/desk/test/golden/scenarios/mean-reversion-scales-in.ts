import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "Mean reversion adds once to a short that goes 2 % against it, at the average price and under the same stop.",
  market: {
    historyDays: 40,
    seed: 13,
    symbols: COINS,
    stretches: [{ days: 54, drift: 0.01, volatility: 0.05, own: 0.05, pull: 0.2 }],
  },
  hours: 336,
  check: ({ fills }) => fills.some(({ agent, kind }) => agent.startsWith("meanrev-") && kind === "scale-in"),
};
