import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseGlob } from "../../globs/parse-glob.ts";
import type { ClaimMode, HeldClaim, LiveClaim, WaitingClaim } from "./claim.ts";
import { advanceBook, type ClaimAnswer, type ClaimBook, type ClaimCommand, type ReadWish } from "./claim-book.ts";
import { decide } from "./decide.ts";
import { clashOf, modesExclude } from "./excludes.ts";

const RULES = { ignoresCase: false };
const wish = (id: string, mode: ClaimMode, globs: string | string[], more: Partial<ReadWish> = {}): ReadWish => {
  const list = [globs].flat();
  return { id, holder: `task ${id}`, mode, globs: list, areas: list.map((glob) => parseGlob(glob, RULES)), ...more };
};
const EMPTY: ClaimBook = { live: new Map(), lastToken: 0 };
const LEASE = 30_000;
const at = (ms: number) => ({ now: 1_000_000 + ms, monotonic: ms, leaseMs: LEASE });

/** A book that one command after the other is done to, at a given time. */
function bookAt() {
  let book = EMPTY;
  const act = (ms: number, ...commands: ClaimCommand[]) => {
    const next = advanceBook(book, commands, at(ms));
    book = next.book;
    return next;
  };
  return {
    act,
    claim: (ms: number, each: ReadWish) => act(ms, { do: "claim", wish: each }).answers[0] as ClaimAnswer,
    held: () => [...book.live.values()].filter((claim) => claim.state === "held").map(({ id }) => id),
    tokenOf: (id: string) => (book.live.get(id) as HeldClaim).token,
  };
}

describe("modes", () => {
  test("exclusive excludes exclusive and shared, shared goes with shared, intent with all", () => {
    const modes = ["exclusive", "shared", "intent"] as const;
    const excluding = modes.flatMap((a) => modes.filter((b) => modesExclude(a, b)).map((b) => `${a} ${b}`));
    expect(excluding).toEqual(["exclusive exclusive", "exclusive shared", "shared exclusive"]);
  });

  test("the clash of two claims does not depend on the order of the two", () => {
    const glob = fc.constantFrom("docs/**", "docs/a.md", "src/*.ts", "src/a*", "**", "src/{a,b}/**", "README.md");
    const mode = fc.constantFrom<ClaimMode>("exclusive", "shared", "intent");
    const area = fc.tuple(mode, fc.array(glob, { minLength: 1, maxLength: 3 })).map(([m, g]) => wish("x", m, g));
    fc.assert(
      fc.property(area, area, (a, b) => {
        expect(clashOf(a, b) === undefined).toBe(clashOf(b, a) === undefined);
      }),
    );
  });

  test("both sides of a rename are claimed", () => {
    const rename = wish("rename", "exclusive", ["src/old.ts", "lib/new.ts"]);
    expect(clashOf(rename, wish("a", "exclusive", "src/**"))).toBe("src/old.ts");
    expect(clashOf(rename, wish("b", "exclusive", "lib/*.ts"))).toBe("lib/new.ts");
  });
});

describe("granting", () => {
  test("two exclusive claims on identical globs are never both held", () => {
    const book = bookAt();
    expect(book.claim(0, wish("a", "exclusive", "src/**")).granted).toBe(true);
    expect(book.claim(0, wish("b", "exclusive", "src/**"))).toMatchObject({
      granted: false,
      wait: { position: 1, blockers: [{ id: "a", holder: "task a", state: "held", path: "src" }] },
    });
    expect(book.held()).toEqual(["a"]);
  });

  test("nor in one tick", () => {
    const book = bookAt();
    const both = ["a", "b"].map((id) => ({ do: "claim" as const, wish: wish(id, "exclusive", "src/core.ts") }));
    expect(book.act(0, ...both).answers).toMatchObject([{ granted: true }, { granted: false }]);
  });

  test("asking again with one id grants once, with one token", () => {
    const book = bookAt();
    book.claim(0, wish("a", "exclusive", "src/**"));
    expect(book.claim(5, wish("a", "exclusive", "src/**"))).toMatchObject({ granted: true, claim: { token: 1 } });
  });

  test("each grant has a higher token than all before", () => {
    const book = bookAt();
    for (let token = 1; token <= 5; token += 1) {
      book.claim(token, wish(`${token}`, "exclusive", "a"));
      expect(book.tokenOf(`${token}`)).toBe(token);
      book.act(token, { do: "release", token });
    }
  });

  test("an intent is granted at once beside an exclusive claim, and blocks nobody", () => {
    const book = bookAt();
    book.claim(0, wish("a", "intent", "**"));
    expect(book.claim(0, wish("b", "exclusive", "src/**")).granted).toBe(true);
    expect(book.claim(0, wish("c", "intent", "src/**")).granted).toBe(true);
  });
});

describe("the queue is fair", () => {
  test("a waiting exclusive claim is not overtaken by later shared ones, and unrelated claims pass", () => {
    const book = bookAt();
    book.claim(0, wish("reader", "shared", "src/**"));
    book.claim(1, wish("writer", "exclusive", "src/a.ts"));
    expect(book.claim(2, wish("late", "shared", "src/*"))).toMatchObject({
      granted: false,
      wait: { position: 2, blockers: [{ id: "writer", state: "waiting" }] },
    });
    expect(book.claim(3, wish("beside", "shared", "src/b.ts")).granted).toBe(true);
    expect(book.claim(3, wish("elsewhere", "exclusive", "docs/**")).granted).toBe(true);
    book.act(4, { do: "release", token: book.tokenOf("reader") });
    expect(book.held()).toContain("writer");
    book.act(5, { do: "release", token: book.tokenOf("beside") }, { do: "release", token: book.tokenOf("writer") });
    expect(book.held()).toEqual(expect.arrayContaining(["late", "elsewhere"]));
  });

  test("a higher priority goes first, until the lower one has waited a minute for each point", () => {
    for (const [waited, first] of [
      [59_999 * 2, "urgent"],
      [60_001 * 2, "patient"],
    ] as const) {
      const book = bookAt();
      const renew = (ms: number) => book.act(ms, { do: "heartbeat", token: 1 });
      book.claim(0, wish("holder", "exclusive", "a"));
      book.claim(0, wish("patient", "exclusive", "a"));
      for (let ms = 0; ms < waited; ms += LEASE / 2) renew(ms);
      book.claim(waited, wish("urgent", "exclusive", "a", { priority: 2 }));
      book.act(waited, { do: "release", token: 1 });
      expect(book.held()).toEqual([first]);
    }
  });

  test("the estimated wait adds up those ahead", () => {
    const book = bookAt();
    book.claim(0, wish("a", "exclusive", "x/**", { expectedMs: 10_000 }));
    book.claim(0, wish("b", "exclusive", "x/1", { expectedMs: 5_000 }));
    book.claim(1, wish("c", "exclusive", "x/2", { expectedMs: 7_000 }));
    expect(book.claim(4_000, wish("d", "exclusive", "x/{1,2}"))).toMatchObject({
      wait: { position: 3, estimatedWaitMs: 6_000 + 7_000 },
    });
    expect(book.claim(4_000, wish("e", "exclusive", "x/1"))).toMatchObject({ wait: { estimatedWaitMs: 613_000 } });
  });

  test("who leaves the queue is in nobody's way", () => {
    const book = bookAt();
    book.claim(0, wish("a", "shared", "x"));
    book.claim(1, wish("b", "exclusive", "x"));
    book.claim(2, wish("c", "shared", "x"));
    book.act(3, { do: "withdraw", id: "b" });
    expect(book.held()).toEqual(["a", "c"]);
    expect(book.act(4, { do: "withdraw", id: "a" }).answers).toMatchObject([{ ok: false }]);
  });
});

describe("leases", () => {
  test("a lease does not end early: not a moment before it was watched for all of its time", () => {
    const book = bookAt();
    book.claim(0, wish("a", "exclusive", "x"));
    book.act(20_000, { do: "heartbeat", token: 1 });
    book.claim(20_001, wish("b", "exclusive", "x"));
    book.act(20_000 + LEASE - 1);
    expect(book.held()).toEqual(["a"]);
    book.act(20_000 + LEASE);
    expect(book.held()).toEqual(["b"]);
  });

  test("a clock that jumps ahead ends no lease", () => {
    const { book } = advanceBook(EMPTY, [{ do: "claim", wish: wish("a", "exclusive", "x") }], at(0));
    const jumped = advanceBook(book, [], { now: 9e12, monotonic: 1, leaseMs: LEASE });
    expect(jumped.book.live.has("a")).toBe(true);
  });

  test("a lease of a claim's own choosing ends by the clock for whoever looks, until it is kept up", () => {
    const own = { do: "claim" as const, wish: wish("a", "exclusive", "x", { leaseMs: 5_000 }) };
    const { book } = advanceBook(EMPTY, [own], at(0));
    const seen = (from: ClaimBook, ms: number) => {
      // Another observer, which sees the claim for the first time.
      const live = [...from.live.values()].map((claim) => [claim.id, { ...claim, seenAt: ms }] as const);
      return advanceBook({ ...from, live: new Map(live) }, [], at(ms)).book.live.has("a");
    };
    expect(seen(book, 4_999)).toBe(true);
    expect(seen(book, 5_000)).toBe(false);
    const beaten = advanceBook(book, [{ do: "heartbeat", token: 1 }], at(3_000)).book;
    expect(seen(beaten, 9e6)).toBe(true);
    expect(advanceBook(beaten, [], at(7_999)).book.live.has("a")).toBe(true);
    expect(advanceBook(beaten, [], at(8_000)).book.live.has("a")).toBe(false);
  });

  test("a late heartbeat is refused with the reason, also when nobody else wanted the path", () => {
    const book = bookAt();
    book.claim(0, wish("a", "exclusive", "x"));
    const late = book.act(LEASE, { do: "heartbeat", token: 1 });
    expect(late.answers).toEqual([{ ok: false, reason: expect.stringContaining("token 1 is not current") }]);
    expect(late.changes).toMatchObject([{ claim: { id: "a" }, ended: "expired" }]);
    for (const does of ["heartbeat", "release", "check"] as const) {
      expect(book.act(LEASE + 1, { do: does, token: 1 }).answers).toMatchObject([{ ok: false }]);
    }
    expect(book.claim(LEASE + 2, wish("a again", "exclusive", "x"))).toMatchObject({ claim: { token: 2 } });
    expect(book.act(LEASE + 3, { do: "check", token: 1 }).answers).toMatchObject([{ ok: false }]);
  });

  test("a token that was never given is not current", () => {
    expect(advanceBook(EMPTY, [{ do: "check", token: 7 }], at(0)).answers).toEqual([
      { ok: false, reason: "token 7 was never given" },
    ]);
  });
});

type Act = { readonly after: number } & (
  | { readonly does: "claim"; readonly mode: ClaimMode; readonly globs: string[]; readonly priority: number }
  | { readonly does: "heartbeat" | "release" | "withdraw"; readonly which: number }
);
const GLOBS = ["src/**", "src/a.ts", "src/*.ts", "docs/**", "docs/a.md", "**/*.md", "x/{a,b}"];
const ACT: fc.Arbitrary<Act> = fc.oneof(
  fc.record({
    after: fc.nat(8_000),
    does: fc.constant("claim" as const),
    mode: fc.constantFrom<ClaimMode>("exclusive", "exclusive", "shared", "intent"),
    globs: fc.uniqueArray(fc.constantFrom(...GLOBS), { minLength: 1, maxLength: 2 }),
    priority: fc.nat(2),
  }),
  fc.record({
    after: fc.nat(8_000),
    does: fc.constantFrom("heartbeat" as const, "release" as const, "withdraw" as const),
    which: fc.nat(40),
  }),
);

test("whatever is done, held claims exclude one another nowhere, tokens rise, and who waits has a reason", () => {
  fc.assert(
    fc.property(fc.array(ACT, { maxLength: 40 }), (acts) => {
      let book = EMPTY;
      let ms = 0;
      let given = 0;
      const current = new Set<number>();
      const gone = new Set<number>();
      for (const [index, act] of acts.entries()) {
        ms += act.after;
        const command: ClaimCommand =
          act.does === "claim"
            ? { do: "claim", wish: wish(`c${index}`, act.mode, act.globs, { priority: act.priority }) }
            : act.does === "withdraw"
              ? { do: "withdraw", id: `c${act.which}` }
              : { do: act.does, token: act.which };
        book = advanceBook(book, [command], at(ms)).book;
        const live = [...book.live.values()];
        const held = live.filter((claim) => claim.state === "held");
        for (const [i, a] of held.entries()) for (const b of held.slice(i + 1)) expect(clashOf(a, b)).toBeUndefined();
        const tokens = held.map(({ token }) => token);
        for (const token of tokens) {
          if (!current.has(token)) expect(token).toBeGreaterThan(given);
          expect(gone.has(token)).toBe(false);
        }
        for (const token of current) if (!tokens.includes(token)) gone.add(token);
        for (const token of tokens) current.add(token);
        given = Math.max(given, ...tokens);
        for (const claim of live.filter((each): each is WaitingClaim => each.state === "waiting")) {
          expect(decide(live as LiveClaim[], claim, 0).granted).toBe(false);
        }
      }
    }),
    { numRuns: 500 },
  );
});
