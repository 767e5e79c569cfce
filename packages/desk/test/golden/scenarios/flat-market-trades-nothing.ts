import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "Nothing moves at all: there is no signal, nobody is ranked, nobody trades, and every agent says why.",
  market: {
    historyDays: 40,
    seed: 1,
    symbols: COINS,
    stretches: [{ days: 54 }],
  },
  hours: 336,
  check: ({ fills, report }) => fills.length === 0 && report.books.every(({ abstained }) => abstained !== undefined),
};
