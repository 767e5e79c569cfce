import type { DeskAddress } from "../config.ts";
import { poolOf } from "../database/connections.ts";
import { DatabaseListener, type FeedUpdate } from "../database/database-listener.ts";
import type { DeskClock } from "./clock.ts";
import { readIdentity } from "./read-identity.ts";
import { readStamps, type Stamps } from "./stamps.ts";
import { isTimeframe, type Timeframe } from "./timeframes.ts";

/** What a page of a desk is told while it is open. */
export type DeskUpdate =
  | FeedUpdate
  /** The desk is listened to from now on, and this is what it has: compare and ask for what is newer. */
  | { readonly kind: "hello"; readonly stamps: Stamps }
  | { readonly kind: "rankings"; readonly timeframe: Timeframe }
  | { readonly kind: "books" }
  | { readonly kind: "clock"; readonly clock: DeskClock };

async function updateOf(desk: DeskAddress, payload: string): Promise<DeskUpdate | undefined> {
  const { kind, timeframe } = JSON.parse(payload) as { kind?: unknown; timeframe?: unknown };
  if (kind === "rankings" && isTimeframe(timeframe)) return { kind, timeframe };
  if (kind === "books") return { kind };
  if (kind !== "clock") throw new Error(`unknown update ${payload}`);
  const { clock } = await readIdentity(poolOf(desk));
  return clock ? { kind, clock } : undefined;
}

const KEY = Symbol.for("alphaforge.web.listeners");
const kept = globalThis as { [KEY]?: Map<string, DatabaseListener<DeskUpdate>> };

/** The one listener of a desk. */
export function listenerOf(desk: DeskAddress): DatabaseListener<DeskUpdate> {
  kept[KEY] ??= new Map();
  let listener = kept[KEY].get(desk.name);
  if (!listener) {
    listener = new DatabaseListener<DeskUpdate>({
      address: desk,
      channels: ["desk_updates"],
      greet: async () => ({ kind: "hello", stamps: await readStamps(poolOf(desk)) }),
      hear: async (payload, tell) => {
        const update = await updateOf(desk, payload);
        if (update) tell(update);
      },
    });
    kept[KEY].set(desk.name, listener);
  }
  return listener;
}
