import { COINS, HOUR, START } from "../../scripted-market.ts";
import type { Filled, Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "A coin without candles for two days is not ranked and gets no order; the others trade on.",
  market: {
    historyDays: 40,
    seed: 1,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: 0.015, volatility: 0.02, own: 0.02 },
    ],
    incidents: [{ what: "missing", symbol: "GGG", hour: 96, hours: 48 }],
  },
  hours: 336,
  check: ({ events }) => {
    const during = events.filter(
      ({ type, at }) => type === "order.approved" && at > START + 96 * HOUR && at < START + 144 * HOUR,
    );
    return during.length > 0 && during.every(({ data }) => (data as Filled).symbol !== "GGG");
  },
};
