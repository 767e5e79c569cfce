import { type Agent, type AgentSeat, dueAt } from "../agents/agent.ts";
import { openAgent, type Seating } from "../agents/open-agent.ts";
import type { DeskEvent } from "../events.ts";
import type { Ranking } from "../forecast/ranking/ranking.ts";
import type { Signal } from "../forecast/ranking/signal.ts";
import { type Money, toNumber } from "../instrument/money.ts";
import {
  openTimeAt,
  RANKED_TIMEFRAMES,
  type RankedTimeframe,
  TIMEFRAME_MS,
  type Timeframe,
} from "../instrument/timeframe.ts";
import { FinestCandles } from "../market-data/finest-candles.ts";
import { FundingStamps } from "../market-data/funding-stamps.ts";
import { loadWindow, type TurnedAway } from "../market-data/load-window.ts";
import { Pipeline, type PipelineOptions } from "../pipeline.ts";
import type { FundingStamp, Venue } from "../venues/venue.ts";
import { type BookReport, reportBook } from "./book-report.ts";
import { CoinTwins } from "./coin-twins.ts";
import { type CriteriaReport, CriteriaWatch } from "./criteria-report.ts";
import { LedgerHash } from "./ledger-hash.ts";
import { Recorder } from "./recorder.ts";
import type { TwinReport } from "./twin-report.ts";

export interface BacktestOptions {
  readonly desk: string;
  readonly venue: Venue;
  /** Closes after `from`, up to and including `to`, are decided; ms. Both lie on the finest timeframe's grid. */
  readonly from: number;
  readonly to: number;
  /** All that the venue lists in the range when absent. */
  readonly symbols?: readonly string[];
  readonly seats: readonly AgentSeat[];
  readonly signals: readonly Signal[];
  readonly weights?: Readonly<Record<string, number>>;
  readonly limits: PipelineOptions["limits"];
  readonly initialBalance: Money;
  /** Bars before `from` that features may look back on. */
  readonly history: number;
  /** Told about every day of the replay; share is 0..1. */
  readonly onProgress?: (share: number, at: number) => void;
  /** Told every event, as it is recorded. */
  readonly onEvent?: (event: DeskEvent) => void;
  /** Told every ranking, after the close that it was made for was decided. */
  readonly onRanking?: (ranking: Ranking) => void;
  /** Told the equity of every agent at `from` and after every finest candle, of coins at `from`, every midnight and `to`. */
  readonly onMark?: (seat: AgentSeat, at: number, equity: Money) => void;
  /** Also count how every criterion fares: changes no decision, and takes several times as long. */
  readonly criteria?: boolean;
  /** Coins to run beside each agent, at least 1: they change nothing for the agents. None when absent. */
  readonly twins?: number;
  readonly signal?: AbortSignal;
}

export interface BacktestReport {
  readonly desk: string;
  readonly venue: string;
  readonly simulated: boolean;
  readonly from: number;
  readonly to: number;
  readonly finest: Timeframe;
  readonly symbols: readonly string[];
  /** Finest candles that were traded through, over all symbols. */
  readonly bars: number;
  readonly ledgerHash: string;
  readonly books: readonly BookReport[];
  readonly turnedAway: readonly (TurnedAway & { readonly timeframe: Timeframe })[];
  /** Only when asked for. */
  readonly criteria?: CriteriaReport;
  /** Only when asked for. */
  readonly twins?: TwinReport;
}

const DAY = TIMEFRAME_MS["1d"];
const HOUR = TIMEFRAME_MS["1h"];

/**
 * The desk's own pipeline over recorded prices, candle by candle: what `Pipeline` does live, with all closes decided.
 * Throws when the range holds no candles, and when the signal aborts.
 */
export async function backtest(options: BacktestOptions): Promise<BacktestReport> {
  const { venue, from, to } = options;
  const [finest] = venue.traits.timeframes;
  const timeframes = RANKED_TIMEFRAMES.filter((timeframe) => venue.traits.timeframes.includes(timeframe));
  const instruments = await venue.instruments(from, to);
  const symbols = options.symbols ?? instruments.map(({ symbol }) => symbol);
  if (symbols.length === 0) throw new Error(`${venue.traits.name} lists no symbol in the range of the backtest`);

  const hash = new LedgerHash();
  const recorder = new Recorder(hash, options.onEvent);
  const criteria = options.criteria ? new CriteriaWatch() : undefined;
  const lacking = options.seats.filter((seat) => !isServed(seat, timeframes));
  const seats = options.seats.filter((seat) => isServed(seat, timeframes));
  const twins =
    options.twins === undefined
      ? undefined
      : new CoinTwins({ desk: options.desk, seats, coins: options.twins, recorder, onEvent: options.onEvent });
  const journal = twins?.journal ?? recorder;
  const open = (seat: AgentSeat, seating?: Seating): Agent =>
    openAgent(seat, options.initialBalance, from, options.limits, journal, seating);
  const agents = seats.map((seat) => open(seat)).map((agent) => criteria?.agent(agent) ?? agent);
  const coins = twins?.open(open) ?? [];
  const everyone = [...agents, ...coins];
  const pipeline = new Pipeline({
    desk: options.desk,
    agents: everyone,
    signals: options.signals,
    weights: options.weights,
    timeframes,
    finest,
    feeRate: venue.traits.feeRate,
    limits: options.limits,
    journal,
  });
  pipeline.list(instruments);

  const turnedAway: (TurnedAway & { timeframe: Timeframe })[] = [];
  for (const timeframe of timeframes) {
    const window = await loadWindow(venue, symbols, timeframe, { from, to, history: options.history });
    turnedAway.push(...window.turnedAway.map((each) => ({ ...each, timeframe })));
    pipeline.load(timeframe, window.series);
  }
  const candles = new FinestCandles();
  const window = await loadWindow(venue, symbols, finest, { from, to, history: 0 });
  for (const series of window.series) candles.load(series);
  const bars = window.series.reduce((sum, series) => sum + series.length, 0);
  const finestAway = window.turnedAway.map((each) => ({ ...each, timeframe: finest }));
  if (bars === 0) {
    const why = finestAway[0] === undefined ? "" : `: ${finestAway[0].reason}`;
    throw new Error(`${venue.traits.name} has no usable ${finest} candles in the range of the backtest${why}`);
  }
  if (!(timeframes as readonly Timeframe[]).includes(finest)) turnedAway.push(...finestAway);
  const funding = new FundingStamps();
  const stamps = new Map<string, readonly FundingStamp[]>();
  for (const symbol of symbols) {
    // A stamp settles the hours before it: the first one after the end still says that they were covered.
    stamps.set(symbol, await venue.funding(symbol, from, to + 8 * HOUR));
    funding.load(symbol, stamps.get(symbol) ?? []);
  }

  const curves = new Map(everyone.map((agent) => [agent.name, [toNumber(agent.ledger.equity)]]));
  const isRankingWatched = criteria !== undefined || options.onRanking !== undefined;
  const showRanking = (timeframe: RankedTimeframe | "cross"): void => {
    const ranking = timeframe === "cross" ? undefined : pipeline.rankingOf(timeframe);
    if (ranking === undefined) return;
    criteria?.ranking(ranking);
    options.onRanking?.(ranking);
  };
  const mark = (who: readonly Agent[], at: number): void => {
    if (options.onMark !== undefined) for (const agent of who) options.onMark(agent, at, agent.ledger.equity);
  };
  mark(everyone, from);
  const step = TIMEFRAME_MS[finest];
  for (let openTime = from; openTime < to; openTime += step) {
    pipeline.trade(openTime, candles, funding);
    const at = openTime + step;
    const due = dueAt(at, timeframes);
    const deciding = pipeline.close(at, due);
    if (deciding !== undefined) await deciding;
    if (isRankingWatched) for (const timeframe of due) showRanking(timeframe);
    mark(agents, at);
    if (at % DAY === 0 || at === to) mark(coins, at);
    if (at % DAY === 0) {
      for (const agent of everyone) curves.get(agent.name)?.push(toNumber(agent.ledger.equity));
      options.signal?.throwIfAborted();
      if (options.onProgress !== undefined) {
        options.onProgress((at - from) / (to - from), at);
        // Lets the progress line be drawn and a Ctrl-C be heard.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  const books = [
    ...agents.map((agent) =>
      reportBook({
        agent,
        from,
        to,
        dailyEquity: curves.get(agent.name) ?? [],
        traded: recorder.tradedBy(agent.name),
        trades: recorder.tradesOf(agent.name),
        tally: recorder.tallyOf(agent.name),
        stampsOf: (symbol) => stamps.get(symbol) ?? [],
      }),
    ),
    ...lacking.map((seat): BookReport => ({ agent: seat.name, decider: "rules", abstained: whyNot(seat, finest) })),
  ];
  const idle = new Set(books.flatMap(({ agent, abstained }) => (abstained === undefined ? [] : agent)));
  const traded = agents.filter(({ name }) => !idle.has(name));
  return {
    desk: options.desk,
    venue: venue.traits.name,
    simulated: venue.traits.simulated,
    from,
    to,
    finest,
    symbols,
    bars,
    ledgerHash: hash.digest(),
    books,
    turnedAway,
    ...(criteria && { criteria: criteria.report() }),
    ...(twins && { twins: twins.report(traded, (name) => curves.get(name) ?? [], venue.traits.feeRate) }),
  };
}

function isServed(seat: AgentSeat, timeframes: readonly RankedTimeframe[]): boolean {
  return seat.timeframe === "cross" || timeframes.includes(seat.timeframe);
}

function whyNot(seat: AgentSeat, finest: Timeframe): string {
  return `needs ${seat.timeframe} candles; the finest that this venue has for all its symbols is ${finest}`;
}

/** The last boundary of the venue's finest timeframe at `time`: where a backtest may begin or end. */
export function alignTo(finest: Timeframe, time: number): number {
  return openTimeAt(finest, time);
}
