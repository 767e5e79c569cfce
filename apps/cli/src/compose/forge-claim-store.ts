import type { ClaimStore } from "@alphaforge/forge/claims/claim-store";
import { postgresClaimStore } from "@alphaforge/forge/claims/postgres-claim-store";
import { clock, stopwatch } from "../system.ts";
import type { ForgePlace, OpenForge } from "./forge-place.ts";

/**
 * How long a claim of this repository lives without a heartbeat, in ms. Read from the one configuration by every
 * process: whoever releases a claim may grant the next one, with its own lease, and its holder keeps it up at a third of
 * what it thinks that is.
 */
export const leaseMsOf = ({ config }: Pick<ForgePlace, "config">): number => config.claims.lease_seconds * 1000;

/** The claims of an open forge; close it before the store. */
export function forgeClaimStore(forge: Pick<OpenForge, "store" | "facts" | "config">): ClaimStore {
  const { ignoresCase } = forge.facts;
  return postgresClaimStore(forge.store, {
    rules: { ignoresCase },
    leaseMs: leaseMsOf(forge),
    clock,
    monotonic: stopwatch(),
  });
}
