import { setTimeout as sleep } from "node:timers/promises";
import type { ForgeAddress } from "../config.ts";
import { poolOf } from "../database/connections.ts";
import { DatabaseListener, type FeedUpdate } from "../database/database-listener.ts";
import { forgeStamp, isBehind } from "./forge-stamp.ts";

/** What a page of a forge is told while it is open. */
export type ForgeUpdate =
  | FeedUpdate
  /** The forge is listened to from now on, and this is what it has: whoever has another stamp asks anew. */
  | { readonly kind: "hello"; readonly stamp: string }
  | { readonly kind: "news"; readonly stamp: string };

type Tell = (update: ForgeUpdate) => void;

/** Coders talk all the time, and what they say wakes this up too: the tables are looked at this often at most. */
const GAP_MS = 200;
/** How long after a notification the tables are waited for to hold what it told of. */
const FOLD_PATIENCE_MS = 5_000;

/** Looks whether a forge's tables have changed; what is asked while it looks is one more look. */
class ForgeWatch {
  readonly #forge: ForgeAddress;
  #stamp: string | undefined;
  #isLooking = false;
  #again = false;

  constructor(forge: ForgeAddress) {
    this.#forge = forge;
  }

  async follow(tell: Tell): Promise<void> {
    this.#again = true;
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      let patience = FOLD_PATIENCE_MS;
      for (let behind = false; this.#again || (behind && patience > 0); ) {
        patience = this.#again ? FOLD_PATIENCE_MS : patience - GAP_MS;
        this.#again = false;
        // Asked first: what is folded in between is seen in the stamp.
        behind = await isBehind(poolOf(this.#forge));
        await this.look(tell);
        await sleep(GAP_MS);
      }
    } finally {
      this.#isLooking = false;
    }
  }

  async look(tell: Tell): Promise<void> {
    const stamp = await forgeStamp(poolOf(this.#forge));
    if (stamp === this.#stamp) return;
    this.#stamp = stamp;
    tell({ kind: "news", stamp });
  }
}

const KEY = Symbol.for("alphaforge.web.forge-listeners");
const kept = globalThis as { [KEY]?: Map<string, DatabaseListener<ForgeUpdate>> };

/** The one listener of a forge. */
export function forgeListenerOf(forge: ForgeAddress): DatabaseListener<ForgeUpdate> {
  kept[KEY] ??= new Map();
  let listener = kept[KEY].get(forge.name);
  if (!listener) {
    const watch = new ForgeWatch(forge);
    listener = new DatabaseListener<ForgeUpdate>({
      address: forge,
      channels: ["alphaforge_events", "forge_claims"],
      greet: async () => ({ kind: "hello", stamp: await forgeStamp(poolOf(forge)) }),
      hear: (_payload, tell) => watch.follow(tell),
      // A killed orchestrator notifies nobody.
      look: (tell) => watch.look(tell),
    });
    kept[KEY].set(forge.name, listener);
  }
  return listener;
}
