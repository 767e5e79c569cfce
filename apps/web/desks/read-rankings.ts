import type { Pool } from "pg";
import type { DeskIdentity } from "./clock.ts";
import { type RankedRow, type TimeframeRanking, type Tone, toWire, type WireRanking } from "./rankings-wire.ts";
import { readIdentity } from "./read-identity.ts";
import { TIMEFRAMES, type Timeframe } from "./timeframes.ts";

export interface SignalName {
  readonly displayName: string;
  readonly category: string;
}

export interface Rankings {
  readonly desk: DeskIdentity;
  /** By signal name. */
  readonly signals: Readonly<Record<string, SignalName>>;
  /**
   * A WireRanking each, as JSON; timeframes without a complete run are not in it. Text, because a page passes it on to
   * the browser: Next visits every value of an object for that, which took a third of the page's time.
   */
  readonly timeframes: readonly string[];
}

interface RunRow {
  id: string;
  timeframe: Timeframe;
  candle_close: Date;
  finished_at: Date | null;
  skipped: TimeframeRanking["skipped"];
}

interface SnapshotRow {
  symbol: string;
  rank: number;
  score: number;
  confidence: number;
  close_price: number;
  change_24h: number | null;
  highlights: { text: string; tone: Tone }[];
  signals: { name: string; value: -1 | 0 | 1 | null; weight: number; readings: Record<string, number> | null }[];
}

/** The latest complete run of each wanted timeframe. */
async function latestRuns(pool: Pool, timeframes: readonly Timeframe[]): Promise<readonly RunRow[]> {
  const { rows } = await pool.query<RunRow>(
    `SELECT run.* FROM unnest($1::text[]) AS wanted (timeframe)
     CROSS JOIN LATERAL (
       SELECT id, timeframe, candle_close, finished_at, skipped FROM computation_runs
       WHERE timeframe = wanted.timeframe AND status = 'completed'
       ORDER BY candle_close DESC, finished_at DESC LIMIT 1
     ) AS run`,
    [timeframes],
  );
  return rows;
}

/** Each database's latest runs. A complete run never changes, and reading one is half of a page's time. */
const kept = new WeakMap<Pool, Map<Timeframe, { readonly runId: string; readonly text: string }>>();

async function textOf(pool: Pool, run: RunRow): Promise<string> {
  const runs = kept.get(pool) ?? new Map();
  kept.set(pool, runs);
  const known = runs.get(run.timeframe);
  if (known?.runId === run.id) return known.text;
  const text = JSON.stringify(await readRun(pool, run));
  runs.set(run.timeframe, { runId: run.id, text });
  return text;
}

async function readRun(pool: Pool, run: RunRow): Promise<WireRanking> {
  const { rows } = await pool.query<SnapshotRow>(
    `SELECT symbol, rank, score, confidence, close_price, change_24h, highlights, signals
     FROM snapshots WHERE run_id = $1 ORDER BY rank`,
    [run.id],
  );
  return toWire({
    timeframe: run.timeframe,
    runId: run.id,
    candleClose: run.candle_close.getTime(),
    finishedAt: (run.finished_at ?? run.candle_close).getTime(),
    skipped: run.skipped,
    rows: rows.map(
      (row): RankedRow => ({
        symbol: row.symbol,
        rank: row.rank,
        score: row.score,
        confidence: row.confidence,
        price: row.close_price,
        change: row.change_24h,
        highlights: row.highlights.slice(0, 4),
        signals: row.signals.map(({ name, value, weight, readings }) => ({
          name,
          value,
          weight,
          readings: Object.entries(readings ?? {}),
        })),
      }),
    ),
  });
}

/** The rankings of some timeframes, all six unless told otherwise. */
export async function readRankings(pool: Pool, timeframes: readonly Timeframe[] = TIMEFRAMES): Promise<Rankings> {
  const desk = await readIdentity(pool);
  const [runs, names] = await Promise.all([
    latestRuns(pool, timeframes),
    pool.query<{ name: string; display_name: string; category: string }>(
      "SELECT name, display_name, category FROM signal_weights ORDER BY name",
    ),
  ]);
  return {
    desk,
    signals: Object.fromEntries(
      names.rows.map(({ name, display_name, category }) => [name, { displayName: display_name, category }]),
    ),
    timeframes: await Promise.all(runs.map((run) => textOf(pool, run))),
  };
}
