import { COINS, HOUR, START } from "../../scripted-market.ts";
import type { Filled, Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows:
    "The venue is silent for six hours from the hour at which an order was to fill: it fills at the first candle after the hole.",
  market: {
    historyDays: 40,
    seed: 1,
    symbols: COINS,
    stretches: [
      { days: 40, volatility: 0.02, own: 0.02 },
      { days: 14, drift: 0.015, volatility: 0.02, own: 0.02 },
    ],
    incidents: [{ what: "missing", hour: 18, hours: 6 }],
  },
  hours: 336,
  check: ({ events, fills }) =>
    events.some(
      ({ type, at, data }) =>
        type === "order.approved" &&
        at === START + 18 * HOUR &&
        fills.some((fill) => fill.clientOrderId === (data as Filled).clientOrderId && fill.at === START + 24 * HOUR),
    ),
};
