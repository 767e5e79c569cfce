import { allocateSeries, type CandleSeries } from "@alphaforge/desk/instrument/candle";

/** Prices that walk at random by a fixed generator: the same in every run. Open times are left to the caller. */
export function randomWalk(symbol: string, seed: number, length: number): CandleSeries {
  const series = allocateSeries(symbol, "1h", length);
  let state = seed >>> 0;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  let price = 50 + 100 * random();
  for (let i = 0; i < length; i += 1) {
    const open = price;
    price *= 1 + (random() - 0.5) * 0.02;
    series.open[i] = open;
    series.high[i] = Math.max(open, price) * (1 + random() * 0.005);
    series.low[i] = Math.min(open, price) * (1 - random() * 0.005);
    series.close[i] = price;
    series.volume[i] = 1 + random() * 1000;
  }
  return series;
}
