import type { Direction } from "../instrument/instrument.ts";
import { deductedTiers, type MarginSchedule } from "../instrument/margin-schedule.ts";
import type { Money } from "../instrument/money.ts";

/** One position under isolated margin: what its lots were bought or sold for, and what is reserved for them now. */
export interface MarginedLots {
  readonly cost: Money;
  readonly margin: Money;
  /** Times a price, this is what the lots are worth, in units of 1e-8. */
  readonly lotUnits: number;
}

/**
 * The mark price at which isolated margin no longer covers a position: margin ± (worth − cost) = rate × worth − deduction
 * in the tier that it is then in. As the tiers are convex, no tier need be guessed: of the prices that their formulas
 * give, the first that the falling (of a short: rising) price comes to is the one. 0 when no price reaches a long's.
 */
export function liquidationPrice(direction: Direction, lots: MarginedLots, schedule: MarginSchedule): number {
  const { cost, margin, lotUnits } = lots;
  let price = direction === "long" ? 0 : Number.POSITIVE_INFINITY;
  for (const { rate, deduction } of deductedTiers(schedule)) {
    price =
      direction === "long"
        ? Math.max(price, (cost - margin - deduction) / lotUnits / (1 - rate))
        : Math.min(price, (cost + margin + deduction) / lotUnits / (1 + rate));
  }
  return price;
}

/** The price at which the margin is lost whole; beyond it the venue's insurance bears the loss. */
export function bankruptcyPrice(direction: Direction, { cost, margin, lotUnits }: MarginedLots): number {
  return (direction === "long" ? cost - margin : cost + margin) / lotUnits;
}
