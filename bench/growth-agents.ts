import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { catchUp } from "@alphaforge/core/log/projection";
import type { AgentSeat } from "@alphaforge/desk/agents/agent";
import { openAgent } from "@alphaforge/desk/agents/open-agent";
import { coinDeciderOf, twinSeatsOf } from "@alphaforge/desk/agents/twin-seats";
import { sliceSeries } from "@alphaforge/desk/instrument/candle";
import { money } from "@alphaforge/desk/instrument/money";
import { TIMEFRAME_MS } from "@alphaforge/desk/instrument/timeframe";
import { FinestCandles } from "@alphaforge/desk/market-data/finest-candles";
import { FundingStamps } from "@alphaforge/desk/market-data/funding-stamps";
import { Pipeline } from "@alphaforge/desk/pipeline";
import { deskProjection } from "@alphaforge/desk/projections/desk-projection";
import { DeskJournal } from "@alphaforge/desk/run/desk-journal";
import { storeMarks } from "@alphaforge/desk/run/store-marks";
import type { TimeframeStrategy } from "@alphaforge/desk/strategies/strategy";
import { findPlugins } from "../apps/cli/src/compose/plugins.ts";
import { readDesk } from "../apps/web/desks/read-desk.ts";
import type { BenchDatabases } from "./bench-databases.ts";
import { type GrowthRow, MOST_TURNS, type Sized, timeGrowth } from "./growth-row.ts";
import { randomWalk } from "./random-walk.ts";

const SIZES = [1, 7, 14, 28];
const SYMBOLS = 200;
const HISTORY = 300;
const LIMITS = { maxPositionShare: 0.25, maxPositions: 5 };
const BEGIN = Date.UTC(2024, 2, 4);
const HOUR = TIMEFRAME_MS["1h"];
const ROUNDS = 8;
const HOURS = (1 + ROUNDS) * MOST_TURNS;
/** Agents of different strategies cost differently: all have the same one, or one kind would be taken for growth. */
const STRATEGY = "momentum";

/**
 * An hour of a desk with 1 to 28 agents of one mandate, each with its coin twin, on 200 symbols: orders filled and stops
 * checked on the hour's candle, the close decided on by rules, the step in the log and in the tables. The ranking, which is
 * shared by all agents, is made before and not timed.
 */
export async function measureAgents({ emptyDesk }: BenchDatabases): Promise<readonly GrowthRow[]> {
  const signals = (await findPlugins("signal")).map(({ signal }) => signal);
  const strategy = (await findPlugins("strategy"))
    .map((plugin) => plugin.strategy)
    .find((each): each is TimeframeStrategy => each.name === STRATEGY && each.scope === "timeframe");
  if (strategy === undefined) throw new Error(`no timeframe strategy is called ${STRATEGY}`);
  const walks = Array.from({ length: SYMBOLS }, (_, i) => randomWalk(`S${i}`, i + 1, HISTORY + HOURS + 1));
  for (const { openTime } of walks)
    openTime.forEach((_, i) => {
      openTime[i] = BEGIN + (i - HISTORY) * HOUR;
    });
  const instruments = walks.map(({ symbol }) => ({ symbol, base: symbol, quote: "USDT", listedAt: 0 }));
  const sizes: Sized[] = [];
  for (const n of SIZES) {
    const { store, pages } = await emptyDesk(`agents_${n}`);
    const log = new PostgresEventLog(store);
    const journal = new DeskJournal(log);
    const opened = { desk: "bench", venue: "walks", simulated: true, feeRate: 0.001, finest: "1h" } as const;
    journal.record("desk.opened", BEGIN, opened);
    const leaders = Array.from({ length: n }, (_, i): AgentSeat => {
      return { name: `agent-${i}`, displayName: `Agent ${i}`, strategy, timeframe: "1h" };
    });
    const seats = [...leaders, ...twinSeatsOf(leaders, { rulesFor: () => false })];
    const agents = seats.map((seat) => {
      const seating = seat.twin === undefined ? undefined : { decider: coinDeciderOf("bench", seat) };
      return openAgent(seat, money(10_000), BEGIN, LIMITS, journal, seating);
    });
    for (const { name: agent, displayName, timeframe, decider, twin } of agents) {
      const enrolled = { agent, displayName, strategy: strategy.name, timeframe, decider: decider.kind };
      journal.record("agent.enrolled", BEGIN, { ...enrolled, initialBalance: money(10_000), ...(twin && { twin }) });
    }
    const pipeline = new Pipeline({
      desk: "bench",
      agents,
      signals,
      timeframes: ["1h"],
      finest: "1h",
      feeRate: 0.001,
      limits: LIMITS,
      journal,
    });
    pipeline.list(instruments);
    const finest = new FinestCandles();
    for (const series of walks) finest.load(series);
    const funding = new FundingStamps();
    let hour = 0;
    let at = BEGIN;
    sizes.push({
      n,
      untimed: () => {
        hour += 1;
        at = BEGIN + hour * HOUR;
        const seen = walks.map((series) => sliceSeries(series, hour, hour + HISTORY));
        pipeline.load("1h", seen, { tail: 128 });
        pipeline.rank("1h", at);
      },
      works: {
        "trade an hour's candle, then decide on its close": async () => {
          pipeline.trade(at - HOUR, finest, funding);
          await pipeline.decide(at, ["1h"]);
          const halted = agents.find((agent) => agent.halted !== "");
          if (halted !== undefined) throw new Error(`${halted.name} is halted: ${halted.halted}`);
        },
        "write the step: log, tables, marks": async () => {
          journal.record("desk.advanced", at, { until: at });
          await journal.commit();
          await catchUp(store.pool, log, deskProjection);
          const points = agents.map(({ name: agent, ledger: { equity } }) => ({ agent, at, equity }));
          await storeMarks(store, at, agents, points);
        },
        "read the desk's page": () => readDesk(pages),
      },
    });
  }
  return timeGrowth(sizes, ROUNDS);
}
