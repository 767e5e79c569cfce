import { OperationalError, oneLine, UserError } from "@alphaforge/core/errors";
import type { Venue } from "@alphaforge/desk/venues/venue";
import type { VenueOptions, VenuePlugin } from "@alphaforge/desk/venues/venue-plugin";
import type { AppConfig } from "../config.ts";
import { choices } from "../nearest.ts";
import { findPlugins } from "./plugins.ts";

/**
 * Opens the venue of that name, with what the environment says of it in place of the desk's own settings; a UserError
 * names the known ones. Never falls back to another.
 */
export async function openVenue(
  name: string,
  options: VenueOptions,
  environment: AppConfig["venueSettings"] = {},
  known: Promise<readonly VenuePlugin[]> = findPlugins("venue"),
): Promise<Venue> {
  const plugins = await known;
  const plugin = plugins.find((candidate) => candidate.name === name);
  if (plugin === undefined) {
    const names = plugins.map((each) => each.name);
    throw new UserError(`there is no venue ${JSON.stringify(name)}: ${choices(name, names)}`);
  }
  try {
    return await plugin.open({ ...options, settings: { ...options.settings, ...environment[name] } });
  } catch (error) {
    // Without its cause: a venue that refuses connections would be taken for a database that does.
    const line = oneLine(error);
    throw new OperationalError(line.includes(name) ? line : `venue ${name}: ${line}`);
  }
}
