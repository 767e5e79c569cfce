import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "After a squeeze a breakout short is taken, and its trailing stop follows and ends it.",
  market: {
    historyDays: 40,
    seed: 11,
    symbols: COINS,
    stretches: [
      { days: 38, volatility: 0.02, own: 0.02, pull: 0.3 },
      { days: 4, volatility: 0.004, own: 0.004 },
      { days: 3, drift: 0.05, volatility: 0.02, own: 0.02 },
      { days: 4, volatility: 0.004, own: 0.004 },
      { days: 5, drift: -0.05, volatility: 0.02, own: 0.02 },
    ],
  },
  hours: 336,
  check: ({ closed, events }) =>
    closed.some(({ agent, reason }) => agent.startsWith("breakout-") && reason === "trailing-stop") &&
    events.some(({ type, data }) => type === "position.protected" && "cause" in data && data.cause === "trail"),
};
