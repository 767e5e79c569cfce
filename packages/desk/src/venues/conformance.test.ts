import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { type VenueExample, venueConformance } from "./conformance.ts";
import type { VenuePlugin } from "./venue-plugin.ts";

const here = new URL("./", import.meta.url);

for (const { name } of readdirSync(here, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
  const read = async <T>(file: string): Promise<Partial<T>> => {
    const place = new URL(`${name}/${file}`, here);
    return existsSync(place) ? ((await import(place.href)) as T) : {};
  };
  const { plugin } = await read<{ plugin: VenuePlugin }>("index.ts");
  const { example } = await read<{ example: VenueExample }>("example.fixture.ts");
  test(`${name} has what the suite of all venues needs`, () => {
    expect(plugin, `${name}/index.ts exports plugin`).toBeDefined();
    expect(
      example,
      `${name}/example.fixture.ts exports example, a VenueExample of venues/conformance.ts`,
    ).toBeDefined();
  });
  if (plugin !== undefined && example !== undefined) venueConformance(name, plugin, example);
}
