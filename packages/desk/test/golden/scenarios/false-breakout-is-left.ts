import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "A break that closes back inside the bands within three candles is left by decision.",
  market: {
    historyDays: 40,
    seed: 11,
    symbols: COINS,
    stretches: [{ days: 54, volatility: 0.03, own: 0.03, pull: 0.5 }],
  },
  hours: 336,
  check: ({ closed }) =>
    closed.some(
      ({ agent, direction, reason }) => agent.startsWith("breakout-") && direction === "short" && reason === "decision",
    ),
};
