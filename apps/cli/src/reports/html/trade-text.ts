import { toNumber } from "@alphaforge/desk/instrument/money";
import type { ChartedTrade } from "@alphaforge/desk/replay/report/report-data";
import type { Telling } from "@alphaforge/desk/replay/report/telling-trades";
import { multipleOfRisk, outcomeOf } from "@alphaforge/desk/replay/report/trade-outcome";
import { minute, price } from "../../format.ts";
import { durationText, figureText, signedAmount, signedPercent } from "./figure-text.ts";

export const TELLING_TITLES: Readonly<Record<Telling, string>> = {
  best: "Made most",
  worst: "Lost most",
  ambiguous: "Ambiguous",
  latest: "Latest",
};

/** "−1.02 R"; "n/a" where there was no stop. */
export function riskText(multiple: number | undefined): string {
  return multiple === undefined ? "n/a" : figureText(`${multiple > 0 ? "+" : ""}${multiple.toFixed(2)}`);
}

/** What a trade came to, in one line. */
export function tradeResult({ trade }: ChartedTrade): string {
  const multiple = multipleOfRisk(trade);
  const risk = multiple === undefined ? "" : `, ${riskText(multiple)} R`;
  return `${signedPercent(outcomeOf(trade), 2)}${risk}, ${signedAmount(toNumber(trade.closed.net))} USDT`;
}

/** Everything that the trade's chart shows, in words. */
export function tradeDescription(charted: ChartedTrade): string {
  const { trade, candles } = charted;
  const { closed, stop, target, moves, fills } = trade;
  const last = moves.at(-1);
  const added = fills.filter(({ kind }) => kind === "scale-in").length;
  return [
    `${closed.symbol} ${closed.direction} on ${candles.timeframe} candles:`,
    `entered ${minute(closed.openedAt)} at ${price(closed.entryPrice)}${added === 0 ? "" : ` (average, added to ${added} times)`},`,
    `left ${minute(closed.closedAt)} at ${price(closed.exitPrice)} by ${closed.reason} after ${durationText(closed.closedAt - closed.openedAt)},`,
    stop === undefined
      ? "no stop,"
      : `stop ${price(stop)}${last === undefined ? "" : ` moved to ${price(last.stop)}`},`,
    `${target === undefined ? "no target" : `target ${price(target)}`}.`,
    closed.ambiguous ? "The exit candle touched stop and target: the stop is taken to have come first." : "",
    `Result ${tradeResult(charted)}.`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}
