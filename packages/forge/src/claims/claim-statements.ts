import { lockKey } from "@alphaforge/core/store/advisory-lock";
import type { PoolClient } from "pg";
import type { ClaimRow } from "./claim-rows.ts";

/** Notices come here when a claim that was queued has changed. */
export const CHANNEL = "forge_claims";

const COLUMNS = `id, holder, mode, globs, priority, expected_ms, requested_at, granted_at, ended_at, state, token,
  lease_ms, asked_lease_ms, beat, changed`;

const reading = (these: string, ended: string): string => `
  SELECT last_token, last_change, pruned_change, claim.* FROM forge_claim_counters LEFT JOIN (
    SELECT * FROM forge_claims WHERE ${these}
    UNION ALL SELECT * FROM forge_claims WHERE ended_at IS NOT NULL AND ${ended}
  ) AS claim ON true`;

/** Planned once for each connection: planning them takes longer than doing them. */
const PREPARE = `
PREPARE forge_claims_live (text[]) AS ${reading("state IN ('waiting', 'held')", "id = ANY ($1)")};
PREPARE forge_claims_since (bigint, text[]) AS ${reading("changed > $1", "id = ANY ($2) AND changed <= $1")};
PREPARE forge_claims_write (jsonb, bigint, bigint, boolean) AS
  WITH counted AS (UPDATE forge_claim_counters SET last_token = $2, last_change = $3),
    told AS (SELECT CASE WHEN $4 THEN pg_notify('${CHANNEL}', '') END)
  INSERT INTO forge_claims (${COLUMNS}) SELECT ${COLUMNS}
  FROM jsonb_to_recordset($1) AS row (id text, holder text, mode text, globs text[], priority bigint,
    expected_ms bigint, requested_at bigint, granted_at bigint, ended_at bigint, state text, token bigint,
    lease_ms bigint, asked_lease_ms bigint, beat bigint, changed bigint)
  CROSS JOIN told
  -- Rows are locked in the order of whileCurrent, or the two could wait for each other.
  ORDER BY token
  ON CONFLICT (id) DO UPDATE SET granted_at = excluded.granted_at, ended_at = excluded.ended_at,
    state = excluded.state, token = excluded.token, lease_ms = excluded.lease_ms, beat = excluded.beat,
    changed = excluded.changed`;

const prepared = new WeakSet<PoolClient>();

/** Makes the statements below known to a connection, once. */
export async function prepareClaimStatements(client: PoolClient): Promise<void> {
  if (prepared.has(client)) return;
  await client.query(PREPARE);
  prepared.add(client);
}

/**
 * The table's statistics are always old, so plans must not be made of them: every claim that ever ended would be read.
 * The commit waits for no disk: what it wrote is made durable by `FLUSH`, when nobody is held up by it.
 */
export const BEGIN_READING = `BEGIN; SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off;
  SET LOCAL synchronous_commit = off`;

/** A process that stops in the midst of a decision must not stop all others with it: the server ends its session. */
export const DECISION_LOCK = `SET LOCAL idle_in_transaction_session_timeout = '10s';
  SELECT pg_advisory_xact_lock(${lockKey("forge claims")})`;
export const BEGIN_DECISION = `${BEGIN_READING}; ${DECISION_LOCK}`;

/**
 * A commit of its own that waits for the disk, and with it for all that was committed before, by whomever. What was read
 * or written goes out of the process only after it: a crash of the server then takes back nothing that anybody was told,
 * and no token is given twice. (Whoever saw a change that a crash takes back would have flushed it with its own.)
 */
export const FLUSH = "SELECT pg_logical_emit_message(true, 'alphaforge', '')";

/** A row of what `readText` gives; the claim's columns are null when there is none. */
export type ClaimReading = (ClaimRow | { readonly id: null }) & {
  readonly last_token: number;
  readonly last_change: number;
  readonly pruned_change: number;
};

/** Everything that changed after `lastChange`, or all that lives; and those of `ids` that have ended. */
export function readText(client: PoolClient, lastChange: number | undefined, ids: readonly string[]): string {
  const list = `ARRAY[${ids.map((id) => client.escapeLiteral(id)).join(", ")}]::text[]`;
  if (lastChange === undefined) return `EXECUTE forge_claims_live (${list})`;
  return `EXECUTE forge_claims_since (${lastChange}, ${list})`;
}

/** `isNews`: somebody may wait, anywhere, for what these rows say. */
export function writeText(
  client: PoolClient,
  rows: readonly ClaimRow[],
  { lastToken, lastChange, isNews }: { lastToken: number; lastChange: number; isNews: boolean },
): string {
  const json = client.escapeLiteral(JSON.stringify(rows));
  return `EXECUTE forge_claims_write (${json}, ${lastToken}, ${lastChange}, ${isNews})`;
}
