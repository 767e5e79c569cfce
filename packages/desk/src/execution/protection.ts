import type { Direction } from "../instrument/instrument.ts";
import { FLAT_SCHEDULE, initialMargin, type MarginSchedule } from "../instrument/margin-schedule.ts";
import { add, type Money, scale, subtract, ZERO } from "../instrument/money.ts";
import { unitsPerLot } from "../instrument/notional.ts";
import { bankruptcyPrice, liquidationPrice } from "./liquidation.ts";

/** What an entry fixes for its position. */
export interface EntryTerms {
  readonly positionId: string;
  readonly symbol: string;
  readonly direction: Direction;
  readonly stop: number;
  readonly target?: number | undefined;
  readonly trailDistance?: number | undefined;
  readonly expiresAt?: number | undefined;
  readonly openedAt: number;
  readonly lotDecimals: number;
  /** 1 when absent. */
  readonly leverage?: number | undefined;
  readonly marginSchedule?: MarginSchedule | undefined;
}

/**
 * What ends one position without a decision: stop, trailing stop, target, time, liquidation. Absent bounds are
 * infinite (or 0 for a short's target), so that a candle is checked with comparisons alone.
 */
export class Protection {
  readonly positionId: string;
  readonly symbol: string;
  readonly direction: Direction;
  readonly trailDistance: number | undefined;
  /** Infinity without a time exit. */
  readonly expiresAt: number;
  readonly openedAt: number;
  readonly lotDecimals: number;
  readonly leverage: number;
  /** As the order had it; absent for the flat rate, whose liquidations cost the ordinary fee alone. */
  readonly marginSchedule: MarginSchedule | undefined;
  lots = 0;
  stop: number;
  /** Infinity (long) or 0 (short) without a target: no price reaches it. */
  target: number;
  liquidation: number;
  bankruptcy: number;
  /** The trail moved the stop to where it is: its hit is a trailing stop and no stop loss. */
  trailed = false;
  #cost = ZERO;
  #margin = ZERO;

  constructor(terms: EntryTerms) {
    this.positionId = terms.positionId;
    this.symbol = terms.symbol;
    this.direction = terms.direction;
    this.trailDistance = terms.trailDistance;
    this.expiresAt = terms.expiresAt ?? Number.POSITIVE_INFINITY;
    this.openedAt = terms.openedAt;
    this.lotDecimals = terms.lotDecimals;
    this.leverage = terms.leverage ?? 1;
    this.marginSchedule = terms.marginSchedule;
    this.stop = terms.stop;
    this.target = terms.target ?? (terms.direction === "long" ? Number.POSITIVE_INFINITY : 0);
    this.liquidation = terms.direction === "long" ? 0 : Number.POSITIVE_INFINITY;
    this.bankruptcy = this.liquidation;
  }

  /** The target as a decision states it. */
  get statedTarget(): number | undefined {
    return this.target === 0 || this.target === Number.POSITIVE_INFINITY ? undefined : this.target;
  }

  /** Takes in the lots of an entry or scale-in: the average price moves, and the liquidation price with it. */
  enlarge(lots: number, notional: Money): void {
    this.lots += lots;
    this.#cost = add(this.#cost, notional);
    this.#margin = add(this.#margin, initialMargin(notional, this.leverage));
    this.#reckon();
  }

  /** Takes out lots at their average cost and margin. */
  reduce(lots: number): void {
    this.#cost = subtract(this.#cost, scale(this.#cost, lots / this.lots));
    this.#margin = subtract(this.#margin, scale(this.#margin, lots / this.lots));
    this.lots -= lots;
    if (this.lots > 0) this.#reckon();
  }

  isLiquidatedAt(price: number): boolean {
    return this.direction === "long" ? price <= this.liquidation : price >= this.liquidation;
  }

  /** No price is worse for the position than where its margin is used up. */
  withinMargin(price: number): number {
    return this.direction === "long" ? Math.max(price, this.bankruptcy) : Math.min(price, this.bankruptcy);
  }

  /** Funding took this much of the margin: liquidation comes nearer. */
  drain(amount: Money): void {
    this.#margin = subtract(this.#margin, amount);
    this.#reckon();
  }

  #reckon(): void {
    const lots = { cost: this.#cost, margin: this.#margin, lotUnits: this.lots * unitsPerLot(this.lotDecimals) };
    this.liquidation = liquidationPrice(this.direction, lots, this.marginSchedule ?? FLAT_SCHEDULE);
    this.bankruptcy = bankruptcyPrice(this.direction, lots);
  }

  /**
   * A close of the agent's timeframe since the entry. The stop follows the best close at the trail distance and is
   * never loosened, so the best close itself need not be kept. Returns true when the stop moved.
   */
  onClose(close: number): boolean {
    if (this.trailDistance === undefined) return false;
    const trailedStop = this.direction === "long" ? close - this.trailDistance : close + this.trailDistance;
    if (!this.tightens(trailedStop)) return false;
    this.stop = trailedStop;
    this.trailed = true;
    return true;
  }

  tightens(stop: number): boolean {
    return this.direction === "long" ? stop > this.stop : stop < this.stop;
  }

  /** Sets what a decision or a recorded event names. */
  set(stop: number | undefined, target: number | undefined, cause: "decision" | "trail"): void {
    if (stop !== undefined && stop !== this.stop) {
      this.stop = stop;
      this.trailed = cause === "trail";
    }
    if (target !== undefined) this.target = target;
  }
}
