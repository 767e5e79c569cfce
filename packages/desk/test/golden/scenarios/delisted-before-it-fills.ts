import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "A coin goes silent before an order in it fills, and is then delisted: the order is cancelled.",
  market: {
    historyDays: 40,
    seed: 1,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: 0.015, volatility: 0.02, own: 0.02 },
    ],
    incidents: [
      { what: "missing", symbol: "FFF", hour: 3, hours: 3 },
      { what: "delisted", symbol: "FFF", hour: 6 },
    ],
  },
  hours: 336,
  check: ({ events }) =>
    events.some(
      ({ type, data }) => type === "order.cancelled" && "reason" in data && data.reason === "FFF was delisted",
    ),
};
