import { type CandleSeries, indexAtOrAfter, sliceSeries } from "../../instrument/candle.ts";
import { type Money, toNumber } from "../../instrument/money.ts";
import { TIMEFRAME_MS } from "../../instrument/timeframe.ts";
import type { Venue } from "../../venues/venue.ts";
import type { BacktestReport } from "../backtest.ts";
import type { BookReport } from "../book-report.ts";
import { maxDrawdown, sharpe, sortino } from "../metrics/equity-metrics.ts";
import { exposure, profitFactor, winRate } from "../metrics/trade-metrics.ts";
import type { AgentAgainstCoins } from "../twin-report.ts";
import type { BacktestWatch, CoinBand, WatchedAgent, WatchedTrade } from "./backtest-watch.ts";
import { chartWindow } from "./chart-window.ts";
import { drawdownCurve } from "./drawdown-curve.ts";
import { heldByDay } from "./held-by-day.ts";
import { monthlyReturns, type YearlyReturn } from "./monthly-returns.ts";
import { type Telling, tellingTrades } from "./telling-trades.ts";

/** A book over time. All columns are as long as the report's `times`. */
export interface BookCurves {
  /** Marked equity, USDT. */
  readonly equity: Float64Array;
  /** Deepest within the day that ends there, 0..1, from every finest candle's marks. */
  readonly drawdown: Float64Array;
  /** Average of the day at entry prices, as a share of the equity that the day began with. */
  readonly long: Float64Array;
  readonly short: Float64Array;
  readonly years: readonly YearlyReturn[];
}

/** What made the net result, USDT: gross − fees + funding = net. */
export interface CostSplit {
  /** Price moves alone, open positions at their marks. */
  readonly gross: number;
  readonly fees: number;
  /** Negative when the book paid. */
  readonly funding: number;
  readonly net: number;
}

export interface ChartedTrade {
  readonly why: Telling;
  readonly trade: WatchedTrade;
  readonly candles: CandleSeries;
}

export interface AgentPage {
  readonly book: BookReport;
  readonly curves: BookCurves;
  readonly split: CostSplit;
  readonly trades: readonly WatchedTrade[];
  readonly refusals: readonly (readonly [reason: string, count: number])[];
  readonly charted: readonly ChartedTrade[];
  readonly coins?: CoinBand;
  readonly against?: AgentAgainstCoins;
}

/** The books of all agents that traded, added up. */
export interface WholeDesk {
  readonly initial: number;
  readonly return: number;
  readonly maxDrawdown: number;
  readonly sharpe?: number;
  readonly sortino?: number;
  readonly winRate?: number;
  readonly profitFactor?: number;
  /** Share of the time with any position. */
  readonly exposure?: number;
  readonly trades: number;
  readonly split: CostSplit;
  readonly curves: BookCurves;
}

export interface ReportData {
  readonly report: BacktestReport;
  /** Of the curves: the beginning, every midnight (UTC), the end; ms. */
  readonly times: readonly number[];
  /** Those that traded, in the order of the desk. */
  readonly agents: readonly AgentPage[];
  /** Absent when none traded. */
  readonly desk?: WholeDesk;
}

/** Joins what a backtest reported with what was watched. Asks the venue for the candles of the trades that are drawn. */
export async function reportData(
  report: BacktestReport,
  watch: BacktestWatch,
  initialBalance: Money,
  venue: Pick<Venue, "traits" | "candles">,
): Promise<ReportData> {
  const { times } = watch;
  const ends = times.map((time) => (time - watch.from) / watch.step);
  const agents: AgentPage[] = [];
  const watched: WatchedAgent[] = [];
  for (const book of report.books) {
    if (book.abstained !== undefined) continue;
    const own = watch.agent(book.agent);
    watched.push(own);
    const against = report.twins?.agents.find(({ agent }) => agent === book.agent);
    agents.push({
      book,
      curves: curvesOf(own.equity, [own], times, ends),
      split: splitOf(book),
      trades: own.trades,
      refusals: own.refusals.entries(),
      charted: await chart(own.trades, venue, report.to),
      ...(own.coins && { coins: own.coins }),
      ...(against && { against }),
    });
  }
  if (agents.length === 0) return { report, times, agents };
  const desk = wholeDesk(agents, watched, report, times, ends, toNumber(initialBalance) * agents.length);
  return { report, times, agents, desk };
}

function curvesOf(
  equity: Float64Array,
  books: readonly WatchedAgent[],
  times: readonly number[],
  ends: readonly number[],
): BookCurves {
  const daily = Float64Array.from(ends, (index) => equity[index] as number);
  const held = books.map(({ fills }) => heldByDay(fills, times));
  const share = (side: "long" | "short"): Float64Array =>
    daily.map((_, day) => {
      const opening = daily[Math.max(0, day - 1)] as number;
      // A spent book holds nothing at 1×.
      return opening > 0 ? held.reduce((sum, each) => sum + (each[side][day] as number), 0) / opening : 0;
    });
  return {
    equity: daily,
    drawdown: drawdownCurve(equity, ends),
    long: share("long"),
    short: share("short"),
    years: monthlyReturns(times, daily),
  };
}

function splitOf({ netPnl = 0, fees = 0, funding = 0 }: BookReport): CostSplit {
  return { gross: netPnl + fees - funding, fees, funding, net: netPnl };
}

function wholeDesk(
  agents: readonly AgentPage[],
  watched: readonly WatchedAgent[],
  report: BacktestReport,
  times: readonly number[],
  ends: readonly number[],
  initial: number,
): WholeDesk {
  const equity = new Float64Array((watched[0] as WatchedAgent).equity.length);
  for (const book of watched) {
    for (let index = 0; index < equity.length; index += 1) {
      equity[index] = (equity[index] as number) + (book.equity[index] as number);
    }
  }
  const curves = curvesOf(equity, watched, times, ends);
  const total = (of: (split: CostSplit) => number): number => agents.reduce((sum, { split }) => sum + of(split), 0);
  const closed = watched.flatMap(({ trades }) => trades.map((trade) => trade.closed));
  // The last value counts only where it ends a full day, as in the agents' own figures.
  const days = report.to % TIMEFRAME_MS["1d"] === 0 ? curves.equity : curves.equity.subarray(0, -1);
  const net = total((split) => split.net);
  return {
    initial,
    return: net / initial,
    maxDrawdown: maxDrawdown(equity) ?? 0,
    ...(sharpe(days) !== undefined && { sharpe: sharpe(days) }),
    ...(sortino(days) !== undefined && { sortino: sortino(days) }),
    ...(winRate(closed) !== undefined && { winRate: winRate(closed) }),
    ...(profitFactor(closed) !== undefined && { profitFactor: profitFactor(closed) }),
    exposure: exposure(watched.flatMap(spansOf), report.from, report.to),
    trades: closed.length,
    split: {
      gross: total(({ gross }) => gross),
      fees: total(({ fees }) => fees),
      funding: total((s) => s.funding),
      net,
    },
    curves,
  };
}

/** From a position's first fill to its last; open at the end where nothing closed it. */
function spansOf({ fills, trades }: WatchedAgent): { from: number; to?: number }[] {
  const closed = new Map(trades.map((trade) => [trade.closed.positionId, trade.closed.closedAt]));
  return fills
    .filter(({ kind }) => kind === "entry")
    .map(({ positionId, at }) => {
      const to = closed.get(positionId);
      return to === undefined ? { from: at } : { from: at, to };
    });
}

async function chart(
  trades: readonly WatchedTrade[],
  venue: Pick<Venue, "traits" | "candles">,
  end: number,
): Promise<readonly ChartedTrade[]> {
  const charted: ChartedTrade[] = [];
  for (const { why, trade } of tellingTrades(trades)) {
    const { timeframe, from, to } = chartWindow(trade.closed, venue.traits.timeframes, end);
    const candles = await venue.candles(trade.closed.symbol, timeframe, from, to);
    charted.push({ why, trade, candles: within(candles, from, to) });
  }
  return charted;
}

const within = (candles: CandleSeries, from: number, to: number): CandleSeries =>
  sliceSeries(candles, indexAtOrAfter(candles, from), indexAtOrAfter(candles, to));
