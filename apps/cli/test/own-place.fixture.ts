/**
 * An indicator, its feature, a strategy and a venue as CONTRIBUTING.md asks for them, by path: what somebody adds, each
 * as new files and nothing else. They are text because they belong to a copy of the tree, where imports find them.
 */
export const INDICATOR: Readonly<Record<string, string>> = {
  "packages/indicators/src/close-place.ts": `import { checkColumn } from "./column.ts";

/** Bars before the first value. */
export function closePlaceWarmUp(): number {
  return 0;
}

/** Where the close lies in its candle: 0 at the low, 1 at the high, 0.5 where both are one. */
export function closePlaceInto(high: Float64Array, low: Float64Array, close: Float64Array, out: Float64Array): void {
  checkColumn("close place output", out, close.length);
  for (let i = 0; i < close.length; i += 1) out[i] = place(high[i] as number, low[i] as number, close[i] as number);
}

const place = (high: number, low: number, close: number): number => (high === low ? 0.5 : (close - low) / (high - low));

/** {@link closePlaceInto}, one candle at a time. */
export class ClosePlace {
  next(high: number, low: number, close: number): number {
    return place(high, low, close);
  }
}
`,
  "packages/indicators/src/close-place.test.ts": `import { describeKernel } from "../test/kernel-promises.ts";
import { ClosePlace, closePlaceInto, closePlaceWarmUp } from "./close-place.ts";

describeKernel({
  name: "closePlace",
  outputs: ["place"],
  warmUp: [closePlaceWarmUp()],
  batch: ({ high, low, close }, [out]) => closePlaceInto(high, low, close, out as Float64Array),
  stream: () => {
    const place = new ClosePlace();
    return ({ high, low, close }, i) => [place.next(high[i] as number, low[i] as number, close[i] as number)];
  },
  naive: (bars, i) => {
    const [high, low, close] = [bars.high[i] as number, bars.low[i] as number, bars.close[i] as number];
    return [high === low ? 0.5 : 1 - (high - close) / (high - low)];
  },
  flat: [0.5],
});
`,
};

export const FEATURE: Readonly<Record<string, string>> = {
  "packages/desk/src/features/close-place.ts": `import { closePlaceInto, closePlaceWarmUp } from "@alphaforge/indicators/close-place";
import type { Feature } from "./feature.ts";

/** Where the close lies in its candle, 0..1. */
export const closePlace: Feature = {
  key: "closePlace",
  warmUp: closePlaceWarmUp(),
  compute(source) {
    const { high, low, close } = source.candles;
    const out = source.buffer();
    closePlaceInto(high, low, close, out);
    return out;
  },
};

export const examples: readonly Feature[] = [closePlace];
`,
};

const STRATEGY_PLACE = "packages/desk/src/strategies/at-the-edge";
export const STRATEGY: Readonly<Record<string, string>> = {
  [`${STRATEGY_PLACE}/mandate.md`]: `# At the Edge

- The close is in the lowest fifth of its candle. \`long.at-the-low\`
- The close is in the highest fifth of its candle. \`short.at-the-high\`
- The close is in the upper half of its candle. \`exit.long.upper-half\`
- The close is in the lower half of its candle. \`exit.short.lower-half\`
`,
  [`${STRATEGY_PLACE}/index.ts`]: `import { atTheEdge } from "./rules.ts";

export const plugin = { kind: "strategy", strategy: atTheEdge } as const;
`,
  [`${STRATEGY_PLACE}/rules.ts`]: `import { barsAvailable } from "../../features/bars-available.ts";
import { closePlace } from "../../features/close-place.ts";
import type { TimeframeStrategy } from "../strategy.ts";

const features = { barsAvailable, closePlace };

export const atTheEdge: TimeframeStrategy<typeof features> = {
  scope: "timeframe",
  name: "at-the-edge",
  displayName: "At the Edge",
  agentPrefix: "edge",
  timeframes: ["1h"],
  maxPositions: 2,
  features,
  required: ["closePlace"],
  entries: [
    {
      direction: "long",
      criteria: [
        {
          id: "long.at-the-low",
          text: "The close is in the lowest fifth of its candle.",
          holds: (s) => s.bars.closePlace.now < 0.2,
        },
      ],
      plan: (s) => ({ fraction: 0.1, stop: s.close * 0.95 }),
    },
    {
      direction: "short",
      criteria: [
        {
          id: "short.at-the-high",
          text: "The close is in the highest fifth of its candle.",
          holds: (s) => s.bars.closePlace.now > 0.8,
        },
      ],
      plan: (s) => ({ fraction: 0.1, stop: s.close * 1.05 }),
    },
  ],
  scaleIns: [],
  exits: [
    {
      direction: "long",
      anyOf: [
        {
          id: "exit.long.upper-half",
          text: "The close is in the upper half of its candle.",
          holds: (s) => s.bars.closePlace.now > 0.5,
        },
      ],
    },
    {
      direction: "short",
      anyOf: [
        {
          id: "exit.short.lower-half",
          text: "The close is in the lower half of its candle.",
          holds: (s) => s.bars.closePlace.now < 0.5,
        },
      ],
    },
  ],
  priority: (s) => s.confidence,
};
`,
  [`${STRATEGY_PLACE}/examples.fixture.ts`]: `import type { StrategyExamples } from "../flip-suite.ts";

export const examples: StrategyExamples = {
  entries: {
    long: {
      base: { close: 100, bars: { closePlace: 0.1 } },
      flips: { "long.at-the-low": { bars: { closePlace: 0.2 } } },
    },
    short: {
      base: { close: 100, bars: { closePlace: 0.9 } },
      flips: { "short.at-the-high": { bars: { closePlace: 0.8 } } },
    },
  },
  exits: {
    long: {
      base: { held: { direction: "long" }, bars: { closePlace: 0.5 } },
      flips: { "exit.long.upper-half": { bars: { closePlace: 0.6 } } },
    },
    short: {
      base: { held: { direction: "short" }, bars: { closePlace: 0.5 } },
      flips: { "exit.short.lower-half": { bars: { closePlace: 0.4 } } },
    },
  },
};
`,
  [`${STRATEGY_PLACE}/rules.test.ts`]: `import { flipSuite } from "../flip-suite.ts";
import { examples } from "./examples.fixture.ts";
import { atTheEdge } from "./rules.ts";

flipSuite(atTheEdge, examples);
`,
};

const VENUE_PLACE = "packages/desk/src/venues/tide";
export const VENUE: Readonly<Record<string, string>> = {
  [`${VENUE_PLACE}/index.ts`]: `import { z } from "zod";
import type { VenuePlugin } from "../venue-plugin.ts";
import { openTideVenue } from "./tide-venue.ts";

const Settings = z.strictObject({
  baseUrl: z.url({ protocol: /^https?$/ }),
  feeRate: z.number().min(0).lt(1).default(0.0005),
});

export const plugin: VenuePlugin = {
  kind: "venue",
  name: "tide",
  async open({ settings, clock }) {
    const parsed = Settings.safeParse(settings);
    if (!parsed.success) throw new Error("tide venue: give settings baseUrl (http or https) and, if you like, feeRate");
    return openTideVenue(parsed.data, clock);
  },
};
`,
  [`${VENUE_PLACE}/tide-venue.ts`]: `import { z } from "zod";
import { seriesFrom } from "../../instrument/candle.ts";
import { TIMEFRAME_MS } from "../../instrument/timeframe.ts";
import type { Venue } from "../venue.ts";
import { VenueRateLimited, VenueUnavailable } from "../venue-error.ts";
import type { VenueClock } from "../venue-plugin.ts";

const Listing = z.array(z.object({ symbol: z.string(), base: z.string(), quote: z.string(), listedAt: z.number() }));
const Rows = z.array(
  z.object({
    openTime: z.number(),
    open: z.number(),
    high: z.number(),
    low: z.number(),
    close: z.number(),
    volume: z.number(),
  }),
);

/** A venue of hourly candles over HTTP; it has no funding. */
export function openTideVenue(settings: { readonly baseUrl: string; readonly feeRate: number }, clock: VenueClock): Venue {
  const ask = async (path: string): Promise<unknown> => {
    let answer: Response;
    try {
      answer = await fetch(new URL(path, settings.baseUrl), { signal: AbortSignal.timeout(10_000) });
    } catch (error) {
      throw new VenueUnavailable("tide: no answer", { cause: error });
    }
    if (answer.status === 429) throw new VenueRateLimited("tide: HTTP 429");
    if (answer.status >= 500) throw new VenueUnavailable(\`tide: HTTP \${answer.status}\`);
    if (!answer.ok) throw new Error(\`tide: HTTP \${answer.status} \${await answer.text()}\`);
    return answer.json();
  };
  return {
    traits: { name: "tide", simulated: false, timeframes: ["1h"], feeRate: settings.feeRate },
    async instruments(_from, to) {
      return Listing.parse(await ask("listing")).filter(({ listedAt }) => listedAt < to);
    },
    async candles(symbol, timeframe, from, to) {
      const until = Math.min(to, clock.now());
      const rows = Rows.parse(await ask(\`candles?symbol=\${symbol}&from=\${from}&to=\${until}\`));
      const closed = rows.filter(({ openTime }) => openTime >= from && openTime + TIMEFRAME_MS[timeframe] <= until);
      return seriesFrom(symbol, timeframe, closed);
    },
    funding: async () => [],
    close: async () => undefined,
  };
}
`,
  [`${VENUE_PLACE}/testing/loopback-tide.ts`]: `import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const HOUR = 3_600_000;
const LISTED_AT = Date.UTC(2024, 0, 1);
const SYMBOLS = ["BTCUSDT", "ETHUSDT"];

/** The port of a small exchange, answered from arithmetic; its last candle is still open, as exchanges send it. */
export async function startLoopbackTide(now: () => number): Promise<{ baseUrl: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://tide");
    const send = (status: number, body: unknown) => response.writeHead(status).end(JSON.stringify(body));
    if (pathname === "/listing") {
      return send(200, SYMBOLS.map((symbol) => ({ symbol, base: symbol.slice(0, 3), quote: "USDT", listedAt: LISTED_AT })));
    }
    const symbol = searchParams.get("symbol") ?? "";
    if (!SYMBOLS.includes(symbol)) return send(404, { error: \`no symbol \${symbol}\` });
    const first = Math.ceil(Math.max(LISTED_AT, Number(searchParams.get("from"))) / HOUR) * HOUR;
    const rows: object[] = [];
    for (let openTime = first; openTime < Math.min(Number(searchParams.get("to")), now()); openTime += HOUR) {
      const price = (time: number): number => 100 + 9 * Math.sin(time / 40_000_000) + 2 * Math.sin(time / 7_000_000);
      const [open, close] = [price(openTime), price(openTime + HOUR)];
      rows.push({ openTime, open, close, high: Math.max(open, close), low: Math.min(open, close), volume: 7 });
    }
    return send(200, rows);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    baseUrl: \`http://127.0.0.1:\${(server.address() as AddressInfo).port}\`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
`,
  [`${VENUE_PLACE}/example.fixture.ts`]: `import type { VenueExample } from "../conformance.ts";
import { plugin } from "./index.ts";
import { startLoopbackTide } from "./testing/loopback-tide.ts";

const now = Date.UTC(2024, 2, 4, 10, 2);

export const example: VenueExample = {
  now,
  from: Date.UTC(2024, 1, 5),
  to: Date.UTC(2024, 2, 4),
  symbol: "BTCUSDT",
  async open() {
    const server = await startLoopbackTide(() => now);
    const venue = await plugin.open({ settings: { baseUrl: server.baseUrl }, clock: { now: () => now } });
    return {
      venue,
      async close() {
        await venue.close();
        await server.close();
      },
    };
  },
};
`,
};
