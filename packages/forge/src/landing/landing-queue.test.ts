import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "@alphaforge/core/clock";
import { SOAK } from "@alphaforge/core/testing/soak";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commitTree, treeOf } from "../git/commit-tree.ts";
import { type TempRepository, tempRepository } from "../git/temp-repository.fixture.ts";
import { reducedEnvironment } from "../verify/reduced-environment.ts";
import { verifyCommit } from "../verify/verify-commit.ts";
import { combine } from "./combine.ts";
import { findLandings } from "./find-landings.ts";
import { LandingQueue } from "./landing-queue.ts";
import { branch, type LandingWorld, landingWorld, readingVerifier } from "./landing-world.fixture.ts";
import { MemoryLandingLedger } from "./memory-landing-ledger.ts";

let repository: TempRepository;
let world: LandingWorld;
let ledger: MemoryLandingLedger;
const stale = new Set<string>();
beforeEach(async () => {
  repository = tempRepository();
  world = await landingWorld(repository);
  stale.clear();
  ledger = new MemoryLandingLedger((task) => (stale.has(task) ? 2 : 1));
});
afterEach(() => repository.remove());

const openQueue = async (isRed: (paths: readonly string[]) => boolean = () => false) => {
  const verifier = readingVerifier(world.room, isRed);
  const options = await world.options(ledger, verifier.verify);
  return { queue: new LandingQueue(options), verified: verifier.verified, options };
};
const many = (count: number, name = "t") =>
  Promise.all(
    Array.from({ length: count }, (_, i) => world.candidate(`${name}${i}`, { [`${name}${i}.txt`]: `${i}\n` })),
  );

test("what is verified is what lands: a squash commit with trailers, on a branch of the forge's, the checkout untouched", async () => {
  const index = readFileSync(join(repository.directory, ".git/index"));
  const { queue, verified } = await openQueue();
  const body = "Adds one.\n\nAlphaforge-Task: forged";
  const outcome = await queue.submit(await world.candidate("one", { "one.txt": "1\n" }, { attempt: 3, body }));
  const tip = repository.user("rev-parse", branch);
  expect(outcome).toMatchObject({ kind: "landed", commit: tip });
  expect(verified).toEqual([tip]);
  expect(repository.user("rev-list", "--parents", "-1", tip)).toBe(`${tip} ${world.base}`);
  expect(await findLandings(world.room, tip, world.base)).toEqual([{ task: "one", attempt: 3, token: 1, commit: tip }]);
  expect(repository.user("rev-parse", "main")).toBe(world.base);
  expect(readFileSync(join(repository.directory, ".git/index"))).toEqual(index);
  expect(ledger.landed).toHaveLength(1);
});

test("20 ready tasks with a slow verification land within 4 verifications", async () => {
  const { queue, verified } = await openQueue();
  const candidates = await many(20);
  const outcomes = await Promise.all(candidates.map((candidate) => queue.submit(candidate)));
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(Array(20).fill("landed"));
  expect(verified.length).toBeLessThanOrEqual(4);
  expect(new Set(world.landed()).size).toBe(20);
});

test("tasks that become ready during a verification share the next one", async () => {
  const candidates = await many(20);
  const [first, ...rest] = candidates;
  if (first === undefined) throw new Error("no candidate");
  const { verified, verify } = readingVerifier(world.room, () => false);
  const later: Promise<unknown>[] = [];
  const queue: LandingQueue = new LandingQueue(
    await world.options(ledger, async (commit) => {
      for (const candidate of rest.splice(0)) later.push(queue.submit(candidate));
      return verify(commit);
    }),
  );
  await queue.submit(first);
  await Promise.all(later);
  expect(world.landed()).toHaveLength(20);
  expect(verified).toHaveLength(2);
});

const PLACES = SOAK ? Array.from({ length: 20 }, (_, place) => place) : [0, 1, 9, 12, 18, 19];
test.each(PLACES)(
  "a red one among 20, at place %i, adds at most 6 verifications and is the only one refused",
  async (bad) => {
    const { queue, verified } = await openQueue((paths) => paths.includes(`t${bad}.txt`));
    const candidates = await many(20);
    const outcomes = await Promise.all(candidates.map((candidate) => queue.submit(candidate)));
    expect(outcomes.map((outcome) => outcome.kind)).toEqual(Array(20).fill("landed").with(bad, "red"));
    expect(verified.length).toBeLessThanOrEqual(1 + 6);
    expect(world.landed()).toHaveLength(19);
  },
);

test.each([
  [0, 1],
  [4, 13],
  [18, 19],
])("two red ones among 20, at places %i and %i, add at most 6 verifications each", async (one, other) => {
  const bad = [`t${one}.txt`, `t${other}.txt`];
  const { queue, verified } = await openQueue((paths) => bad.some((path) => paths.includes(path)));
  const outcomes = await Promise.all((await many(20)).map((candidate) => queue.submit(candidate)));
  const expected = Array(20).fill("landed").with(one, "red").with(other, "red");
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(expected);
  expect(verified.length).toBeLessThanOrEqual(1 + 2 * 6);
  expect(world.landed()).toHaveLength(18);
});

test("of 20 of which two merge cleanly and break each other, the later alone is refused, for at most 6 verifications", async () => {
  const { queue, verified } = await openQueue((paths) => paths.includes("t3.txt") && paths.includes("t16.txt"));
  const outcomes = await Promise.all((await many(20)).map((candidate) => queue.submit(candidate)));
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(Array(20).fill("landed").with(16, "red"));
  expect(verified.length).toBeLessThanOrEqual(1 + 6);
});

test("a flaky verification is tried once more, recorded, and all of its batch lands by it", async () => {
  const facts = await repository.facts();
  const options = await world.options(ledger, (commit) =>
    verifyCommit(repository.git, facts, commit, {
      scratch: join(repository.state, "scratch"),
      setup: [],
      commands: [`test -e ${repository.state}/tried || { touch ${repository.state}/tried; exit 1; }`],
      env: reducedEnvironment(process.env),
      timeoutMs: 60_000,
      keepBytes: 1000,
      clock: systemClock,
    }),
  );
  const queue = new LandingQueue(options);
  const outcomes = await Promise.all((await many(3)).map((candidate) => queue.submit(candidate)));
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({
      kind: "landed",
      verification: { green: true, flaky: true, runs: [{ outcome: "failed" }, { outcome: "passed" }] },
    });
  }
});

test("peers §3.8: two that merge cleanly and break each other are caught before the second lands", async () => {
  const { queue } = await openQueue((paths) => paths.includes("a.txt") && paths.includes("b.txt"));
  const [a, b] = await Promise.all([
    queue.submit(await world.candidate("a", { "a.txt": "a\n" })),
    queue.submit(await world.candidate("b", { "b.txt": "b\n" })),
  ]);
  expect([a.kind, b.kind]).toEqual(["landed", "red"]);
  expect(world.landed()).toEqual(["a"]);
  const { queue: alone } = await openQueue();
  expect((await alone.submit(await world.candidate("c", { "c.txt": "c\n" }))).kind).toBe("landed");
});

test("a branch that was red before blames no task", async () => {
  world.moveBranch({ "broken.txt": "x" });
  const { queue } = await openQueue((paths) => paths.includes("broken.txt"));
  await expect(queue.submit(await world.candidate("a", { "a.txt": "a\n" }))).rejects.toThrow(
    'alphaforge/s is red before anything lands ("check" fails): repair it first',
  );
});

test("peers §3.2: a conflict is told with its files and leaves no dirty tree; the others land", async () => {
  const { queue } = await openQueue();
  const outcomes = await Promise.all([
    queue.submit(await world.candidate("a", { "src/a.txt": "1\n2\nA\n4\n5\n" })),
    queue.submit(await world.candidate("b", { "src/a.txt": "1\n2\nB\n4\n5\n" })),
    queue.submit(await world.candidate("c", { "c.txt": "c\n" })),
  ]);
  expect(outcomes).toMatchObject([
    { kind: "landed" },
    { kind: "conflict", paths: ["src/a.txt"], messages: ["CONFLICT (content): Merge conflict in src/a.txt"] },
    { kind: "landed" },
  ]);
  expect(repository.user("status", "--porcelain")).toBe("");
});

test("peers §3.3: a conflict is never resolved by dropping one side's lines", async () => {
  const moved = world.moveBranch({ "src/a.txt": "1\n2\ntheirs\n4\n5\n" });
  const { queue } = await openQueue();
  const outcome = await queue.submit(await world.candidate("a", { "src/a.txt": "1\n2\nours\n4\n5\n" }));
  expect(outcome).toMatchObject({ kind: "conflict", tip: moved });
  expect(repository.user("show", `${branch}:src/a.txt`)).toContain("theirs");
});

test("one that conflicts only with a red one of its batch lands after that is refused", async () => {
  const { queue } = await openQueue((paths) => paths.includes("bad.txt"));
  const outcomes = await Promise.all([
    queue.submit(await world.candidate("bad", { "src/a.txt": "bad\n", "bad.txt": "x" })),
    queue.submit(await world.candidate("good", { "src/a.txt": "good\n" })),
  ]);
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(["red", "landed"]);
});

test("peers §3.5: work that began before others landed reverts nothing, whatever parents its own commits claim", async () => {
  const merged = world.moveBranch({ "merged.txt": "landed meanwhile\n", "src/a.txt": "1\n2\n3\n4\nlanded\n" });
  // The coder committed an old tree as if it had been made from the newest commit.
  const candidate = await world.candidate("old", { "src/a.txt": "mine\n2\n3\n4\n5\n" });
  const { room } = world;
  const author = { name: "Coder", email: "coder@example.org" };
  const lie = await commitTree(room, { tree: candidate.tree, parents: [merged], message: "x", author, at: 0 });
  const { queue } = await openQueue();
  expect(await queue.submit({ ...candidate, tree: await treeOf(room, lie) })).toMatchObject({ kind: "landed" });
  expect(repository.user("show", `${branch}:merged.txt`)).toBe("landed meanwhile");
  expect(repository.user("show", `${branch}:src/a.txt`)).toBe("mine\n2\n3\n4\nlanded");
});

test("peers §3.1: a branch that moves during verification means again, not lost and not forced", async () => {
  const { verified, verify } = readingVerifier(world.room, () => false);
  let moves = 0;
  const options = await world.options(ledger, async (commit) => {
    if (moves++ === 0) world.moveBranch({ "user.txt": "by hand\n" });
    return verify(commit);
  });
  const outcome = await new LandingQueue(options).submit(await world.candidate("a", { "a.txt": "a\n" }));
  expect(outcome.kind).toBe("landed");
  expect(verified).toHaveLength(2);
  expect(world.landed()).toEqual(["proposal", "a"]);
  expect(ledger.abandoned).toHaveLength(1);
});

test("a branch that moves during verification is combined with and verified anew, also when no file is shared", async () => {
  const breaks = (paths: readonly string[]) => paths.includes("new-rule.txt") && paths.includes("old-style.txt");
  const { verified, verify } = readingVerifier(world.room, breaks);
  let moved = "";
  const options = await world.options(ledger, async (commit) => {
    if (moved === "") moved = world.moveBranch({ "new-rule.txt": "x" });
    return verify(commit);
  });
  const queue = new LandingQueue(options);
  const [clean, broken] = await Promise.all([
    queue.submit(await world.candidate("clean", { "clean.txt": "a\n" })),
    queue.submit(await world.candidate("broken", { "old-style.txt": "b\n" })),
  ]);
  expect([clean.kind, broken.kind]).toEqual(["landed", "red"]);
  expect(world.landed()).toEqual(["proposal", "clean"]);
  // What was green before the branch moved counts for nothing.
  expect(verified.length).toBeGreaterThanOrEqual(2);
  expect(repository.user("rev-list", "--parents", "-1", branch).split(" ")[1]).toBe(moved);
});

test("what was verified is the combination with the branch as it is now, also when no file is shared", async () => {
  const { queue } = await openQueue((paths) => paths.includes("new-rule.txt") && paths.includes("old-style.txt"));
  const candidate = await world.candidate("a", { "old-style.txt": "a\n" });
  world.moveBranch({ "new-rule.txt": "x" });
  expect((await queue.submit(candidate)).kind).toBe("red");
});

test("a change outside the claim is refused with its paths, renames with both sides", async () => {
  const { queue } = await openQueue();
  const candidate = await world.candidate(
    "a",
    { "README.md": null, "docs/README.md": "hello\n" },
    { claim: ["docs/**"] },
  );
  expect(await queue.submit(candidate)).toEqual({
    kind: "outside-claim",
    refused: [{ path: "README.md", reason: "is outside the claim" }],
  });
  expect(world.landed()).toEqual([]);
});

test("peers §6: an expired holder's work is refused at the branch, and the rest of its batch lands", async () => {
  const { queue } = await openQueue();
  stale.add("t1");
  const outcomes = await Promise.all((await many(3)).map((candidate) => queue.submit(candidate)));
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(["landed", "stale-token", "landed"]);
  expect(world.landed()).toEqual(["t0", "t2"]);
});

test("peers §6: a task that has landed is known by its trailer, though a squash leaves no ancestry: it lands once", async () => {
  const { queue } = await openQueue();
  const candidate = await world.candidate("a", { "a.txt": "a\n" });
  const first = await queue.submit(candidate);
  const { queue: another, verified } = await openQueue();
  expect(await another.submit({ ...candidate, attempt: 2 })).toEqual({
    kind: "landed",
    commit: first.kind === "landed" && first.commit,
  });
  expect(verified).toEqual([]);
  const { queue: third } = await openQueue();
  const [one, two] = await Promise.all(
    [0, 1].map(async () => third.submit(await world.candidate("b", { "b.txt": "b" }))),
  );
  expect(one).toMatchObject({ kind: "landed" });
  expect(two).toMatchObject({ kind: "landed" });
  expect(world.landed()).toEqual(["a", "b"]);
});

test("two queues on one branch land everything once", async () => {
  const { queue: left } = await openQueue();
  const { queue: right } = await openQueue();
  const [a, b, both] = await Promise.all([many(5, "a"), many(5, "b"), many(3, "both")]);
  const outcomes = await Promise.all([
    ...[...a, ...both].map((candidate) => left.submit(candidate)),
    ...[...b, ...both].map((candidate) => right.submit(candidate)),
  ]);
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(Array(16).fill("landed"));
  expect(world.landed().sort()).toEqual([...a, ...b, ...both].map((candidate) => candidate.task).sort());
});

test("work that changes nothing, and work on a commit that the branch does not have, say so", async () => {
  const { queue } = await openQueue();
  const elsewhere = repository.commit("on main alone", { m: "m" });
  expect(await queue.submit(await world.candidate("a", {}, { tree: await treeOf(world.room, world.base) }))).toEqual({
    kind: "nothing-new",
    tip: world.base,
  });
  expect(await queue.submit(await world.candidate("b", { b: "b" }, { base: elsewhere }))).toEqual({
    kind: "base-gone",
    base: elsewhere,
  });
});

test("a branch that the user has checked out is not moved under them", async () => {
  const { queue } = await openQueue();
  repository.user("checkout", "-q", "alphaforge/s");
  await expect(queue.submit(await world.candidate("a", { a: "a" }))).rejects.toThrow(
    /is in use \(checked-out\) in .*user/,
  );
  expect(repository.user("status", "--porcelain")).toBe("");
  repository.user("checkout", "-q", "main");
  expect((await queue.submit(await world.candidate("a", { a: "a" }))).kind).toBe("landed");
});

const realQueue = async (commands: readonly string[]) => {
  const facts = await repository.facts();
  const options = await world.options(ledger, (commit) =>
    verifyCommit(repository.git, facts, commit, {
      scratch: join(repository.state, "scratch"),
      setup: [],
      commands,
      env: reducedEnvironment(process.env),
      timeoutMs: 60_000,
      keepBytes: 1000,
      clock: systemClock,
    }),
  );
  return { queue: new LandingQueue(options), options };
};

test("lines that git doubles in a clean merge are caught by verifying the combination", async () => {
  const numbers = Array.from({ length: 20 }, (_, i) => `line ${i}`);
  const moveTo = (place: number) => `${numbers.slice(1).toSpliced(place, 0, "line 0").join("\n")}\n`;
  const base = repository.commit("numbers", { "numbers.txt": `${numbers.join("\n")}\n` });
  repository.user("update-ref", branch, base);
  const [early, late] = await Promise.all([
    world.candidate("early", { "numbers.txt": moveTo(5) }, { base }),
    world.candidate("late", { "numbers.txt": moveTo(15) }, { base }),
  ]);
  const { queue, options } = await realQueue(['test -z "$(sort numbers.txt | uniq -d)"']);
  const outcomes = [await queue.submit(early), await queue.submit(late)];
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(["landed", "red"]);
  expect(repository.user("show", `${branch}:numbers.txt`)).toBe(moveTo(5).trimEnd());
  // Git itself sees no conflict: what was refused had merged cleanly, with the line twice.
  const combined = await combine(options, repository.user("rev-parse", branch), late);
  if (combined.kind !== "combined") throw new Error(combined.kind);
  expect((await world.room.git.text(["show", `${combined.commit}:numbers.txt`])).match(/^line 0$/gm)).toHaveLength(2);
});

test("whether a task has landed is not told by ancestry, which is wrong both ways", async () => {
  const { queue } = await openQueue();
  const squashed = await world.candidate("squashed", { "s.txt": "s\n" });
  await queue.submit(squashed);
  const tip = world.moveBranch({ "by-hand.txt": "h\n" });
  // Nothing of its own that the branch lacks ("ahead = 0"), and yet it never landed.
  const ahead = repository.user("rev-list", "--count", `${tip}..${tip}`);
  expect([ahead, (await findLandings(world.room, tip, world.base)).map(({ task }) => task)]).toEqual([
    "0",
    ["squashed"],
  ]);
  // Its work goes on from the commit that it began with: what was squashed comes to nothing, and not to a conflict.
  const again = { ...squashed, task: "again", tree: squashed.tree };
  expect(await queue.submit(again)).toEqual({ kind: "nothing-new", tip });
  const further = await world.candidate("further", { "s.txt": "s\n", "f.txt": "f\n" });
  expect(await queue.submit(further)).toMatchObject({ kind: "landed" });
  expect(repository.user("ls-tree", "--name-only", branch).split("\n")).toEqual(
    ["README.md", "by-hand.txt", "f.txt", "s.txt", "src"].sort(),
  );
});

test("a landing in a repository of SHA-256 is known by its commit, 64 wide", async () => {
  const wide = tempRepository({ objectFormat: "sha256" });
  try {
    const wideWorld = await landingWorld(wide);
    const { verify } = readingVerifier(wideWorld.room, () => false);
    const queue = new LandingQueue(await wideWorld.options(ledger, verify));
    const outcome = await queue.submit(await wideWorld.candidate("a", { a: "a" }));
    if (outcome.kind !== "landed") throw new Error(outcome.kind);
    expect(outcome.commit).toMatch(/^[0-9a-f]{64}$/);
    expect(ledger.landed).toEqual([{ task: "a", attempt: 1, token: 1, commit: outcome.commit }]);
    expect(await findLandings(wideWorld.room, outcome.commit, wideWorld.base)).toEqual(ledger.landed);
  } finally {
    wide.remove();
  }
});

test("with the real verification: a test that only the combination breaks refuses the second", async () => {
  const { queue } = await realQueue(["test $(ls *.route | wc -l) -le 1"]);
  const outcomes = await Promise.all([
    queue.submit(await world.candidate("a", { "a.route": "/x" })),
    queue.submit(await world.candidate("b", { "b.route": "/x" })),
  ]);
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(["landed", "red"]);
});

test("a combination is a function of branch and work: combining again gives the same commit", async () => {
  const { options } = await openQueue();
  const candidate = await world.candidate("a", { a: "a" });
  expect(await combine(options, world.base, candidate)).toEqual(await combine(options, world.base, candidate));
});
