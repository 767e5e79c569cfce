import type { Clock } from "@alphaforge/core/clock";
import { OperationalError } from "@alphaforge/core/errors";
import { failpoint } from "@alphaforge/core/failpoints";
import { idFrom } from "@alphaforge/core/ids";
import { requireComplete } from "../git/fetch-commits.ts";
import type { ObjectRoom } from "../git/object-room.ts";
import { moveRef } from "../git/refs.ts";
import type { Git } from "../git/run-git.ts";
import { branchInUse } from "../git/worktrees.ts";
import type { Landing } from "./candidate.ts";
import { findLandings } from "./find-landings.ts";
import type { LandingLedger } from "./landing-ledger.ts";

export interface LandContext {
  /** In the user's repository. */
  readonly git: Git;
  readonly room: ObjectRoom;
  readonly commonDir: string;
  readonly ledger: LandingLedger;
  readonly clock: Clock;
}

export type LandResult =
  | { readonly kind: "landed" }
  /** The branch is no longer where it was: combine again. */
  | { readonly kind: "moved" }
  /** These tasks' claims were lost; nothing was landed. */
  | { readonly kind: "stale"; readonly tasks: readonly string[] };

/**
 * Moves a branch from one commit to a verified later one, once: the intent is written first, the claims are held across
 * the compare-and-swap, and the acknowledgement comes last. Whatever dies in between, `recoverLandings` finds out from
 * the branch itself. Throws OperationalError when the branch is checked out somewhere.
 */
export async function land(
  context: LandContext,
  step: { branch: string; from: string; to: string; landings: readonly Landing[] },
): Promise<LandResult> {
  const { git, commonDir, ledger, clock } = context;
  const { branch, from, to, landings } = step;
  const inUse = await branchInUse(git, commonDir, branch);
  if (inUse !== undefined) {
    const name = branch.replace("refs/heads/", "");
    throw new OperationalError(
      `${name} is in use (${inUse.by}) in ${inUse.directory}: check out another branch there, then run this again`,
    );
  }
  const intent = { id: idFrom("landing", branch, from, to), branch, from, to, landings };
  await requireComplete(git, to, from);
  failpoint("landing.before-intent");
  await ledger.intend(intent);
  failpoint("landing.after-intent");
  const reason = `alphaforge: land ${landings.map(({ task }) => task).join(", ")}`;
  const held = await ledger.whileCurrent(landings, async () => {
    failpoint("landing.before-update-ref");
    const move = await moveRef(git, { ref: branch, to, from, reason }, { clock, commonDir });
    failpoint("landing.after-update-ref");
    return move;
  });
  if (!held.current) {
    await ledger.abandon(intent.id, `the claim of ${held.stale.join(", ")} is no longer held`);
    return { kind: "stale", tasks: held.stale };
  }
  if (!held.value.done) {
    const { now } = held.value;
    const moved = now === undefined ? "somebody removed it" : `somebody else moved it to ${now.slice(0, 12)}`;
    await ledger.abandon(intent.id, `${moved}; what was to land is combined anew`);
    return { kind: "moved" };
  }
  failpoint("landing.before-acknowledge");
  await ledger.acknowledge(intent.id, landings);
  failpoint("landing.after-acknowledge");
  return { kind: "landed" };
}

/**
 * Settles what an earlier process left between intent and acknowledgement: what the branch has is acknowledged with the
 * commit that has it, the rest is free to land again. Run it before anything lands.
 */
export async function recoverLandings(
  context: Pick<LandContext, "room" | "ledger">,
  branch: string,
  tip: string,
): Promise<Landing[]> {
  const { room, ledger } = context;
  const recovered: Landing[] = [];
  for (const intent of await ledger.open(branch)) {
    const there = await findLandings(room, tip, intent.from);
    const landed = intent.landings.flatMap(
      (landing) => there.find(({ task, token }) => task === landing.task && token === landing.token) ?? [],
    );
    if (landed.length > 0) await ledger.acknowledge(intent.id, landed);
    else await ledger.abandon(intent.id, "the process ended before the branch was moved");
    recovered.push(...landed);
  }
  return recovered;
}
