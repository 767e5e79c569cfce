import type { AgentSeat } from "../../agents/agent.ts";
import type { DeskEvent, DeskEvents } from "../../events.ts";
import type { Fill } from "../../execution/fill.ts";
import { type Money, toNumber } from "../../instrument/money.ts";
import { TIMEFRAME_MS, type Timeframe } from "../../instrument/timeframe.ts";
import { RefusalCounts } from "./refusal-counts.ts";

const DAY = TIMEFRAME_MS["1d"];

/** A fill as charts and exposure need it; `notional` in USDT. */
export type WatchedFill = Pick<Fill, "positionId" | "symbol" | "direction" | "kind" | "lots" | "price" | "at"> & {
  readonly notional: number;
};

/** A closed position with what it was protected by. */
export interface WatchedTrade {
  readonly closed: DeskEvents["position.closed"];
  readonly fills: readonly WatchedFill[];
  /** As fixed at entry; absent where the order named none. */
  readonly stop?: number;
  readonly target?: number;
  /** Where stop and target were moved to afterwards, in order. */
  readonly moves: readonly { readonly at: number; readonly stop: number; readonly target?: number }[];
}

/** Marked equity of an agent's coins at `times`, in USDT: over the coins of the day. */
export interface CoinBand {
  readonly mean: Float64Array;
  readonly lowest: Float64Array;
  readonly highest: Float64Array;
}

/** All that a backtest's report shows of one agent beyond its `BookReport`. */
export interface WatchedAgent {
  /** Marked equity in USDT at `from` and after every finest candle. */
  readonly equity: Float64Array;
  readonly fills: readonly WatchedFill[];
  readonly trades: readonly WatchedTrade[];
  readonly refusals: RefusalCounts;
  /** Absent without coins. */
  readonly coins?: CoinBand;
}

interface Kept {
  readonly equity: Float64Array;
  readonly fills: WatchedFill[];
  readonly trades: WatchedTrade[];
  readonly refusals: RefusalCounts;
  readonly open: Map<string, OpenTrade>;
  readonly coins: { readonly sum: Float64Array; readonly lowest: Float64Array; readonly highest: Float64Array };
  readonly coinsSeen: Uint16Array;
}

interface OpenTrade {
  readonly fills: WatchedFill[];
  stop: number | undefined;
  target: number | undefined;
  readonly moves: { readonly at: number; readonly stop: number; readonly target?: number }[];
}

/**
 * Keeps what a report draws while a backtest runs: hand `onEvent` and `onMark` to `backtest`. It changes nothing there.
 * Memory: 8 bytes per agent and finest candle (0.6 MB per agent for two years of 15m), and the agents' trades; of coins
 * only their daily mean, lowest and highest.
 */
export class BacktestWatch {
  /** `from`, every midnight (UTC) after it, and `to`; ms. */
  readonly times: readonly number[];
  readonly from: number;
  /** Length of the finest candle, ms. */
  readonly step: number;
  readonly #agents = new Map<string, Kept>();
  readonly #steps: number;
  readonly #indexOf: ReadonlyMap<number, number>;

  /** @param range both on the finest timeframe's grid, as `backtest` takes them */
  constructor(agents: Iterable<string>, range: { readonly from: number; readonly to: number }, finest: Timeframe) {
    this.from = range.from;
    this.step = TIMEFRAME_MS[finest];
    this.#steps = (range.to - range.from) / this.step;
    this.times = daysOf(range.from, range.to);
    this.#indexOf = new Map(this.times.map((time, index) => [time, index]));
    for (const name of agents) {
      const days = this.times.length;
      this.#agents.set(name, {
        equity: new Float64Array(this.#steps + 1),
        fills: [],
        trades: [],
        refusals: new RefusalCounts(),
        open: new Map(),
        coins: {
          sum: new Float64Array(days),
          lowest: new Float64Array(days).fill(Number.POSITIVE_INFINITY),
          highest: new Float64Array(days).fill(Number.NEGATIVE_INFINITY),
        },
        coinsSeen: new Uint16Array(days),
      });
    }
  }

  readonly onMark = (seat: Pick<AgentSeat, "name" | "twin">, at: number, equity: Money): void => {
    const own = this.#agents.get(seat.name);
    if (own !== undefined) {
      own.equity[(at - this.from) / this.step] = toNumber(equity);
      return;
    }
    const leader = seat.twin?.kind === "coin" ? this.#agents.get(seat.twin.of) : undefined;
    const day = this.#indexOf.get(at);
    if (leader === undefined || day === undefined) return;
    const { sum, lowest, highest } = leader.coins;
    const value = toNumber(equity);
    sum[day] = (sum[day] as number) + value;
    lowest[day] = Math.min(lowest[day] as number, value);
    highest[day] = Math.max(highest[day] as number, value);
    leader.coinsSeen[day] = (leader.coinsSeen[day] as number) + 1;
  };

  readonly onEvent = (event: DeskEvent): void => {
    switch (event.type) {
      case "order.approved": {
        const { agent, positionId, kind, stop, target } = event.data;
        if (kind === "entry") this.#agents.get(agent)?.open.set(positionId, { fills: [], stop, target, moves: [] });
        return;
      }
      case "order.filled": {
        const kept = this.#agents.get(event.data.agent);
        if (kept === undefined) return;
        const { positionId, symbol, direction, kind, lots, price, at, notional } = event.data;
        const fill = { positionId, symbol, direction, kind, lots, price, at, notional: toNumber(notional) };
        kept.fills.push(fill);
        kept.open.get(positionId)?.fills.push(fill);
        return;
      }
      case "position.protected": {
        const { agent, positionId, stop, target } = event.data;
        const trade = this.#agents.get(agent)?.open.get(positionId);
        trade?.moves.push({ at: event.at, stop, ...(target !== undefined && { target }) });
        return;
      }
      case "position.closed": {
        const kept = this.#agents.get(event.data.agent);
        const open = kept?.open.get(event.data.positionId);
        if (kept === undefined) return;
        if (open === undefined) throw new Error(`position ${event.data.positionId} closed without an approved entry`);
        kept.open.delete(event.data.positionId);
        const { fills, stop, target, moves } = open;
        kept.trades.push({
          closed: event.data,
          fills,
          moves,
          ...(stop !== undefined && { stop }),
          ...(target !== undefined && { target }),
        });
        return;
      }
      case "order.refused":
        this.#agents.get(event.data.agent)?.refusals.add(event.data.reasons, event.data.symbol);
        return;
    }
  };

  /** Throws for who was not watched. */
  agent(name: string): WatchedAgent {
    const kept = this.#agents.get(name);
    if (kept === undefined) throw new Error(`${name} was not watched`);
    const { equity, fills, trades, refusals, coins, coinsSeen } = kept;
    const count = coinsSeen[0] as number;
    if (count === 0) return { equity, fills, trades, refusals };
    const mean = coins.sum.map((sum, day) => sum / (coinsSeen[day] as number));
    return { equity, fills, trades, refusals, coins: { mean, lowest: coins.lowest, highest: coins.highest } };
  }
}

function daysOf(from: number, to: number): readonly number[] {
  const times = [from];
  for (let time = (Math.floor(from / DAY) + 1) * DAY; time < to; time += DAY) times.push(time);
  times.push(to);
  return times;
}
