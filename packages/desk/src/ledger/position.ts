import type { Direction } from "../instrument/instrument.ts";
import type { Money } from "../instrument/money.ts";

/** One open position of a book. Live views: the ledger changes them in place, so copy what must be kept. */
export interface Position {
  readonly id: string;
  readonly symbol: string;
  readonly direction: Direction;
  /** Whole lots held now, > 0. */
  readonly lots: number;
  readonly lotDecimals: number;
  /** What the lots held now were bought or sold for: the sum of their entries' notionals. */
  readonly cost: Money;
  /** What is reserved for them: cost / leverage, less what funding took of it. */
  readonly margin: Money;
  readonly firstEntryPrice: number;
  /** Paid so far, on entries and partial exits. */
  readonly fees: Money;
  /** Received so far; negative when it paid. */
  readonly funding: Money;
  readonly openedAt: number;
  /** The decision that opened it. */
  readonly entryDecision: string;
  readonly leverage: number;
  readonly scaleIns: number;
  /** The latest price that the ledger was told. */
  readonly mark: number;
  /** Profit or loss of the lots held now at `mark`, before fees. */
  readonly unrealised: Money;
}

/** The ledger's own side of a position, with what its end needs: totals over all entries and exits. */
export interface OpenPosition {
  id: string;
  symbol: string;
  direction: Direction;
  sign: 1 | -1;
  lots: number;
  lotDecimals: number;
  /** lots × 10^(8 − lotDecimals): times a price, this is money in units of 1e-8. */
  lotUnits: number;
  cost: Money;
  margin: Money;
  firstEntryPrice: number;
  fees: Money;
  funding: Money;
  openedAt: number;
  entryDecision: string;
  leverage: number;
  scaleIns: number;
  mark: number;
  unrealised: Money;
  enteredLots: number;
  enteredNotional: Money;
  exitedNotional: Money;
  gross: Money;
  ambiguous: boolean;
  /** The latest stamp posted: a stamp posts once. */
  fundedTo: number;
}

/** Average price of `lots` that together were worth `notional`. */
export function averagePrice(notional: Money, lots: number, unitsPerLot: number): number {
  return notional / (lots * unitsPerLot);
}

/**
 * The part of `amount` that belongs to `lots` of `held` lots, rounded half up to 1e-8; all of it for the last lots, so
 * that the parts always add up to the whole. In BigInt, since the product passes 2^53; only partial exits pay for it.
 */
export function proportionalPart(amount: Money, lots: number, held: number): Money {
  if (lots === held) return amount;
  const whole = BigInt(held);
  return Number((2n * BigInt(amount) * BigInt(lots) + whole) / (2n * whole)) as Money;
}
