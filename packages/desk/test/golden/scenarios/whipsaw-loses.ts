import { COINS } from "../../scripted-market.ts";
import type { Scenario } from "../scenario.ts";

export const scenario: Scenario = {
  shows: "A wild range: more trades lose than win, and fees are paid on every leg.",
  market: {
    historyDays: 40,
    seed: 3,
    symbols: COINS,
    stretches: [{ days: 54, volatility: 0.03, own: 0.03, pull: 0.5 }],
  },
  hours: 336,
  check: ({ closed, fills }) =>
    closed.filter(({ net }) => net < 0).length > closed.filter(({ net }) => net > 0).length &&
    fills.every(({ fee }) => fee > 0),
};
