import { openTimeAt, TIMEFRAME_MS, type Timeframe } from "../../instrument/timeframe.ts";

/** Candles from entry to exit at most, so that each can be seen. */
const MOST_BARS = 40;
const BEFORE = 12;
const AFTER = 8;

export interface ChartWindow {
  readonly timeframe: Timeframe;
  /** Opens of the first candle and close of the last; ms. */
  readonly from: number;
  readonly to: number;
}

/**
 * The candles on which a trade is drawn: the finest timeframe on which it spans at most 40 candles, else the longest
 * one, with twelve before the entry and eight after the exit. Nothing after `end`.
 * @param timeframes of the venue, shortest first
 */
export function chartWindow(
  { openedAt, closedAt }: { readonly openedAt: number; readonly closedAt: number },
  timeframes: readonly Timeframe[],
  end: number,
): ChartWindow {
  const fits = timeframes.find((each) => closedAt - openedAt <= MOST_BARS * TIMEFRAME_MS[each]);
  const timeframe = fits ?? timeframes.at(-1);
  if (timeframe === undefined) throw new RangeError("a venue has at least one timeframe");
  const bar = TIMEFRAME_MS[timeframe];
  return {
    timeframe,
    from: openTimeAt(timeframe, openedAt) - BEFORE * bar,
    to: Math.min(openTimeAt(timeframe, closedAt) + (AFTER + 1) * bar, openTimeAt(timeframe, end)),
  };
}
