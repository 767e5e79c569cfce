import { OperationalError } from "@alphaforge/core/errors";
import type { Store } from "@alphaforge/core/store/open-store";
import type { SweepResult } from "./sweep-backtest.ts";
import type { SweepPlan } from "./sweep-plan.ts";
import { type SweepTask, sweepTaskSchema } from "./sweep-task.ts";

type Pool = Store["pool"];

/** One run as the table has it. */
export interface SweepRow {
  readonly run: number;
  readonly varied: Readonly<Record<string, string>>;
  readonly generation: number;
  /** Why the last attempt failed, while none has succeeded. */
  readonly failed: string | null;
  readonly ledgerHash: string | null;
  readonly result: SweepResult | null;
  readonly worker: string | null;
  /** ms. */
  readonly finishedAt: number | null;
}

export interface SweepSummary {
  readonly id: string;
  /** ms. */
  readonly at: number;
  readonly runs: number;
  readonly done: number;
  readonly failed: number;
}

/** Stores a sweep that is new; one that is known is left as it is. */
export async function addSweep(pool: Pool, desk: string, { id, runs }: SweepPlan, at: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    const time = new Date(at).toISOString();
    await client.query("INSERT INTO sweeps (id, desk, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", [
      id,
      desk,
      time,
    ]);
    await client.query(
      `INSERT INTO sweep_runs (sweep, run, varied, task)
       SELECT $1, run, varied, task FROM unnest($2::int[], $3::json[], $4::json[]) AS r (run, varied, task)
       ON CONFLICT DO NOTHING`,
      [
        id,
        runs.map((_, index) => index),
        ...(["varied", "task"] as const).map((key) => runs.map((run) => JSON.stringify(run[key]))),
      ],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined); // the connection is gone, and the server has rolled back
    throw error;
  } finally {
    client.release();
  }
}

/** The runs that have no result, each with its generation; those that had failed are given a new one. */
export async function claimUnfinished(
  pool: Pool,
  sweep: string,
): Promise<readonly { run: number; generation: number }[]> {
  const { rows } = await pool.query<{ run: number; generation: number }>(
    `UPDATE sweep_runs SET generation = generation + (failed IS NOT NULL)::int, failed = NULL
     WHERE sweep = $1 AND ledger_hash IS NULL RETURNING run, generation`,
    [sweep],
  );
  return rows.sort((a, b) => a.run - b.run);
}

/** A run's task, or undefined when it has its result. */
export async function taskOf(pool: Pool, sweep: string, run: number): Promise<SweepTask | undefined> {
  const { rows } = await pool.query<{ task: unknown; done: boolean }>(
    "SELECT task, ledger_hash IS NOT NULL AS done FROM sweep_runs WHERE sweep = $1 AND run = $2",
    [sweep, run],
  );
  const row = rows[0];
  if (row === undefined) throw new OperationalError(`there is no run ${run} of sweep ${sweep}`);
  return row.done ? undefined : sweepTaskSchema.parse(row.task);
}

/**
 * Stores a result. The first one stays; another worker's must have the same hash, for the same inputs give the same
 * ledger: throws OperationalError when it has not.
 */
export async function finishRun(
  pool: Pool,
  { sweep, run, result, worker, at }: { sweep: string; run: number; result: SweepResult; worker: string; at: number },
): Promise<void> {
  await pool.query(
    `UPDATE sweep_runs SET ledger_hash = $3, result = $4, worker = $5, finished_at = $6, failed = NULL
     WHERE sweep = $1 AND run = $2 AND ledger_hash IS NULL`,
    [sweep, run, result.ledgerHash, JSON.stringify(result), worker, new Date(at).toISOString()],
  );
  const { rows } = await pool.query<{ hash: string; worker: string }>(
    `SELECT ledger_hash AS hash, worker FROM sweep_runs WHERE sweep = $1 AND run = $2`,
    [sweep, run],
  );
  const stored = rows[0];
  if (stored?.hash !== result.ledgerHash) {
    throw new OperationalError(
      `run ${run} of sweep ${sweep} came to ledger ${result.ledgerHash} here and to ${stored?.hash} at ${stored?.worker}: their programs or candles differ`,
    );
  }
}

export async function noteFailure(pool: Pool, sweep: string, run: number, why: string): Promise<void> {
  await pool.query("UPDATE sweep_runs SET failed = $3 WHERE sweep = $1 AND run = $2 AND ledger_hash IS NULL", [
    sweep,
    run,
    why,
  ]);
}

export async function readSweeps(pool: Pool, desk: string): Promise<readonly SweepSummary[]> {
  const { rows } = await pool.query<SweepSummary>(
    `SELECT id, at, count(run)::int AS runs, count(ledger_hash)::int AS done, count(failed)::int AS failed
     FROM sweeps LEFT JOIN sweep_runs ON sweep = id WHERE desk = $1 GROUP BY id ORDER BY at, id`,
    [desk],
  );
  return rows;
}

export async function readRuns(pool: Pool, sweep: string): Promise<readonly SweepRow[]> {
  const { rows } = await pool.query<SweepRow>(
    `SELECT run, varied, generation, failed, ledger_hash AS "ledgerHash", result, worker, finished_at AS "finishedAt"
     FROM sweep_runs WHERE sweep = $1 ORDER BY run`,
    [sweep],
  );
  return rows;
}
