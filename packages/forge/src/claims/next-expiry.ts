import type { LiveClaim } from "./rules/claim.ts";
import { type Moment, untilEnd } from "./rules/claim-book.ts";

/** Long enough not to be polling, should a notice be lost. */
const LONGEST_MS = 60_000;

/** In how many ms the next of these leases can run out; a minute when none does before. */
export function untilExpiry(live: Iterable<LiveClaim>, moment: Pick<Moment, "now" | "monotonic">): number {
  let ms = LONGEST_MS;
  for (const claim of live) {
    if (claim.state === "held") ms = Math.min(ms, untilEnd(claim, moment));
  }
  return Math.max(1, Math.ceil(ms));
}
