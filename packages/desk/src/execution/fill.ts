import type { Direction } from "../instrument/instrument.ts";
import type { ExitReason } from "../strategies/decision.ts";

/** A trade that happened: lots of one position at one price and time. The ledger turns it into postings. */
export interface Fill {
  /** f(desk, decision, leg): the same decision fills once, however often it is sent. */
  readonly clientOrderId: string;
  readonly agent: string;
  readonly positionId: string;
  readonly symbol: string;
  /** The position's direction, also when this fill reduces it. */
  readonly direction: Direction;
  readonly kind: "entry" | "scale-in" | "exit";
  /** Whole lots, > 0. */
  readonly lots: number;
  readonly lotDecimals: number;
  readonly price: number;
  /**
   * Domain time in ms: the open of the candle that it filled at, or of the candle within which its stop or target was
   * touched; the time of the quote where an order filled at a live price within a candle.
   */
  readonly at: number;
  /** The decision behind it; absent where a protection or the venue acted. */
  readonly decisionId?: string;
  /** Exits only. */
  readonly reason?: ExitReason;
  /** Entries and scale-ins: notional / leverage is reserved. 1 when absent. */
  readonly leverage?: number;
  /** Liquidations under a schedule: charged above the ordinary fee, both as far as the position's margin lasts. */
  readonly liquidationFeeRate?: number;
  /** The candle touched stop and target: the stop was assumed first. */
  readonly ambiguous?: boolean;
}
