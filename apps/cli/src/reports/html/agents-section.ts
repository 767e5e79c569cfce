import type { ReportData } from "@alphaforge/desk/replay/report/report-data";
import { BOOK_COLUMNS } from "../backtest-lines.ts";
import { figureTable } from "./figure-table.ts";
import { figureText, signedPercent } from "./figure-text.ts";
import { type Html, html } from "./html.ts";
import { intervalMark, markRange } from "./row-marks.ts";

/** Every agent in one row, by the same figures that the command prints; then the agents against their coins. */
export function agentsSection(data: ReportData, anchorOf: (agent: string) => string): Html {
  const { report, agents } = data;
  const idle = report.books.filter((book) => book.abstained !== undefined);
  const halted = report.books.filter((book) => book.halted !== undefined);
  return html`<section aria-labelledby="agents"><h2 id="agents">Agents</h2>
${agents.length === 0 ? html`<p>No agent traded.</p>` : books(data, anchorOf)}
${
  idle.length === 0
    ? undefined
    : html`<h3>Did not trade</h3><ul>${idle.map((book) => html`<li><b>${book.agent}</b>: ${book.abstained}</li>`)}</ul>`
}${
  halted.length === 0
    ? undefined
    : html`<h3>Halted by a failure</h3><ul>${halted.map((book) => html`<li><b>${book.agent}</b>: ${book.halted}</li>`)}</ul>`
}</section>
${coins(data, anchorOf)}`;
}

function books({ agents }: ReportData, anchorOf: (agent: string) => string): Html {
  return figureTable({
    label: "Agents",
    caption:
      "All figures after fees and funding, open positions at their marks. n/a: too few trades or days to be worth a figure.",
    head: BOOK_COLUMNS.map(([title]) => title),
    rows: agents.map(({ book }) =>
      BOOK_COLUMNS.map(([, cell], column) =>
        column === 0 ? html`<a href="#${anchorOf(book.agent)}">${cell(book)}</a>` : figureText(cell(book)),
      ),
    ),
    kind: "books",
  });
}

function coins({ report }: ReportData, anchorOf: (agent: string) => string): Html {
  const { twins } = report;
  if (twins === undefined || twins.agents.length === 0) {
    return html`<section aria-labelledby="coins"><h2 id="coins">Against coins</h2><p>${
      twins === undefined
        ? "Not run. Without coins nothing here tells an agent’s directions from chance."
        : "No agent traded: there is nothing to hold against a coin."
    }</p></section>`;
  }
  const many = twins.coins > 1;
  const range = markRange(twins.agents.flatMap(({ edge }) => (edge === undefined ? [] : [edge.low, edge.high])));
  const unknown = twins.agents.filter(({ why }) => why !== undefined);
  const halted = twins.agents.filter((agent) => agent.halted !== undefined);
  return html`<section aria-labelledby="coins"><h2 id="coins">Against coins</h2>
<p>${many ? `${twins.coins} coins` : "One coin"} per agent: they enter when it enters, with its share of their own equity, its stop, target and time, and a direction by chance. What an agent has beyond them is what its directions were worth.</p>
${figureTable({
  label: "Agents against coins",
  caption: `Edge: sum of daily returns less ${many ? "the coins’ mean" : "the coin’s"}, with the 95 % interval of a stationary bootstrap (${twins.bootstrapDraws} draws). An interval that holds 0 is not distinguishable from luck.`,
  head: [
    "agent",
    "return",
    many ? "coins’ mean" : "coin’s",
    ...(many ? ["lowest", "highest"] : []),
    "edge",
    "95 % interval",
    html`<span class="unseen">interval drawn</span>`,
    "place",
    "deflated Sharpe",
  ],
  rows: twins.agents.map((agent) => [
    html`<a href="#${anchorOf(agent.agent)}">${agent.agent}</a>`,
    signedPercent(agent.return),
    signedPercent(agent.coins.return),
    ...(many ? [signedPercent(agent.coins.lowest), signedPercent(agent.coins.highest)] : []),
    signedPercent(agent.edge?.estimate, 2),
    agent.edge === undefined
      ? "n/a"
      : `${signedPercent(agent.edge.low, 2).replace("\u00a0%", "")} to ${signedPercent(agent.edge.high, 2)}`,
    agent.edge === undefined ? "" : intervalMark(agent.edge, range),
    `${agent.place} of ${twins.coins + 1}`,
    agent.deflatedSharpe?.toFixed(3) ?? "n/a",
  ]),
  kind: "against",
})}
<p class="note">Place: by return among the agent and its coins, 1 is best; ties count against the agent. Deflated Sharpe: probability of skill, given that ${twins.tried} ${twins.tried === 1 ? "agent was" : "agents were"} tried; 0.95 is the customary bar.</p>
${unknown.length === 0 ? undefined : html`<p>No edge is given where it could not be told:</p><ul>${unknown.map(({ agent, why }) => html`<li><b>${agent}</b>: ${why}</li>`)}</ul>`}
${halted.length === 0 ? undefined : html`<p>Coins that a failure stopped:</p><ul>${halted.map(({ agent, halted: stopped }) => html`<li><b>${agent}</b>: ${stopped?.coins} of ${twins.coins}; ${stopped?.reason}</li>`)}</ul>`}
</section>`;
}
