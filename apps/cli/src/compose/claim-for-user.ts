import { realpathSync } from "node:fs";
import { userInfo } from "node:os";
import { UserError } from "@alphaforge/core/errors";
import type { ClaimMode, HeldClaim } from "@alphaforge/forge/claims/rules/claim";
import type { Wait } from "@alphaforge/forge/claims/rules/decide";
import type { App } from "../command.ts";
import { newSecret } from "../system.ts";
import { claimedGlobs } from "./claimed-globs.ts";
import { forgeClaimStore } from "./forge-claim-store.ts";
import { type ForgePlace, withForge } from "./forge-place.ts";

/** Before the name of a person or a script that holds a claim; tasks hold theirs under their own ids. */
export const USER = "user/";

export interface UserWish {
  readonly words: readonly string[];
  readonly mode: ClaimMode;
  /** Nobody keeps the claim up: this is how long it lasts. */
  readonly forMs: number;
  /** Default: the name that the user has logged in with. */
  readonly name?: string;
  /** Stay in the queue until it is granted, or the app is told to stop. */
  readonly wait: boolean;
  /** Told when it has to wait. */
  readonly onWait: (wait: Wait) => void;
}

export type UserClaim =
  | { readonly granted: true; readonly claim: HeldClaim }
  | { readonly granted: false; readonly globs: readonly string[]; readonly wait: Wait };

/**
 * Claims paths for a person or a script. What is not granted does not stay in the queue when this ends, whatever ended
 * it. Throws UserError and GlobError for what cannot be claimed, and the signal's reason when waiting was stopped.
 */
export async function claimForUser(app: App, wish: UserWish): Promise<UserClaim> {
  const holder = holderOf(wish.name ?? userInfo().username);
  return withForge(app, { mustExist: false }, async (forge) => {
    const globs = claimedGlobs(wish.words, whereabouts(forge));
    const claims = forgeClaimStore(forge);
    const id = `${holder}/${newSecret().slice(0, 12)}`;
    const leaseMs = wish.forMs;
    const asked = { id, holder, mode: wish.mode, globs, leaseMs, expectedMs: leaseMs };
    let isOver = false;
    try {
      const answer = await claims.claim(asked);
      if (!answer.granted) wish.onWait(answer.wait);
      if (answer.granted || wish.wait) {
        const claim = answer.granted ? answer.claim : await claims.wait(id, app.signal);
        isOver = true;
        return { granted: true, claim } as const;
      }
      if ((await claims.withdraw(id)).ok) {
        isOver = true;
        return { granted: false, globs, wait: answer.wait } as const;
      }
      // Somebody has released it in the meantime.
      const granted = await claims.claim(asked);
      if (!granted.granted) throw new Error(`claim ${id} neither waits nor is held`);
      isOver = true;
      return granted;
    } finally {
      if (!isOver) await leave(claims, id).catch((error: Error) => app.warn(`claim ${id} is left: ${error.message}`));
      await claims.close();
    }
  });
}

/** Leaves the queue, or gives back what was granted at that very moment. */
async function leave(claims: ReturnType<typeof forgeClaimStore>, id: string): Promise<void> {
  if ((await claims.withdraw(id)).ok) return;
  const claim = (await claims.list()).find((each) => each.id === id);
  if (claim?.state === "held") await claims.release(claim.token);
}

function holderOf(name: string): string {
  if (/^[^\s/\p{C}]{1,64}$/u.test(name)) return USER + name;
  throw new UserError(`"${name}" is no name for a claim's holder: give one with --as, without spaces and slashes`);
}

function whereabouts(place: ForgePlace) {
  const { toplevel, ignoresCase } = place.facts;
  return {
    root: toplevel === undefined ? undefined : realpathSync(toplevel),
    directory: realpathSync(process.cwd()),
    rules: { ignoresCase },
  };
}
