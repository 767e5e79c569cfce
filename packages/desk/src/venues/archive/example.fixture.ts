import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bindVenue } from "../../market-data/archive/candle-source.ts";
import { importFile } from "../../market-data/archive/import-file.ts";
import { openArchive } from "../../market-data/archive/open-archive.ts";
import type { VenueExample } from "../conformance.ts";
import { plugin } from "./index.ts";

const HOUR = 3_600_000;
const from = Date.parse("2024-02-05T00:00:00Z");
const to = Date.parse("2024-03-04T00:00:00Z");
/** Later than all that is in the archive: it answers for what it is asked, whatever the clock says. */
const now = to + 2 * HOUR;

function candleLines(): string {
  const rows: string[] = [];
  for (let time = from - 48 * HOUR, price = 100; time < to; time += HOUR) {
    const close = 100 + 10 * Math.sin(time / (7 * HOUR));
    rows.push([time, price, Math.max(price, close) + 1, Math.min(price, close) - 1, close, 5].join(","));
    price = close;
  }
  return ["open_time_ms,open,high,low,close,volume", ...rows, ""].join("\n");
}

export const example: VenueExample = {
  now,
  from,
  to,
  symbol: "BTCUSDT",
  async open() {
    const root = await mkdtemp(join(tmpdir(), "alphaforge-venue-"));
    const candles = join(root, "candles");
    const archive = openArchive(candles);
    for (const symbol of ["BTCUSDT", "ETHUSDT"]) {
      const file = join(root, `${symbol}.csv`);
      await writeFile(file, candleLines());
      await importFile({ file, venue: "somewhere", kind: "candles", timeframe: "1h", root: candles, now });
    }
    const source = await bindVenue(archive, "somewhere");
    const venue = await plugin.open({ settings: {}, clock: { now: () => now }, archive: source });
    return {
      venue,
      async close() {
        await venue.close();
        await archive.close();
        await rm(root, { recursive: true, force: true });
      },
    };
  },
};
