import { setTimeout } from "node:timers/promises";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { tryLock } from "@alphaforge/core/store/advisory-lock";
import { type FixedClock, fixedClock } from "@alphaforge/core/testing/fixed-clock";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CandleSeries } from "../src/instrument/candle.ts";
import { TIMEFRAME_MS } from "../src/instrument/timeframe.ts";
import { Pipeline } from "../src/pipeline.ts";
import { DESK_MIGRATIONS } from "../src/projections/migrations.ts";
import { type RankingRunOptions, runRanking } from "../src/run/ranking-run.ts";
import { plugin } from "../src/venues/simulated/index.ts";
import type { Venue } from "../src/venues/venue.ts";
import { VenueUnavailable } from "../src/venues/venue-error.ts";
import { FROM, HISTORY, quiet, settings } from "./desk-harness.ts";
import { allSignals } from "./plugins.ts";

const AT = FROM + 10 * TIMEFRAME_MS["1h"];
const RUN = `1h@${AT}`;

let database: TestDatabase;
let wall: FixedClock;
beforeEach(async () => {
  database = await freshDatabase([EVENT_LOG_MIGRATIONS, DESK_MIGRATIONS]);
  wall = fixedClock(AT + 3_000);
});
afterEach(() => database.drop());

type Candles = Venue["candles"];

/** One run of the hourly ranking; `candles` may answer in the venue's place. */
async function ranking(candles?: (ask: Candles) => Candles, signal = new AbortController().signal) {
  const simulated = await plugin.open({ settings, clock: { now: () => AT } });
  const ask: Candles = (...request) => simulated.candles(...request);
  const venue: Venue = {
    traits: simulated.traits,
    instruments: (from, to) => simulated.instruments(from, to),
    candles: candles?.(ask) ?? ask,
    funding: (symbol, from, to) => simulated.funding(symbol, from, to),
    close: () => simulated.close(),
  };
  const instruments = await venue.instruments(FROM, AT);
  const pipeline = new Pipeline({
    desk: "small",
    agents: [],
    signals: await allSignals(),
    timeframes: ["1h"],
    finest: "5m",
    feeRate: 0.001,
    limits: { maxPositionShare: 0.25, maxPositions: 5 },
    journal: { record: (type) => expect.unreachable(`a ranking recorded ${type}`) },
  });
  const options: RankingRunOptions = {
    desk: "small",
    pipeline,
    venue,
    store: database.store,
    wall,
    logger: quiet,
    history: HISTORY,
    signal,
  };
  return { symbols: instruments.map(({ symbol }) => symbol), run: () => runRanking(options, "1h", AT, instruments) };
}

const rows = async (sql: string) => (await database.store.pool.query(sql)).rows;
const runs = () => rows("SELECT id, status, symbol_count, skipped, error_message, finished_at FROM computation_runs");
const snapshots = () => rows("SELECT * FROM snapshots ORDER BY rank");

/** The database refuses the first `times` inserts of snapshots. */
async function refuseInserts(times: number): Promise<void> {
  await database.store.pool.query(`
    CREATE SEQUENCE tries;
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('tries') <= ${times} THEN RAISE EXCEPTION 'the disk is full'; END IF;
      RETURN NULL;
    END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON snapshots FOR EACH STATEMENT EXECUTE FUNCTION refuse()`);
}

describe("a ranking run", () => {
  test("leaves one completed run and one snapshot per symbol, in the partition of its month", async () => {
    const { symbols, run } = await ranking();
    expect(await run()).toBe("completed");
    expect(await runs()).toEqual([
      expect.objectContaining({ id: RUN, status: "completed", symbol_count: symbols.length, skipped: [] }),
    ]);
    const stored = await snapshots();
    expect(stored.map(({ symbol }) => symbol).sort()).toEqual([...symbols].sort());
    expect(stored.map(({ rank }) => rank)).toEqual(symbols.map((_, index) => index + 1));
    for (const { highlights, signals, score, close_price, run_id } of stored) {
      expect(highlights.length).toBeLessThanOrEqual(4);
      expect(signals.length).toBeGreaterThan(5);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
      expect(close_price).toBeGreaterThan(0);
      expect(run_id).toBe(RUN);
    }
    expect(await rows("SELECT count(*)::int AS count FROM snapshots_2024_03")).toEqual([{ count: symbols.length }]);
  });

  test("that cannot even be noted leaves no wait behind, which would keep a desk that ends for five minutes", async () => {
    const { run } = await ranking();
    const waits = vi.spyOn(wall, "sleep");
    await database.store.pool.query("ALTER TABLE computation_runs RENAME TO gone");
    await expect(run()).rejects.toThrow(/computation_runs/);
    expect(waits).not.toHaveBeenCalled();
  });

  test("again for the same close takes the place of the one before", async () => {
    const { symbols, run } = await ranking();
    await run();
    const before = await snapshots();
    expect(await run()).toBe("completed");
    expect(await snapshots()).toEqual(before);
    expect((await runs()).length).toBe(1);
    expect(before.length).toBe(symbols.length);
  });

  test("stands back while another process is at it, and changes nothing", async () => {
    const other = await database.store.connect();
    await tryLock(other, "small ranking 1h");
    const { run } = await ranking();
    expect(await run()).toBe("locked");
    expect(await runs()).toEqual([]);
    await other.end();
    expect(await run()).toBe("completed");
  });

  test("skips a symbol that keeps failing, with its reason, and ranks the others as if it were not there", async () => {
    const full = await ranking();
    await full.run();
    const before = await snapshots();
    const failing = await ranking((ask) => async (symbol, ...rest) => {
      if (symbol === full.symbols[1]) throw new VenueUnavailable(`${symbol} timed out`);
      return ask(symbol, ...rest);
    });
    const outcome = failing.run();
    await during(outcome, () => wall.sleepers > 1 && wall.advance(1_000));
    expect(await outcome).toBe("completed");
    const [run] = await runs();
    expect(run.skipped).toEqual([{ symbol: full.symbols[1], reason: `${full.symbols[1]} timed out (tried 4 times)` }]);
    const scores = (each: typeof before) => Object.fromEntries(each.map(({ symbol, score }) => [symbol, score]));
    const { [full.symbols[1] as string]: _, ...others } = scores(before);
    expect(scores(await snapshots())).toEqual(others);
  });

  test("skips a symbol whose candles do not pass the checks", async () => {
    const { symbols, run } = await ranking((ask) => async (symbol, ...rest) => {
      const series = await ask(symbol, ...rest);
      if (symbol === "BTCUSDT") series.close[3] = Number.NaN;
      return series;
    });
    expect(symbols).toContain("BTCUSDT");
    expect(await run()).toBe("completed");
    const [{ skipped }] = await runs();
    expect(skipped).toEqual([{ symbol: "BTCUSDT", reason: expect.stringMatching(/^BTCUSDT 1h: candle 3 /) }]);
  });
});

describe("when the database does not take it", () => {
  test("once, it is written again", async () => {
    await refuseInserts(1);
    const { symbols, run } = await ranking();
    expect(await run()).toBe("completed");
    expect((await snapshots()).length).toBe(symbols.length);
  });

  test("twice, the run has failed with the reason, nothing is half written, and the next look succeeds", async () => {
    await refuseInserts(2);
    const { symbols, run } = await ranking();
    expect(await run()).toBe("failed");
    expect(await runs()).toEqual([
      expect.objectContaining({ status: "failed", error_message: "the disk is full", symbol_count: null }),
    ]);
    expect(await snapshots()).toEqual([]);
    expect(await run()).toBe("completed");
    expect((await snapshots()).length).toBe(symbols.length);
    expect(await runs()).toEqual([expect.objectContaining({ status: "completed", error_message: null })]);
  });
});

describe("a venue that does not answer", () => {
  const silent = () => () => Promise.race<CandleSeries>([]);

  test("ends the run after five minutes, and the lock is free for the next one", async () => {
    const { run } = await ranking(silent);
    const outcome = run();
    await until(() => wall.sleepers === 1);
    await until(async () => (await runs())[0]?.status === "running");
    await wall.advance(5 * 60_000 - 1);
    expect((await runs())[0]).toMatchObject({ status: "running" });
    await wall.advance(1);
    expect(await outcome).toBe("failed");
    expect(await runs()).toEqual([
      expect.objectContaining({
        status: "failed",
        error_message: "took longer than 5 minutes",
        finished_at: AT + 3_000 + 5 * 60_000,
      }),
    ]);
    expect(await snapshots()).toEqual([]);
    expect(await (await ranking()).run()).toBe("completed");
  });

  test("does not keep the desk from stopping", async () => {
    const stop = new AbortController();
    const { run } = await ranking(silent, stop.signal);
    const outcome = run();
    await until(() => wall.sleepers === 1);
    stop.abort(new Error("told to stop"));
    await expect(outcome).rejects.toThrow("told to stop");
    expect(wall.sleepers).toBe(0);
    expect(await runs()).toEqual([expect.objectContaining({ status: "failed", error_message: "told to stop" })]);
  });
});

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await setTimeout(2);
}

/** Does `work` again and again until `outcome` has come. */
async function during(outcome: Promise<unknown>, work: () => unknown): Promise<void> {
  let over = false;
  const end = outcome.finally(() => {
    over = true;
  });
  while (!over) {
    await work();
    await setTimeout(2);
  }
  await end;
}
