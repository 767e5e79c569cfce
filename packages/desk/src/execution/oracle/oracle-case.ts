import type { Direction } from "../../instrument/instrument.ts";
import type { MarginSchedule } from "../../instrument/margin-schedule.ts";
import type { ExitReason } from "../../strategies/decision.ts";

/**
 * One hand-written case of the fill oracle: what happens to one agent with 10,000 USDT and a fee of 0.1 % per leg in
 * one symbol, and what must come of it. Times are counted in finest candles: candle 3 opens at 3 and closes at 4.
 *
 * The expectations were worked out by hand, before the code that meets them. They are never regenerated from code:
 * where code and a case disagree, work the case out again and say in its comment why it changed.
 *
 * With 10 units bought or sold at 100 (fee 1) and left at p the cash is, written out once:
 *   long:  10,000 − 1 + (10p − 1,000) − 0.01p =  8,999 + 9.99p
 *   short: 10,000 − 1 + (1,000 − 10p) − 0.01p = 10,999 − 10.01p
 * and while they are held, 1,000 is reserved: cash 8,999, equity 9,999 ± 10 × (close − 100).
 */
export interface OracleCase {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly fills: readonly ExpectedFill[];
  /** USDT as decimal text, compared exactly to 1e-8. */
  readonly cash: string;
  readonly equity: string;
  /** Approved orders that never fill; none unless stated. */
  readonly cancelled?: number;
}

/** Decisions are made at the open of the next candle, unless an `at` step moved the clock. */
export type Step =
  | {
      readonly step: "open";
      readonly direction: Direction;
      readonly notional: number;
      readonly stop: number;
      readonly target?: number;
      readonly trail?: number;
      readonly expires?: number;
      readonly leverage?: number;
      readonly schedule?: MarginSchedule;
      readonly scaleIn: boolean;
    }
  | { readonly step: "exit" }
  | { readonly step: "amend"; readonly stop?: number; readonly target?: number }
  | { readonly step: "resend" }
  | { readonly step: "at"; readonly time: number }
  | {
      readonly step: "candle";
      readonly time?: number;
      readonly open: number;
      readonly high: number;
      readonly low: number;
      readonly close: number;
    }
  | { readonly step: "quote"; readonly time: number; readonly price: number }
  | { readonly step: "close"; readonly price: number }
  | { readonly step: "funding"; readonly rate: number }
  | { readonly step: "delist"; readonly price: number };

export interface ExpectedFill {
  readonly kind: "entry" | "scale-in" | "exit";
  readonly time: number;
  readonly lots: number;
  readonly price: number;
  readonly reason?: ExitReason;
  readonly ambiguous?: boolean;
}

interface Protections {
  readonly stop: number;
  readonly target?: number;
  readonly trail?: number;
  readonly expires?: number;
  readonly leverage?: number;
  readonly schedule?: MarginSchedule;
}

export const long = (notional: number, protections: Protections): Step => ({
  step: "open",
  direction: "long",
  notional,
  scaleIn: false,
  ...protections,
});
export const short = (notional: number, protections: Protections): Step => ({
  step: "open",
  direction: "short",
  notional,
  scaleIn: false,
  ...protections,
});
export const addLong = (notional: number, stop: number): Step => ({
  step: "open",
  direction: "long",
  notional,
  stop,
  scaleIn: true,
});
export const addShort = (notional: number, stop: number): Step => ({
  step: "open",
  direction: "short",
  notional,
  stop,
  scaleIn: true,
});
/** The agent decides to close what it holds. */
export const exit: Step = { step: "exit" };
/** The latest order is sent a second time. */
export const resend: Step = { step: "resend" };
export const moveStop = (stop: number): Step => ({ step: "amend", stop });
export const moveTarget = (target: number): Step => ({ step: "amend", target });
export const at = (time: number): Step => ({ step: "at", time });
export const candle = (open: number, high: number, low: number, close: number): Step => ({
  step: "candle",
  open,
  high,
  low,
  close,
});
/** A candle after a hole. */
export const candleAt = (time: number, open: number, high: number, low: number, close: number): Step => ({
  step: "candle",
  time,
  open,
  high,
  low,
  close,
});
/** A live price within a candle. */
export const quote = (time: number, price: number): Step => ({ step: "quote", time, price });
/** A candle of the agent's own timeframe closes: what a trailing stop follows. */
export const closes = (price: number): Step => ({ step: "close", price });
/** A funding stamp at the open of the next candle. */
export const funding = (rate: number): Step => ({ step: "funding", rate });
/** The symbol stops trading; its last close. */
export const delist = (price: number): Step => ({ step: "delist", price });

/** Base units as lots of 1e-8, which is the lot from 1 USDT up. */
export const units = (base: number): number => Math.round(base * 1e8);
export const entered = (time: number, lots: number, price: number): ExpectedFill => ({
  kind: "entry",
  time,
  lots,
  price,
});
export const added = (time: number, lots: number, price: number): ExpectedFill => ({
  kind: "scale-in",
  time,
  lots,
  price,
});
export const left = (
  time: number,
  lots: number,
  price: number,
  reason: ExitReason,
  ambiguous?: "ambiguous",
): ExpectedFill => ({ kind: "exit", time, lots, price, reason, ...(ambiguous ? { ambiguous: true } : {}) });
