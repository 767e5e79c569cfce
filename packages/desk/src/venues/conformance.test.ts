import { readdirSync } from "node:fs";
import { type VenueExample, venueConformance } from "./conformance.ts";
import type { VenuePlugin } from "./venue-plugin.ts";

const here = new URL("./", import.meta.url);

for (const { name } of readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
  const { plugin } = (await import(new URL(`${name}/index.ts`, here).href)) as { plugin: VenuePlugin };
  const { example } = (await import(new URL(`${name}/example.fixture.ts`, here).href)) as { example: VenueExample };
  venueConformance(name, plugin, example);
}
