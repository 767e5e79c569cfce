import type { MonthlyReturn, YearlyReturn } from "@alphaforge/desk/replay/report/monthly-returns";
import { monthName } from "./axis.ts";
import { signedPercent } from "./figure-text.ts";
import { type Html, html } from "./html.ts";

const MONTHS = Array.from({ length: 12 }, (_, index) => index + 1);

/** Years down, months across, the year's total last. A month that the period only touches has a star. */
export function monthTable(whose: string, years: readonly YearlyReturn[]): Html {
  const isPartial = years.some(({ months }) => months.some(({ partial }) => partial));
  return html`<div class="scroll" role="region" aria-label="Monthly returns of ${whose}" tabindex="0"><table class="figures months"><caption>Monthly returns of ${whose}, after fees and funding, in percent of the equity that the month began with.${
    isPartial ? " * part of the month" : ""
  }</caption>
<thead><tr><th scope="col">Year</th>${MONTHS.map((month) => html`<th scope="col">${monthName(month)}</th>`)}<th scope="col">Year total</th></tr></thead>
<tbody>${years.map(
    ({ year, months, return: total }) => html`
<tr><th scope="row">${year}</th>${MONTHS.map((month) => cell(months.find((each) => each.month === month)))}<td class="total">${bare(total)}</td></tr>`,
  )}
</tbody></table></div>`;
}

function cell(month: MonthlyReturn | undefined): Html {
  if (month === undefined) return html`<td></td>`;
  return html`<td class="${shade(month.return)}">${bare(month.return)}${month.partial ? "*" : ""}</td>`;
}

const bare = (fraction: number | undefined): string => signedPercent(fraction, 2).replace("\u00a0%", "");

/** Three steps each way: 2 % and 5 % are where a month gets weight. */
function shade(fraction: number | undefined): string {
  if (fraction === undefined || Math.abs(fraction) < 0.00005) return "";
  const size = Math.abs(fraction);
  return `${fraction > 0 ? "up" : "down"}${size >= 0.05 ? 3 : size >= 0.02 ? 2 : 1}`;
}
