import type { CoinBand } from "@alphaforge/desk/replay/report/backtest-watch";
import type { BookCurves } from "@alphaforge/desk/replay/report/report-data";
import { amountText, count, dayText, signedPercent } from "./figure-text.ts";
import { type Html, html } from "./html.ts";
import { lineChart } from "./line-chart.ts";

export interface CurveFigures {
  /** "the desk", "momentum-1h". */
  readonly whose: string;
  readonly times: readonly number[];
  readonly curves: BookCurves;
  /** What the book began with, USDT. */
  readonly initial: number;
  /** Of an agent that ran beside coins. */
  readonly coins?: { readonly band: CoinBand; readonly count: number };
}

/** Equity, drawdown and exposure of a book, one below the other on the same time. */
export function curveFigures(figures: CurveFigures): Html {
  return html`<div class="curves">${equityFigure(figures)}${drawdownFigure(figures)}${exposureFigure(figures)}</div>`;
}

function equityFigure({ whose, times, curves, initial, coins }: CurveFigures): Html {
  const { equity } = curves;
  const end = equity.at(-1) as number;
  const [low, high] = [indexOf(equity, Math.min), indexOf(equity, Math.max)];
  const beside =
    coins === undefined
      ? ""
      : ` ${coins.count === 1 ? "Its coin" : `The mean of its ${coins.count} coins`} ended at ${amountText(coins.band.mean.at(-1))}.`;
  const description =
    `Equity of ${whose}, daily: ${amountText(initial)} USDT on ${dayText(times[0] as number)}, ${amountText(end)} on ${dayText(times.at(-1) as number)}; ` +
    `lowest ${amountText(equity[low])} on ${dayText(times[low] as number)}, highest ${amountText(equity[high])} on ${dayText(times[high] as number)}.${beside}`;
  return html`<figure><figcaption><b>Equity</b>, USDT, daily. ${
    coins === undefined
      ? "Dotted level: the beginning."
      : `Solid: ${whose}. Dashed: ${coins.count === 1 ? "its coin" : `mean of its ${count(coins.count, "coin")}; shaded: from the lowest to the highest`}.`
  }</figcaption>${lineChart({
    description,
    times,
    lines: [
      ...(coins === undefined ? [] : [{ kind: "coins" as const, values: coins.band.mean }]),
      { kind: "main", values: equity },
    ],
    ...(coins !== undefined && coins.count > 1 && { band: coins.band }),
    base: initial,
    height: 200,
    format: axisAmount,
  })}</figure>`;
}

function drawdownFigure({ whose, times, curves: { drawdown } }: CurveFigures): Html {
  const deepest = indexOf(drawdown, Math.max);
  const description = `Drawdown of ${whose}, daily: at its deepest ${signedPercent(-(drawdown[deepest] as number))} on ${dayText(times[deepest] as number)}, at the end ${signedPercent(-(drawdown.at(-1) as number))}.`;
  return html`<figure><figcaption><b>Drawdown</b> from the running peak, the deepest of each day</figcaption>${lineChart(
    {
      description,
      times,
      lines: [],
      areas: [{ kind: "loss", values: drawdown.map((each) => -each) }],
      height: 100,
      format: axisPercent,
    },
  )}</figure>`;
}

function exposureFigure({ whose, times, curves: { long, short } }: CurveFigures): Html {
  const mean = (values: Float64Array): number =>
    values.reduce((sum, value, day) => sum + value * span(times, day), 0) /
    ((times.at(-1) as number) - (times[0] as number));
  const description = `Exposure of ${whose}, daily averages: long ${signedPercent(mean(long))} and short ${signedPercent(-mean(short))} of equity on average; at most ${signedPercent(Math.max(...long))} and ${signedPercent(-Math.max(...short))}.`;
  return html`<figure><figcaption><b>Exposure</b>, average of each day at entry prices, share of equity: long above 0, short below</figcaption>${lineChart(
    {
      description,
      times,
      lines: [],
      areas: [
        { kind: "long", values: long },
        { kind: "short", values: short.map((each) => -each) },
      ],
      height: 100,
      format: axisPercent,
    },
  )}</figure>`;
}

const span = (times: readonly number[], index: number): number =>
  index === 0 ? 0 : (times[index] as number) - (times[index - 1] as number);

function indexOf(values: Float64Array, pick: (...values: number[]) => number): number {
  const wanted = values.reduce((a, b) => pick(a, b));
  return values.indexOf(wanted);
}

/** Few characters, since an axis has little room. */
function axisAmount(value: number): string {
  return (
    Math.abs(value) >= 1_000_000
      ? `${Number((value / 1e6).toPrecision(4))}M`
      : value.toLocaleString("en", { maximumFractionDigits: 1 })
  ).replace(/^-/, "−");
}

function axisPercent(value: number): string {
  return `${Number((value * 100).toPrecision(3))} %`.replace(/^-/, "−");
}
