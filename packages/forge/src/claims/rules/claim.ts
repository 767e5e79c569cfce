import type { Glob } from "../../globs/parse-glob.ts";

/**
 * "exclusive": nobody else works there. "shared": others may read there too, nobody works there. "intent": announced
 * and shown, blocks nobody and is blocked by nobody.
 */
export type ClaimMode = "exclusive" | "shared" | "intent";

/** What somebody asks for, all of it at once: whoever holds one part never waits for another. */
export interface ClaimWish {
  /** Given by who asks; asking again with the same id is the same request. */
  readonly id: string;
  /** Who: a task's attempt, or a person. Two claims of one holder exclude each other like any two. */
  readonly holder: string;
  readonly mode: ClaimMode;
  /** At least one. A file by its path is `globOfPath(path)`; a rename is both its paths. */
  readonly globs: readonly string[];
  /** Higher goes first: one point is as good as having waited `PRIORITY_POINT_MS` longer. Default 0. */
  readonly priority?: number;
  /** How long it will be held, as far as is known, in ms. Estimates of others' waits are made of it. Default 600,000. */
  readonly expectedMs?: number;
  /**
   * A lease of its own in place of the store's, in ms, a whole number of 1,000 or more. Until its first heartbeat it
   * ends by the clock too: who asked may be gone, as a command is, with nobody there to watch it for all of its time.
   */
  readonly leaseMs?: number;
}

interface Asked extends Required<Omit<ClaimWish, "leaseMs">> {
  /** The wish's `leaseMs`; null: that of whoever grants it. */
  readonly askedLeaseMs: number | null;
  /** The wish's globs, read. */
  readonly areas: readonly Glob[];
  /** Clock time, ms since the epoch. It orders the queue and nothing else: no lease depends on it. */
  readonly requestedAt: number;
}

export interface WaitingClaim extends Asked {
  readonly state: "waiting";
}

export interface HeldClaim extends Asked {
  readonly state: "held";
  /** Fencing token: higher than that of every grant before. */
  readonly token: number;
  /** Clock time, ms since the epoch. */
  readonly grantedAt: number;
  /** Without a heartbeat for this long it expires, in ms. */
  readonly leaseMs: number;
  /** Counts the heartbeats. */
  readonly beat: number;
  /**
   * When the observer saw this beat first, in ms of the observer's own monotonic time. An observer lets a claim expire
   * when it has watched one beat for a whole lease: clocks that jump or differ cannot end a lease early that is kept up.
   */
  readonly seenAt: number;
}

export type LiveClaim = WaitingClaim | HeldClaim;

/** How a claim ended. */
export type ClaimEnd = "released" | "withdrawn" | "expired";

/** What one point of priority is worth in waiting: high priorities go first, and low ones still get their turn. */
export const PRIORITY_POINT_MS = 60_000;

export const EXPECTED_MS = 600_000;
