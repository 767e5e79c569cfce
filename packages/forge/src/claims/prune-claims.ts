import type { Store } from "@alphaforge/core/store/open-store";
import { DECISION_LOCK } from "./claim-statements.ts";

/** Decisions wait for one batch at most: some ten ms. */
const BATCH = 2_000;

/**
 * Removes the record of claims that ended more than `olderThanMs` before `now`, ms since the epoch; returns how many.
 * Claims that live are left alone, and tokens go on rising: they are counted elsewhere. An id that was removed can be
 * claimed again. Throws RangeError when `olderThanMs` is not 0 or more.
 */
export async function pruneClaims(store: Store, olderThanMs: number, now: number): Promise<number> {
  if (!(olderThanMs >= 0)) throw new RangeError(`claims cannot be pruned after ${olderThanMs} ms: give 0 or more`);
  const before = Math.floor(now - olderThanMs);
  for (let removed = 0; ; ) {
    const count = await pruneBatch(store, before);
    removed += count;
    if (count < BATCH) return removed;
  }
}

async function pruneBatch(store: Store, before: number): Promise<number> {
  const client = await store.pool.connect();
  try {
    await client.query(`BEGIN; ${DECISION_LOCK}`);
    // Whoever has not read these yet must read everything anew: what ended is not there to be read any more.
    const { rows } = await client.query<{ count: number }>(
      `WITH gone AS (
         DELETE FROM forge_claims WHERE id IN (SELECT id FROM forge_claims WHERE ended_at < $1 LIMIT ${BATCH})
         RETURNING changed
       ), counted AS (
         UPDATE forge_claim_counters SET pruned_change = greatest(pruned_change, (SELECT max(changed) FROM gone))
       ) SELECT count(*) FROM gone`,
      [before],
    );
    await client.query("COMMIT");
    client.release();
    return rows[0]?.count ?? 0;
  } catch (error) {
    client.release(true);
    throw error;
  }
}
