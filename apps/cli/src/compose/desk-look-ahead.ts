import { UserError } from "@alphaforge/core/errors";
import type { RankedTimeframe } from "@alphaforge/desk/instrument/timeframe";
import { checkLookAhead, type LookAheadReport } from "@alphaforge/desk/replay/look-ahead/check-look-ahead";
import type { App } from "../command.ts";
import { openBacktestVenue } from "./backtest-venue.ts";
import { findFeatures } from "./find-features.ts";
import { named } from "./named.ts";
import { findPlugins } from "./plugins.ts";

export interface LookAheadRequest {
  /** All that are found when neither these nor signals nor features are named. */
  readonly strategies: readonly string[];
  readonly signals: readonly string[];
  readonly features: readonly string[];
  readonly points: number;
  readonly venue: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly timeframe: RankedTimeframe | undefined;
}

const SIMULATED = "simulated";
/** A year of the simulated market in which every symbol that is looked at is listed. */
const SIMULATED_FROM = Date.UTC(2024, 2, 4);
const SIMULATED_TO = Date.UTC(2025, 2, 3);
/** The check looks at a few symbols; a small market is made faster. */
const SIMULATED_SYMBOLS = 6;

/** Finds what was named by its place and looks for look-ahead in it. UserError for unknown names and empty ranges. */
export async function lookForLookAhead(app: App, request: LookAheadRequest): Promise<LookAheadReport> {
  const { timeframe } = request;
  const all = (await findPlugins("strategy")).map(({ strategy }) => strategy);
  const signals = (await findPlugins("signal")).map(({ signal }) => signal);
  const isByName = request.signals.length + request.features.length > 0;
  const strategies =
    request.strategies.length === 0 && !isByName ? all : named("strategy", all, ({ name }) => name, request.strategies);
  const chosen = named("signal", signals, ({ name }) => name, request.signals);
  const found = request.features.length === 0 ? [] : (await findFeatures()).map(({ feature }) => feature);
  const features = named("feature", found, ({ key }) => key, request.features);
  for (const strategy of strategies) {
    if (timeframe === undefined) continue;
    if (strategy.scope === "cross") {
      if (request.strategies.length === 0) continue;
      throw new UserError(`${strategy.name} trades across timeframes: leave --timeframe ${timeframe} out`);
    }
    if (!(strategy.timeframes as readonly string[]).includes(timeframe)) {
      throw new UserError(`${strategy.name} does not trade ${timeframe}: use one of ${strategy.timeframes.join(", ")}`);
    }
  }
  const { from, to } = rangeOf(request);
  const { venue, close } = await openBacktestVenue({
    name: request.venue,
    environment: app.config.venueSettings,
    home: app.config.home,
    settings: request.venue === SIMULATED ? { symbols: SIMULATED_SYMBOLS } : {},
    symbols: undefined,
    to,
  });
  try {
    return await checkLookAhead({
      venue,
      from,
      to,
      points: request.points,
      strategies,
      // A strategy is shown the rankings that it would be shown on a desk: made of every signal.
      signals: strategies.length === 0 && chosen.length > 0 ? chosen : signals,
      features,
      timeframe,
      signal: app.signal,
      onProgress: (share) => app.progress(`looking for look-ahead ${(share * 100).toFixed(0).padStart(3)} %`),
    });
  } catch (error) {
    if (error instanceof RangeError) throw new UserError(`${error.message}: choose another range`, { cause: error });
    throw error;
  } finally {
    app.progress(undefined);
    await close();
  }
}

function rangeOf({ venue, from, to }: LookAheadRequest): { readonly from: number; readonly to: number } {
  if (venue !== SIMULATED && (from === undefined || to === undefined)) {
    throw new UserError(`--venue ${venue} needs --from and --to: alphaforge data ls shows what the archive holds`);
  }
  const range = { from: from ?? SIMULATED_FROM, to: to ?? SIMULATED_TO };
  if (range.from >= range.to) throw new UserError("--from must lie before --to");
  return range;
}
