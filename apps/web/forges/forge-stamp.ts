import type { Pool } from "pg";
import { ORCHESTRATOR_RUNS } from "./orchestrator-lock.ts";

/** One text that changes when anything on a forge's page does: rows by their version, so that no view is read. */
const STAMP_SQL = `
  SELECT concat_ws('/',
    (SELECT md5(string_agg(xmin::text, ',' ORDER BY session)) FROM forge_sessions),
    (SELECT md5(string_agg(xmin::text, ',' ORDER BY task)) FROM forge_tasks),
    (SELECT count(*) || '-' || count(ended_at) || '-' || max(started_at) FROM forge_verifications),
    (SELECT md5(string_agg(id || state, ',' ORDER BY id)) FROM forge_claims WHERE state IN ('waiting', 'held')),
    ${ORCHESTRATOR_RUNS}) AS stamp`;

export async function forgeStamp(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ stamp: string }>(STAMP_SQL);
  return rows[0]?.stamp ?? "";
}

/**
 * Whether the log has events that the tables do not show yet: they are folded in a moment after they are written. What
 * coders say is folded into nothing.
 */
export async function isBehind(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ behind: boolean }>(
    `SELECT EXISTS (
       SELECT FROM events
       WHERE seq > coalesce((SELECT last_seq FROM projection_positions WHERE projection = 'forge'), 0)
         AND type NOT LIKE 'coder.%') AS behind`,
  );
  return rows[0]?.behind ?? false;
}
