import type { VenueExample } from "../conformance.ts";
import { plugin } from "./index.ts";

const now = Date.parse("2024-03-04T10:02:00Z");

export const example: VenueExample = {
  now,
  from: Date.parse("2024-02-05T00:00:00Z"),
  to: Date.parse("2024-03-04T00:00:00Z"),
  symbol: "BTCUSDT",
  async open() {
    const venue = await plugin.open({ settings: { symbols: 6 }, clock: { now: () => now } });
    return { venue, close: () => venue.close() };
  },
};
