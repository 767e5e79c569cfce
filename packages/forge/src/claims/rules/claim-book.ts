import type { Glob } from "../../globs/parse-glob.ts";
import {
  type ClaimEnd,
  type ClaimWish,
  EXPECTED_MS,
  type HeldClaim,
  type LiveClaim,
  type WaitingClaim,
} from "./claim.ts";
import { decide, isBlocked, queueOrder, type Wait } from "./decide.ts";

/** All claims that live, as a value. */
export interface ClaimBook {
  /** By id. */
  readonly live: ReadonlyMap<string, LiveClaim>;
  /** The highest token given so far. */
  readonly lastToken: number;
}

/** A wish whose globs were read. */
export interface ReadWish extends ClaimWish {
  readonly areas: readonly Glob[];
}

export type ClaimCommand =
  | { readonly do: "claim"; readonly wish: ReadWish }
  | { readonly do: "heartbeat"; readonly token: number }
  | { readonly do: "release"; readonly token: number }
  | { readonly do: "withdraw"; readonly id: string }
  | { readonly do: "check"; readonly token: number };

/** The claim as it is held, or what it waits for: never "granted" without a token. */
export type ClaimAnswer =
  | { readonly granted: true; readonly claim: HeldClaim }
  | { readonly granted: false; readonly wait: Wait };

/** Whether what was asked for a token, or a waiting claim, was done; a refusal says why. */
export type TokenAnswer = { readonly ok: true } | { readonly ok: false; readonly reason: string };

export type CommandAnswer = ClaimAnswer | TokenAnswer;

/** A claim that changed, as it is now. */
export type ClaimChange = { readonly claim: LiveClaim } | { readonly claim: LiveClaim; readonly ended: ClaimEnd };

export interface Moment {
  /** Clock time, ms since the epoch. */
  readonly now: number;
  /** The observer's monotonic time, ms. */
  readonly monotonic: number;
  /** Of claims that ask for none of their own. */
  readonly leaseMs: number;
}

export interface Advance {
  readonly book: ClaimBook;
  /** Each claim once, in the order of first change. */
  readonly changes: readonly ClaimChange[];
  /** One per command. */
  readonly answers: readonly CommandAnswer[];
}

/**
 * The book after the commands: first what has run out expires, then each command in order, then whoever waits and can
 * go is granted, in queue order, each with a new and higher token. Nothing else ever grants.
 */
export function advanceBook(book: ClaimBook, commands: readonly ClaimCommand[], moment: Moment): Advance {
  const live = new Map(book.live);
  const changes = new Map<string, ClaimChange>();
  let lastToken = book.lastToken;
  const put = (claim: LiveClaim) => {
    live.set(claim.id, claim);
    changes.set(claim.id, { claim });
  };
  const end = (claim: LiveClaim, ended: ClaimEnd) => {
    live.delete(claim.id);
    changes.set(claim.id, { claim, ended });
  };
  const asked = new Set(commands.map((command) => ("token" in command ? command.token : undefined)));
  const holders = new Map<number, HeldClaim>();
  for (const claim of book.live.values()) {
    if (claim.state === "waiting") continue;
    if (untilEnd(claim, moment) <= 0) end(claim, "expired");
    else if (asked.has(claim.token)) holders.set(claim.token, claim);
  }
  const settled = commands.map((command): TokenAnswer | undefined => {
    if (command.do === "claim") {
      if (!live.has(command.wish.id)) put(asWaiting(command.wish, moment.now));
      return undefined;
    }
    if (command.do === "withdraw") {
      const claim = live.get(command.id);
      if (claim?.state === "waiting") end(claim, "withdrawn");
      return claim?.state === "waiting" ? DONE : { ok: false, reason: `claim ${command.id} does not wait` };
    }
    const claim = holders.get(command.token);
    if (claim === undefined) return { ok: false, reason: notCurrent(command.token, lastToken) };
    if (command.do === "release") {
      holders.delete(claim.token);
      end(claim, "released");
    } else if (command.do === "heartbeat") {
      const beaten = { ...claim, beat: claim.beat + 1, seenAt: moment.monotonic };
      holders.set(claim.token, beaten);
      put(beaten);
    }
    return DONE;
  });
  // Whoever still waits after its turn stays in the book, and in the way of those behind it.
  for (const claim of waitingIn(live)) {
    if (isBlocked(live.values(), claim)) continue;
    lastToken += 1;
    const { now, monotonic } = moment;
    const leaseMs = claim.askedLeaseMs ?? moment.leaseMs;
    put({ ...claim, state: "held", token: lastToken, grantedAt: now, leaseMs, beat: 0, seenAt: monotonic });
  }
  const answers = commands.map((command, index): CommandAnswer => {
    if (command.do !== "claim") return settled[index] as TokenAnswer;
    return claimAnswer(live, command.wish.id, moment.now);
  });
  return { book: { live, lastToken }, changes: [...changes.values()], answers };
}

const DONE: TokenAnswer = { ok: true };

function claimAnswer(live: ReadonlyMap<string, LiveClaim>, id: string, now: number): CommandAnswer {
  const claim = live.get(id);
  if (claim === undefined) return { ok: false, reason: `claim ${id} was withdrawn as soon as it was made` };
  if (claim.state === "held") return { granted: true, claim };
  const decision = decide(live.values(), claim, now);
  if (decision.granted) throw new Error(`claim ${id} waits although nothing is in its way`);
  return decision;
}

/**
 * How many ms are left of a lease; 0 or less: it has run out. It has once one beat was watched for all of it, and if it
 * is of the claim's own choosing and was never kept up, also by the clock.
 */
export function untilEnd(claim: HeldClaim, { now, monotonic }: Pick<Moment, "now" | "monotonic">): number {
  const watched = claim.seenAt + claim.leaseMs - monotonic;
  const isTerm = claim.askedLeaseMs !== null && claim.beat === 0;
  return isTerm ? Math.min(watched, claim.grantedAt + claim.leaseMs - now) : watched;
}

export function waitingIn(live: ReadonlyMap<string, LiveClaim>): readonly WaitingClaim[] {
  const waiting: WaitingClaim[] = [];
  for (const claim of live.values()) if (claim.state === "waiting") waiting.push(claim);
  return waiting.sort(queueOrder);
}

function asWaiting(wish: ReadWish, requestedAt: number): WaitingClaim {
  const { id, holder, mode, globs, areas, priority = 0, expectedMs = EXPECTED_MS, leaseMs = null } = wish;
  return { state: "waiting", id, holder, mode, globs, areas, priority, expectedMs, askedLeaseMs: leaseMs, requestedAt };
}

function notCurrent(token: number, lastToken: number): string {
  if (token > lastToken) return `token ${token} was never given`;
  return `token ${token} is not current: it was released, or its lease ran out without a heartbeat; claim anew`;
}
