import type { ReportData } from "@alphaforge/desk/replay/report/report-data";
import { minute } from "../../format.ts";
import type { Basis } from "./basis.ts";
import { amountText, count, signedPercent } from "./figure-text.ts";
import { type Html, type HtmlValue, html } from "./html.ts";
import { verdict } from "./verdict.ts";

/** What was run, and when. */
export function titleSection({ report }: ReportData): Html {
  return html`<header class="head"><p class="kicker">Backtest report</p>
<h1>${report.desk} <span class="on">on ${report.venue}</span></h1>
<p class="period">${minute(report.from)} to ${minute(report.to)} UTC</p>
<p class="badge${report.simulated ? " simulated" : ""}">${
    report.simulated
      ? "Simulated prices: no market traded them"
      : "Recorded prices, our fills: no order reached a market"
  }</p></header>`;
}

/** What it came to before anything is looked at closely, and what that stands on. */
export function headSection(data: ReportData, basis: Basis): Html {
  return html`<section aria-labelledby="in-short"><h2 id="in-short">In short</h2>
<ul class="verdict">${verdict(data).map((sentence) => html`<li>${sentence}</li>`)}</ul>
${keyFigures(data)}</section>
<section aria-labelledby="basis"><h2 id="basis">What it stands on</h2>
<dl class="basis">${basisRows(data, basis).map(([term, text]) => html`<div><dt>${term}</dt><dd>${text}</dd></div>`)}</dl>
${leftOut(data)}</section>`;
}

function keyFigures({ desk, agents }: ReportData): Html | undefined {
  if (desk === undefined) return undefined;
  const ratio = (value: number | undefined): string => value?.toFixed(2).replace(/^-/, "−") ?? "n/a";
  const figures: readonly (readonly [string, string])[] = [
    ["Return after fees", signedPercent(desk.return)],
    ["Max drawdown", signedPercent(-desk.maxDrawdown)],
    ["Sharpe", ratio(desk.sharpe)],
    ["Sortino", ratio(desk.sortino)],
    ["Closed trades", String(desk.trades)],
    ["Win rate", desk.winRate === undefined ? "n/a" : `${(desk.winRate * 100).toFixed(1)} %`],
    ["Profit factor", ratio(desk.profitFactor)],
    ["Fees, USDT", amountText(desk.split.fees)],
  ];
  return html`<p class="lead">All books together (${count(agents.length, "agent")}):</p><dl class="key">${figures.map(
    ([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}

function basisRows({ report }: ReportData, basis: Basis): readonly (readonly [string, HtmlValue])[] {
  const { symbols, finest } = report;
  return [
    ["Desk", report.desk],
    ["Venue", report.simulated ? `${report.venue} (simulated prices)` : report.venue],
    [
      "Period",
      `${minute(report.from)} to ${minute(report.to)} UTC; features also saw up to ${basis.history} bars before it`,
    ],
    ["Symbols", `${symbols.length}: ${symbols.join(", ")}`],
    [
      "Books",
      `${amountText(basis.initialBalance)} USDT per agent; at most ${basis.maxPositions} positions of at most ${basis.maxPositionShare * 100} % of its equity each; no leverage`,
    ],
    [
      "Fills",
      `What is decided at a close fills at the open of the next ${finest} candle; stops and targets are checked on ${finest} candles. When one candle touches both, the stop counts. No spread, no depth, no further slippage: real costs are higher.`,
    ],
    ["Fees", `${Number((basis.feeRate * 100).toPrecision(4))} % of the notional on each leg, stops included`],
    ["Funding", fundingText(report.books.map(({ fundingCoverage }) => fundingCoverage))],
    ["Candles", `${report.bars} traded through (${finest})`],
    ["Program", `alphaforge ${basis.version}`],
    ["Ledger", html`<code class="hash">${report.ledgerHash}</code> (SHA-256 of everything that moved money)`],
    ...(report.twins === undefined
      ? []
      : [["Coins’ ledger", html`<code class="hash">${report.twins.ledgerHash}</code>`] as const]),
    ["To repeat it", html`<code>${basis.commandLine}</code>`],
  ];
}

function fundingText(coverages: readonly (number | undefined)[]): string {
  const known = coverages.filter((each) => each !== undefined);
  if (known.length === 0) return "Nothing was held, so none was due.";
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const percent = (share: number): string => (share * 100).toFixed(1);
  const share = percent(least) === percent(most) ? `${percent(least)} %` : `${percent(least)} to ${percent(most)} %`;
  const rest =
    least < 1 ? " The rest was held free of charge, which flatters or hurts a book that leans to one side." : "";
  return `Charged where the venue’s record has it: for ${share} of the time that a book held positions.${rest}`;
}

function leftOut({ report }: ReportData): Html | undefined {
  const { turnedAway } = report;
  if (turnedAway.length === 0) return undefined;
  return html`<details><summary>Left out: ${turnedAway.length} series of candles
</summary><ul>${turnedAway.map(
    ({ symbol, timeframe, reason }) => html`<li>${symbol} ${timeframe}: ${reason}</li>`,
  )}</ul></details>`;
}
