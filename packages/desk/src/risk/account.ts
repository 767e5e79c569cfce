import type { Direction } from "../instrument/instrument.ts";
import type { MarginSchedule } from "../instrument/margin-schedule.ts";
import type { Money } from "../instrument/money.ts";

/** A position as risk sees it: the ledger's size, execution's protections. */
export interface HeldPosition {
  readonly positionId: string;
  readonly symbol: string;
  readonly direction: Direction;
  readonly lots: number;
  /** What was put in: the sum of its entries' notionals. */
  readonly cost: Money;
  readonly openedAt: number;
  /** 1 when absent. */
  readonly leverage?: number;
  readonly stop: number;
  readonly target?: number;
  /** Set when the stop trails: then it is never loosened. */
  readonly trailDistance?: number;
}

/** An approved order that has not filled. */
export interface WaitingOrder {
  readonly kind: "entry" | "scale-in" | "exit" | "amend";
  readonly symbol: string;
  readonly positionId: string;
  readonly notional?: Money;
  /** 1 when absent. */
  readonly leverage?: number;
}

/** One agent's means at the time of its decision. */
export interface Account {
  readonly equity: Money;
  /** Free cash, before what the waiting orders will take. */
  readonly cash: Money;
  readonly positions: readonly HeldPosition[];
  readonly pending: readonly WaitingOrder[];
}

/** The latest price of the symbol that the decision names. */
export interface Quote {
  /** Whose price it is: a decision is never held against another symbol's. */
  readonly symbol: string;
  readonly price: number;
  /** When it was a price: the close of its candle, or the time of the live quote. */
  readonly at: number;
  readonly listed: boolean;
  /** The venue's own margin tiers; absent where it states none. */
  readonly margin?: MarginSchedule;
}
