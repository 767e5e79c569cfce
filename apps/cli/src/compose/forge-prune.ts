import { pruneClaims } from "@alphaforge/forge/claims/prune-claims";
import { readTasks } from "@alphaforge/forge/sessions/read-views";
import type { TaskView } from "@alphaforge/forge/sessions/task-view";
import { type ExpiredKeeps, expireKeeps } from "@alphaforge/forge/workspace/expire-keeps";
import { clock } from "../system.ts";
import type { OpenForge } from "./forge-place.ts";
import { consistentRead } from "./forge-views.ts";

export interface PruneOptions {
  readonly olderThanMs: number;
  /** Also what is kept of tasks that have not landed. */
  readonly unlanded: boolean;
  readonly dryRun: boolean;
}

/** What may be about to land is found by its keep ref: an attempt under way needs what is kept of it. */
const UNDER_WAY: readonly TaskView["state"][] = ["waiting", "working", "landing"];

export interface Pruned extends ExpiredKeeps {
  /** Records of claims that ended long ago; 0 in a dry run. */
  readonly endedClaims: number;
}

/** Removes what a forge keeps no longer. */
export async function pruneForge(forge: OpenForge, options: PruneOptions): Promise<Pruned> {
  const tasks = await consistentRead(forge.store, (client) => readTasks(client));
  const idsOf = (...states: readonly TaskView["state"][]) =>
    new Set(tasks.filter(({ state }) => states.includes(state)).map(({ task }) => task));
  const keeps = await expireKeeps({
    ...{ git: forge.git, olderThanMs: options.olderThanMs, now: clock.now() },
    ...{ landed: idsOf("landed"), underWay: idsOf(...UNDER_WAY), all: options.unlanded, dryRun: options.dryRun },
  });
  const endedClaims = options.dryRun ? 0 : await pruneClaims(forge.store, options.olderThanMs, clock.now());
  return { ...keeps, endedClaims };
}
