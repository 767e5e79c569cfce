import { systemClock } from "@alphaforge/core/clock";
import { createLogger } from "@alphaforge/core/telemetry/logger";
import { seatsOf } from "@alphaforge/desk/agents/agent";
import { openAgent } from "@alphaforge/desk/agents/open-agent";
import { type CandleSeries, sliceSeries } from "@alphaforge/desk/instrument/candle";
import type { Instrument } from "@alphaforge/desk/instrument/instrument";
import { money } from "@alphaforge/desk/instrument/money";
import { RANKED_TIMEFRAMES, TIMEFRAME_MS } from "@alphaforge/desk/instrument/timeframe";
import { Pipeline } from "@alphaforge/desk/pipeline";
import { runRanking } from "@alphaforge/desk/run/ranking-run";
import type { Venue } from "@alphaforge/desk/venues/venue";
import { findPlugins } from "../apps/cli/src/compose/plugins.ts";
import { readRankings } from "../apps/web/desks/read-rankings.ts";
import type { BenchDatabases } from "./bench-databases.ts";
import { type GrowthRow, MOST_TURNS, type Sized, timeGrowth } from "./growth-row.ts";
import { randomWalk } from "./random-walk.ts";

const SIZES = [50, 100, 200, 500, 1_000, 2_000];
/** Enough for every signal; a longer one takes longer at every number of symbols alike. */
const HISTORY = 300;
const LIMITS = { maxPositionShare: 0.25, maxPositions: 5 };
const FIRST_CLOSE = Date.UTC(2024, 2, 4);
const ROUNDS = 2;
/** Each turn has its own. */
const CLOSES = (1 + ROUNDS) * MOST_TURNS;

/**
 * A close at which all six timeframes are due, with 50 to 2,000 symbols: ranked as the desk does it, from the venue's
 * candles to the stored rows; decided on by every strategy of the desk by its rules; read as the page reads it.
 */
export async function measureSymbols({ emptyDesk }: BenchDatabases): Promise<readonly GrowthRow[]> {
  const signals = (await findPlugins("signal")).map(({ signal }) => signal);
  const seats = seatsOf((await findPlugins("strategy")).map(({ strategy }) => strategy));
  const walks = Array.from({ length: Math.max(...SIZES) }, (_, i) => randomWalk(`S${i}`, i + 1, HISTORY + CLOSES));
  const sizes: Sized[] = [];
  for (const n of SIZES) {
    const { store, pages } = await emptyDesk(`symbols_${n}`);
    await store.pool.query("INSERT INTO desk VALUES (true, 'bench', 'walks', true, 0.001, '5m', now())");
    const instruments = walks.slice(0, n).map(({ symbol }) => ({ symbol, base: symbol, quote: "USDT", listedAt: 0 }));
    const venue = venueOf(walks.slice(0, n), instruments);
    const journal = { record: () => undefined };
    const pipeline = new Pipeline({
      desk: "bench",
      agents: seats.map((seat) => openAgent(seat, money(10_000), 0, LIMITS, journal)),
      signals,
      timeframes: RANKED_TIMEFRAMES,
      finest: "5m",
      feeRate: venue.traits.feeRate,
      limits: LIMITS,
      journal,
    });
    pipeline.list(instruments);
    const options = {
      desk: "bench",
      pipeline,
      venue,
      store,
      wall: systemClock,
      logger: createLogger({ level: "silent", clock: systemClock }),
      history: HISTORY,
      signal: new AbortController().signal,
    };
    sizes.push({
      n,
      works: {
        "rank six timeframes, from candles to stored rows": async (turn) => {
          for (const timeframe of RANKED_TIMEFRAMES) {
            const outcome = await runRanking(options, timeframe, closeOf(turn), instruments);
            if (outcome !== "completed") throw new Error(`the ranking of ${timeframe}: ${outcome}`);
          }
        },
        [`decide, ${seats.length} agents by rules`]: async (turn) => {
          await pipeline.decide(closeOf(turn), [...RANKED_TIMEFRAMES, "cross"]);
          const halted = pipeline.agents.find((agent) => agent.halted !== "");
          if (halted !== undefined) throw new Error(`${halted.name} is halted: ${halted.halted}`);
        },
        "read the rankings' page": () => readRankings(pages),
      },
    });
  }
  return timeGrowth(sizes, ROUNDS);
}

/** Mondays: every timeframe has a candle that closes there. */
function closeOf(turn: number): number {
  return FIRST_CLOSE + turn * TIMEFRAME_MS["1w"];
}

/** Gives each symbol's walk as the candles of every timeframe, a bar further at each close. */
function venueOf(walks: readonly CandleSeries[], instruments: readonly Instrument[]): Venue {
  const bySymbol = new Map(walks.map((series) => [series.symbol, series]));
  let times = { timeframe: "", to: 0, openTime: new Float64Array(0) };
  return {
    traits: { name: "walks", simulated: true, timeframes: ["5m", ...RANKED_TIMEFRAMES], feeRate: 0.001 },
    instruments: async () => instruments,
    candles: async (symbol, timeframe, from, to) => {
      const length = TIMEFRAME_MS[timeframe];
      if (times.timeframe !== timeframe || times.to !== to) {
        const openTime = Float64Array.from({ length: (to - from) / length }, (_, i) => from + i * length);
        times = { timeframe, to, openTime };
      }
      const begin = (to - FIRST_CLOSE) / TIMEFRAME_MS["1w"];
      const series = sliceSeries(bySymbol.get(symbol) as CandleSeries, begin, begin + HISTORY);
      return { ...series, timeframe, openTime: times.openTime };
    },
    funding: async () => [],
    close: async () => undefined,
  };
}
