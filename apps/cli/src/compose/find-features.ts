import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Feature } from "@alphaforge/desk/features/feature";
import { findPlugins } from "./plugins.ts";

/** A feature, and the strategies and signals that ask for it, by name. */
export interface AskedFeature {
  readonly feature: Feature;
  readonly strategies: readonly string[];
  readonly signals: readonly string[];
}

const directory = join(dirname(createRequire(import.meta.url).resolve("@alphaforge/desk/events")), "features");

/**
 * Every feature that some strategy or signal asks for, and the examples of the feature files; each key once, by key.
 * A file in `features/` is known as a feature by the examples that it exports.
 */
export async function findFeatures(): Promise<readonly AskedFeature[]> {
  const found = new Map<string, { feature: Feature; strategies: string[]; signals: string[] }>();
  const entry = (feature: Feature) => {
    const known = found.get(feature.key) ?? { feature, strategies: [], signals: [] };
    found.set(feature.key, known);
    return known;
  };
  const files = readdirSync(directory).filter((name) => /^[a-z0-9-]+\.ts$/.test(name));
  for (const name of files) {
    const { examples } = (await import(pathToFileURL(join(directory, name)).href)) as { examples?: readonly Feature[] };
    for (const feature of examples ?? []) entry(feature);
  }
  for (const { strategy } of await findPlugins("strategy")) {
    for (const feature of new Set<Feature>(Object.values(strategy.features))) {
      entry(feature).strategies.push(strategy.name);
    }
  }
  for (const { signal } of await findPlugins("signal")) {
    for (const feature of new Set<Feature>(Object.values(signal.features))) entry(feature).signals.push(signal.name);
  }
  return [...found.values()].sort((a, b) => (a.feature.key < b.feature.key ? -1 : 1));
}
