import { readdir } from "node:fs/promises";
import { UserError } from "@alphaforge/core/errors";
import { nearest } from "@alphaforge/core/nearest";
import type { CoderPlugin } from "./coder.ts";

/** Where this package keeps its own. */
export const PRESETS = new URL("./presets/", import.meta.url);

/** Every coder plugin of a directory, by name. Adding one is adding its directory: no list names them. */
export async function findCoders(directory: URL = PRESETS): Promise<ReadonlyMap<string, CoderPlugin>> {
  const names = (await readdir(directory, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const coders = new Map<string, CoderPlugin>();
  for (const name of names) {
    const file = new URL(`${name}/index.ts`, directory);
    const { plugin } = (await import(file.href)) as { plugin?: CoderPlugin };
    if (plugin?.kind !== "coder" || plugin.name !== name) {
      throw new Error(`${file.pathname} must export const plugin with kind "coder" and name "${name}"`);
    }
    coders.set(name, plugin);
  }
  return coders;
}

/** The coder of that name; throws UserError with the names that there are. */
export function coderNamed(coders: ReadonlyMap<string, CoderPlugin>, name: string): CoderPlugin {
  const plugin = coders.get(name);
  if (plugin === undefined) {
    const near = nearest(name, [...coders.keys()]);
    const hint = near === undefined ? "" : `did you mean ${near}? `;
    throw new UserError(`there is no coder "${name}": ${hint}use one of ${[...coders.keys()].join(", ")}`);
  }
  return plugin;
}
