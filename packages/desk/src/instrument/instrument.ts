import type { MarginSchedule } from "./margin-schedule.ts";

/** What a venue lists. Every arena instrument is a USDT-margined perpetual. */
export interface Instrument {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** First open time that the venue has, and the close of its last candle; undefined while it still trades. */
  readonly listedAt: number;
  readonly delistedAt?: number;
  /** The venue's own margin tiers; absent where it states none. */
  readonly margin?: MarginSchedule;
}

export type Direction = "long" | "short";

/** +1 for a long, −1 for a short. */
export function signOf(direction: Direction): 1 | -1 {
  return direction === "long" ? 1 : -1;
}

/** True while the instrument trades at `time`. */
export function isListed(instrument: Instrument, time: number): boolean {
  return instrument.listedAt <= time && (instrument.delistedAt === undefined || time < instrument.delistedAt);
}
