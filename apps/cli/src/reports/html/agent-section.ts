import { toNumber } from "@alphaforge/desk/instrument/money";
import type { WatchedTrade } from "@alphaforge/desk/replay/report/backtest-watch";
import type { AgentPage } from "@alphaforge/desk/replay/report/report-data";
import { multipleOfRisk, outcomeOf } from "@alphaforge/desk/replay/report/trade-outcome";
import type { TwinReport } from "@alphaforge/desk/replay/twin-report";
import { minute, price } from "../../format.ts";
import { BOOK_COLUMNS } from "../backtest-lines.ts";
import { candleChart } from "./candle-chart.ts";
import { curveFigures } from "./curve-figures.ts";
import { figureTable } from "./figure-table.ts";
import { count, durationText, figureText, signedAmount, signedPercent } from "./figure-text.ts";
import { type Html, html } from "./html.ts";
import { monthTable } from "./month-table.ts";
import { outcomeFigure } from "./outcome-figure.ts";
import { riskText, TELLING_TITLES, tradeDescription, tradeResult } from "./trade-text.ts";

export interface AgentSection {
  readonly page: AgentPage;
  readonly anchor: string;
  readonly times: readonly number[];
  readonly initialBalance: number;
  readonly twins: TwinReport | undefined;
  /** The latest trades are listed up to this many. */
  readonly tradeRows: number;
}

/** An agent's own pages. */
export function agentSection({ page, anchor, times, initialBalance, twins, tradeRows }: AgentSection): Html {
  const { book, curves, trades, coins } = page;
  return html`<section class="agent" aria-labelledby="${anchor}"><h2 id="${anchor}">${book.agent}</h2>
<p class="lead">${leadOf(page, twins)}</p>
${book.halted === undefined ? undefined : html`<p class="warning">Halted by a failure: ${book.halted}</p>`}
<dl class="key">${statistics(page).map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>
${curveFigures({
  whose: book.agent,
  times,
  curves,
  initial: initialBalance,
  ...(coins !== undefined && twins !== undefined && { coins: { band: coins, count: twins.coins } }),
})}
<h3>Monthly returns</h3>${monthTable(book.agent, curves.years)}
<h3>Trades</h3>
${
  trades.length === 0
    ? html`<p>None was closed.</p>`
    : html`${outcomeFigure(book.agent, trades.map(outcomeOf))}${charts(page)}${tradeTable(book.agent, trades, tradeRows)}`
}</section>`;
}

function leadOf({ book, against }: AgentPage, twins: TwinReport | undefined): string {
  const result = `${signedPercent(book.return)} after fees and funding`;
  if (against === undefined || twins === undefined) return `${result}. No coins were run beside it.`;
  const coins = twins.coins === 1 ? "Its coin came to" : `Its ${twins.coins} coins came to`;
  const spread =
    twins.coins === 1
      ? ""
      : ` on average (${signedPercent(against.coins.lowest)} to ${signedPercent(against.coins.highest)})`;
  const edge =
    against.edge === undefined
      ? `An edge cannot be told: ${against.why}.`
      : `Its edge is ${signedPercent(against.edge.estimate, 2)} with a 95 % interval from ${signedPercent(against.edge.low, 2)} to ${signedPercent(against.edge.high, 2)}${against.edge.low <= 0 && against.edge.high >= 0 ? ", which holds 0: not distinguishable from luck" : ""}.`;
  return `${result}. ${coins} ${signedPercent(against.coins.return)}${spread}; it is in place ${against.place} of ${twins.coins + 1}. ${edge}`;
}

function statistics({ book, split }: AgentPage): readonly (readonly [string, string])[] {
  const [, ...figures] = BOOK_COLUMNS;
  return [
    ...figures.map(([title, cell]) => [TITLES[title] ?? title, figureText(cell(book))] as const),
    ["gross P&L", figureText(split.gross.toFixed(2))],
    ["ambiguous", book.ambiguous === undefined ? "n/a" : `${(book.ambiguous * 100).toFixed(1)} %`],
    ["still open", String(book.openPositions ?? 0)],
    ["decisions", String(book.decisions ?? 0)],
    ["of them holds", String(book.holds ?? 0)],
  ];
}

const TITLES: Readonly<Record<string, string>> = { "max DD": "max drawdown", "f. coverage": "funding coverage" };

function charts({ charted }: AgentPage): Html {
  return html`<p class="note">Its most telling trades on candles: what made and lost most, an ambiguous one, the latest. Triangle: entry, pointing where the trade wants to go; ring with cross: exit; dashed: stop; dotted: target; shaded: while held. Hollow candles rose.</p>
<div class="charts">${charted.map(
    (each) =>
      html`<figure class="trade"><figcaption><b>${TELLING_TITLES[each.why]}</b>: ${each.trade.closed.direction} ${each.trade.closed.symbol}, ${each.candles.timeframe} candles. ${tradeResult(each)}; ${each.trade.closed.reason}. ${boundsOf(each.trade)}</figcaption>${candleChart(each, tradeDescription(each))}</figure>`,
  )}</div>`;
}

function boundsOf({ stop, target }: WatchedTrade): string {
  const named = (name: string, level: number | undefined): string =>
    `${name} ${level === undefined ? "none" : price(level)}`;
  return `${named("Stop", stop)}, ${named("target", target)}`;
}

function tradeTable(agent: string, trades: readonly WatchedTrade[], most: number): Html {
  const shown = trades.slice(-most);
  const left = trades.length - shown.length;
  return html`<details class="all-trades"><summary>${left === 0 ? `All ${count(trades.length, "trade")}` : `The latest ${shown.length} of ${trades.length} trades`}, as a table<span class="paper"> (printed when it is open)</span></summary>
${figureTable({
  label: `Trades of ${agent}`,
  caption: html`In the order in which they ended; times in UTC, amounts in USDT. R: net result over what the first stop put at risk.${
    left === 0
      ? undefined
      : ` ${left} earlier trades are left out here to keep the file small; every figure and chart above counts them.`
  }`,
  head: [
    "ended",
    "symbol",
    "side",
    "held",
    "entry",
    "exit",
    "stop",
    "result",
    "R",
    "net",
    "fees",
    "funding",
    "ended by",
  ],
  rows: shown.map((trade) => {
    const { closed, stop } = trade;
    return [
      minute(closed.closedAt),
      closed.symbol,
      closed.direction,
      durationText(closed.closedAt - closed.openedAt),
      price(closed.entryPrice),
      price(closed.exitPrice),
      stop === undefined ? "none" : price(stop),
      signedPercent(outcomeOf(trade), 2),
      riskText(multipleOfRisk(trade)),
      signedAmount(toNumber(closed.net)),
      figureText((-toNumber(closed.fees)).toFixed(2)),
      signedAmount(toNumber(closed.funding)),
      closed.ambiguous ? `${closed.reason}, ambiguous` : closed.reason,
    ];
  }),
  kind: "trades",
})}</details>`;
}
