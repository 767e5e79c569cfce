import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { strategyConformance } from "./conformance.ts";
import type { StrategyExamples } from "./flip-suite.ts";
import type { Strategy } from "./strategy.ts";

const here = new URL("./", import.meta.url);
const names = readdirSync(here, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);

interface Found {
  readonly plugin?: { readonly kind: string; readonly strategy: Strategy };
  readonly examples?: StrategyExamples;
}

const found: Strategy[] = [];
for (const name of names) {
  const read = async (file: string): Promise<Found> => (await import(new URL(`${name}/${file}`, here).href)) as Found;
  const missing = ["index.ts", "examples.fixture.ts", "mandate.md"].filter(
    (file) => !existsSync(new URL(`${name}/${file}`, here)),
  );
  const { plugin } = missing.length > 0 ? {} : await read("index.ts");
  const { examples } = missing.length > 0 ? {} : await read("examples.fixture.ts");

  test(`${name} is the plugin that its directory is named after, and has all of its files`, () => {
    expect(missing, `${name} lacks`).toEqual([]);
    expect(plugin, `${name}/index.ts exports plugin`).toBeDefined();
    expect(plugin?.kind).toBe("strategy");
    expect(plugin?.strategy.name).toBe(name);
    expect(examples, `${name}/examples.fixture.ts exports examples`).toBeDefined();
  });
  if (plugin?.strategy === undefined || examples === undefined) continue;
  strategyConformance(plugin.strategy, readFileSync(new URL(`${name}/mandate.md`, here), "utf8"), examples);
  found.push(plugin.strategy);
}

test("strategies differ in their agents' names", () => {
  expect(found.length).toBeGreaterThan(0);
  const prefixes = found.map(({ agentPrefix }) => agentPrefix);
  expect(prefixes.filter((prefix, index) => prefixes.indexOf(prefix) !== index)).toEqual([]);
  for (const prefix of prefixes) expect(prefix).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});
