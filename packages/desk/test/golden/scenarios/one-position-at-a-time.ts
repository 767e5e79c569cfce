import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "A desk that allows one position: no agent ever holds two, and they say that they are full.",
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
  book: { maxPositions: 1 },
  check: ({ events, report }) =>
    report.books.every(({ openPositions = 0 }) => openPositions <= 1) &&
    events.some(
      (event) => event.type === "decision.made" && event.data.decision.reason.includes("1 positions are held"),
    ),
};
