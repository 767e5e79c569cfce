import { UserError } from "@alphaforge/core/errors";
import type { Decider } from "../deciders/decider.ts";
import type { Execution } from "../execution/execution.ts";
import { unitsPerLot } from "../instrument/notional.ts";
import { isBoundary, type RankedTimeframe } from "../instrument/timeframe.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { averagePrice, type Position } from "../ledger/position.ts";
import type { Decision } from "../strategies/decision.ts";
import type { CrossStrategy, Strategy } from "../strategies/strategy.ts";
import type { BookView, Exit, HeldPosition } from "./book-view.ts";
import type { Brain } from "./brain.ts";
import { CROSS_TIMEFRAME, type CrossSight } from "./cross-sight.ts";
import type { TimeframeSight } from "./timeframe-sight.ts";
import type { TwinOf } from "./twin.ts";

/** A mandate with a timeframe, a decider and a ledger of its own. */
export interface AgentSeat {
  /** "momentum-15m", "cross-regime". */
  readonly name: string;
  readonly displayName: string;
  readonly strategy: Strategy;
  readonly timeframe: RankedTimeframe | "cross";
  /** Present when it shadows an agent: same mandate, another way to decide, a ledger of its own. */
  readonly twin?: TwinOf;
}

/**
 * One seat per strategy and timeframe, in the order of the strategies' names and of the timeframes. A UserError where two
 * would have one name: events and books go by it, and two agents under one name would trade on each other's book.
 */
export function seatsOf(strategies: readonly Strategy[]): readonly AgentSeat[] {
  const ordered = [...strategies].sort((a, b) => scopeOrder(a) - scopeOrder(b) || (a.name < b.name ? -1 : 1));
  const seats = ordered.flatMap((strategy): AgentSeat[] => {
    if (strategy.scope === "cross") {
      return [{ name: strategy.agentPrefix, displayName: strategy.displayName, strategy, timeframe: "cross" }];
    }
    return strategy.timeframes.map((timeframe: RankedTimeframe) => ({
      name: `${strategy.agentPrefix}-${timeframe}`,
      displayName: `${strategy.displayName} (${timeframe})`,
      strategy,
      timeframe,
    }));
  });
  const holders = new Map<string, Strategy>();
  for (const { name, strategy } of seats) {
    const other = holders.get(name);
    if (other !== undefined) {
      throw new UserError(
        `strategies ${other.name} and ${strategy.name} both have an agent ${name}: give one another agentPrefix`,
      );
    }
    holders.set(name, strategy);
  }
  return seats;
}

const scopeOrder = (strategy: Strategy): number => (strategy.scope === "cross" ? 1 : 0);

/** An agent at work: what it holds and what it carries from close to close. Only the pipeline changes it. */
export interface Agent extends AgentSeat {
  // biome-ignore lint/suspicious/noExplicitAny: a rules decider and its sight belong to the same strategy's scope.
  decider: Decider<any>;
  readonly ledger: Ledger;
  readonly execution: Execution;
  readonly exits: Map<string, Exit>;
  /** The book while nothing is held: most of the time, and always the same. */
  readonly flatBook: BookView;
  memory: unknown;
  /** What a model agent goes by; undefined for all others. Changed only by folding events. */
  brain: Brain | undefined;
  sight: TimeframeSight | CrossSight | undefined;
  /** The last close decided on; a close is decided once, however often it is asked. */
  decidedAt: number;
  /** The latest decision that risk let through, whole or in part: what its coin follows. */
  acted: { readonly at: number; readonly decision: Decision } | undefined;
  /** Set by command, cleared by command: it decides nothing, its protections go on. */
  paused: boolean;
  /** Why it does not decide in this process, such as a switch in the environment; empty while it does. Not recorded. */
  asleep: string;
  /** A twin that is no longer needed. */
  retired: boolean;
  /** The reason last recorded for not taking part; empty while it does. */
  abstains: string;
  /** Set once a stage has failed for this agent: it decides nothing until cleared, its protections go on. */
  halted: string;
}

/** The timeframe whose closes the agent counts in. */
export function barOf(agent: AgentSeat): RankedTimeframe {
  return agent.timeframe === "cross" ? CROSS_TIMEFRAME : agent.timeframe;
}

export function isCross(strategy: Strategy): strategy is CrossStrategy {
  return strategy.scope === "cross";
}

/** What is due at the close `at`, of the timeframes at hand and for the cross agents. */
export function dueAt(at: number, timeframes: readonly RankedTimeframe[]): readonly (RankedTimeframe | "cross")[] {
  let mask = isBoundary(CROSS_TIMEFRAME, at) ? 1 : 0;
  for (let i = 0; i < timeframes.length; i += 1) {
    if (isBoundary(timeframes[i] as RankedTimeframe, at)) mask |= 2 << i;
  }
  let known = DUE.get(timeframes);
  if (known === undefined) {
    known = [];
    DUE.set(timeframes, known);
  }
  let due = known[mask];
  if (due === undefined) {
    due = timeframes.filter((_, i) => (mask & (2 << i)) !== 0);
    if ((mask & 1) !== 0) due = [...due, "cross"];
    known[mask] = due;
  }
  return due;
}

/** The few combinations that there are, made once: a replay asks at every candle. */
const DUE = new WeakMap<readonly RankedTimeframe[], (readonly (RankedTimeframe | "cross")[])[]>();

/** The agent's book as its setups show it, from ledger and execution. */
export function bookOf(agent: Agent): BookView {
  if (agent.ledger.positionCount === 0) return agent.flatBook;
  const positions: HeldPosition[] = [];
  for (const position of agent.ledger.positions()) {
    const protection = agent.execution.protection(position.symbol);
    if (protection === undefined) throw new Error(`position ${position.id} of ${agent.name} has no protection`);
    positions.push({
      symbol: position.symbol,
      direction: position.direction,
      entryPrice: entryPriceOf(position),
      firstEntryPrice: position.firstEntryPrice,
      stop: protection.stop,
      target: protection.statedTarget,
      openedAt: position.openedAt,
      scaleIns: position.scaleIns,
    });
  }
  return { positions, exits: agent.exits };
}

/** Average price of the lots held now. */
function entryPriceOf({ cost, lots, lotDecimals }: Position): number {
  return averagePrice(cost, lots, unitsPerLot(lotDecimals));
}
