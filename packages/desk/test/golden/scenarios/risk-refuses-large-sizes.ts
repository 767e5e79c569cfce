import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows:
    "A desk that allows 5 % a position: every larger wish is refused with its reasons and nothing is made smaller in silence.",
  market: {
    historyDays: 40,
    seed: 1,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: 0.015, volatility: 0.02, own: 0.02 },
    ],
  },
  hours: 336,
  book: { maxPositionShare: 0.05 },
  check: ({ events, fills }) =>
    events.some(({ type }) => type === "order.refused") &&
    fills.every(({ kind, notional }) => kind === "exit" || notional < 700e8),
};
