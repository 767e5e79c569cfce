import { allocateSeries, type CandleSeries, indexAtOrAfter, sliceSeries } from "../../instrument/candle.ts";
import { type RankedTimeframe, TIMEFRAME_MS } from "../../instrument/timeframe.ts";

/** Candles of every symbol, by timeframe. */
export type Market = ReadonlyMap<RankedTimeframe, readonly CandleSeries[]>;

/** What is done to the candles after a close: taken away, or each moved by a factor that swings from bar to bar. */
export type Tampering = "cut" | "altered";

/** How many candles are looked at around a close, of each timeframe. */
export interface Reach {
  readonly before: number;
  readonly after: number;
}

/** The market near the close `at`: views on the same memory. What one close costs does not grow with the market. */
export function windowAt(market: Market, at: number, { before, after }: Reach): Market {
  return mapSeries(market, (series) => {
    const end = closedBy(series, at);
    return sliceSeries(series, end - before, end + after);
  });
}

/** The market with the candles that close after `at` cut off, or altered; each stays a valid candle. */
export function tampered(market: Market, at: number, by: Tampering): Market {
  return mapSeries(market, (series) => {
    const end = closedBy(series, at);
    return by === "cut" ? sliceSeries(series, 0, end) : alteredFrom(series, end);
  });
}

/** How many candles of the series have closed at `at`. */
export function closedBy(series: CandleSeries, at: number): number {
  return indexAtOrAfter(series, at - TIMEFRAME_MS[series.timeframe] + 1);
}

function mapSeries(market: Market, make: (series: CandleSeries) => CandleSeries): Market {
  return new Map([...market].map(([timeframe, all]) => [timeframe, all.map(make)]));
}

function alteredFrom(series: CandleSeries, from: number): CandleSeries {
  const altered = allocateSeries(series.symbol, series.timeframe, series.length);
  altered.openTime.set(series.openTime);
  for (const name of ["open", "high", "low", "close", "volume"] as const) {
    altered[name].set(series[name]);
    for (let i = from; i < series.length; i += 1) {
      altered[name][i] = (series[name][i] as number) * (1.5 + Math.sin(i * 1.7));
    }
  }
  return altered;
}
