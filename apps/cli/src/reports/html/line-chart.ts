import { type Axis, niceAxis, timeTicks } from "./axis.ts";
import { type Html, html } from "./html.ts";
import { thinPoints } from "./thin-points.ts";

/** How a line is drawn: told apart by weight and dashes, without colour. */
export type LineKind = "main" | "coins";

export interface LineChart {
  /** What a reader who does not see the chart is told. */
  readonly description: string;
  /** ms, rising; every column is as long. */
  readonly times: readonly number[];
  readonly lines: readonly { readonly kind: LineKind; readonly values: ArrayLike<number> }[];
  /** Shaded between the two, such as from the lowest to the highest coin. */
  readonly band?: { readonly lowest: ArrayLike<number>; readonly highest: ArrayLike<number> };
  /** Filled from 0. */
  readonly areas?: readonly { readonly kind: "loss" | "long" | "short"; readonly values: ArrayLike<number> }[];
  /** A level to read against, such as what a book began with. */
  readonly base?: number;
  /** px. */
  readonly height: number;
  format(value: number): string;
}

/** The plot is this wide inside and stretched to its room; strokes and text keep their size. */
const WIDTH = 1000;
/** px above and below the plot, so that labels of the first and last tick are whole. */
const MARGIN = 7;
const TIME_LABELS = 18;

/** Lines over time with an axis on the right. As wide as its room, on a phone as on paper. */
export function lineChart(chart: LineChart): Html {
  const { times, lines, band, areas = [], base, height, format } = chart;
  const columns = [
    ...lines.map(({ values }) => values),
    ...areas.map(({ values }) => values),
    ...(band === undefined ? [] : [band.lowest, band.highest]),
    ...(areas.length > 0 ? [[0]] : []),
    ...(base === undefined ? [] : [[base]]),
  ];
  const axis = niceAxis(...rangeOf(columns), height < 120 ? 3 : 4);
  const place = placing(times, axis, height - 2 * MARGIN, MARGIN);
  const total = height + TIME_LABELS;
  return html`<div class="plot" role="img" aria-label="${chart.description}"><svg class="lines" width="100%" height="${total}" aria-hidden="true">
${axis.ticks.map((tick) => html`<line class="grid" x1="0" x2="100%" y1="${place.y(tick)}" y2="${place.y(tick)}"/>`)}
${base === undefined ? undefined : html`<line class="base" x1="0" x2="100%" y1="${place.y(base)}" y2="${place.y(base)}"/>`}
<svg viewBox="0 0 ${WIDTH} ${height}" width="100%" height="${height}" preserveAspectRatio="none">
${band === undefined ? undefined : html`<path class="band" d="${bandPath(band, place)}"/>`}
${areas.map(({ kind, values }) => html`<path class="area ${kind}" d="${areaPath(values, place)}"/>`)}
${lines.map(({ kind, values }) => html`<path class="line ${kind}" d="${linePath(values, place)}"/>`)}
</svg>
${timeLabels(times, total)}</svg><svg class="axis" width="52" height="${total}" aria-hidden="true">${axis.ticks.map(
    (tick) => html`<text x="6" y="${place.y(tick) + 4}">${format(tick)}</text>`,
  )}</svg></div>`;
}

/** A line without axes, on a range that several share. Needs words beside it: it is hidden from those who do not see it. */
export function sparkline(chart: Pick<LineChart, "times" | "lines" | "base"> & { readonly range: Range }): Html {
  const { times, lines, base, range } = chart;
  const height = 72;
  const place = placing(times, range, height - 4, 2);
  return html`<svg class="lines" width="100%" height="${height}" aria-hidden="true">${
    base === undefined
      ? undefined
      : html`<line class="base" x1="0" x2="100%" y1="${place.y(base)}" y2="${place.y(base)}"/>`
  }<svg viewBox="0 0 ${WIDTH} ${height}" width="100%" height="${height}" preserveAspectRatio="none">${lines.map(
    ({ kind, values }) => html`<path class="line ${kind}" d="${linePath(values, place)}"/>`,
  )}</svg></svg>`;
}

/** Lowest and highest of all values; a RangeError when one is not finite or there is none. */
export function rangeOf(columns: readonly ArrayLike<number>[]): [lowest: number, highest: number] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const values of columns) {
    for (let index = 0; index < values.length; index += 1) {
      const value = values[index] as number;
      if (!Number.isFinite(value)) throw new RangeError(`value ${index} of a chart is ${value}`);
      lowest = Math.min(lowest, value);
      highest = Math.max(highest, value);
    }
  }
  if (lowest > highest) throw new RangeError("a chart needs at least one value");
  return [lowest, highest];
}

/** Of values from the lower to the upper edge of a plot; high is above low. */
export type Range = Pick<Axis, "low" | "high">;

interface Placing {
  x(index: number): number;
  y(value: number): number;
}

function placing(times: readonly number[], axis: Range, height: number, margin: number): Placing {
  const first = times[0] as number;
  const span = (times.at(-1) as number) - first;
  return {
    x: (index) => tenth((((times[index] as number) - first) / span) * WIDTH),
    y: (value) => tenth(margin + ((axis.high - value) / (axis.high - axis.low)) * height),
  };
}

function linePath(values: ArrayLike<number>, place: Placing): string {
  return `M${thinPoints(values)
    .map((index) => pointAt(values, index, place))
    .join("L")}`;
}

function areaPath(values: ArrayLike<number>, place: Placing): string {
  const floor = place.y(0);
  return `M${place.x(0)} ${floor}L${thinPoints(values)
    .map((index) => pointAt(values, index, place))
    .join("L")}L${WIDTH} ${floor}Z`;
}

function bandPath({ lowest, highest }: NonNullable<LineChart["band"]>, place: Placing): string {
  const up = thinPoints(highest).map((index) => pointAt(highest, index, place));
  const back = thinPoints(lowest)
    .toReversed()
    .map((index) => pointAt(lowest, index, place));
  return `M${[...up, ...back].join("L")}Z`;
}

const pointAt = (values: ArrayLike<number>, index: number, { x, y }: Placing): string =>
  `${x(index)} ${y(values[index] as number)}`;

function timeLabels(times: readonly number[], height: number): Html {
  const [from, to] = [times[0] as number, times.at(-1) as number];
  return html`${timeTicks(from, to, 5).map(({ time, label }) => {
    const share = (time - from) / (to - from);
    // A label that would be cut at the right ends at its tick.
    const anchor = share > 0.85 ? "end" : share < 0.05 ? "start" : "middle";
    return html`<text x="${tenth(share * 100)}%" y="${height - 3}" text-anchor="${anchor}">${label}</text>`;
  })}`;
}

/** One decimal: a tenth of a pixel is seen by nobody, and most of the file is coordinates. */
const tenth = (value: number): number => Math.round(value * 10) / 10;
