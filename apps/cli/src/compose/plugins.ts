import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { OperationalError, oneLine } from "@alphaforge/core/errors";
import type { Signal } from "@alphaforge/desk/forecast/ranking/signal";
import type { Strategy } from "@alphaforge/desk/strategies/strategy";
import type { VenuePlugin } from "@alphaforge/desk/venues/venue-plugin";

interface Kinds {
  readonly venue: VenuePlugin;
  readonly signal: { readonly kind: "signal"; readonly signal: Signal };
  readonly strategy: { readonly kind: "strategy"; readonly strategy: Strategy };
}

/** Where each kind of plugin lives inside the desk package: one directory each, `index.ts` exporting `plugin`. */
const PLACES = {
  venue: "venues",
  signal: "forecast/ranking/signals",
  strategy: "strategies",
} as const satisfies Record<keyof Kinds, string>;

const source = dirname(createRequire(import.meta.url).resolve("@alphaforge/desk/events"));

/** What its directory must be called: agents, desks' files and events know a plugin by this name. */
const nameOf = (plugin: Kinds[keyof Kinds]): string => {
  if (plugin.kind === "strategy") return plugin.strategy?.name;
  return plugin.kind === "signal" ? plugin.signal?.name : plugin.name;
};

/**
 * Every plugin of a kind, by the order of directory names. The only reader of plugins; it names none. One that cannot be
 * used ends the command with the file that is to be mended: leaving it out would change what runs in silence.
 */
export async function findPlugins<K extends keyof Kinds>(kind: K, root = source): Promise<readonly Kinds[K][]> {
  const place = join(root, PLACES[kind]);
  const names = readdirSync(place, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  return Promise.all(names.map((name) => loadPlugin(kind, join(place, name), name)));
}

async function loadPlugin<K extends keyof Kinds>(kind: K, directory: string, name: string): Promise<Kinds[K]> {
  const file = join(directory, "index.ts");
  if (!existsSync(file)) {
    throw new OperationalError(
      `${directory} has no index.ts that exports a ${kind}: write it (CONTRIBUTING.md), or remove the directory`,
    );
  }
  const { plugin } = await load<Kinds[K]>(kind, file);
  if (plugin?.kind !== kind) {
    const found = plugin === undefined ? "it exports no plugin" : `it has ${String(plugin.kind)}`;
    throw new OperationalError(`${file} must export const plugin with kind "${kind}", ${found}`);
  }
  const called = nameOf(plugin);
  if (called !== name) {
    throw new OperationalError(
      `${file}: the ${kind} is named ${JSON.stringify(called)}, its directory ${JSON.stringify(name)}: make them the same`,
    );
  }
  return plugin;
}

async function load<T>(kind: string, file: string): Promise<{ readonly plugin?: T }> {
  try {
    return (await import(pathToFileURL(file).href)) as { readonly plugin?: T };
  } catch (error) {
    throw new OperationalError(`${file}: this ${kind} cannot be loaded: ${oneLine(error)}${placeOf(error)}`, {
      cause: error,
    });
  }
}

/** Of a mistake in the syntax, which may be in any file that the plugin imports, Node tells file and line only here. */
function placeOf(error: unknown): string {
  const [first] = error instanceof SyntaxError ? (error.stack ?? "").split("\n") : [];
  return first !== undefined && /:\d+$/.test(first) ? ` (${first.replace(/^file:\/\//, "")})` : "";
}
