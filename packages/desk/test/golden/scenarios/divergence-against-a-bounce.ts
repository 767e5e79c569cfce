import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "Days and weeks are bearish, the hours bounce: divergence sells.",
  market: {
    historyDays: 210,
    seed: 1,
    symbols: COINS,
    stretches: [
      { days: 170, drift: 0.004, volatility: 0.02, own: 0.02 },
      { days: 40, drift: -0.012, volatility: 0.02, own: 0.02 },
      { days: 14, drift: -0.003, volatility: 0.02, own: 0.03 },
    ],
  },
  hours: 336,
  check: ({ closed }) =>
    closed.some(
      ({ agent, direction, reason }) =>
        agent.startsWith("cross-divergence") && direction === "short" && reason === "decision",
    ),
};
