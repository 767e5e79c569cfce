import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "The market shifts from range to bear: regime sells the weakest.",
  market: {
    historyDays: 40,
    seed: 2,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: -0.015, volatility: 0.02, own: 0.02 },
    ],
  },
  hours: 336,
  check: ({ fills }) =>
    fills.some(({ agent, kind, direction }) => agent === "cross-regime" && kind === "entry" && direction === "short"),
};
