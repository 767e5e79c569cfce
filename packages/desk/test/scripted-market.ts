import { allocateSeries, type CandleSeries, indexAtOrAfter, sliceSeries } from "../src/instrument/candle.ts";
import { TIMEFRAME_MS, TIMEFRAMES, type Timeframe } from "../src/instrument/timeframe.ts";
import { resample } from "../src/market-data/resample.ts";
import type { FundingStamp, Venue } from "../src/venues/venue.ts";

/** A Monday. Everything that a script counts, it counts in hours from here; history has negative ones. */
export const START = Date.UTC(2024, 0, 1);
export const HOUR = TIMEFRAME_MS["1h"];
/** Enough for ranks to mean something. */
export const COINS: readonly string[] = ["AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "HHH"];

/** One stretch of the market's path. Rates are log returns per day. */
export interface Stretch {
  readonly days: number;
  readonly drift?: number;
  /** Standard deviation of what all symbols share. */
  readonly volatility?: number;
  /** Standard deviation of each symbol's own. */
  readonly own?: number;
  /** Pull back to where the stretch began, share per day: what makes a range. */
  readonly pull?: number;
}

/** Something that happens to one symbol, or to all without one. */
export type Incident =
  /** That hour's candle has these prices, as multiples of the close before it; the path goes on from its close. */
  | {
      readonly what: "candle";
      readonly symbol?: string;
      readonly hour: number;
      readonly open: number;
      readonly high: number;
      readonly low: number;
      readonly close: number;
    }
  /** The venue has no candles in [hour, hour + hours). */
  | { readonly what: "missing"; readonly symbol?: string; readonly hour: number; readonly hours: number }
  /** Trades from or until this hour. */
  | { readonly what: "listed" | "delisted"; readonly symbol: string; readonly hour: number }
  /** Rate of the stamps in [hour, hour + hours), in place of 0.0001. */
  | {
      readonly what: "funding";
      readonly symbol?: string;
      readonly hour: number;
      readonly hours: number;
      readonly rate: number;
    };

export interface MarketScript {
  /** Days of history before hour 0. */
  readonly historyDays: number;
  readonly seed: number;
  readonly symbols: readonly string[];
  /** How much of the shared movement each symbol takes; 1 where it says nothing. */
  readonly beta?: Readonly<Record<string, number>>;
  /** Prices are multiplied by it; 1 where it says nothing. */
  readonly scale?: number;
  readonly stretches: readonly Stretch[];
  readonly incidents?: readonly Incident[];
}

/**
 * A venue of hourly candles that a script lays down. It shares nothing with the simulated market, so that scenarios pinned
 * on it stay what they are when that one changes. Prices have seven digits, which no platform's `exp` reaches.
 */
export function scriptedMarket(script: MarketScript): Venue {
  const listing = (symbol: string, what: "listed" | "delisted"): number | undefined => {
    const hour = script.incidents?.find((each) => each.what === what && each.symbol === symbol)?.hour;
    return hour === undefined ? undefined : START + hour * HOUR;
  };
  return hourlyVenue({
    series: script.symbols.map((symbol, index) => hourly(script, symbol, index)),
    listedAt: (symbol) => listing(symbol, "listed"),
    delistedAt: (symbol) => listing(symbol, "delisted"),
    fundingRate: (symbol, hour) => fundingRate(script, symbol, hour),
  });
}

interface HourlyMarket {
  /** 1h candles, by symbol. */
  readonly series: readonly CandleSeries[];
  /** Of the stamp at this hour from `START`; stamps are eight hours apart. */
  fundingRate(symbol: string, hour: number): number;
  /** The first candle's open where it says nothing. */
  listedAt?(symbol: string): number | undefined;
  delistedAt?(symbol: string): number | undefined;
}

/** A venue of these candles and what is resampled from them; a fee of 0.1 % per leg. */
export function hourlyVenue(market: HourlyMarket): Venue {
  const hours = new Map(market.series.map((series) => [series.symbol, series]));
  const coarse = new Map<string, CandleSeries>();
  const seriesOf = (symbol: string, timeframe: Timeframe): CandleSeries => {
    const fine = hours.get(symbol);
    if (fine === undefined) throw new Error(`the script has no ${symbol}`);
    const key = `${symbol} ${timeframe}`;
    const made = coarse.get(key) ?? resample(fine, timeframe).candles;
    coarse.set(key, made);
    return made;
  };
  return {
    traits: {
      name: "scripted",
      simulated: true,
      timeframes: TIMEFRAMES.slice(TIMEFRAMES.indexOf("1h")) as ["1h", ...Timeframe[]],
      feeRate: 0.001,
    },
    async instruments() {
      return [...hours.keys()].toSorted().map((symbol) => {
        const listedAt = market.listedAt?.(symbol) ?? (hours.get(symbol)?.openTime[0] as number);
        const delistedAt = market.delistedAt?.(symbol);
        return { symbol, base: symbol, quote: "USDT", listedAt, ...(delistedAt !== undefined && { delistedAt }) };
      });
    },
    async candles(symbol, timeframe, from, to) {
      const series = seriesOf(symbol, timeframe);
      const end = indexAtOrAfter(series, to - TIMEFRAME_MS[timeframe] + 1);
      return sliceSeries(series, indexAtOrAfter(series, from), end);
    },
    async funding(symbol, from, to) {
      const stamps: FundingStamp[] = [];
      for (let time = Math.ceil(from / (8 * HOUR)) * 8 * HOUR; time < to; time += 8 * HOUR) {
        stamps.push({ time, rate: market.fundingRate(symbol, (time - START) / HOUR) });
      }
      return stamps;
    },
    // Nothing is open.
    close: () => Promise.resolve(),
  };
}

function fundingRate({ incidents = [] }: MarketScript, symbol: string, hour: number): number {
  for (const each of incidents) {
    if (each.what !== "funding" || (each.symbol ?? symbol) !== symbol) continue;
    if (hour >= each.hour && hour < each.hour + each.hours) return each.rate;
  }
  return 0.0001;
}

function hourly(script: MarketScript, symbol: string, index: number): CandleSeries {
  const { stretches, incidents = [], historyDays, seed } = script;
  const mine = incidents.filter((each) => (each.symbol ?? symbol) === symbol);
  const total = stretches.reduce((sum, { days }) => sum + days * 24, 0);
  const series = allocateSeries(symbol, "1h", total);
  const beta = script.beta?.[symbol] ?? 1;
  let count = 0;
  let step = 0;
  let price = rounded(20 * (index + 1) * (script.scale ?? 1));
  for (const stretch of stretches) {
    const { drift = 0, volatility = 0, own = 0, pull = 0 } = stretch;
    const anchor = price;
    for (let i = 0; i < stretch.days * 24; i += 1, step += 1) {
      const hour = step - historyDays * 24;
      const move =
        (beta * drift) / 24 +
        (beta * volatility * normal(seed, 0, step) + own * normal(seed, index + 1, step)) / Math.sqrt(24) -
        (pull / 24) * Math.log(price / anchor);
      const range = (volatility + own) / Math.sqrt(24);
      const incident = mine.find((each) => each.what === "candle" && each.hour === hour);
      const open = price;
      let candle = { open, high: 0, low: 0, close: rounded(open * Math.exp(move)) };
      candle.high = rounded(Math.max(open, candle.close) * Math.exp(0.4 * range * uniform(seed, index + 101, step)));
      candle.low = rounded(Math.min(open, candle.close) * Math.exp(-0.4 * range * uniform(seed, index + 201, step)));
      if (incident?.what === "candle") {
        const { open: o, high, low, close } = incident;
        candle = {
          open: rounded(price * o),
          high: rounded(price * high),
          low: rounded(price * low),
          close: rounded(price * close),
        };
      }
      price = candle.close;
      if (isAbsent(mine, hour)) continue;
      const busy = range === 0 ? 0 : Math.abs(move) / range + 0.5 * uniform(seed, index + 301, step);
      series.openTime[count] = START + hour * HOUR;
      series.open[count] = candle.open;
      series.high[count] = candle.high;
      series.low[count] = candle.low;
      series.close[count] = candle.close;
      series.volume[count] = Math.round((1_000_000 / price) * (1 + busy));
      count += 1;
    }
  }
  return sliceSeries(series, 0, count);
}

function isAbsent(incidents: readonly Incident[], hour: number): boolean {
  return incidents.some(
    (each) =>
      (each.what === "missing" && hour >= each.hour && hour < each.hour + each.hours) ||
      (each.what === "listed" && hour < each.hour) ||
      (each.what === "delisted" && hour >= each.hour),
  );
}

function rounded(price: number): number {
  return Number(price.toPrecision(7));
}

/** 0..1, from a multiply-and-shift hash of its three arguments. */
function uniform(seed: number, track: number, step: number): number {
  let bits =
    Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(track + 1, 0xc2b2ae35) ^ Math.imul(step + 7, 0x27d4eb2f);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
}

/** Near enough to a normal draw: the sum of twelve uniform ones. */
function normal(seed: number, track: number, step: number): number {
  let sum = -6;
  for (let i = 0; i < 12; i += 1) sum += uniform(seed + i * 7_919, track, step);
  return sum;
}
