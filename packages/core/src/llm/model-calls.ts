import type { Pool } from "pg";

/** Told whenever a call has got its reply. */
export const REPLIES_CHANNEL = "model_replies";

/** A reply, and how long it took from the question on (ms, by the database's clock). */
export interface StoredReply {
  readonly callId: string;
  /** JSON, as model-call-text.ts has it. */
  readonly reply: unknown;
  readonly latencyMs: number;
}

/** The table `model_calls` (migration core/0003), one query each. Whatever compares times does so by the database's clock. */
export class ModelCalls {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Stores a question that is new; one that is known is left as it is, unless nobody has answered it in its time: then
   * it is asked anew. Gives how often that has been.
   */
  async put(call: {
    readonly callId: string;
    readonly provider: string;
    readonly request: string;
    readonly withinMs: number;
  }): Promise<number> {
    const { callId, provider, request, withinMs } = call;
    await this.#pool.query(
      `INSERT INTO model_calls AS known (call_id, provider, request, asked_at, give_up_at)
       SELECT $1, $2, $3, at, at + $4 * interval '1 ms' FROM clock_timestamp() AS at
       ON CONFLICT (call_id) DO UPDATE SET
         generation = known.generation + 1, request = excluded.request, worker = NULL,
         asked_at = excluded.asked_at, give_up_at = excluded.give_up_at
       WHERE known.reply IS NULL AND known.give_up_at <= excluded.asked_at`,
      [callId, provider, request, withinMs],
    );
    const { rows } = await this.#pool.query<{ generation: number }>(
      "SELECT generation FROM model_calls WHERE call_id = $1",
      [callId],
    );
    return (rows[0] as { generation: number }).generation;
  }

  /** Notes who takes a call up. Undefined when it has its reply, or nobody waits for that any longer. */
  async take(callId: string, worker: string): Promise<{ request: unknown; remainingMs: number } | undefined> {
    const { rows } = await this.#pool.query<{ request: unknown; remainingMs: number }>(
      `UPDATE model_calls SET worker = $2
       WHERE call_id = $1 AND reply IS NULL AND give_up_at > clock_timestamp()
       RETURNING request, ${ms("give_up_at - clock_timestamp()")} AS "remainingMs"`,
      [callId, worker],
    );
    return rows[0];
  }

  /** Stores a reply and tells the desk. The first one stays: false when there was one. */
  async reply(callId: string, reply: string): Promise<boolean> {
    const { rows } = await this.#pool.query(
      `WITH stored AS (
         UPDATE model_calls SET reply = $2, replied_at = clock_timestamp(), request = NULL, open_until = NULL
         WHERE call_id = $1 AND reply IS NULL RETURNING call_id
       ) SELECT pg_notify('${REPLIES_CHANNEL}', '') FROM stored`,
      [callId, reply],
    );
    return rows.length > 0;
  }

  async replies(callIds: readonly string[]): Promise<readonly StoredReply[]> {
    const { rows } = await this.#pool.query<StoredReply>(
      `SELECT call_id AS "callId", reply, ${ms("replied_at - asked_at")} AS "latencyMs"
       FROM model_calls WHERE call_id = ANY ($1) AND reply IS NOT NULL`,
      [callIds],
    );
    return rows;
  }

  /** Who has taken a call up, the last of them. */
  async workerOf(callId: string): Promise<string | undefined> {
    const { rows } = await this.#pool.query<{ worker: string | null }>(
      "SELECT worker FROM model_calls WHERE call_id = $1",
      [callId],
    );
    return rows[0]?.worker ?? undefined;
  }

  /** Forgets the calls of more than `days` ago, which are in the desk's log by then. */
  async forget(days: number): Promise<void> {
    await this.#pool.query("DELETE FROM model_calls WHERE asked_at < clock_timestamp() - $1 * interval '1 day'", [
      days,
    ]);
  }
}

const ms = (interval: string): string => `greatest(0, ceil(extract(epoch FROM ${interval}) * 1000))::float8`;
