import type { Store } from "@alphaforge/core/store/open-store";
import type { ClaimEnd } from "./rules/claim.ts";

export interface EndedClaim {
  readonly id: string;
  readonly holder: string;
  readonly how: ClaimEnd;
  /** Clock time, ms since the epoch. */
  readonly at: number;
  /** What its lease was, in ms; 0 when it was never held. */
  readonly leaseMs: number;
}

/** How a claim ended, by its token or its id; undefined while it lives, and when no such claim is on record. */
export async function findClaimEnd(store: Store, tokenOrId: number | string): Promise<EndedClaim | undefined> {
  const { rows } = await store.pool.query<EndedClaim>(
    `SELECT id, holder, state AS how, ended_at AS at, coalesce(lease_ms, 0) AS "leaseMs" FROM forge_claims
     WHERE ${typeof tokenOrId === "number" ? "token" : "id"} = $1 AND ended_at IS NOT NULL`,
    [tokenOrId],
  );
  return rows[0];
}
