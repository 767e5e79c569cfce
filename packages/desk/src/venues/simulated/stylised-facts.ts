import type { Venue } from "../venue.ts";

/**
 * What real markets' hourly returns show and a plain random walk does not. Every figure is of one symbol (or one pair)
 * over all its hours, and then the mean over symbols (or pairs) of equal weight: pooling the returns instead would let
 * the few most violent symbols speak for all. Correlations are Pearson's, kurtosis is the fourth moment over the square
 * of the second, without small-sample corrections: there are thousands of hours.
 */
export interface StylisedFacts {
  readonly symbols: number;
  readonly hours: number;
  /** Of hourly log returns, mean over symbols; 3 for a normal distribution. */
  readonly kurtosis: number;
  /** The tamest symbol's kurtosis. */
  readonly leastKurtosis: number;
  /** Autocorrelation of |hourly return| at lags 1 to 20, mean over symbols; all 0 for independent returns. */
  readonly absoluteAutocorrelation: readonly number[];
  /** Share of symbols whose own autocorrelation of |hourly return| is above 0.1 at every lag from 1 to 20. */
  readonly clustered: number;
  /** Correlation of hourly returns, mean over all pairs of symbols. */
  readonly pairwiseCorrelation: number;
  /** Autocorrelation of hourly returns at lag 1, mean over symbols: near 0, or prices would be foreseeable. */
  readonly returnAutocorrelation: number;
}

const LAGS = 20;
const CLUSTERED_ABOVE = 0.1;

/** Measures every symbol of `symbols` on its hourly closes in [from, to); all must trade throughout. */
export async function stylisedFacts(
  venue: Venue,
  symbols: readonly string[],
  from: number,
  to: number,
): Promise<StylisedFacts> {
  const returns: Float64Array[] = [];
  for (const symbol of symbols) {
    const { close, length } = await venue.candles(symbol, "1h", from, to);
    returns.push(
      Float64Array.from({ length: length - 1 }, (_, i) => Math.log((close[i + 1] as number) / (close[i] as number))),
    );
  }
  const hours = Math.min(...returns.map((each) => each.length));
  const tails = returns.map(kurtosis);
  const absolute = returns.map((each) => standardised(each.map(Math.abs)));
  const lags = absolute.map((each) => Array.from({ length: LAGS }, (_, i) => product(each, each.subarray(i + 1))));
  // Scaled once, so that each of thousands of pairs is one product.
  const scaled = returns.map(standardised);
  let pairs = 0;
  let together = 0;
  scaled.forEach((a, i) => {
    for (const b of scaled.slice(i + 1)) {
      together += product(a, b);
      pairs += 1;
    }
  });
  return {
    symbols: symbols.length,
    hours,
    kurtosis: mean(tails),
    leastKurtosis: Math.min(...tails),
    absoluteAutocorrelation: Array.from({ length: LAGS }, (_, i) => mean(lags.map((each) => each[i] as number))),
    clustered: mean(lags.map((each) => (Math.min(...each) > CLUSTERED_ABOVE ? 1 : 0))),
    pairwiseCorrelation: together / pairs,
    returnAutocorrelation: mean(scaled.map((each) => product(each, each.subarray(1)))),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function kurtosis(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const center = sum / values.length;
  let second = 0;
  let fourth = 0;
  for (const value of values) {
    const square = (value - center) ** 2;
    second += square;
    fourth += square * square;
  }
  return (fourth * values.length) / (second * second);
}

/** Mean 0 and sum of squares 1: then the sum of products of two is their correlation. */
function standardised(values: Float64Array): Float64Array {
  let sum = 0;
  for (const value of values) sum += value;
  const center = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - center) ** 2;
  const root = Math.sqrt(squares);
  return values.map((value) => (value - center) / root);
}

/** Sum of products up to the end of the shorter: of a series and itself shifted, the autocorrelation. */
function product(a: Float64Array, b: Float64Array): number {
  const length = Math.min(a.length, b.length);
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
