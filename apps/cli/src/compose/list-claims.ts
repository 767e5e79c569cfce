import type { LiveClaim } from "@alphaforge/forge/claims/rules/claim";
import type { App } from "../command.ts";
import { forgeClaimStore } from "./forge-claim-store.ts";
import { withForge } from "./forge-place.ts";

/** All claims that live: held ones by token, then those who wait in queue order. */
export function listClaims(app: App): Promise<readonly LiveClaim[]> {
  return withForge(app, { mustExist: true }, async (forge) => {
    const claims = forgeClaimStore(forge);
    try {
      return await claims.list();
    } finally {
      await claims.close();
    }
  });
}
