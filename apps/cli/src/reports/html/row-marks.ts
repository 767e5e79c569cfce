import type { BootstrapInterval } from "@alphaforge/desk/replay/metrics/stationary-bootstrap";
import type { CostSplit } from "@alphaforge/desk/replay/report/report-data";
import { type Html, html } from "./html.ts";

/** Small drawings in table rows. All are hidden from who does not see them: the figures stand beside them. */
interface Range {
  readonly low: number;
  readonly high: number;
}

/** A point with its interval, against 0. */
export function intervalMark({ estimate, low, high }: BootstrapInterval, range: Range): Html {
  const x = percentIn(range);
  return html`<svg class="mark" width="100%" height="18" aria-hidden="true"><line class="base" x1="${x(0)}" x2="${x(0)}" y1="0" y2="18"/><line class="interval" x1="${x(low)}" x2="${x(high)}" y1="9" y2="9"/><line class="interval" x1="${x(low)}" x2="${x(low)}" y1="5" y2="13"/><line class="interval" x1="${x(high)}" x2="${x(high)}" y1="5" y2="13"/><circle class="estimate" cx="${x(estimate)}" cy="9" r="3.5"/></svg>`;
}

/** Gross above, net below, both from 0: what lies between them went to fees and funding. */
export function splitMark({ gross, net }: CostSplit, range: Range): Html {
  const x = percentIn(range);
  const bar = (value: number, y: number, kind: string): Html => {
    const width = ((Math.abs(value) / (range.high - range.low)) * 100).toFixed(2);
    return html`<rect class="${kind}" x="${x(Math.min(0, value))}" width="${width}%" y="${y}" height="6"/>`;
  };
  return html`<svg class="mark" width="100%" height="18" aria-hidden="true">${bar(gross, 2, "gross")}${bar(net, 10, "net")}<line class="base" x1="${x(0)}" x2="${x(0)}" y1="0" y2="18"/></svg>`;
}

/** A range of all values and 0, a little wider than they need. */
export function markRange(values: readonly number[]): Range {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const margin = (high - low || 1) * 0.03;
  return { low: low - margin, high: high + margin };
}

const percentIn =
  ({ low, high }: Range) =>
  (value: number): string =>
    `${(((value - low) / (high - low)) * 100).toFixed(2)}%`;
