import { UserError } from "@alphaforge/core/errors";
import { parseGlob } from "../globs/parse-glob.ts";
import type { PathRules } from "../globs/path-rules.ts";
import type { ClaimWish } from "./rules/claim.ts";
import type { ReadWish } from "./rules/claim-book.ts";

const SHORTEST_LEASE_MS = 1_000;

/** Reads a wish's globs. Throws GlobError for one that is refused, UserError for a wish that cannot be. */
export function readWish(wish: ClaimWish, rules: PathRules): ReadWish {
  for (const text of [wish.id, wish.holder, ...wish.globs]) {
    if (text.isWellFormed() && !text.includes("\0")) continue;
    throw new UserError(
      `claim ${JSON.stringify(wish.id)} holds ${JSON.stringify(text)}, which is no text: write it in Unicode, without NUL`,
    );
  }
  const { id, globs, priority = 0, expectedMs = 0, leaseMs = SHORTEST_LEASE_MS } = wish;
  if (globs.length === 0) throw new UserError(`claim ${id} names no path: name what it touches, or ** for everything`);
  if (!Number.isSafeInteger(priority)) throw new UserError(`claim ${id} has priority ${priority}: give a whole number`);
  if (!Number.isSafeInteger(expectedMs) || expectedMs < 0) {
    throw new UserError(`claim ${id} expects to take ${expectedMs} ms: give a whole number of 0 or more`);
  }
  if (!Number.isSafeInteger(leaseMs) || leaseMs < SHORTEST_LEASE_MS) {
    throw new UserError(
      `claim ${id} has a lease of ${leaseMs} ms: give a whole number of ${SHORTEST_LEASE_MS} or more`,
    );
  }
  return { ...wish, areas: globs.map((glob) => parseGlob(glob, rules)) };
}
