import { type LiveClaim, PRIORITY_POINT_MS, type WaitingClaim } from "./claim.ts";
import { clashOf } from "./excludes.ts";

/** What stands in the way of a claim. */
export interface Blocker {
  readonly id: string;
  readonly holder: string;
  readonly state: LiveClaim["state"];
  /** A path that both want. */
  readonly path: string;
}

export interface Wait {
  readonly blockers: readonly Blocker[];
  /** 1: next, of those who wait for the same paths. */
  readonly position: number;
  /** From now, if everybody takes as long as they expected to, in ms. */
  readonly estimatedWaitMs: number;
}

export type Decision = { readonly granted: true } | { readonly granted: false; readonly wait: Wait };

/** Below 0: `a` goes first. Fixed for as long as both wait, so that nobody waits for ever: later ones fall behind. */
export function queueOrder(a: WaitingClaim, b: WaitingClaim): number {
  const turn = (claim: WaitingClaim) => claim.requestedAt - claim.priority * PRIORITY_POINT_MS;
  return turn(a) - turn(b) || a.requestedAt - b.requestedAt || (a.id < b.id ? -1 : 1);
}

/**
 * Whether `wanted` can be held beside all that is live. It waits for whoever holds what it excludes, and for whoever
 * asked for that before it and still waits: a waiting exclusive claim is not overtaken by later shared ones, while
 * claims that touch nobody pass at once. `now` is clock time, for the estimate alone.
 */
export function decide(live: Iterable<LiveClaim>, wanted: WaitingClaim, now: number): Decision {
  const others = [...live].filter(({ id }) => id !== wanted.id);
  const blockers = blockersOf(others, wanted);
  if (blockers.length === 0) return { granted: true };
  const position = 1 + blockers.filter(({ state }) => state === "waiting").length;
  return { granted: false, wait: { blockers, position, estimatedWaitMs: estimate(others, wanted, now) } };
}

/** Those of `live` that `wanted` has to wait for. */
function blockersOf(live: Iterable<LiveClaim>, wanted: WaitingClaim): readonly Blocker[] {
  const blockers: Blocker[] = [];
  for (const other of live) {
    const path = clashAhead(other, wanted);
    if (path !== undefined) blockers.push({ id: other.id, holder: other.holder, state: other.state, path });
  }
  return blockers;
}

/** Whether there are any such; `wanted` may be one of `live`. */
export function isBlocked(live: Iterable<LiveClaim>, wanted: WaitingClaim): boolean {
  for (const other of live) if (other.id !== wanted.id && clashAhead(other, wanted) !== undefined) return true;
  return false;
}

function clashAhead(other: LiveClaim, wanted: WaitingClaim): string | undefined {
  if (other.state === "waiting" && queueOrder(other, wanted) > 0) return undefined;
  return clashOf(other, wanted);
}

function estimate(others: readonly LiveClaim[], wanted: WaitingClaim, now: number): number {
  const ends = new Map<LiveClaim, number>();
  for (const claim of others) {
    if (claim.state === "held") ends.set(claim, Math.max(now, claim.grantedAt + claim.expectedMs));
  }
  const startOf = (claim: WaitingClaim): number => {
    let start = now;
    for (const [other, end] of ends) if (end > start && clashOf(other, claim) !== undefined) start = end;
    return start;
  };
  const ahead = others.filter((claim) => claim.state === "waiting").filter((claim) => queueOrder(claim, wanted) < 0);
  for (const claim of ahead.sort(queueOrder)) ends.set(claim, startOf(claim) + claim.expectedMs);
  return startOf(wanted) - now;
}
