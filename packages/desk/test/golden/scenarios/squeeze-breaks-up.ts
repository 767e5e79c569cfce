import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "After a squeeze a breakout long is taken.",
  market: {
    historyDays: 40,
    seed: 11,
    symbols: COINS,
    stretches: [{ days: 54, drift: 0.01, volatility: 0.05, own: 0.05, pull: 0.2 }],
  },
  hours: 336,
  check: ({ fills }) =>
    fills.some(
      ({ agent, kind, direction }) => agent.startsWith("breakout-") && kind === "entry" && direction === "long",
    ),
};
