import { createHash } from "node:crypto";
import { seatsOf } from "../../src/agents/agent.ts";
import type { DeskEvent, DeskEvents } from "../../src/events.ts";
import type { CandleSeries } from "../../src/instrument/candle.ts";
import { money, toDecimal } from "../../src/instrument/money.ts";
import { TIMEFRAME_MS } from "../../src/instrument/timeframe.ts";
import { type BacktestReport, backtest } from "../../src/replay/backtest.ts";
import { allSignals, allStrategies } from "../plugins.ts";
import { type MarketScript, START, scriptedMarket } from "../scripted-market.ts";

/**
 * Whose agents are pinned. Agents do not meet, so that a strategy which is added changes nothing for these and needs no
 * edit here; name it once a scenario shows it.
 */
const PINNED_STRATEGIES: readonly string[] = [
  "breakout",
  "cascade",
  "confluence",
  "divergence",
  "mean-reversion",
  "momentum",
  "regime",
  "swing",
];

/** One scripted market, what the arena's agents are to show on it, and how to tell that they do. */
export interface Scenario {
  /** What it is to show, as a sentence. */
  readonly shows: string;
  readonly market: MarketScript;
  /** Hours from hour 0 that are traded. */
  readonly hours: number;
  /** The arena's 10,000 USDT, 25 % and 5 positions where it says nothing. */
  readonly book?: { readonly balance?: number; readonly maxPositionShare?: number; readonly maxPositions?: number };
  /** True when the run shows it: without it the pinned figures would pin something else. */
  check(run: ScenarioRun): boolean;
}

export type Filled = DeskEvents["order.filled"];
export type Closed = DeskEvents["position.closed"];

export interface ScenarioRun {
  readonly report: BacktestReport;
  readonly events: readonly DeskEvent[];
  readonly fills: readonly Filled[];
  readonly closed: readonly Closed[];
  /** The stop that a position was opened with; NaN for one that never was. */
  stopOf(positionId: string): number;
  /** The target likewise. */
  targetOf(positionId: string): number;
  /** Of the hourly candle that opens at `at`; NaN where there is none. */
  openAt(symbol: string, at: number): number;
}

/** Runs the pinned strategies on the scenario's market, by the backtest that users run. */
export async function runScenario(scenario: Scenario): Promise<ScenarioRun> {
  const { balance = 10_000, maxPositionShare = 0.25, maxPositions = 5 } = scenario.book ?? {};
  const events: DeskEvent[] = [];
  const venue = scriptedMarket(scenario.market);
  const report = await backtest({
    desk: "golden",
    venue,
    from: START,
    to: START + scenario.hours * TIMEFRAME_MS["1h"],
    seats: seatsOf((await allStrategies()).filter(({ name }) => PINNED_STRATEGIES.includes(name))),
    signals: await allSignals(),
    limits: { maxPositionShare, maxPositions },
    initialBalance: money(balance),
    history: 1_000,
    onEvent: (event) => events.push(event),
  });
  const entries = new Map(
    events.flatMap((event) =>
      event.type === "order.approved" && event.data.kind === "entry" ? [[event.data.positionId, event.data]] : [],
    ),
  );
  const hours = new Map<string, CandleSeries>();
  for (const symbol of report.symbols) hours.set(symbol, await venue.candles(symbol, "1h", START, report.to));
  return {
    stopOf: (positionId) => entries.get(positionId)?.stop ?? Number.NaN,
    targetOf: (positionId) => entries.get(positionId)?.target ?? Number.NaN,
    openAt: (symbol, at) => {
      const series = hours.get(symbol);
      return series?.open[series.openTime.indexOf(at)] ?? Number.NaN;
    },
    report,
    events,
    fills: events.flatMap((event) => (event.type === "order.filled" ? event.data : [])),
    closed: events.flatMap((event) => (event.type === "position.closed" ? event.data : [])),
  };
}

/** What is pinned: figures by name, and by agent how many orders it made with their hash. */
export interface Golden {
  readonly statistics: Readonly<Record<string, number | string>>;
  readonly orders: Readonly<Record<string, string>>;
}

const ORDERS: ReadonlySet<DeskEvent["type"]> = new Set([
  "order.approved",
  "order.refused",
  "order.cancelled",
  "order.filled",
]);
const REASONS = [
  "stop-loss",
  "trailing-stop",
  "take-profit",
  "time-exit",
  "decision",
  "liquidation",
  "delisted",
] as const;

export function goldenOf({ report, events, fills, closed }: ScenarioRun): Golden {
  const count = (holds: (event: DeskEvent) => boolean): number => events.filter(holds).length;
  const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
  const decimals = (units: number): string => toDecimal(money(units / 1e8));
  const nets = closed.map(({ net }) => net);
  const hours = closed.map(({ openedAt, closedAt }) => (closedAt - openedAt) / TIMEFRAME_MS["1h"]);
  const funded = events.flatMap((event) => (event.type === "funding.posted" ? event.data.amount : []));
  const books = report.books;
  return {
    statistics: {
      bars: report.bars,
      agents: books.length,
      "agents that traded": books.filter(({ abstained }) => abstained === undefined).length,
      decisions: count(({ type }) => type === "decision.made"),
      holds: sum(books.map(({ holds = 0 }) => holds)),
      "close-all decisions": count(
        (event) => event.type === "decision.made" && event.data.decision.action === "close-all",
      ),
      abstentions: count(({ type }) => type === "agent.abstained"),
      "orders approved": count(({ type }) => type === "order.approved"),
      "orders refused": count(({ type }) => type === "order.refused"),
      "orders cancelled": count(({ type }) => type === "order.cancelled"),
      entries: fills.filter(({ kind }) => kind === "entry").length,
      "scale-ins": fills.filter(({ kind }) => kind === "scale-in").length,
      "long entries": fills.filter(({ kind, direction }) => kind === "entry" && direction === "long").length,
      "short entries": fills.filter(({ kind, direction }) => kind === "entry" && direction === "short").length,
      trades: closed.length,
      ...Object.fromEntries(
        REASONS.map((each) => [`exits: ${each}`, closed.filter(({ reason }) => reason === each).length]),
      ),
      ambiguous: closed.filter(({ ambiguous }) => ambiguous).length,
      "stops moved by trail": count((event) => event.type === "position.protected" && event.data.cause === "trail"),
      wins: nets.filter((net) => net > 0).length,
      losses: nets.filter((net) => net < 0).length,
      gross: decimals(sum(closed.map(({ gross }) => gross))),
      net: decimals(sum(nets)),
      "best trade": decimals(Math.max(0, ...nets)),
      "worst trade": decimals(Math.min(0, ...nets)),
      fees: decimals(sum(fills.map(({ fee }) => fee))),
      "funding stamps": funded.length,
      funding: decimals(sum(funded)),
      "traded notional": decimals(sum(fills.map(({ notional }) => notional))),
      "hours held": sum(hours),
      "longest hours held": Math.max(0, ...hours),
      "open positions": sum(books.map(({ openPositions = 0 }) => openPositions)),
      "net of all books": sum(books.map(({ netPnl = 0 }) => netPnl)).toFixed(8),
      "deepest drawdown": Math.max(0, ...books.map(({ maxDrawdown = 0 }) => maxDrawdown)).toFixed(8),
      halts: count(({ type }) => type === "halt.raised"),
      "series turned away": report.turnedAway.length,
      "ledger hash": report.ledgerHash,
      "orders hash": hashOf(events.filter(({ type }) => ORDERS.has(type))),
    },
    orders: Object.fromEntries(
      books.flatMap(({ agent }) => {
        const own = events.filter((event) => ORDERS.has(event.type) && (event.data as Filled).agent === agent);
        return own.length === 0 ? [] : [[agent, `${own.length} order events, ${hashOf(own).slice(0, 16)}`]];
      }),
    ),
  };
}

function hashOf(events: readonly DeskEvent[]): string {
  const hash = createHash("sha256");
  for (const { type, at, data } of events) hash.update(`${type} ${at} ${JSON.stringify(data)}\n`);
  return hash.digest("hex");
}

/** One line per figure or agent that is not what was pinned. */
export function changesBetween(pinned: Golden, now: Golden): readonly string[] {
  return (["statistics", "orders"] as const).flatMap((part) => {
    const [before, after]: Readonly<Record<string, number | string>>[] = [pinned[part], now[part]];
    return [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])].flatMap((name) => {
      const was = before?.[name] ?? "nothing";
      const is = after?.[name] ?? "nothing";
      return was === is ? [] : [`${part === "orders" ? "orders of " : ""}${name}: ${was} → ${is}`];
    });
  });
}
