import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows:
    "The market shifts from range to bull: regime takes three coins, and closes all of them in one action when it turns.",
  market: {
    historyDays: 40,
    seed: 2,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: 0.015, volatility: 0.02, own: 0.02 },
    ],
  },
  hours: 336,
  check: ({ fills, events }) =>
    fills.filter(({ agent, kind }) => agent === "cross-regime" && kind === "entry").length >= 3 &&
    events.some(
      (event) =>
        event.type === "decision.made" &&
        event.data.agent === "cross-regime" &&
        event.data.decision.action === "close-all",
    ),
};
