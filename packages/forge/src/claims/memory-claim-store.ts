import { UserError } from "@alphaforge/core/errors";
import type { ClaimStore } from "./claim-store.ts";
import type { ClaimStoreOptions } from "./claim-store-options.ts";
import { untilExpiry } from "./next-expiry.ts";
import { readWish } from "./read-wish.ts";
import {
  advanceBook,
  type ClaimAnswer,
  type ClaimBook,
  type ClaimCommand,
  type TokenAnswer,
} from "./rules/claim-book.ts";
import { listOf } from "./rules/list-of.ts";
import { inTokenOrder, staleOf } from "./stale-of.ts";
import { Waiters } from "./waiters.ts";

/** Claims of one process, kept nowhere. */
export function memoryClaimStore({ rules, leaseMs, clock, monotonic }: ClaimStoreOptions): ClaimStore {
  let book: ClaimBook = { live: new Map(), lastToken: 0 };
  const ended = new Set<string>();
  const waiters = new Waiters();
  let alarm = new AbortController();
  /** Everything goes through here, one after the other: `whileCurrent` holds the rest up. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => T | Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };

  const advance = (commands: readonly ClaimCommand[]) => {
    const next = advanceBook(book, commands, { now: clock.now(), monotonic: monotonic(), leaseMs });
    book = next.book;
    for (const change of next.changes) if ("ended" in change) ended.add(change.claim.id);
    settle();
    return next.answers;
  };
  const settle = () => {
    waiters.settle(book.live);
    alarm.abort();
    if (waiters.isEmpty) return;
    alarm = new AbortController();
    clock.sleep(untilExpiry(book.live.values(), { now: clock.now(), monotonic: monotonic() }), alarm.signal).then(
      () => inTurn(() => advance([])),
      () => undefined, // another alarm was set
    );
  };
  const ask = (command: ClaimCommand) => inTurn(() => advance([command])[0] as TokenAnswer);

  return {
    async claim(wish) {
      const read = readWish(wish, rules);
      return inTurn(() => {
        if (ended.has(wish.id)) throw new UserError(`claim ${wish.id} has ended: claim anew under another id`);
        return advance([{ do: "claim", wish: read }])[0] as ClaimAnswer;
      });
    },
    wait: (id, signal) => {
      const waiting = waiters.add(id, signal);
      void inTurn(settle);
      return waiting;
    },
    heartbeat: (token) => ask({ do: "heartbeat", token }),
    release: (token) => ask({ do: "release", token }),
    withdraw: (id) => ask({ do: "withdraw", id }),
    isCurrent: async (token) => (await ask({ do: "check", token })).ok,
    whileCurrent: (tokens, work) =>
      inTurn(async () => {
        const ordered = inTokenOrder(tokens);
        const answers = advance(ordered.map((token) => ({ do: "check", token }))) as readonly TokenAnswer[];
        return staleOf(ordered, answers) ?? { ok: true, value: await work() };
      }),
    list: () =>
      inTurn(() => {
        advance([]);
        return listOf(book.live);
      }),
    async close() {
      alarm.abort();
      waiters.rejectAll(new Error("the claim store was closed"));
    },
  };
}
