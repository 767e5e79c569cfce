import type { Store } from "@alphaforge/core/store/open-store";
import type { ClaimStore } from "@alphaforge/forge/claims/claim-store";
import { postgresClaimStore } from "@alphaforge/forge/claims/postgres-claim-store";
import { clock, stopwatch } from "../system.ts";

/**
 * How long a task's claim lives without a heartbeat, in ms. One value for every process: whoever releases a claim may
 * grant the next one, with this lease, and its holder keeps it up at a third of it.
 */
export const FORGE_LEASE_MS = 60_000;

/** The claims of an open forge; close it before the store. */
export function forgeClaimStore(forge: {
  readonly store: Store;
  readonly facts: { readonly ignoresCase: boolean };
}): ClaimStore {
  const { ignoresCase } = forge.facts;
  return postgresClaimStore(forge.store, {
    rules: { ignoresCase },
    leaseMs: FORGE_LEASE_MS,
    clock,
    monotonic: stopwatch(),
  });
}
