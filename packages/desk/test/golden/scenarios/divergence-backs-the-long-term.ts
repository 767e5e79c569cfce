import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "Days and weeks are bullish, the hours are not: divergence buys, and leaves when they agree again.",
  market: {
    historyDays: 210,
    seed: 1,
    symbols: COINS,
    stretches: [
      { days: 150, drift: 0.004, volatility: 0.02, own: 0.02 },
      { days: 50, drift: 0.008, volatility: 0.015, own: 0.02 },
      { days: 10, drift: -0.01, volatility: 0.01, own: 0.01 },
      { days: 14, drift: 0.005, volatility: 0.02, own: 0.02 },
    ],
  },
  hours: 336,
  check: ({ closed }) =>
    closed.some(
      ({ agent, direction, reason }) =>
        agent.startsWith("cross-divergence") && direction === "long" && reason === "decision",
    ),
};
