import { join } from "node:path";
import { UserError } from "@alphaforge/core/errors";
import { bindVenue } from "@alphaforge/desk/market-data/archive/candle-source";
import { openArchive } from "@alphaforge/desk/market-data/archive/open-archive";
import type { Venue } from "@alphaforge/desk/venues/venue";
import type { AppConfig } from "../config.ts";
import { choices } from "../nearest.ts";
import { findPlugins } from "./plugins.ts";
import { openVenue } from "./venue.ts";

/** The venue that answers for recorded prices. */
const ARCHIVE = "archive";

/**
 * The prices that a backtest runs on: a venue of ours by its name (simulated), or else what was imported into the
 * archive under that name. Time stands at the end of the range, so that nothing later exists.
 */
export async function openBacktestVenue(options: {
  readonly name: string;
  readonly home: string;
  readonly settings: Readonly<Record<string, unknown>>;
  /** What the environment says of venues. */
  readonly environment: AppConfig["venueSettings"];
  readonly symbols: readonly string[] | undefined;
  readonly to: number;
}): Promise<{ venue: Venue; close(): Promise<void> }> {
  const clock = { now: () => options.to };
  const own = (await findPlugins("venue")).map(({ name }) => name).filter((name) => name !== ARCHIVE);
  if (own.includes(options.name)) {
    const venue = await openVenue(options.name, { settings: options.settings, clock }, options.environment);
    return { venue, close: () => venue.close() };
  }
  const archive = openArchive(join(options.home, "candles"));
  try {
    const archived = await archive.venues();
    if (!archived.includes(options.name)) {
      const remedy = `${choices(options.name, [...own, ...archived])}, or import its candles with alphaforge data import`;
      throw new UserError(`there are no prices of a venue ${JSON.stringify(options.name)}: ${remedy}`);
    }
    const source = await bindVenue(archive, options.name, options.symbols);
    const venue = await openVenue(ARCHIVE, { settings: {}, clock, archive: source });
    return {
      venue,
      async close() {
        await venue.close();
        await archive.close();
      },
    };
  } catch (error) {
    await archive.close();
    throw error;
  }
}
