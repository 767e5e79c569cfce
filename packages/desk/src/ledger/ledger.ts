import type { DeskEvent, DeskEvents } from "../events.ts";
import type { Fill } from "../execution/fill.ts";
import { signOf } from "../instrument/instrument.ts";
import { initialMargin } from "../instrument/margin-schedule.ts";
import { add, type Money, moneyOfUnits, negate, scale, subtract, toDecimal, ZERO } from "../instrument/money.ts";
import { notionalOf, unitsPerLot } from "../instrument/notional.ts";
import type { ExitReason } from "../strategies/decision.ts";
import { averagePrice, type OpenPosition, type Position, proportionalPart } from "./position.ts";

type FundingPosted = Extract<DeskEvent, { readonly type: "funding.posted" }>;

/** The worst that the book has been through, in value per unit: kept across restarts, since marks are not recorded. */
export interface HighWater {
  readonly peakNav: number;
  /** 0..1. */
  readonly maxDrawdown: number;
}

/**
 * One agent's book in whole units of 1e-8 USDT.
 *
 *   cash + margin + unrealised = equity = initial + deposits + realised + funding − fees + unrealised
 *
 * holds after every event, or the event throws and the book must not be used any more. Opening a position changes
 * equity by its fee alone; a short reserves margin like a long and creates no cash. The book is unitised: a deposit
 * buys units at the value that they have, so that neither peak nor drawdown nor return takes it for profit.
 *
 * Everything but the marks is a fold of recorded events (`apply`); marks come from the same candles again.
 */
export class Ledger {
  readonly agent: string;
  readonly openedAt: number;
  readonly initial: Money;
  #cash: Money;
  #margin: Money = ZERO;
  #unrealised = 0;
  #realised: Money = ZERO;
  #fees: Money = ZERO;
  #funding: Money = ZERO;
  #deposits: Money = ZERO;
  /** Units issued, at 1 unit of 1e-8 USDT each when the book opened. */
  #units: number;
  #peakNav = 1;
  #maxDrawdown = 0;
  readonly #bySymbol = new Map<string, OpenPosition>();

  constructor(agent: string, initial: Money, at: number) {
    if (!(initial > 0)) throw new RangeError(`the ledger of ${agent} needs a balance above 0, got ${initial}`);
    this.agent = agent;
    this.openedAt = at;
    this.initial = moneyOfUnits(initial);
    this.#cash = this.initial;
    this.#units = initial;
  }

  /** Free cash: neither reserved nor profit that is not taken yet. */
  get cash(): Money {
    return this.#cash;
  }
  /** Reserved for the open positions. */
  get margin(): Money {
    return this.#margin;
  }
  get unrealised(): Money {
    return moneyOfUnits(this.#unrealised);
  }
  /** Marked to the latest prices that the ledger was told. */
  get equity(): Money {
    return moneyOfUnits(this.#cash + this.#margin + this.#unrealised);
  }
  /** Profit of closed lots before fees and funding. */
  get realised(): Money {
    return this.#realised;
  }
  get fees(): Money {
    return this.#fees;
  }
  /** Received; negative when the book paid. */
  get funding(): Money {
    return this.#funding;
  }
  get deposits(): Money {
    return this.#deposits;
  }
  /** Value of one unit: 1 when the book opened, moved by profit and loss alone. */
  get nav(): number {
    return (this.#cash + this.#margin + this.#unrealised) / this.#units;
  }
  /** 0..1, from the highest settled value to the lowest after it. */
  get maxDrawdown(): number {
    return this.#maxDrawdown;
  }
  get highWater(): HighWater {
    return { peakNav: this.#peakNav, maxDrawdown: this.#maxDrawdown };
  }
  get positionCount(): number {
    return this.#bySymbol.size;
  }
  /** In the order in which they were opened. */
  positions(): IterableIterator<Position> {
    return this.#bySymbol.values();
  }
  position(symbol: string): Position | undefined {
    return this.#bySymbol.get(symbol);
  }

  /**
   * Posts a fill; `feeRate` is a fraction of what was traded. Returns the events to record: `order.filled`, then
   * `position.closed` when nothing of the position is left. A fill also marks its position at its own price.
   * Throws, and changes nothing, when the fill does not fit the book: another agent's, an entry in a symbol that is
   * held or beyond free cash, a scale-in or exit of a position that is not held, more lots than there are.
   */
  fill(fill: Fill, feeRate: number): DeskEvent[] {
    if (!(feeRate >= 0 && feeRate < 1)) throw new RangeError(`fee rate must be in [0, 1), got ${feeRate}`);
    const notional = this.#check(fill);
    return this.#post(fill, notional, this.#feeOf(fill, notional, feeRate));
  }

  /**
   * Posts one funding stamp: a long pays `rate` × its mark notional, a short receives it; the other way round when the
   * rate is negative. What a leveraged position owes beyond free cash comes out of its margin, and no more than that is
   * paid; at 1× cash is overdrawn instead, against margin that is worth the whole position.
   *
   * Undefined when no position in the symbol was held at the stamp: one that opened at `at` was not. A stamp posts once.
   * Call it before the fills at `at`: what leaves at that open was still held.
   */
  fund(symbol: string, rate: number, at: number): FundingPosted | undefined {
    const position = this.#bySymbol.get(symbol);
    if (position === undefined || position.openedAt >= at || position.fundedTo >= at) return undefined;
    if (!Number.isFinite(rate)) throw new RangeError(`funding rate of ${symbol} at ${at} is ${rate}; drop the stamp`);
    const worth = notionalOf(position.lots, position.lotDecimals, position.mark);
    const due = scale(worth, position.sign === 1 ? -rate : rate);
    const { amount, fromMargin } = this.#affordable(position, due);
    this.#postFunding(position, amount, fromMargin, at);
    const data = { agent: this.agent, positionId: position.id, symbol, rate, amount };
    return { type: "funding.posted", at, data: fromMargin === ZERO ? data : { ...data, fromMargin } };
  }

  /** Adds cash from outside. Throws unless it is above 0 and the book is worth something: units have no price at 0. */
  deposit(amount: Money, at: number): DeskEvent {
    const equity = this.equity;
    this.#postDeposit(amount, equity);
    return { type: "cash.deposited", at, data: { agent: this.agent, amount, equity } };
  }

  /**
   * The latest price of a symbol; nothing happens when it is not held. Called per held symbol and finest candle:
   * integer arithmetic, no allocation. What it overflows is found by `settle` and by the next event.
   */
  mark(symbol: string, price: number): void {
    const position = this.#bySymbol.get(symbol);
    if (position === undefined) return;
    if (!(price > 0 && price < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`mark price of ${symbol} must be positive and finite, got ${price}`);
    }
    this.#mark(position, price);
  }

  /** Takes the book's value once all prices of one time are marked: moves peak and drawdown. Returns the equity. */
  settle(): Money {
    const equity = this.#cash + this.#margin + this.#unrealised;
    if (!Number.isSafeInteger(equity)) throw new RangeError(`equity of ${this.agent} is out of range: ${equity}`);
    const nav = equity / this.#units;
    if (nav >= this.#peakNav) this.#peakNav = nav;
    else {
      const drawdown = 1 - nav / this.#peakNav;
      if (drawdown > this.#maxDrawdown) this.#maxDrawdown = drawdown;
    }
    return equity as Money;
  }

  /** Takes up the peak that an earlier process reached. */
  resumeHighWater(highWater: HighWater): void {
    if (!(highWater.peakNav > 0 && highWater.maxDrawdown >= 0)) {
      throw new RangeError(`not a high-water mark: ${JSON.stringify(highWater)}`);
    }
    this.#peakNav = highWater.peakNav;
    this.#maxDrawdown = highWater.maxDrawdown;
  }

  /**
   * Folds one recorded event; those of other agents and other kinds change nothing. Throws when the recorded amounts
   * are not what the recorded fill gives: then the log and this book do not belong together.
   */
  apply(event: DeskEvent): void {
    switch (event.type) {
      case "order.filled": {
        if (event.data.agent !== this.agent) return;
        const notional = this.#check(event.data);
        const [filled] = this.#post(event.data, notional, event.data.fee);
        this.#compare(event.data, (filled as DeskEvent & { type: "order.filled" }).data);
        return;
      }
      case "funding.posted": {
        if (event.data.agent !== this.agent) return;
        const position = this.#bySymbol.get(event.data.symbol);
        if (position?.id !== event.data.positionId) {
          throw new Error(`funding recorded for ${event.data.positionId}, which ${this.agent} does not hold`);
        }
        this.#postFunding(position, event.data.amount, event.data.fromMargin ?? ZERO, event.at);
        return;
      }
      case "cash.deposited":
        if (event.data.agent === this.agent) this.#postDeposit(event.data.amount, event.data.equity);
        return;
      default:
        return;
    }
  }

  #check(fill: Fill): Money {
    const refuse = (what: string): never => {
      throw new Error(`fill ${fill.clientOrderId} does not fit the ledger of ${this.agent}: ${what}`);
    };
    if (fill.agent !== this.agent) refuse(`it is ${fill.agent}'s`);
    if (!(Number.isSafeInteger(fill.lots) && fill.lots > 0)) refuse(`${fill.lots} lots`);
    if (!(fill.price > 0 && Number.isFinite(fill.price))) refuse(`price ${fill.price}`);
    if (fill.kind === "entry" && fill.decisionId === undefined) refuse("an entry without the decision behind it");
    if (fill.kind === "exit" && fill.reason === undefined) refuse("an exit without a reason");
    const notional = notionalOf(fill.lots, fill.lotDecimals, fill.price);
    const held = this.#bySymbol.get(fill.symbol);
    const { leverage = 1, liquidationFeeRate = 0 } = fill;
    if (!(leverage >= 1 && Number.isFinite(leverage))) refuse(`leverage ${leverage}`);
    if (!(liquidationFeeRate >= 0 && liquidationFeeRate < 1)) refuse(`liquidation fee ${liquidationFeeRate}`);
    if (fill.kind === "entry") {
      if (held !== undefined) refuse(`${fill.symbol} is held as ${held.id}`);
      return notional;
    }
    if (held === undefined) return refuse(`${fill.symbol} is not held`);
    if (held.id !== fill.positionId) refuse(`${fill.symbol} is held as ${held.id}, not as ${fill.positionId}`);
    if (held.direction !== fill.direction) refuse(`${held.id} is ${held.direction}, not ${fill.direction}`);
    if (held.lotDecimals !== fill.lotDecimals) {
      refuse(`${held.id} has lots of ${held.lotDecimals} decimals, not ${fill.lotDecimals}`);
    }
    if (fill.kind === "scale-in" && leverage !== held.leverage) {
      refuse(`${held.id} has leverage ${held.leverage}, not ${leverage}`);
    }
    if (fill.kind === "exit" && fill.lots > held.lots) refuse(`${held.id} has ${held.lots} lots, not ${fill.lots}`);
    return notional;
  }

  /** A liquidation under a schedule takes both fees from what the loss leaves of the margin: never from free cash. */
  #feeOf(fill: Fill, notional: Money, feeRate: number): Money {
    const { liquidationFeeRate } = fill;
    const position = this.#bySymbol.get(fill.symbol);
    if (liquidationFeeRate === undefined || position === undefined) return scale(notional, feeRate);
    const { margin, realised } = released(position, fill, notional);
    return moneyOfUnits(Math.min(scale(notional, feeRate + liquidationFeeRate), Math.max(0, margin + realised)));
  }

  #post(fill: Fill, notional: Money, fee: Money): DeskEvent[] {
    return fill.kind === "exit" ? this.#postExit(fill, notional, fee) : this.#postEntry(fill, notional, fee);
  }

  #postEntry(fill: Fill, notional: Money, fee: Money): DeskEvent[] {
    const margin = initialMargin(notional, fill.leverage ?? 1);
    const cash = negate(add(margin, fee));
    if (this.#cash + cash < 0) {
      throw new Error(
        `fill ${fill.clientOrderId} needs ${toDecimal(negate(cash))} of the ${toDecimal(this.#cash)} free in ${this.agent}`,
      );
    }
    let position = this.#bySymbol.get(fill.symbol);
    if (position === undefined) {
      position = opened(fill);
      this.#bySymbol.set(fill.symbol, position);
    } else position.scaleIns += 1;
    position.lots += fill.lots;
    position.lotUnits = position.lots * unitsPerLot(position.lotDecimals);
    position.cost = add(position.cost, notional);
    position.margin = add(position.margin, margin);
    position.fees = add(position.fees, fee);
    position.enteredLots += fill.lots;
    position.enteredNotional = add(position.enteredNotional, notional);
    return [this.#filled(position, fill, { notional, fee, cash, margin, realised: ZERO })];
  }

  #postExit(fill: Fill, notional: Money, fee: Money): DeskEvent[] {
    const position = this.#bySymbol.get(fill.symbol) as OpenPosition;
    const { cost, margin, realised } = released(position, fill, notional);
    const cash = subtract(add(margin, realised), fee);
    position.lots -= fill.lots;
    position.lotUnits = position.lots * unitsPerLot(position.lotDecimals);
    position.cost = subtract(position.cost, cost);
    position.margin = subtract(position.margin, margin);
    position.fees = add(position.fees, fee);
    position.gross = add(position.gross, realised);
    position.exitedNotional = add(position.exitedNotional, notional);
    if (fill.ambiguous === true) position.ambiguous = true;
    const ends = position.lots === 0;
    const filled = this.#filled(position, fill, { notional, fee, cash, margin: negate(margin), realised });
    if (!ends) return [filled];
    this.#bySymbol.delete(fill.symbol);
    return [filled, { type: "position.closed", at: fill.at, data: closed(position, fill) }];
  }

  #filled(
    position: OpenPosition,
    fill: Fill,
    amounts: Pick<DeskEvents["order.filled"], "notional" | "fee" | "cash" | "margin" | "realised">,
  ): DeskEvent {
    this.#cash = add(this.#cash, amounts.cash);
    this.#margin = add(this.#margin, amounts.margin);
    this.#realised = add(this.#realised, amounts.realised);
    this.#fees = add(this.#fees, amounts.fee);
    this.#mark(position, fill.price);
    this.#assertBalanced(fill.clientOrderId);
    return { type: "order.filled", at: fill.at, data: { ...fill, ...amounts } };
  }

  /** A leveraged position pays from free cash first, then from its margin, and no more than it has. */
  #affordable(position: OpenPosition, due: Money): { readonly amount: Money; readonly fromMargin: Money } {
    if (position.leverage === 1 || due >= 0) return { amount: due, fromMargin: ZERO };
    const free = Math.max(this.#cash, 0);
    const fromMargin = moneyOfUnits(Math.min(position.margin, Math.max(0, -due - free)));
    return { amount: moneyOfUnits(Math.max(due, -free - fromMargin)), fromMargin };
  }

  #postFunding(position: OpenPosition, amount: Money, fromMargin: Money, at: number): void {
    position.funding = add(position.funding, amount);
    position.fundedTo = at;
    position.margin = subtract(position.margin, fromMargin);
    this.#funding = add(this.#funding, amount);
    this.#margin = subtract(this.#margin, fromMargin);
    this.#cash = add(this.#cash, add(amount, fromMargin));
    this.#assertBalanced(`funding of ${position.symbol} at ${at}`);
  }

  #postDeposit(amount: Money, equity: Money): void {
    if (!(amount > 0)) throw new RangeError(`a deposit must be above 0, got ${toDecimal(amount)} for ${this.agent}`);
    if (!(equity > 0)) {
      throw new RangeError(
        `${this.agent} is worth ${toDecimal(equity)}: a deposit cannot be unitised; open a new book`,
      );
    }
    this.#units += amount * (this.#units / equity);
    this.#deposits = add(this.#deposits, amount);
    this.#cash = add(this.#cash, amount);
    this.#assertBalanced("deposit");
  }

  #mark(position: OpenPosition, price: number): void {
    const worth = Math.round(position.lotUnits * price);
    const unrealised = position.sign === 1 ? worth - position.cost : position.cost - worth;
    this.#unrealised += unrealised - position.unrealised;
    position.unrealised = unrealised as Money;
    position.mark = price;
  }

  /** Both sides of the books, from the totals and again from the positions. At most a handful of positions. */
  #assertBalanced(after: string): void {
    const sources = this.initial + this.#deposits + this.#realised + this.#funding - this.#fees;
    let margin = 0;
    let unrealised = 0;
    for (const position of this.#bySymbol.values()) {
      margin += position.margin;
      unrealised += position.unrealised;
    }
    if (
      this.#cash + this.#margin !== sources ||
      this.#margin !== margin ||
      this.#unrealised !== unrealised ||
      !Number.isSafeInteger(sources + unrealised)
    ) {
      throw new Error(
        `the ledger of ${this.agent} does not balance after ${after}: cash ${this.#cash} + margin ${this.#margin} ` +
          `against ${sources}, positions reserve ${margin}, unrealised ${this.#unrealised} against ${unrealised}`,
      );
    }
  }

  #compare(recorded: DeskEvents["order.filled"], posted: DeskEvents["order.filled"]): void {
    for (const key of ["notional", "cash", "margin", "realised"] as const) {
      if (recorded[key] !== posted[key]) {
        throw new Error(
          `the log has ${key} ${recorded[key]} for ${recorded.clientOrderId}, its fill gives ${posted[key]}: the log is damaged`,
        );
      }
    }
  }
}

/** A book with `initial` free cash and no position. Throws a RangeError unless `initial` is above 0. */
export function openLedger(agent: string, initial: Money, at: number): Ledger {
  return new Ledger(agent, initial, at);
}

/** What leaves a position with the lots of an exit. */
function released(position: OpenPosition, { lots }: Fill, notional: Money) {
  const cost = proportionalPart(position.cost, lots, position.lots);
  const margin = proportionalPart(position.margin, lots, position.lots);
  const realised = position.sign === 1 ? subtract(notional, cost) : subtract(cost, notional);
  return { cost, margin, realised };
}

function opened(fill: Fill): OpenPosition {
  return {
    id: fill.positionId,
    symbol: fill.symbol,
    direction: fill.direction,
    sign: signOf(fill.direction),
    lots: 0,
    lotDecimals: fill.lotDecimals,
    lotUnits: 0,
    cost: ZERO,
    margin: ZERO,
    firstEntryPrice: fill.price,
    fees: ZERO,
    funding: ZERO,
    openedAt: fill.at,
    entryDecision: fill.decisionId as string,
    leverage: fill.leverage ?? 1,
    scaleIns: 0,
    mark: fill.price,
    unrealised: ZERO,
    enteredLots: 0,
    enteredNotional: ZERO,
    exitedNotional: ZERO,
    gross: ZERO,
    ambiguous: false,
    fundedTo: fill.at,
  };
}

function closed(position: OpenPosition, fill: Fill): DeskEvents["position.closed"] {
  const perLot = unitsPerLot(position.lotDecimals);
  return {
    positionId: position.id,
    agent: fill.agent,
    symbol: position.symbol,
    direction: position.direction,
    lots: position.enteredLots,
    lotDecimals: position.lotDecimals,
    entryPrice: averagePrice(position.enteredNotional, position.enteredLots, perLot),
    exitPrice: averagePrice(position.exitedNotional, position.enteredLots, perLot),
    notional: position.enteredNotional,
    gross: position.gross,
    fees: position.fees,
    funding: position.funding,
    net: add(subtract(position.gross, position.fees), position.funding),
    reason: fill.reason as ExitReason,
    ambiguous: position.ambiguous,
    openedAt: position.openedAt,
    closedAt: fill.at,
    entryDecision: position.entryDecision,
  };
}
