import { TIMEFRAME_MS } from "@alphaforge/desk/instrument/timeframe";
import type { ChartedTrade } from "@alphaforge/desk/replay/report/report-data";
import { minute, price } from "../../format.ts";
import { niceAxis } from "./axis.ts";
import { type Html, html } from "./html.ts";
import { rangeOf } from "./line-chart.ts";

/** px of the drawing, which is scaled with its text: it is never much narrower or wider than this. */
const WIDTH = 360;
const HEIGHT = 210;
const PLOT = { left: 4, right: 296, top: 10, bottom: 186 };

/**
 * A trade on its candles: entry and exit, the stop as it was moved, the target. Candles that rose are hollow. Prices
 * are the venue's. A stop or target far outside the candles is not drawn: its price belongs beside the chart.
 */
export function candleChart({ trade, candles }: ChartedTrade, description: string): Html {
  const { closed, fills, stop, target, moves } = trade;
  if (candles.length === 0) return html`<p class="muted">The venue has no candles to draw.</p>`;
  const bar = TIMEFRAME_MS[candles.timeframe];
  const first = candles.openTime[0] as number;
  const end = (candles.openTime[candles.length - 1] as number) + bar;
  const paths = fills.map((fill) => fill.price);
  const [lowest, highest] = rangeOf([candles.low, candles.high, paths]);
  const reach = (highest - lowest) * 0.6;
  const bounds = [stop, target, ...moves.map((move) => move.stop)].filter(
    (each): each is number => each !== undefined && each > lowest - reach && each < highest + reach,
  );
  const axis = niceAxis(Math.min(lowest, ...bounds), Math.max(highest, ...bounds), 4);
  const x = (time: number): number => tenth(PLOT.left + ((time - first) / (end - first)) * (PLOT.right - PLOT.left));
  const y = (value: number): number => {
    const within = Math.min(axis.high, Math.max(axis.low, value));
    return tenth(PLOT.top + ((axis.high - within) / (axis.high - axis.low)) * (PLOT.bottom - PLOT.top));
  };
  const body = Math.max(1, (x(first + bar) - x(first)) * 0.64);
  const wicks: string[] = [];
  const risen: string[] = [];
  const fallen: string[] = [];
  for (let index = 0; index < candles.length; index += 1) {
    const middle = x((candles.openTime[index] as number) + bar / 2);
    const [open, close] = [y(candles.open[index] as number), y(candles.close[index] as number)];
    const [top, bottom] = [Math.min(open, close), Math.max(open, close)];
    wicks.push(
      `M${middle} ${y(candles.high[index] as number)}V${top}M${middle} ${bottom}V${y(candles.low[index] as number)}`,
    );
    const box = `M${tenth(middle - body / 2)} ${top}h${tenth(body)}v${tenth(Math.max(0.5, bottom - top))}h${tenth(-body)}z`;
    (close <= open ? risen : fallen).push(box);
  }
  const left = x(closed.openedAt);
  const right = Math.max(left + 2, x(Math.min(end, closed.closedAt)));
  const isWithin = (level: number): boolean => level >= axis.low && level <= axis.high;
  const isStopSeen = stop !== undefined && [stop, ...moves.map((move) => move.stop)].some(isWithin);
  const stops = isStopSeen ? stopPath(stop, trade, x, y, left, right) : undefined;
  return html`<svg class="candles" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${description}">
<rect class="span" x="${left}" y="${PLOT.top}" width="${tenth(right - left)}" height="${PLOT.bottom - PLOT.top}"/>
${axis.ticks.map((tick) => html`<line class="grid" x1="${PLOT.left}" x2="${PLOT.right}" y1="${y(tick)}" y2="${y(tick)}"/><text x="${PLOT.right + 4}" y="${y(tick) + 3.5}">${tickText(tick)}</text>`)}
<path class="wick" d="${wicks.join("")}"/><path class="risen" d="${risen.join("")}"/><path class="fallen" d="${fallen.join("")}"/>
${stops === undefined ? undefined : html`<path class="stop" d="${stops}"/>`}${target === undefined || !isWithin(target) ? undefined : html`<path class="target" d="M${left} ${y(target)}H${right}"/>`}
${fills.map((fill) => marker(fill.kind, closed.direction, x(Math.min(end, fill.at)), y(fill.price)))}
<text x="${PLOT.left}" y="${HEIGHT - 6}">${minute(first)}</text><text x="${PLOT.right}" y="${HEIGHT - 6}" text-anchor="end">${minute(end)}</text></svg>`;
}

function stopPath(
  stop: number,
  { moves }: ChartedTrade["trade"],
  x: (time: number) => number,
  y: (value: number) => number,
  left: number,
  right: number,
): string {
  let path = `M${left} ${y(stop)}`;
  for (const move of moves) path += `H${Math.min(right, x(move.at))}V${y(move.stop)}`;
  return `${path}H${right}`;
}

/** Entries point where the trade wants to go; an exit is a ring with a cross. */
function marker(kind: "entry" | "scale-in" | "exit", direction: "long" | "short", x: number, y: number): Html {
  if (kind === "exit") {
    return html`<circle class="exit" cx="${x}" cy="${y}" r="5"/><path class="cross" d="M${tenth(x - 3)} ${tenth(y - 3)}l6 6m0 -6l-6 6"/>`;
  }
  const tip = direction === "long" ? -6 : 6;
  return html`<path class="entry" d="M${x} ${tenth(y + tip)}l5 ${-tip * 1.6}h-10z"/>`;
}

const tickText = (value: number): string => price(value).replace(/\.?0+$/, "");

const tenth = (value: number): number => Math.round(value * 10) / 10;
