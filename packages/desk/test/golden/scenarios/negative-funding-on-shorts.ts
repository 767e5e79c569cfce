import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "Funding of −0.75 % in a falling market: the shorts pay, and the books lose by it.",
  market: {
    historyDays: 40,
    seed: 2,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: -0.015, volatility: 0.02, own: 0.02 },
    ],
    incidents: [{ what: "funding", hour: 0, hours: 336, rate: -0.0075 }],
  },
  hours: 336,
  check: ({ report }) => report.books.some(({ funding = 0, fees = 0 }) => funding < -fees),
};
