import { COINS, type Incident } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

/** From its entry on the coin creeps down, evenly: nothing stops it and nothing turns it. */
const drift = (symbol: string, hour: number, hours: number): Incident[] =>
  Array.from({ length: hours }, (_, i) => ({
    what: "candle",
    symbol,
    hour: hour + i,
    open: 1,
    high: 1.0005,
    low: 0.996,
    close: 0.9965,
  }));

export const scenario: Scenario = {
  shows: "A breakout that neither fails nor is trailed out ends at the first price after twenty bars.",
  market: {
    historyDays: 40,
    seed: 10,
    symbols: COINS,
    stretches: [
      { days: 41, volatility: 0.01, own: 0.01, pull: 0.5 },
      { days: 4, drift: -0.05, volatility: 0.01, own: 0.02 },
      { days: 4, volatility: 0.003, own: 0.003 },
      { days: 5, drift: -0.08, volatility: 0.01, own: 0.02 },
    ],
    incidents: drift("HHH", 25, 26),
  },
  hours: 336,
  check: ({ closed }) =>
    closed.some(
      ({ agent, direction, reason }) =>
        agent.startsWith("breakout-") && direction === "short" && reason === "time-exit",
    ),
};
