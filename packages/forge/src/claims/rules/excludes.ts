import { intersectGlobs } from "../../globs/intersect.ts";
import type { Glob } from "../../globs/parse-glob.ts";
import type { ClaimMode } from "./claim.ts";

/** Whether claims of these modes cannot be held on one path at once. The order of the two does not matter. */
export function modesExclude(a: ClaimMode, b: ClaimMode): boolean {
  if (a === "intent" || b === "intent") return false;
  return a === "exclusive" || b === "exclusive";
}

interface Area {
  readonly mode: ClaimMode;
  readonly areas: readonly Glob[];
}

/**
 * Neither beginning is one of the other, as one character shows: true for most pairs of claims, a thousand of which are
 * looked at for every grant. When it shows nothing, intersection decides.
 */
function beginApart(a: string, b: string): boolean {
  const last = Math.min(a.length, b.length) - 1;
  return last >= 0 && a.charCodeAt(last) !== b.charCodeAt(last);
}

/** A path on which the two exclude each other; undefined when both can be held at once. */
export function clashOf(a: Area, b: Area): string | undefined {
  if (!modesExclude(a.mode, b.mode)) return undefined;
  for (const one of a.areas) {
    for (const other of b.areas) {
      if (beginApart(one.start, other.start)) continue;
      const found = intersectGlobs(one, other);
      if (!found.disjoint) return found.witness;
    }
  }
  return undefined;
}
