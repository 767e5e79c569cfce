import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "A book of 50 USDT trades like a large one, in lots that are small enough.",
  market: {
    historyDays: 40,
    seed: 3,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: 0.015, volatility: 0.02, own: 0.02 },
    ],
  },
  hours: 336,
  book: { balance: 50 },
  check: ({ fills, closed }) => closed.length > 10 && fills.every(({ notional }) => notional < 13e8),
};
