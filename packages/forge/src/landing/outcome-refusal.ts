import type { Refusal } from "../sessions/refusal.ts";
import { forgeRunTail } from "../sessions/run-note.ts";
import type { LandingOutcome } from "./landing-queue.ts";

/** Why work did not land, and whether that takes a try away. */
export function outcomeRefusal(outcome: Exclude<LandingOutcome, { kind: "landed" }>): {
  readonly refusal: Refusal;
  readonly counts: boolean;
} {
  switch (outcome.kind) {
    case "conflict":
      return {
        counts: true,
        refusal: {
          ...{ stage: "landing", code: "conflict", paths: outcome.paths },
          reason: `conflicts with what has landed, in ${outcome.paths.join(", ")}`,
        },
      };
    case "outside-claim": {
      const [first] = outcome.refused;
      const more = outcome.refused.length > 1 ? ` (and ${outcome.refused.length - 1} more)` : "";
      return {
        counts: true,
        refusal: {
          ...{ stage: "fence", code: "outside-claim", paths: outcome.refused.map(({ path }) => path) },
          reason: `${first?.path ?? "a file"} ${first?.reason ?? "is outside the claim"}${more}`,
        },
      };
    }
    case "red": {
      const failed = outcome.verification.runs.findLast(({ outcome: how }) => how !== "passed");
      const how = failed?.outcome === "timed-out" ? "took too long" : `ended with exit code ${failed?.code ?? -1}`;
      return {
        counts: true,
        refusal: {
          ...{ stage: "verify", code: "red" },
          reason: `${failed?.command ?? "verification"}: ${how} on this work joined with the branch`,
          ...(failed === undefined ? {} : { output: forgeRunTail(failed) }),
        },
      };
    }
    case "nothing-new":
      return {
        counts: true,
        refusal: { stage: "landing", code: "nothing-new", reason: "the branch already has all of it" },
      };
    case "base-gone":
      return {
        counts: true,
        refusal: {
          ...{ stage: "landing", code: "base-gone" },
          reason: `the work starts from ${outcome.base.slice(0, 12)}, which the branch no longer has: somebody rewrote it`,
        },
      };
    case "stale-token":
      return {
        counts: false,
        refusal: { stage: "claim", code: "stale-token", reason: "its claim was lost before it landed" },
      };
  }
}
