import { parseGlob } from "../globs/parse-glob.ts";
import type { PathRules } from "../globs/path-rules.ts";
import type { ClaimMode, LiveClaim } from "./rules/claim.ts";
import type { ClaimChange } from "./rules/claim-book.ts";

/** A row of forge_claims. */
export interface ClaimRow {
  readonly id: string;
  readonly holder: string;
  readonly mode: ClaimMode;
  readonly globs: readonly string[];
  readonly priority: number;
  readonly expected_ms: number;
  readonly requested_at: number;
  readonly granted_at: number | null;
  readonly ended_at: number | null;
  readonly state: LiveClaim["state"] | "released" | "withdrawn" | "expired";
  readonly token: number | null;
  readonly lease_ms: number | null;
  readonly asked_lease_ms: number | null;
  readonly beat: number;
  readonly changed: number;
}

export function rowOf(change: ClaimChange, changed: number, now: number): ClaimRow {
  const { claim } = change;
  const held = claim.state === "held" ? claim : undefined;
  return {
    id: claim.id,
    holder: claim.holder,
    mode: claim.mode,
    globs: claim.globs,
    priority: claim.priority,
    expected_ms: claim.expectedMs,
    requested_at: claim.requestedAt,
    granted_at: held?.grantedAt ?? null,
    ended_at: "ended" in change ? now : null,
    state: "ended" in change ? change.ended : claim.state,
    token: held?.token ?? null,
    lease_ms: held?.leaseMs ?? null,
    asked_lease_ms: claim.askedLeaseMs,
    beat: held?.beat ?? 0,
    changed,
  };
}

/**
 * The book's claims with these rows taken over. A beat that was seen before keeps the time at which it was; a new one
 * was seen at `monotonic`.
 */
export function withRows(
  live: ReadonlyMap<string, LiveClaim>,
  rows: readonly ClaimRow[],
  rules: PathRules,
  monotonic: number,
): ReadonlyMap<string, LiveClaim> {
  if (rows.length === 0) return live;
  const next = new Map(live);
  for (const row of rows) {
    const known = live.get(row.id);
    if (row.state !== "waiting" && row.state !== "held") next.delete(row.id);
    else next.set(row.id, claimOf(row, known, rules, monotonic));
  }
  return next;
}

function claimOf(row: ClaimRow, known: LiveClaim | undefined, rules: PathRules, monotonic: number): LiveClaim {
  const asked = {
    id: row.id,
    holder: row.holder,
    mode: row.mode,
    globs: row.globs,
    areas: known?.areas ?? row.globs.map((glob) => parseGlob(glob, rules)),
    priority: row.priority,
    expectedMs: row.expected_ms,
    askedLeaseMs: row.asked_lease_ms,
    requestedAt: row.requested_at,
  };
  if (row.token === null || row.granted_at === null || row.lease_ms === null) return { ...asked, state: "waiting" };
  const isSeen = known?.state === "held" && known.beat === row.beat;
  return {
    ...asked,
    state: "held",
    token: row.token,
    grantedAt: row.granted_at,
    leaseMs: row.lease_ms,
    beat: row.beat,
    seenAt: isSeen ? known.seenAt : monotonic,
  };
}
