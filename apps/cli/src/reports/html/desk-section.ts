import type { ReportData } from "@alphaforge/desk/replay/report/report-data";
import { outcomeOf } from "@alphaforge/desk/replay/report/trade-outcome";
import { barChart } from "./bar-chart.ts";
import { curveFigures } from "./curve-figures.ts";
import { figureTable } from "./figure-table.ts";
import { amountText, count, durationText, signedAmount, signedPercent } from "./figure-text.ts";
import { holdingBins } from "./holding-bins.ts";
import { type Html, html } from "./html.ts";
import { rangeOf, sparkline } from "./line-chart.ts";
import { monthTable } from "./month-table.ts";
import { outcomeFigure } from "./outcome-figure.ts";
import { markRange, splitMark } from "./row-marks.ts";

/** The books of all agents together, and what they have in common. */
export function deskSection(data: ReportData, initialBalance: number, anchorOf: (agent: string) => string): Html {
  const { desk, times, agents } = data;
  if (desk === undefined) return html``;
  const outcomes = agents.flatMap(({ trades }) => trades.map(outcomeOf));
  return html`<section aria-labelledby="curves"><h2 id="curves">Equity, drawdown, exposure</h2>
<p>The books of ${count(agents.length, "agent")} that traded, added up. Those that did not trade are not in it.</p>
${curveFigures({ whose: "all books together", times, curves: desk.curves, initial: desk.initial })}
<h3>Each agent, on one scale</h3>
${multiples(data, initialBalance, anchorOf)}</section>
<section aria-labelledby="months"><h2 id="months">Monthly returns</h2>${monthTable("all books together", desk.curves.years)}</section>
<section aria-labelledby="outcomes"><h2 id="outcomes">What trades came to</h2>
${
  outcomes.length === 0
    ? html`<p>No position was closed.</p>`
    : html`<div class="pair">${outcomeFigure("all agents", outcomes)}${holdingFigure(data)}</div>`
}</section>
<section aria-labelledby="costs"><h2 id="costs">Gross, fees, funding</h2>${costs(data, anchorOf)}</section>
<section aria-labelledby="refusals"><h2 id="refusals">Refused by risk</h2>${refusals(data)}</section>`;
}

function multiples({ agents, times }: ReportData, initialBalance: number, anchorOf: (agent: string) => string): Html {
  const columns = agents.flatMap(({ curves, coins }) => [curves.equity, ...(coins === undefined ? [] : [coins.mean])]);
  const [low, high] = rangeOf([...columns, [initialBalance]]);
  const range = { low, high: Math.max(high, low + 0.01) };
  const withCoins = agents.some(({ coins }) => coins !== undefined);
  return html`<p class="note">From ${amountText(range.low)} to ${amountText(range.high)} USDT throughout, so that sizes can be compared; the dotted level is the beginning${withCoins ? ", dashed are the agent’s coins on average" : ""}. Each agent’s own page has its own scale.</p>
<ul class="multiples">${agents.map(
    ({ book, curves, coins, against }) =>
      html`<li><a href="#${anchorOf(book.agent)}">${book.agent}</a> <span class="figure">${signedPercent(book.return)}</span>${
        against === undefined
          ? undefined
          : html` <span class="muted">coins ${signedPercent(against.coins.return)}</span>`
      }${sparkline({
        times,
        lines: [
          ...(coins === undefined ? [] : [{ kind: "coins" as const, values: coins.mean }]),
          { kind: "main", values: curves.equity },
        ],
        base: initialBalance,
        range,
      })}</li>`,
  )}</ul>`;
}

function holdingFigure({ agents }: ReportData): Html {
  const durations = agents.flatMap(({ trades }) => trades.map(({ closed }) => closed.closedAt - closed.openedAt));
  const bars = holdingBins(durations);
  const median = [...durations].sort((a, b) => a - b)[Math.floor((durations.length - 1) / 2)] as number;
  const listed = bars.map((bar) => `${bar.label}: ${bar.count}`).join(", ");
  return html`<figure><figcaption><b>Holding times</b>; half of the trades ended within ${durationText(median)}</figcaption>${barChart(`Trades by holding time: ${listed}.`, bars)}</figure>`;
}

function costs({ agents, desk }: ReportData, anchorOf: (agent: string) => string): Html {
  if (desk === undefined) return html``;
  const range = markRange(agents.flatMap(({ split }) => [split.gross, split.net]));
  const cells = ({ gross, fees, funding, net }: (typeof agents)[number]["split"]): string[] => [
    signedAmount(gross),
    amountText(fees === 0 ? 0 : -fees),
    signedAmount(funding),
    signedAmount(net),
  ];
  return figureTable({
    label: "Gross, fees, funding",
    caption:
      "USDT, open positions at their marks. Gross is what prices alone gave; with fees and funding it is net. Drawn: gross pale above, net solid below.",
    head: ["agent", "gross", "fees", "funding", "net", html`<span class="unseen">gross and net drawn</span>`],
    rows: [
      ...agents.map(({ book, split }) => [
        html`<a href="#${anchorOf(book.agent)}">${book.agent}</a>`,
        ...cells(split),
        splitMark(split, range),
      ]),
      ["all together", ...cells(desk.split), ""],
    ],
    kind: "costs",
  });
}

function refusals({ agents }: ReportData): Html {
  const byReason = new Map<string, { count: number; agents: string[] }>();
  for (const { book, refusals: own } of agents) {
    for (const [reason, times] of own) {
      const known = byReason.get(reason) ?? { count: 0, agents: [] };
      byReason.set(reason, { count: known.count + times, agents: [...known.agents, `${book.agent} ${times}`] });
    }
  }
  const rows = [...byReason].sort(([a, m], [b, n]) => n.count - m.count || (a < b ? -1 : 1));
  if (rows.length === 0) return html`<p>Nothing was refused.</p>`;
  return figureTable({
    label: "Refusals",
    caption:
      "What agents asked for and were not given. “…” stands for a figure that differs from order to order; an order may be refused for several reasons.",
    head: ["reason", "times", "agents"],
    rows: rows.map(([reason, { count: times, agents: who }]) => [reason, String(times), who.join(", ")]),
    kind: "refusals",
  });
}
