/** What risk holds an agent to. */
export interface RiskLimits {
  /** Largest share of equity that one position may be worth at its entries, 0..1. */
  readonly maxPositionShare: number;
  /** What entries are opened with, ≥ 1; 1 when absent. `maxPositionShare` is of the notional, whatever the leverage. */
  readonly leverage?: number;
  /** Positions at once; entries that wait to be filled count. */
  readonly maxPositions: number;
  /** Fee per leg as a fraction of what is traded. */
  readonly feeRate: number;
  /** A price older than this is no price, ms. */
  readonly maxPriceAgeMs: number;
}
