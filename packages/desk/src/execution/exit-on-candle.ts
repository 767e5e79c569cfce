import type { ExitReason } from "../strategies/decision.ts";
import type { Protection } from "./protection.ts";

export interface CandleExit {
  readonly price: number;
  readonly reason: ExitReason;
  readonly ambiguous: boolean;
}

/** True when the candle's range reaches the stop, the target or the liquidation price. The hot question: no more. */
export function touches(protection: Protection, high: number, low: number): boolean {
  return protection.direction === "long"
    ? low <= protection.stop || high >= protection.target || low <= protection.liquidation
    : high >= protection.stop || low <= protection.target || high >= protection.liquidation;
}

export function touchesTarget({ direction, target }: Protection, high: number, low: number): boolean {
  return direction === "long" ? high >= target : low <= target;
}

/**
 * How a position that is held over the whole candle ends in it; undefined when it does not.
 *
 * - A stop fills at the stop, or at the open when that is beyond it; a target at its limit, also when gapped past.
 * - Of a stop and a liquidation price the nearer one counts. An open at or beyond the liquidation price is a
 *   liquidation at that open, whatever the stop says, and no worse than where the margin is used up.
 * - When the range touches the target as well, the loss is assumed first and the exit is ambiguous; whatever the open
 *   says, so that the share of trades that rest on an assumption is never understated.
 */
export function exitOnCandle(protection: Protection, open: number, high: number, low: number): CandleExit | undefined {
  const { stop, target, liquidation } = protection;
  const stopReason: ExitReason = protection.trailed ? "trailing-stop" : "stop-loss";
  const isLong = protection.direction === "long";
  const ambiguous = touchesTarget(protection, high, low);
  if (protection.isLiquidatedAt(open)) {
    return { price: protection.withinMargin(open), reason: "liquidation", ambiguous };
  }
  const isStopNearer = isLong ? stop >= liquidation : stop <= liquidation;
  if (isStopNearer && (isLong ? low <= stop : high >= stop)) {
    return { price: isLong ? Math.min(open, stop) : Math.max(open, stop), reason: stopReason, ambiguous };
  }
  if (isLong ? low <= liquidation : high >= liquidation) {
    return { price: liquidation, reason: "liquidation", ambiguous };
  }
  return ambiguous ? { price: target, reason: "take-profit", ambiguous: false } : undefined;
}
