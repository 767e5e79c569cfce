import type { Clock } from "@alphaforge/core/clock";
import { tryLock } from "@alphaforge/core/store/advisory-lock";
import type { Store } from "@alphaforge/core/store/open-store";
import type { Logger } from "@alphaforge/core/telemetry/logger";
import type { ClientBase } from "pg";
import { closePriceOf } from "../agents/lane.ts";
import { MAX_LOOK_BACK } from "../features/feature.ts";
import { type CandleSeries, indexAtOrAfter } from "../instrument/candle.ts";
import { type Instrument, isListed } from "../instrument/instrument.ts";
import { type RankedTimeframe, TIMEFRAME_MS } from "../instrument/timeframe.ts";
import { admitCandles } from "../market-data/checks/admit-candles.ts";
import { fetchPatiently } from "../market-data/patient-source.ts";
import type { Pipeline } from "../pipeline.ts";
import { completeRun, failRun, startRun } from "../projections/computation-runs.ts";
import { insertSnapshots, type SnapshotPrice } from "../projections/snapshot-rows.ts";
import type { Venue } from "../venues/venue.ts";
import { rankingLockName } from "./desk-lock.ts";

/** Values of each column that stay at hand before the first close that is decided on, and at a live close. */
export const LIVE_TAIL = MAX_LOOK_BACK + 1;

const LIMIT_MS = 5 * 60_000;
const CONCURRENCY = 10;
const DAY = TIMEFRAME_MS["1d"];

export interface RankingRunOptions {
  readonly desk: string;
  readonly pipeline: Pipeline;
  readonly venue: Venue;
  readonly store: Store;
  /** The machine's time: waits for the venue, and the limit of five minutes. */
  readonly wall: Clock;
  readonly logger: Logger;
  readonly history: number;
  readonly signal: AbortSignal;
}

export type RankingOutcome = "completed" | "locked" | "failed";

/**
 * One timeframe at one close: candles of every listed symbol, features, signals, scores, ranks, snapshots. At most one
 * such run per desk and timeframe at a time, held by an advisory lock; at most five minutes. A failure is recorded with
 * its reason, leaves no half ranking behind, and is tried again at the next look.
 */
export async function runRanking(
  options: RankingRunOptions,
  timeframe: RankedTimeframe,
  at: number,
  instruments: readonly Instrument[],
): Promise<RankingOutcome> {
  const { store, wall, logger, desk } = options;
  const connection = await store.connect();
  try {
    const lock = await tryLock(connection, rankingLockName(desk, timeframe));
    if (lock === null) {
      logger.info("pipeline.run.locked", { timeframe });
      return "locked";
    }
    const started = wall.now();
    // Before the limit begins: where this fails nobody would end its wait, which keeps the process for five minutes.
    const id = await startRun(connection, timeframe, at, started);
    logger.info("pipeline.run.started", { timeframe, symbol_count: instruments.length });
    const limit = new AbortController();
    const timer = wall.sleep(LIMIT_MS, limit.signal).then(
      () => limit.abort(new Error(`took longer than ${LIMIT_MS / 60_000} minutes`)),
      () => undefined,
    );
    const signal = AbortSignal.any([options.signal, lock.lost, limit.signal]);
    try {
      const skipped = await loadCandles({ ...options, signal }, timeframe, at, instruments);
      signal.throwIfAborted();
      const ranked = options.pipeline.rank(timeframe, at);
      const ranking = { ...ranked, skipped: [...ranked.skipped, ...skipped] };
      await storeOnceMore(options, (client) => storeRanking(client, options.pipeline, id, ranking, wall.now()));
      logger.info("pipeline.run.completed", { timeframe, duration_ms: wall.now() - started });
      return "completed";
    } catch (error) {
      const reason = signal.aborted ? reasonOf(signal.reason) : reasonOf(error);
      // Not on the lock's connection, which may be what failed.
      await failRun(store.pool, id, reason, wall.now());
      if (options.signal.aborted) throw error;
      logger.error("pipeline.run.failed", { timeframe, error: reason });
      return "failed";
    } finally {
      limit.abort();
      await timer;
    }
  } finally {
    await connection.end();
  }
}

/** Fetches ten symbols at a time, checks what came, and hands it to the pipeline. Returns who was left out. */
async function loadCandles(
  options: RankingRunOptions,
  timeframe: RankedTimeframe,
  at: number,
  instruments: readonly Instrument[],
): Promise<{ symbol: string; reason: string }[]> {
  const { venue, wall, logger, pipeline, history, signal } = options;
  const listed = instruments.filter((instrument) => isListed(instrument, at - 1));
  const from = at - history * TIMEFRAME_MS[timeframe];
  const series: CandleSeries[] = [];
  const skipped: { symbol: string; reason: string }[] = [];
  for (let start = 0; start < listed.length; start += CONCURRENCY) {
    signal.throwIfAborted();
    const batch = listed.slice(start, start + CONCURRENCY);
    const answers = await Promise.all(
      batch.map(({ symbol }) => fetchPatiently(venue, wall, { symbol, timeframe, from, to: at }, signal)),
    );
    for (const answer of answers) {
      if ("skipped" in answer) {
        skipped.push({ symbol: answer.symbol, reason: answer.skipped });
        logger.warn("pipeline.symbol.skipped", { timeframe, symbol: answer.symbol, error: answer.skipped });
        continue;
      }
      if (answer.series.length === 0) continue;
      const checked = admitCandles(answer.series, timeframe, at);
      if (checked.admitted) series.push(checked.candles);
      else {
        skipped.push({ symbol: answer.symbol, reason: checked.reason });
        logger.warn("pipeline.symbol.skipped", { timeframe, symbol: answer.symbol, error: checked.reason });
      }
    }
  }
  pipeline.load(timeframe, series, { tail: LIVE_TAIL, explain: true });
  return skipped;
}

/** A failed write is tried once more; the ranking and its run's completion are one transaction. */
async function storeOnceMore(
  { store, logger }: RankingRunOptions,
  write: (client: ClientBase) => Promise<void>,
): Promise<void> {
  try {
    await inTransaction(store, write);
  } catch (error) {
    logger.warn("pipeline.store.retried", { error: reasonOf(error) });
    await inTransaction(store, write);
  }
}

async function storeRanking(
  client: ClientBase,
  pipeline: Pipeline,
  id: string,
  ranking: Parameters<typeof completeRun>[2],
  now: number,
): Promise<void> {
  const { timeframe } = ranking;
  const priceOf = (symbol: string): SnapshotPrice => priceAt(pipeline, timeframe, symbol, ranking.at);
  await insertSnapshots(client, id, ranking, priceOf, (symbol) => pipeline.breakdownOf(timeframe, symbol));
  await completeRun(client, id, ranking, now);
}

/** The ranked close, and its change over the day before where the lane reaches back that far. */
function priceAt(pipeline: Pipeline, timeframe: RankedTimeframe, symbol: string, at: number): SnapshotPrice {
  const lane = pipeline.laneOf(timeframe, symbol);
  if (lane === undefined) throw new Error(`${symbol} was ranked on ${timeframe} without candles`);
  const close = closePriceOf(lane);
  const index = indexAtOrAfter(lane.series, at - DAY - TIMEFRAME_MS[timeframe]);
  const opened = lane.series.openTime[index];
  const isDayBefore = opened !== undefined && opened + TIMEFRAME_MS[timeframe] === at - DAY;
  const before = isDayBefore ? (lane.series.close[index] as number) : undefined;
  return { close, change24h: before === undefined ? undefined : close / before - 1 };
}

/** Runs `work` in a transaction on a pooled connection. */
export async function inTransaction(store: Store, work: (client: ClientBase) => Promise<void>): Promise<void> {
  const client = await store.pool.connect();
  let failure: Error | undefined;
  try {
    await client.query("BEGIN");
    await work(client);
    await client.query("COMMIT");
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error));
    throw failure;
  } finally {
    // A connection that failed in a transaction is not handed to the next one: the server rolls back when it ends.
    client.release(failure);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
