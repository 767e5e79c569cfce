import { barChart } from "./bar-chart.ts";
import { signedPercent } from "./figure-text.ts";
import { type Html, html } from "./html.ts";
import { outcomeBins } from "./outcome-bins.ts";

/** How the results of trades are spread. @param outcomes fractions of what was put in, at least one */
export function outcomeFigure(whose: string, outcomes: readonly number[]): Html {
  const { bars, width } = outcomeBins(outcomes);
  const sorted = [...outcomes].sort((a, b) => a - b);
  const at = (share: number): string => signedPercent(sorted[Math.floor(share * (sorted.length - 1))] as number, 2);
  const won = outcomes.filter((each) => each > 0).length;
  const description =
    `Results of ${outcomes.length} trades of ${whose}, after fees and funding, in percent of what was put in: ${won} gained, ${outcomes.length - won} did not; ` +
    `worst ${at(0)}, a tenth below ${at(0.1)}, half below ${at(0.5)}, a tenth above ${at(0.9)}, best ${at(1)}.`;
  return html`<figure><figcaption><b>Results of ${outcomes.length} trades</b>, percent of what was put in, after fees and funding; bins of ${Number((width * 100).toPrecision(3))} %, losses pale. Worst ${at(0)}, median ${at(0.5)}, best ${at(1)}.</figcaption>${barChart(description, bars)}</figure>`;
}
