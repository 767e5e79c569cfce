import { Adx, adxInto } from "@alphaforge/indicators/adx";
import { Atr, atrInto } from "@alphaforge/indicators/atr";
import { Bollinger, bollingerInto } from "@alphaforge/indicators/bollinger";
import { Ema, emaInto } from "@alphaforge/indicators/ema";
import { Macd, macdInto } from "@alphaforge/indicators/macd";
import { Obv, obvInto } from "@alphaforge/indicators/obv";
import { Rsi, rsiInto } from "@alphaforge/indicators/rsi";
import { Sma, smaInto } from "@alphaforge/indicators/sma";
import { Stochastic, stochasticInto } from "@alphaforge/indicators/stochastic";
import * as debut from "@debut/indicators";
import { IndicatorsSync } from "@ixjb94/indicators";
import * as its from "indicatorts";
import * as signals from "trading-signals";

export const INDICATORS = ["sma", "ema", "rsi", "macd", "bollinger", "atr", "adx", "stochastic", "obv"] as const;
export type IndicatorName = (typeof INDICATORS)[number];

/** One series in the form that each library reads natively; conversions are not charged to anybody. */
export interface BenchSeries {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly arrays: { high: number[]; low: number[]; close: number[]; volume: number[] };
  readonly candles: { open: number; high: number; low: number; close: number; volume: number }[];
}

/** Runs an indicator over one series and returns a number made of its outputs, so that no work can be elided. */
export type Run = (series: BenchSeries) => number;

export interface Contender {
  readonly name: string;
  readonly runs: Partial<Record<IndicatorName, Run>>;
  /** Where the work is not equal. */
  readonly notes: readonly string[];
}

function last(values: ArrayLike<number> | undefined): number {
  if (values === undefined) throw new Error("a peer gave no values: its interface has changed");
  const value = values[values.length - 1];
  return value === undefined || Number.isNaN(value) ? 0 : value;
}

const width = new Map<number, Float64Array[]>();

/** Three buffers that are used again for every series of that length: what Alphaforge wrote last stands in the first. */
export function buffers(length: number): [Float64Array, Float64Array, Float64Array] {
  let found = width.get(length);
  if (found === undefined) {
    found = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
    width.set(length, found);
  }
  return found as [Float64Array, Float64Array, Float64Array];
}

export const alphaforge: Contender = {
  name: "alphaforge",
  notes: [],
  runs: {
    sma: ({ close }) => {
      const [a] = buffers(close.length);
      smaInto(close, 20, a);
      return last(a);
    },
    ema: ({ close }) => {
      const [a] = buffers(close.length);
      emaInto(close, 20, a);
      return last(a);
    },
    rsi: ({ close }) => {
      const [a] = buffers(close.length);
      rsiInto(close, 14, a);
      return last(a);
    },
    macd: ({ close }) => {
      const [a, b, c] = buffers(close.length);
      macdInto(close, 12, 26, 9, a, b, c);
      return last(a) + last(b) + last(c);
    },
    bollinger: ({ close }) => {
      const [a, b, c] = buffers(close.length);
      bollingerInto(close, 20, 2, a, b, c);
      return last(a) + last(b) + last(c);
    },
    atr: ({ high, low, close }) => {
      const [a] = buffers(close.length);
      atrInto(high, low, close, 14, a);
      return last(a);
    },
    adx: ({ high, low, close }) => {
      const [a, b, c] = buffers(close.length);
      adxInto(high, low, close, 14, a, b, c);
      return last(a) + last(b) + last(c);
    },
    stochastic: ({ high, low, close }) => {
      const [a, b] = buffers(close.length);
      stochasticInto(high, low, close, 14, 3, 3, a, b);
      return last(a) + last(b);
    },
    obv: ({ close, volume }) => {
      const [a] = buffers(close.length);
      obvInto(close, volume, a);
      return last(a);
    },
  },
};

const ix = new IndicatorsSync();

const ixjb94: Contender = {
  name: "@ixjb94/indicators",
  notes: [],
  runs: {
    sma: ({ arrays }) => last(ix.sma(arrays.close, 20)),
    ema: ({ arrays }) => last(ix.ema(arrays.close, 20)),
    rsi: ({ arrays }) => last(ix.rsi(arrays.close, 14)),
    macd: ({ arrays }) => {
      const [a, b, c] = ix.macd(arrays.close, 12, 26, 9);
      return last(a) + last(b) + last(c);
    },
    bollinger: ({ arrays }) => {
      const [a, b, c] = ix.bbands(arrays.close, 20, 2);
      return last(a) + last(b) + last(c);
    },
    atr: ({ arrays }) => last(ix.atr(arrays.high, arrays.low, arrays.close, 14)),
    adx: ({ arrays }) => {
      const [plus, minus] = ix.di(arrays.high, arrays.low, arrays.close, 14);
      return last(ix.adx(arrays.high, arrays.low, 14)) + last(plus) + last(minus);
    },
    stochastic: ({ arrays }) => {
      const [k, d] = ix.stoch(arrays.high, arrays.low, arrays.close, 14, 3, 3);
      return last(k) + last(d);
    },
    obv: ({ arrays }) => last(ix.obv(arrays.close, arrays.volume)),
  },
};

const indicatorts: Contender = {
  name: "indicatorts",
  notes: ["no ADX", "ATR by a simple average", "stochastic without slowing", "MACD without histogram"],
  runs: {
    sma: ({ arrays }) => last(its.sma(arrays.close, { period: 20 })),
    ema: ({ arrays }) => last(its.ema(arrays.close, { period: 20 })),
    rsi: ({ arrays }) => last(its.rsi(arrays.close, { period: 14 })),
    macd: ({ arrays }) => {
      const { macdLine, signalLine } = its.macd(arrays.close, { fast: 12, slow: 26, signal: 9 });
      return last(macdLine) + last(signalLine);
    },
    bollinger: ({ arrays }) => {
      const { upper, middle, lower } = its.bb(arrays.close, { period: 20 });
      return last(upper) + last(middle) + last(lower);
    },
    atr: ({ arrays }) => last(its.atr(arrays.high, arrays.low, arrays.close, { period: 14 }).atrLine),
    stochastic: ({ arrays }) => {
      const { k, d } = its.stoch(arrays.high, arrays.low, arrays.close, { kPeriod: 14, dPeriod: 3 });
      return last(k) + last(d);
    },
    obv: ({ arrays }) => last(its.obv(arrays.close, arrays.volume)),
  },
};

type Candle = BenchSeries["candles"][number];

const finite = (value: number | null | undefined): number =>
  value === undefined || value === null || Number.isNaN(value) ? 0 : value;

// One loop per library and indicator, written out: a shared loop would call through a megamorphic site and charge that
// to everybody.
const debutStreams: Partial<Record<IndicatorName, Run>> = {
  sma: ({ arrays: { close } }) => {
    const x = new debut.SMA(20);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) sum += finite(x.nextValue(close[i] as number));
    return sum;
  },
  ema: ({ arrays: { close } }) => {
    const x = new debut.EMA(20);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) sum += finite(x.nextValue(close[i] as number));
    return sum;
  },
  rsi: ({ arrays: { close } }) => {
    const x = new debut.RSI(14);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) sum += finite(x.nextValue(close[i] as number));
    return sum;
  },
  macd: ({ arrays: { close } }) => {
    const x = new debut.MACD(12, 26, 9);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) sum += finite(x.nextValue(close[i] as number)?.histogram);
    return sum;
  },
  bollinger: ({ arrays: { close } }) => {
    const x = new debut.BollingerBands(20, 2);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) sum += finite(x.nextValue(close[i] as number)?.upper);
    return sum;
  },
  atr: ({ arrays: { high, low, close } }) => {
    const x = new debut.ATR(14);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) {
      sum += finite(x.nextValue(high[i] as number, low[i] as number, close[i] as number));
    }
    return sum;
  },
  adx: ({ arrays: { high, low, close } }) => {
    const x = new debut.ADX(14);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) {
      sum += finite(x.nextValue(high[i] as number, low[i] as number, close[i] as number)?.adx);
    }
    return sum;
  },
  stochastic: ({ arrays: { high, low, close } }) => {
    const x = new debut.Stochastic(14, 3);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) {
      sum += finite(x.nextValue(high[i] as number, low[i] as number, close[i] as number)?.d);
    }
    return sum;
  },
};
const debutNotes = ["no OBV", "stochastic without slowing"];

const signalsStreams: Partial<Record<IndicatorName, Run>> = {
  sma: ({ arrays: { close } }) => {
    const x = new signals.SMA(20);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) sum += finite(x.add(close[i] as number));
    return sum;
  },
  ema: ({ arrays: { close } }) => {
    const x = new signals.EMA(20);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) sum += finite(x.add(close[i] as number));
    return sum;
  },
  rsi: ({ arrays: { close } }) => {
    const x = new signals.RSI(14);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) sum += finite(x.add(close[i] as number));
    return sum;
  },
  macd: ({ arrays: { close } }) => {
    const x = new signals.MACD(new signals.EMA(12), new signals.EMA(26), new signals.EMA(9));
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) sum += finite(x.add(close[i] as number)?.histogram);
    return sum;
  },
  bollinger: ({ arrays: { close } }) => {
    const x = new signals.BollingerBands(20, 2);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) sum += finite(x.add(close[i] as number)?.upper);
    return sum;
  },
  atr: ({ candles }) => {
    const x = new signals.ATR(14);
    let sum = 0;
    for (let i = 0; i < candles.length; i += 1) sum += finite(x.add(candles[i] as Candle));
    return sum;
  },
  adx: ({ candles }) => {
    const x = new signals.ADX(14);
    let sum = 0;
    for (let i = 0; i < candles.length; i += 1) sum += finite(x.add(candles[i] as Candle)) + finite(x.pdi ?? 0);
    return sum;
  },
  stochastic: ({ candles }) => {
    const x = new signals.StochasticOscillator({ kPeriod: 14, kSlowingPeriod: 3, dPeriod: 3 });
    let sum = 0;
    for (let i = 0; i < candles.length; i += 1) sum += finite(x.add(candles[i] as Candle)?.stochD);
    return sum;
  },
  obv: ({ candles }) => {
    const x = new signals.OBV(2);
    let sum = 0;
    for (let i = 0; i < candles.length; i += 1) sum += finite(x.add(candles[i] as Candle));
    return sum;
  },
};

const alphaforgeStreams: Record<IndicatorName, Run> = {
  sma: ({ close }) => {
    const x = new Sma(20);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) sum += finite(x.next(close[i] as number));
    return sum;
  },
  ema: ({ close }) => {
    const x = new Ema(20);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) sum += finite(x.next(close[i] as number));
    return sum;
  },
  rsi: ({ close }) => {
    const x = new Rsi(14);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) sum += finite(x.next(close[i] as number));
    return sum;
  },
  macd: ({ close }) => {
    const x = new Macd(12, 26, 9);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) {
      x.next(close[i] as number);
      sum += finite(x.histogram);
    }
    return sum;
  },
  bollinger: ({ close }) => {
    const x = new Bollinger(20, 2);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) {
      x.next(close[i] as number);
      sum += finite(x.upper);
    }
    return sum;
  },
  atr: ({ high, low, close }) => {
    const x = new Atr(14);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) {
      sum += finite(x.next(high[i] as number, low[i] as number, close[i] as number));
    }
    return sum;
  },
  adx: ({ high, low, close }) => {
    const x = new Adx(14);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) {
      sum += finite(x.next(high[i] as number, low[i] as number, close[i] as number));
    }
    return sum;
  },
  stochastic: ({ high, low, close }) => {
    const x = new Stochastic(14, 3, 3);
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) {
      x.next(high[i] as number, low[i] as number, close[i] as number);
      sum += finite(x.d);
    }
    return sum;
  },
  obv: ({ close, volume }) => {
    const x = new Obv();
    let sum = 0;
    for (let i = 0; i < close.length; i += 1) sum += finite(x.next(close[i] as number, volume[i] as number));
    return sum;
  },
};

const signalsPeer: Contender = { name: "trading-signals", notes: [], runs: signalsStreams };
const debutPeer: Contender = { name: "@debut/indicators", notes: debutNotes, runs: debutStreams };

/** Whole series at once. Two peers know single updates only: they run those, and need not keep the values. */
export const BATCH: readonly Contender[] = [alphaforge, ixjb94, indicatorts, signalsPeer, debutPeer];

/** One candle at a time. The other two peers have no such form. */
export const STREAMING: readonly Contender[] = [
  { name: "alphaforge", notes: [], runs: alphaforgeStreams },
  signalsPeer,
  debutPeer,
];
