import { UserError } from "@alphaforge/core/errors";
import { type FixedClock, fixedClock } from "@alphaforge/core/testing/fixed-clock";
import { describe, expect, test } from "vitest";
import { GlobError } from "../globs/glob-error.ts";
import type { ClaimStore } from "./claim-store.ts";
import type { ClaimStoreOptions } from "./claim-store-options.ts";
import type { ClaimMode, ClaimWish } from "./rules/claim.ts";
import { clashOf } from "./rules/excludes.ts";

/** Makes an empty store; `close` is called when the test is over. */
export type MakeClaimStore = (options: ClaimStoreOptions) => Promise<{ store: ClaimStore; close(): Promise<void> }>;

const LEASE = 30_000;

const wish = (id: string, mode: ClaimMode, ...globs: string[]): ClaimWish => ({
  id,
  holder: `task ${id}`,
  mode,
  globs,
});

/** What every `ClaimStore` promises. Call it in a test file with the way to make one. */
export function describeClaimStore(name: string, make: MakeClaimStore): void {
  const withStore = (work: (store: ClaimStore, clock: FixedClock) => Promise<void>) => async () => {
    const clock = fixedClock(1_000_000);
    const rules = { ignoresCase: false };
    const { store, close } = await make({ rules, leaseMs: LEASE, clock, monotonic: () => clock.now() });
    try {
      await work(store, clock);
    } finally {
      await store.close();
      await close();
    }
  };
  const tokenOf = async (store: ClaimStore, each: ClaimWish): Promise<number> => {
    const answer = await store.claim(each);
    if (!answer.granted) throw new Error(`${each.id} was not granted`);
    return answer.claim.token;
  };

  describe(name, () => {
    test(
      "a claim is granted with a token; a second on the same globs waits, and is told when the first is released",
      withStore(async (store) => {
        const token = await tokenOf(store, wish("a", "exclusive", "docs/**"));
        expect(await store.isCurrent(token)).toBe(true);
        expect(await store.claim(wish("b", "exclusive", "docs/a.md"))).toMatchObject({
          granted: false,
          wait: { position: 1, blockers: [{ id: "a", holder: "task a", path: "docs/a.md" }] },
        });
        const waiting = store.wait("b");
        expect(await store.release(token)).toEqual({ ok: true });
        const claim = await waiting;
        expect(claim).toMatchObject({ id: "b", state: "held", leaseMs: LEASE });
        expect(claim.token).toBeGreaterThan(token);
        expect(await store.isCurrent(token)).toBe(false);
        expect(await store.isCurrent(claim.token)).toBe(true);
        expect(await store.wait("b")).toMatchObject({ token: claim.token });
      }),
    );

    test(
      "of many asked at once, none are held that exclude each other, and all get their turn",
      withStore(async (store) => {
        const globs = ["src/**", "src/a.ts", "src/*.ts", "docs/**", "**/*.md", "docs/a.md"];
        const ids = Array.from({ length: 36 }, (_, index) => `${index}`);
        const tokens: number[] = [];
        await Promise.all(
          ids.map(async (id, index) => {
            const mode = index % 3 === 0 ? "shared" : "exclusive";
            await store.claim(wish(id, mode, globs[index % globs.length] as string));
            const { token } = await store.wait(id);
            const held = (await store.list()).filter(({ state }) => state === "held");
            for (const [i, a] of held.entries()) {
              for (const b of held.slice(i + 1)) expect(clashOf(a, b)).toBeUndefined();
            }
            tokens.push(token);
            expect(await store.release(token)).toEqual({ ok: true });
          }),
        );
        expect(new Set(tokens).size).toBe(ids.length);
        expect(await store.list()).toEqual([]);
      }),
    );

    test(
      "heartbeats keep a lease; after expiry a heartbeat is refused, the token stays void, and claiming anew gives a new one",
      withStore(async (store, clock) => {
        const token = await tokenOf(store, wish("a", "exclusive", "x"));
        for (let beat = 0; beat < 4; beat += 1) {
          await clock.advance(LEASE - 1);
          expect(await store.heartbeat(token)).toEqual({ ok: true });
        }
        await clock.advance(LEASE);
        expect(await store.heartbeat(token)).toEqual({ ok: false, reason: expect.stringContaining("claim anew") });
        const again = await tokenOf(store, wish("a2", "exclusive", "x"));
        expect(again).toBeGreaterThan(token);
        expect(await store.heartbeat(token)).toMatchObject({ ok: false });
        expect(await store.release(token)).toMatchObject({ ok: false });
        expect(await store.isCurrent(token)).toBe(false);
        expect(await store.isCurrent(again)).toBe(true);
      }),
    );

    test(
      "a holder that falls silent is waited for no longer than its lease",
      withStore(async (store, clock) => {
        await store.claim(wish("silent", "exclusive", "x"));
        await store.claim(wish("next", "exclusive", "x"));
        const waiting = store.wait("next");
        await store.list();
        await clock.advance(LEASE);
        expect(await waiting).toMatchObject({ id: "next", state: "held" });
      }),
    );

    test(
      "a claim's own lease counts, also when it was granted after it had waited",
      withStore(async (store, clock) => {
        await store.claim({ ...wish("short", "exclusive", "x"), leaseMs: 2_000 });
        await store.claim({ ...wish("long", "exclusive", "x"), leaseMs: 3 * LEASE });
        const long = store.wait("long");
        await store.list();
        await clock.advance(2_000);
        expect(await long).toMatchObject({ id: "long", leaseMs: 3 * LEASE });
        await clock.advance(3 * LEASE - 1);
        expect(await store.list()).toMatchObject([{ id: "long", state: "held", askedLeaseMs: 3 * LEASE }]);
        await clock.advance(1);
        expect(await store.list()).toEqual([]);
      }),
    );

    test(
      "waiting can be given up, and the queue left",
      withStore(async (store) => {
        const token = await tokenOf(store, wish("a", "shared", "x"));
        await store.claim(wish("b", "exclusive", "x"));
        await store.claim(wish("c", "shared", "x"));
        const stop = new AbortController();
        const waiting = store.wait("b", stop.signal);
        const given = expect(waiting).rejects.toThrow("enough");
        stop.abort(new Error("enough"));
        await given;
        expect((await store.list()).map(({ id, state }) => `${id} ${state}`)).toEqual([
          "a held",
          "b waiting",
          "c waiting",
        ]);
        const c = store.wait("c");
        const b = expect(store.wait("b")).rejects.toThrow("claim b has ended");
        expect(await store.withdraw("b")).toEqual({ ok: true });
        await b;
        expect((await c).state).toBe("held");
        expect(await store.withdraw("b")).toMatchObject({ ok: false });
        expect(await store.isCurrent(token)).toBe(true);
      }),
    );

    test(
      "asking again is the same request while it lives, and refused once it has ended",
      withStore(async (store) => {
        const token = await tokenOf(store, wish("a", "exclusive", "x"));
        expect(await tokenOf(store, wish("a", "exclusive", "x"))).toBe(token);
        await store.release(token);
        await expect(store.claim(wish("a", "exclusive", "x"))).rejects.toThrow(UserError);
      }),
    );

    test(
      "a wish that cannot be is refused, and nobody else's with it",
      withStore(async (store) => {
        const good = store.claim(wish("good", "exclusive", "x"));
        await expect(store.claim(wish("bad", "exclusive", "../x"))).rejects.toThrow(GlobError);
        await expect(store.claim(wish("bad", "exclusive"))).rejects.toThrow("names no path");
        await expect(store.claim(wish("b\0d", "exclusive", "x"))).rejects.toThrow(UserError);
        await expect(store.claim(wish("b\ud800d", "exclusive", "x"))).rejects.toThrow(UserError);
        await expect(store.claim({ ...wish("bad", "exclusive", "x"), priority: 0.5 })).rejects.toThrow("whole number");
        for (const leaseMs of [999, 1_000.5, Number.NaN, Number.POSITIVE_INFINITY]) {
          await expect(store.claim({ ...wish("bad", "exclusive", "x"), leaseMs })).rejects.toThrow("1000 or more");
        }
        expect(await good).toMatchObject({ granted: true });
      }),
    );

    test(
      "while work is done under a token, the claim does not end",
      withStore(async (store) => {
        const token = await tokenOf(store, wish("a", "exclusive", "x"));
        const order: string[] = [];
        let go: () => void = () => undefined;
        let started: () => void = () => undefined;
        const hasStarted = new Promise<void>((resolve) => {
          started = resolve;
        });
        const working = store.whileCurrent([token], async () => {
          started();
          await new Promise<void>((resolve) => {
            go = resolve;
          });
          order.push("worked");
          return 7;
        });
        await hasStarted;
        const released = store.release(token).then((answer) => {
          order.push("released");
          return answer;
        });
        setTimeout(go, 50);
        expect(await working).toEqual({ ok: true, value: 7 });
        expect(await released).toEqual({ ok: true });
        expect(order).toEqual(["worked", "released"]);
        const never = () => Promise.reject(new Error("must not run"));
        expect(await store.whileCurrent([token], never)).toMatchObject({ ok: false, stale: [token] });
      }),
    );

    test(
      "work under several tokens needs all of them, and those that are not current are named",
      withStore(async (store, clock) => {
        const tokens: number[] = [];
        for (const id of ["a", "b", "c", "d"]) tokens.push(await tokenOf(store, wish(id, "exclusive", id)));
        const [a = 0, b = 0, c = 0, d = 0] = tokens;
        expect(await store.whileCurrent([d, a, b, a], async () => "all")).toEqual({ ok: true, value: "all" });
        expect(await store.whileCurrent([], async () => "none")).toEqual({ ok: true, value: "none" });
        await store.release(c);
        const never = () => Promise.reject(new Error("must not run"));
        const refused = await store.whileCurrent([99, c, a], never);
        expect(refused).toMatchObject({ ok: false, stale: [c, 99] });
        expect(refused).toMatchObject({
          reason: expect.stringMatching(`token ${c} is not current.*token 99 was never`),
        });
        await clock.advance(LEASE);
        expect(await store.whileCurrent([b, a], never)).toMatchObject({ ok: false, stale: [a, b] });
      }),
    );

    test(
      "an error in the work is the caller's, and holds nothing up",
      withStore(async (store) => {
        const token = await tokenOf(store, wish("a", "exclusive", "x"));
        await expect(store.whileCurrent([token], () => Promise.reject(new Error("no disk")))).rejects.toThrow(
          "no disk",
        );
        expect(await store.release(token)).toEqual({ ok: true });
      }),
    );

    test(
      "work under many tokens at once, and claims that end meanwhile, in any order, do not wait in a circle",
      withStore(async (store) => {
        const tokens: number[] = [];
        for (let i = 0; i < 12; i += 1) tokens.push(await tokenOf(store, wish(`${i}`, "exclusive", `${i}`)));
        const backwards = [...tokens].reverse();
        const worked = [tokens, backwards, tokens.slice(3), backwards.slice(5)].map((each) =>
          store.whileCurrent(each, async () => "worked"),
        );
        const released = backwards.map((token) => store.release(token));
        for (const each of await Promise.all(worked)) {
          if (each.ok) expect(each.value).toBe("worked");
          else expect(each.reason).toContain("not current");
        }
        for (const each of await Promise.all(released)) expect(each).toEqual({ ok: true });
      }),
    );

    test(
      "closing ends waiting",
      withStore(async (store) => {
        await store.claim(wish("a", "exclusive", "x"));
        await store.claim(wish("b", "exclusive", "x"));
        const waiting = expect(store.wait("b")).rejects.toThrow("closed");
        await store.list();
        await store.close();
        await waiting;
      }),
    );
  });
}
