import { OperationalError } from "@alphaforge/core/errors";
import { type EndedClaim, findClaimEnd } from "@alphaforge/forge/claims/find-claim-end";
import type { LiveClaim } from "@alphaforge/forge/claims/rules/claim";
import type { App } from "../command.ts";
import { USER } from "./claim-for-user.ts";
import { forgeClaimStore } from "./forge-claim-store.ts";
import { withForge } from "./forge-place.ts";

/**
 * Releases the claim of this token, or takes the waiting claim of this id out of the queue. With `force` also one that a
 * task holds: its work then does not land. Throws OperationalError with the reason when nothing was released.
 */
export function releaseForUser(app: App, tokenOrId: string, force: boolean): Promise<LiveClaim> {
  return withForge(app, { mustExist: true }, async (forge) => {
    const claims = forgeClaimStore(forge);
    try {
      const token = /^[1-9]\d{0,14}$/.test(tokenOrId) ? Number(tokenOrId) : undefined;
      const isMeant = (claim: LiveClaim) =>
        token === undefined ? claim.id === tokenOrId : claim.state === "held" && claim.token === token;
      const claim = (await claims.list()).find(isMeant);
      if (claim !== undefined) {
        if (!claim.holder.startsWith(USER) && !force) {
          throw new OperationalError(
            `${tokenOrId} is the claim of task ${claim.holder}, whose work could then not land: add --force to release it all the same`,
          );
        }
        const answer = claim.state === "held" ? await claims.release(claim.token) : await claims.withdraw(claim.id);
        if (answer.ok) return claim;
      }
      const end = await findClaimEnd(forge.store, token ?? tokenOrId);
      throw new OperationalError(end === undefined ? unknown(tokenOrId, token) : ended(tokenOrId, end));
    } finally {
      await claims.close();
    }
  });
}

function unknown(tokenOrId: string, token: number | undefined): string {
  const what = token === undefined ? `no claim of the id ${tokenOrId}` : `no claim with token ${token}`;
  return `${what} is on record: see alphaforge forge claims`;
}

function ended(tokenOrId: string, { holder, how, at, leaseMs }: EndedClaim): string {
  const time = new Date(at).toISOString().slice(0, 19).replace("T", " ");
  const why = how === "expired" ? `its lease of ${leaseMs / 1_000} s ran out` : `it was ${how}`;
  return `${tokenOrId} of ${holder} is not held any more (${why}, ${time} UTC): claim anew`;
}
