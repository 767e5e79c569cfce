import type { DeskEvent, DeskEvents, Journal } from "../events.ts";
import { lotsWithin, notionalOf } from "../instrument/notional.ts";
import { lotDecimalsAt } from "../instrument/quantity.ts";
import type { ApprovedOrder } from "../risk/approved-order.ts";
import type { ExitReason } from "../strategies/decision.ts";
import { exitOnCandle, touches, touchesTarget } from "./exit-on-candle.ts";
import type { Fill } from "./fill.ts";
import { Protection } from "./protection.ts";

/** An approved order that has not filled yet. */
export type PendingOrder = Readonly<DeskEvents["order.approved"]> & { readonly at: number };

/** What one symbol has for execution to do. */
interface Slot {
  pending: PendingOrder[];
  protection: Protection | undefined;
}

const NO_FILLS: readonly Fill[] = Object.freeze([]);

/**
 * The orders and protections of one agent. Pure: candles and quotes come in, fills come out, cancellations and moved
 * protections go to the journal. Inside one candle: decided exits at the open, then entries and scale-ins at the open,
 * then a time exit at the open, then stop, liquidation and target over the whole candle. A leveraged position that the
 * open finds beyond its liquidation price is liquidated before any of these.
 *
 * A candle is checked for positions that were held at its open; one filled within it (`onQuote`) is checked from the
 * next candle on. A scale-in within a candle leaves the position checked on it, lots added included: conservative.
 *
 * `restore` folds the recorded events, so that a new process goes on exactly where the last one stopped.
 */
export class Execution {
  readonly agent: string;
  readonly #journal: Journal;
  readonly #slots = new Map<string, Slot>();
  /** Ids of all orders ever placed: sending one again, also after its position ended, places nothing. */
  readonly #seen = new Set<string>();

  constructor(agent: string, journal: Journal) {
    this.agent = agent;
    this.#journal = journal;
  }

  /**
   * Takes an order; false when one with its id was taken before. Amendments hold at once (the last candle has closed);
   * the rest waits for the first price at or after `order.at`. Throws for another agent's order.
   */
  place(order: ApprovedOrder): boolean {
    if (order.agent !== this.agent)
      throw new Error(`order ${order.clientOrderId} is ${order.agent}'s, not ${this.agent}'s`);
    if (this.#seen.has(order.clientOrderId)) return false;
    this.#seen.add(order.clientOrderId);
    if (order.kind === "amend") this.#amend(order);
    else this.#slot(order.symbol).pending.push(order);
    return true;
  }

  /** True while the symbol has an order or a position here: only then must its candles be shown. */
  watches(symbol: string): boolean {
    return this.#slots.has(symbol);
  }

  /** True while any symbol has an order or a position here. */
  get isWatching(): boolean {
    return this.#slots.size > 0;
  }

  watched(): IterableIterator<string> {
    return this.#slots.keys();
  }

  protection(symbol: string): Protection | undefined {
    return this.#slots.get(symbol)?.protection;
  }

  /** All orders that wait, in the order in which their symbols and they came. */
  pending(): PendingOrder[] {
    return [...this.#slots.values()].flatMap((slot) => slot.pending);
  }

  /** One closed finest candle of one symbol, in ascending order. The returned list is empty and shared when nothing happens. */
  onCandle(symbol: string, openTime: number, open: number, high: number, low: number): readonly Fill[] {
    const slot = this.#slots.get(symbol);
    if (slot === undefined) return NO_FILLS;
    const protection = slot.protection;
    if (slot.pending.length === 0) {
      if (protection === undefined || openTime < protection.openedAt) return NO_FILLS;
      if (openTime < protection.expiresAt && !touches(protection, high, low)) return NO_FILLS;
    }
    const fills: Fill[] = [];
    const isAmbiguous = protection !== undefined && touchesTarget(protection, high, low);
    this.#fillAtPrice(symbol, slot, open, openTime, fills, isAmbiguous);
    const held = slot.protection;
    if (held !== undefined && openTime >= held.openedAt) {
      const exit = exitOnCandle(held, open, high, low);
      if (exit !== undefined) {
        this.#leave(slot, held, exit.price, openTime, exit.reason, fills, undefined, exit.ambiguous);
      }
    }
    this.#forgetWhenIdle(symbol, slot);
    return fills;
  }

  /** A live price within a candle: fills what waits and ends what is over. Stops and targets are left to the candles. */
  onQuote(symbol: string, price: number, at: number): readonly Fill[] {
    const slot = this.#slots.get(symbol);
    if (slot === undefined) return NO_FILLS;
    const fills: Fill[] = [];
    this.#fillAtPrice(symbol, slot, price, at, fills);
    this.#forgetWhenIdle(symbol, slot);
    return fills;
  }

  /** A candle of the agent's own timeframe closed at `at`: trailing stops follow, for positions entered before it. */
  onClose(symbol: string, close: number, at: number): void {
    const protection = this.#slots.get(symbol)?.protection;
    if (protection === undefined || at <= protection.openedAt) return;
    if (protection.onClose(close)) this.#recordProtection(protection, at, "trail");
  }

  /** Funding that free cash did not cover has come out of a position's margin, as the ledger posted it. */
  onFunding(posted: DeskEvents["funding.posted"]): void {
    const protection = this.#slots.get(posted.symbol)?.protection;
    if (posted.fromMargin !== undefined && protection?.positionId === posted.positionId) {
      protection.drain(posted.fromMargin);
    }
  }

  /** The symbol stopped trading: its position is left at the last close, its orders are cancelled. */
  onDelisted(symbol: string, lastClose: number, at: number): readonly Fill[] {
    const slot = this.#slots.get(symbol);
    if (slot === undefined) return NO_FILLS;
    const fills: Fill[] = [];
    for (const order of slot.pending.splice(0)) this.#cancel(order, at, `${symbol} was delisted`);
    this.#liquidateBeyond(slot, lastClose, at, fills);
    if (slot.protection !== undefined) this.#leave(slot, slot.protection, lastClose, at, "delisted", fills);
    this.#forgetWhenIdle(symbol, slot);
    return fills;
  }

  /** Folds one recorded event of this agent; others change nothing. */
  restore(event: DeskEvent): void {
    switch (event.type) {
      case "order.approved":
        if (event.data.agent !== this.agent) return;
        this.#seen.add(event.data.clientOrderId);
        // An amendment shows in the position.protected or order.cancelled that follows it.
        if (event.data.kind !== "amend") this.#slot(event.data.symbol).pending.push({ ...event.data, at: event.at });
        return;
      case "order.cancelled":
        if (event.data.agent === this.agent) {
          const cancelled = this.#takePending(event.data.clientOrderId);
          if (cancelled !== undefined) this.#forgetWhenIdle(cancelled.symbol, this.#slot(cancelled.symbol));
        }
        return;
      case "order.filled":
        if (event.data.agent === this.agent) this.#restoreFill(event.data);
        return;
      case "funding.posted":
        if (event.data.agent === this.agent) this.onFunding(event.data);
        return;
      case "position.protected": {
        if (event.data.agent !== this.agent) return;
        for (const slot of this.#slots.values()) {
          if (slot.protection?.positionId !== event.data.positionId) continue;
          slot.protection.set(event.data.stop, event.data.target, event.data.cause);
        }
        return;
      }
      default:
        return;
    }
  }

  #restoreFill(fill: Fill): void {
    const order = this.#takePending(fill.clientOrderId);
    const slot = this.#slot(fill.symbol);
    if (fill.kind === "exit") {
      slot.protection?.reduce(fill.lots);
      if (slot.protection?.lots === 0) slot.protection = undefined;
    } else {
      if (order === undefined) throw new Error(`the log has fill ${fill.clientOrderId} without its approved order`);
      this.#take(slot, order, fill);
    }
    this.#forgetWhenIdle(fill.symbol, slot);
  }

  #takePending(clientOrderId: string): PendingOrder | undefined {
    for (const slot of this.#slots.values()) {
      const index = slot.pending.findIndex((order) => order.clientOrderId === clientOrderId);
      if (index >= 0) return slot.pending.splice(index, 1)[0];
    }
    return undefined;
  }

  #slot(symbol: string): Slot {
    let slot = this.#slots.get(symbol);
    if (slot === undefined) {
      slot = { pending: [], protection: undefined };
      this.#slots.set(symbol, slot);
    }
    return slot;
  }

  #forgetWhenIdle(symbol: string, slot: Slot): void {
    if (slot.pending.length === 0 && slot.protection === undefined) this.#slots.delete(symbol);
  }

  #fillAtPrice(symbol: string, slot: Slot, price: number, at: number, fills: Fill[], isAmbiguous = false): void {
    this.#liquidateBeyond(slot, price, at, fills, isAmbiguous);
    const due = slot.pending.filter((order) => order.at <= at);
    if (due.length > 0) slot.pending = slot.pending.filter((order) => order.at > at);
    for (const order of due) {
      if (order.kind !== "exit") continue;
      const held = slot.protection;
      if (held?.positionId !== order.positionId) this.#cancel(order, at, `position ${order.positionId} is gone`);
      else this.#leave(slot, held, price, at, "decision", fills, order);
    }
    for (const order of due) {
      if (order.kind === "entry" || order.kind === "scale-in") this.#enter(symbol, slot, order, price, at, fills);
    }
    const held = slot.protection;
    if (held !== undefined && at >= held.expiresAt) this.#leave(slot, held, price, at, "time-exit", fills);
  }

  /**
   * A position under a margin schedule never reaches what was decided for a price at which the venue has already taken
   * it over: else an exit could lose more than its margin.
   */
  #liquidateBeyond(slot: Slot, price: number, at: number, fills: Fill[], isAmbiguous = false): void {
    const held = slot.protection;
    if (held?.marginSchedule === undefined || at < held.openedAt || !held.isLiquidatedAt(price)) return;
    this.#leave(slot, held, held.withinMargin(price), at, "liquidation", fills, undefined, isAmbiguous);
  }

  #enter(symbol: string, slot: Slot, order: PendingOrder, price: number, at: number, fills: Fill[]): void {
    const held = slot.protection;
    if (order.kind === "entry") {
      if (held !== undefined) {
        this.#cancel(order, at, `${symbol} is held as ${held.positionId}`);
        return;
      }
      if (order.expiresAt !== undefined && at >= order.expiresAt) {
        this.#cancel(order, at, `its time was over at ${order.expiresAt}, before a price came at ${at}`);
        return;
      }
    } else if (held?.positionId !== order.positionId) {
      this.#cancel(order, at, `position ${order.positionId} is gone`);
      return;
    }
    if (order.notional === undefined) throw new Error(`order ${order.clientOrderId} has no size`);
    const lotDecimals = held?.lotDecimals ?? lotDecimalsAt(price);
    const lots = lotsWithin(order.notional, lotDecimals, price);
    if (lots === 0) {
      this.#cancel(order, at, `its size is below one lot at ${price}`);
      return;
    }
    const fill: Fill = {
      clientOrderId: order.clientOrderId,
      agent: this.agent,
      positionId: order.positionId,
      symbol,
      direction: order.direction,
      kind: order.kind as "entry" | "scale-in",
      lots,
      lotDecimals,
      price,
      at,
      decisionId: order.decisionId,
      ...leverageOf(held?.leverage ?? order.leverage),
    };
    this.#take(slot, order, fill);
    fills.push(fill);
  }

  /** The position's side of an entry or scale-in, live and restored. */
  #take(slot: Slot, order: PendingOrder, fill: Fill): void {
    if (fill.kind === "entry") {
      if (order.stop === undefined) throw new Error(`order ${order.clientOrderId} opens a position without a stop`);
      slot.protection = new Protection({
        positionId: order.positionId,
        symbol: order.symbol,
        direction: order.direction,
        stop: order.stop,
        target: order.target,
        trailDistance: order.trailDistance,
        expiresAt: order.expiresAt,
        openedAt: fill.at,
        lotDecimals: fill.lotDecimals,
        leverage: order.leverage,
        marginSchedule: order.marginSchedule,
      });
    }
    slot.protection?.enlarge(fill.lots, notionalOf(fill.lots, fill.lotDecimals, fill.price));
  }

  #leave(
    slot: Slot,
    held: Protection,
    price: number,
    at: number,
    reason: ExitReason,
    fills: Fill[],
    order?: PendingOrder,
    ambiguous = false,
  ): void {
    fills.push({
      clientOrderId: order?.clientOrderId ?? `${held.positionId}:${reason}`,
      agent: this.agent,
      positionId: held.positionId,
      symbol: held.symbol,
      direction: held.direction,
      kind: "exit",
      lots: held.lots,
      lotDecimals: held.lotDecimals,
      price,
      at,
      ...(order === undefined ? {} : { decisionId: order.decisionId }),
      reason,
      ...(ambiguous ? { ambiguous } : {}),
      ...(reason === "liquidation" && held.marginSchedule !== undefined
        ? { liquidationFeeRate: held.marginSchedule.liquidationFeeRate }
        : {}),
    });
    slot.protection = undefined;
    const orphans = slot.pending.filter((pending) => pending.positionId === held.positionId);
    if (orphans.length === 0) return;
    slot.pending = slot.pending.filter((pending) => pending.positionId !== held.positionId);
    for (const orphan of orphans) this.#cancel(orphan, at, `position ${held.positionId} is gone`);
  }

  #amend(order: PendingOrder): void {
    const held = this.#slots.get(order.symbol)?.protection;
    if (held?.positionId !== order.positionId) {
      this.#cancel(order, order.at, `position ${order.positionId} is gone`);
      return;
    }
    const { stop, target } = order;
    if (stop !== undefined && held.trailDistance !== undefined && !held.tightens(stop)) {
      this.#cancel(order, order.at, `a stop at ${stop} would loosen the trailed stop at ${held.stop}`);
      return;
    }
    held.set(stop, target, "decision");
    this.#recordProtection(held, order.at, "decision");
  }

  #recordProtection(held: Protection, at: number, cause: "decision" | "trail"): void {
    const target = held.statedTarget;
    this.#journal.record("position.protected", at, {
      positionId: held.positionId,
      agent: this.agent,
      stop: held.stop,
      ...(target === undefined ? {} : { target }),
      cause,
    });
  }

  #cancel(order: PendingOrder, at: number, reason: string): void {
    this.#journal.record("order.cancelled", at, { clientOrderId: order.clientOrderId, agent: this.agent, reason });
  }
}

/** At 1× a fill says nothing of leverage, as it always has. */
function leverageOf(leverage: number | undefined): { readonly leverage?: number } {
  return leverage === undefined || leverage === 1 ? {} : { leverage };
}
