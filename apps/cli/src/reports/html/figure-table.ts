import { type Html, type HtmlValue, html } from "./html.ts";

export interface FigureTable {
  /** What the table is, for everybody. */
  readonly caption: HtmlValue;
  /** Short, for the region that scrolls when the table is wider than the page. */
  readonly label: string;
  readonly head: readonly HtmlValue[];
  /** The first cell names its row. */
  readonly rows: readonly (readonly HtmlValue[])[];
  /** More classes, such as "trades". */
  readonly kind?: string;
}

/** A table of figures whose first column names the row. It scrolls within its own room, by keyboard too. */
export function figureTable({ caption, label, head, rows, kind = "" }: FigureTable): Html {
  return html`<div class="scroll" role="region" aria-label="Table: ${label}" tabindex="0"><table class="figures ${kind}"><caption>${caption}</caption>
<thead><tr>${head.map((title) => html`<th scope="col">${title}</th>`)}</tr></thead>
<tbody>${rows.map(
    ([name, ...cells]) => html`
<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}
</tbody></table></div>`;
}
