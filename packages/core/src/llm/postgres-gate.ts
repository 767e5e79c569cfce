import type { Pool } from "pg";
import type { Clock } from "../clock.ts";
import { lockKey } from "../store/advisory-lock.ts";
import type { RequestGate } from "./request-gate.ts";

export interface PostgresGateOptions {
  readonly pool: Pool;
  /** The machine's: for waits. */
  readonly clock: Clock;
  /** Requests at once to one provider, over all workers. */
  readonly concurrency: number;
  /** Told when a request that is over could not be noted as over; its room is free again when its time is. */
  readonly onTrouble: (error: Error) => void;
}

/** How often one who waits for room looks again. */
const LOOK_MS = 250;
/** What a request that was given up may still take to end. */
const MARGIN_MS = 5_000;

/**
 * The gate that all workers of a database share, for questions that are in `model_calls`. A request counts until it is
 * noted as over or its time is. Whoever takes over the call of a worker that was killed takes over its room with it.
 */
export function postgresGate({ pool, clock, concurrency, onTrouble }: PostgresGateOptions): RequestGate {
  /** False when there is no room. Who counts holds a lock, or two could find the last room free. */
  async function open(callId: string, provider: string, limitMs: number): Promise<boolean> {
    const client = await pool.connect();
    try {
      await client.query("BEGIN");
      await client.query("SELECT pg_advisory_xact_lock($1::bigint)", [lockKey(`requests to ${provider}`)]);
      const { rowCount } = await client.query(
        `UPDATE model_calls SET open_until = clock_timestamp() + $3 * interval '1 ms'
         WHERE call_id = $1 AND $4 > (
           SELECT count(*) FROM model_calls
           WHERE provider = $2 AND open_until > clock_timestamp() AND call_id <> $1
         )`,
        [callId, provider, limitMs, concurrency],
      );
      await client.query("COMMIT");
      client.release();
      return rowCount === 1;
    } catch (error) {
      // Ends the session, and with it the transaction.
      client.release(true);
      throw error;
    }
  }

  return {
    async closedFor(model) {
      const { rows } = await pool.query<{ ms: number }>(
        "SELECT ceil(extract(epoch FROM not_before - clock_timestamp()) * 1000)::float8 AS ms FROM model_limits WHERE model = $1",
        [model],
      );
      return Math.max(0, rows[0]?.ms ?? 0);
    },
    async close(model, ms) {
      await pool.query(
        `INSERT INTO model_limits AS known (model, not_before) VALUES ($1, clock_timestamp() + $2 * interval '1 ms')
         ON CONFLICT (model) DO UPDATE SET not_before = greatest(known.not_before, excluded.not_before)`,
        [model, ms],
      );
    },
    async enter({ callId, model }, limitMs, signal, work) {
      const [provider = ""] = model.split("/", 1);
      signal.throwIfAborted();
      while (!(await open(callId, provider, limitMs + MARGIN_MS))) await clock.sleep(LOOK_MS, signal);
      try {
        signal.throwIfAborted();
        return await work();
      } finally {
        await pool.query("UPDATE model_calls SET open_until = NULL WHERE call_id = $1", [callId]).catch(onTrouble);
      }
    },
  };
}
