import type { VenueExample } from "../conformance.ts";
import { plugin } from "./index.ts";
import { startLoopbackBinance } from "./testing/loopback-binance.ts";

const now = Date.parse("2026-03-04T10:02:00Z");

export const example: VenueExample = {
  now,
  from: Date.parse("2026-02-16T00:00:00Z"),
  to: Date.parse("2026-03-02T00:00:00Z"),
  symbol: "BTCUSDT",
  async open() {
    const server = await startLoopbackBinance(() => now, [{ symbol: "BTCUSDT" }, { symbol: "ETHUSDT" }]);
    const settings = { baseUrl: server.baseUrl, streams: [], weightPerMinute: 1_000_000, timeoutMs: 5_000 };
    const venue = await plugin.open({ settings, clock: { now: () => now } });
    return {
      venue,
      async close() {
        await venue.close();
        await server.close();
      },
    };
  },
};
