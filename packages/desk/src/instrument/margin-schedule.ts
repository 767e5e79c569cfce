import { type Money, money, moneyOfUnits, scale } from "./money.ts";

/** What holds for the part of a position's notional from `from` on, up to where the next tier begins. */
export interface MarginTier {
  /** Notional in units of 1e-8 USDT; 0 for the first tier. */
  readonly from: Money;
  /** Maintenance margin on the notional within the tier, 0..1. */
  readonly rate: number;
  /** The most leverage that a position of such a notional may be opened with. */
  readonly maxLeverage: number;
}

/**
 * How a venue margins one instrument. The rates rise from tier to tier and each holds for its own part of the notional,
 * like income tax, so that the margin grows without jumps. Exchanges publish the same as "rate × notional − deduction".
 */
export interface MarginSchedule {
  readonly tiers: readonly MarginTier[];
  /** Charged on what is liquidated, above the ordinary fee, as far as the position's margin lasts; 0..1. */
  readonly liquidationFeeRate: number;
}

/**
 * Of positions at 1× where the venue states no tiers: a flat 0.5 %, which is the lowest tier of most majors, and no fee
 * of its own for a liquidation. A short's margin at 1× is its whole notional, so tiers would hardly move its end.
 */
export const FLAT_SCHEDULE: MarginSchedule = Object.freeze({
  tiers: [{ from: money(0), rate: 0.005, maxLeverage: 1 }],
  liquidationFeeRate: 0,
});

/**
 * Of leveraged positions where the venue states no tiers. The brackets are those that Binance had for the most USDT
 * perpetuals alike: 161 of 483, as kept by freqtrade 2025.6 (`exchange/binance_leverage_tiers.json`, 2 July 2025).
 * Majors have far wider ones, so this errs to the safe side. Above 4,000,000 USDT the exchange takes no position; here
 * the last tier goes on. The liquidation fee is ours, in the range that large venues charge.
 */
export const DEFAULT_SCHEDULE: MarginSchedule = Object.freeze({
  tiers: [
    { from: money(0), rate: 0.015, maxLeverage: 50 },
    { from: money(5_000), rate: 0.02, maxLeverage: 25 },
    { from: money(10_000), rate: 0.025, maxLeverage: 20 },
    { from: money(25_000), rate: 0.05, maxLeverage: 10 },
    { from: money(62_500), rate: 0.1, maxLeverage: 5 },
    { from: money(125_000), rate: 0.125, maxLeverage: 4 },
    { from: money(250_000), rate: 0.1667, maxLeverage: 3 },
    { from: money(1_500_000), rate: 0.25, maxLeverage: 2 },
    { from: money(2_500_000), rate: 0.5, maxLeverage: 1 },
  ],
  liquidationFeeRate: 0.0125,
});

/** What is reserved for a position of this notional: notional / leverage, rounded to 1e-8. */
export function initialMargin(notional: Money, leverage: number): Money {
  return leverage === 1 ? notional : scale(notional, 1 / leverage);
}

/** Each tier's rate with what its formula deducts, so that the tiers meet where one ends: in units of 1e-8 USDT. */
export function deductedTiers(
  schedule: MarginSchedule,
): readonly { readonly rate: number; readonly deduction: number }[] {
  let deduction = 0;
  let below = 0;
  return schedule.tiers.map(({ from, rate }) => {
    deduction += from * (rate - below);
    below = rate;
    return { rate, deduction };
  });
}

/** The equity that a position worth `notional` must keep, rounded to 1e-8. */
export function maintenanceMargin(schedule: MarginSchedule, notional: Money): Money {
  // Rising rates make the margin convex: the tier that holds is the one whose formula gives the most.
  return moneyOfUnits(
    Math.round(Math.max(...deductedTiers(schedule).map(({ rate, deduction }) => rate * notional - deduction))),
  );
}

/** The most leverage that a position of this notional may be opened with. */
export function maxLeverageAt(schedule: MarginSchedule, notional: number): number {
  return schedule.tiers.findLast(({ from }) => notional > from)?.maxLeverage ?? schedule.tiers[0]?.maxLeverage ?? 1;
}

/** What is wrong with a schedule that a venue states; undefined when it can be reckoned with. */
export function scheduleFault({ tiers, liquidationFeeRate }: MarginSchedule): string | undefined {
  if (!(liquidationFeeRate >= 0 && liquidationFeeRate < 1)) return `liquidation fee ${liquidationFeeRate}`;
  if (tiers[0]?.from !== 0) return `the first tier begins at ${tiers[0]?.from}, not at 0`;
  for (const [index, tier] of tiers.entries()) {
    const previous = tiers[index - 1];
    if (!(tier.rate > 0 && tier.rate < 1)) return `tier ${index + 1} has rate ${tier.rate}`;
    if (!(tier.maxLeverage >= 1)) return `tier ${index + 1} has leverage ${tier.maxLeverage}`;
    // Else a position would be liquidated as it opens.
    if (!(tier.maxLeverage * tier.rate < 1)) {
      return `tier ${index + 1} has rate ${tier.rate}, which leverage ${tier.maxLeverage} does not cover`;
    }
    if (previous === undefined) continue;
    if (!(tier.from > previous.from)) return `tier ${index + 1} begins at ${tier.from}, not above ${previous.from}`;
    if (!(tier.rate > previous.rate)) return `tier ${index + 1} has rate ${tier.rate}, not above ${previous.rate}`;
  }
  return undefined;
}
