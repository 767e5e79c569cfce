import { createHash } from "node:crypto";
import type { ReportData } from "@alphaforge/desk/replay/report/report-data";
import { agentSection } from "./agent-section.ts";
import { agentsSection } from "./agents-section.ts";
import type { Basis } from "./basis.ts";
import { deskSection } from "./desk-section.ts";
import { headSection, titleSection } from "./head-section.ts";
import { type Html, html, trusted } from "./html.ts";
import { STYLESHEET } from "./stylesheet.ts";
import { MOST_POINTS } from "./thin-points.ts";

/** Trades listed in tables, over all agents: with their rows, sixteen agents over two years stay well under 5 MB. */
const TRADE_ROWS = 6000;

/**
 * A backtest as one page that needs nothing else: no script, no request, no font. The same data give the same bytes;
 * the time of making is not in it. The policy in its head allows its own stylesheet, by hash, and nothing besides.
 */
export function reportPage(data: ReportData, basis: Basis): string {
  const { report, agents, times } = data;
  const anchors = new Map(agents.map(({ book }, index) => [book.agent, anchorFor(book.agent, index)]));
  const anchorOf = (agent: string): string => anchors.get(agent) ?? "agents";
  const style = createHash("sha256").update(STYLESHEET).digest("base64");
  const tradeRows = Math.floor(TRADE_ROWS / Math.max(1, agents.length));
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-${style}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${report.desk} on ${report.venue}${report.simulated ? " (simulated)" : ""}: backtest report</title>
<style>${trusted(STYLESHEET)}</style></head>
<body><a class="skip" href="#main">Skip to the report</a>
<div class="page">${titleSection(data)}
${contents(data, anchorOf)}
<main id="main" tabindex="-1">${headSection(data, basis)}
${agentsSection(data, anchorOf)}
${deskSection(data, basis.initialBalance, anchorOf)}
${agents.map((page) => agentSection({ page, anchor: anchorOf(page.book.agent), times, initialBalance: basis.initialBalance, twins: report.twins, tradeRows }))}
${notes(data)}</main></div></body></html>
`;
  return page.text;
}

function contents({ agents, desk }: ReportData, anchorOf: (agent: string) => string): Html {
  const sections: readonly (readonly [string, string])[] = [
    ["in-short", "In short"],
    ["basis", "What it stands on"],
    ["agents", "Agents"],
    ["coins", "Against coins"],
    ...(desk === undefined ? [] : DESK_SECTIONS),
    ["notes", "How it is reckoned"],
  ];
  return html`<nav aria-label="Contents"><ol>${sections.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ol>${
    agents.length === 0
      ? undefined
      : html`<p id="contents-agents">Agents</p><ol aria-labelledby="contents-agents">${agents.map(({ book }) => html`<li><a href="#${anchorOf(book.agent)}">${book.agent}</a></li>`)}</ol>`
  }</nav>`;
}

const DESK_SECTIONS = [
  ["curves", "Equity, drawdown, exposure"],
  ["months", "Monthly returns"],
  ["outcomes", "What trades came to"],
  ["costs", "Gross, fees, funding"],
  ["refusals", "Refused by risk"],
] as const;

function notes({ report }: ReportData): Html {
  return html`<section class="notes" aria-labelledby="notes"><h2 id="notes">How it is reckoned</h2><dl>
<div><dt>Equity</dt><dd>Cash, margin and open positions at their marks. Curves show the beginning, every midnight (UTC) and the end. A line of more than ${MOST_POINTS} points is thinned to its first and last point and the lowest and highest of each of ${MOST_POINTS / 2} equal stretches; no peak or trough is lost.</dd></div>
<div><dt>Drawdown</dt><dd>From the running peak, marked at every ${report.finest} candle: deeper than the daily equity shows.</dd></div>
<div><dt>Sharpe, Sortino</dt><dd>From daily returns, times √365, against 0; not given under 30 days.</dd></div>
<div><dt>Win rate, profit factor</dt><dd>After fees and funding; not given under 10 trades.</dd></div>
<div><dt>Exposure</dt><dd>In figures: share of the time with a position. In curves: what was held at entry prices, averaged over the day, as a share of the equity that the day began with.</dd></div>
<div><dt>Turnover</dt><dd>Traded notional of all legs over mean equity; 2 is one round trip.</dd></div>
<div><dt>Ambiguous</dt><dd>Trades whose exit candle touched stop and target. The stop is taken to have come first.</dd></div>
<div><dt>All books together</dt><dd>Equity of the agents that traded, added up; no money moves between them.</dd></div>
</dl></section>`;
}

/** Names are lower-case words with dashes as far as they are ours; any other gets a number. */
function anchorFor(agent: string, index: number): string {
  return /^[a-z0-9][a-z0-9-]*$/.test(agent) ? `agent-${agent}` : `agent_${index + 1}`;
}
