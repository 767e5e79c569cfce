import { UserError } from "@alphaforge/core/errors";
import { type RankedTimeframe, TIMEFRAME_MS } from "@alphaforge/desk/instrument/timeframe";
import { measureSettling } from "@alphaforge/desk/replay/warm-up/measure-settling";
import type { App } from "../command.ts";
import { choices } from "../nearest.ts";
import { type AskedFeature, findFeatures } from "./find-features.ts";
import { named } from "./named.ts";
import { findPlugins } from "./plugins.ts";
import { openVenue } from "./venue.ts";

/** Bars that a live desk computes on: what a feature has not settled by then differs from a backtest's. */
export const LIVE_WINDOW = 1_000;
/** Bars up to which is measured. */
const MOST = 1_250;
/** 1w has no thousand bars on any market; 15m and 30m move less within a thousand bars than what is measured here. */
export const MEASURED = ["1h", "4h", "1d"] as const satisfies readonly RankedTimeframe[];
const SEEDS = [7, 8, 9, 10] as const;
const SYMBOLS = 3;
const TO = Date.UTC(2025, 2, 3);

export interface FeatureSettling extends Pick<AskedFeature, "strategies" | "signals"> {
  readonly key: string;
  readonly declared: number;
  /** The most bars over all timeframes that were measured; undefined: it does not settle within `most`. */
  readonly bars: number | undefined;
  readonly stepBars: number | undefined;
  readonly byTimeframe: Readonly<Partial<Record<RankedTimeframe, number | null>>>;
  /** A strategy asks for it, and a live window does not reach. */
  readonly isFinding: boolean;
}

export interface WarmUpReport {
  readonly tolerance: number;
  readonly window: number;
  readonly most: number;
  readonly seeds: readonly number[];
  readonly symbols: number;
  readonly timeframes: readonly RankedTimeframe[];
  readonly features: readonly FeatureSettling[];
}

/** Measures how many bars features need on several simulated markets. UserError for a name that is unknown. */
export async function measureWarmUp(
  app: App,
  request: {
    readonly indicators: readonly string[];
    readonly strategy: string | undefined;
    readonly tolerance: number;
  },
): Promise<WarmUpReport> {
  const asked = await choose(request.indicators, request.strategy);
  const features = asked.map(({ feature }) => feature);
  const perTimeframe = new Map<RankedTimeframe, ReturnType<typeof measureSettling>>();
  for (const timeframe of MEASURED) {
    app.signal.throwIfAborted();
    app.progress(`measuring on ${timeframe}`);
    const series = await seriesOf(timeframe);
    perTimeframe.set(timeframe, measureSettling(features, { series, tolerance: request.tolerance, most: MOST }));
  }
  app.progress(undefined);
  return {
    tolerance: request.tolerance,
    window: LIVE_WINDOW,
    most: MOST,
    seeds: SEEDS,
    symbols: SYMBOLS,
    timeframes: MEASURED,
    features: asked.map(({ feature, strategies, signals }, which) => {
      const all = MEASURED.map((timeframe) => perTimeframe.get(timeframe)?.[which]);
      const bars = worst(all.map((each) => each?.bars));
      const stepBars = worst(all.map((each) => each?.stepBars));
      return {
        key: feature.key,
        declared: feature.warmUp,
        strategies,
        signals,
        bars,
        stepBars,
        byTimeframe: Object.fromEntries(MEASURED.map((timeframe, i) => [timeframe, all[i]?.bars ?? null])),
        // A sum from the first bar has no level, and rules know that: its steps are what counts.
        isFinding: strategies.length > 0 && (bars ?? stepBars ?? Number.POSITIVE_INFINITY) > LIVE_WINDOW,
      };
    }),
  };
}

function worst(bars: readonly (number | undefined)[]): number | undefined {
  return bars.some((each) => each === undefined) ? undefined : Math.max(...(bars as readonly number[]));
}

async function choose(indicators: readonly string[], strategy: string | undefined): Promise<readonly AskedFeature[]> {
  const all = await findFeatures();
  const known = (await findPlugins("strategy")).map((plugin) => plugin.strategy);
  if (strategy !== undefined) named("strategy", known, ({ name }) => name, [strategy]);
  const ofStrategy = strategy === undefined ? all : all.filter(({ strategies }) => strategies.includes(strategy));
  if (indicators.length === 0) return ofStrategy;
  const chosen = new Set<AskedFeature>();
  for (const text of indicators) {
    const found = ofStrategy.filter(({ feature: { key } }) => key === text || familyOf(key) === text);
    if (found.length === 0) {
      if (known.some(({ name }) => name === text)) {
        throw new UserError(`${text} is a strategy, no indicator: write --strategy ${text}`);
      }
      const words = [...new Set(ofStrategy.flatMap(({ feature: { key } }) => [familyOf(key)]))];
      throw new UserError(`there is no indicator or feature ${JSON.stringify(text)}: ${choices(text, words)}`);
    }
    for (const each of found) chosen.add(each);
  }
  return [...chosen];
}

/** "ema" of "ema(200)". */
const familyOf = (key: string): string => key.replace(/\(.*$/, "");

async function seriesOf(timeframe: RankedTimeframe) {
  // As much history as the market has, up to what several beginnings need.
  const from = TO - 5_000 * TIMEFRAME_MS[timeframe];
  const all = [];
  for (const seed of SEEDS) {
    const venue = await openVenue("simulated", { settings: { seed, symbols: SYMBOLS }, clock: { now: () => TO } });
    const listed = (await venue.instruments(from, TO)).map(({ symbol }) => symbol);
    const series = await Promise.all(listed.map((symbol) => venue.candles(symbol, timeframe, from, TO)));
    // Those that were listed too late to measure on are left out; the first symbols of every market are old enough.
    all.push(...series.filter(({ length }) => length >= 2 * MOST + 2).slice(0, SYMBOLS));
    await venue.close();
  }
  return all;
}
