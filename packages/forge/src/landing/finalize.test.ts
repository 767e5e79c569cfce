import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@alphaforge/core/clock";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isReachable } from "../git/refs.ts";
import { author, type TempRepository, tempRepository } from "../git/temp-repository.fixture.ts";
import { type Finalized, finalize } from "./finalize.ts";
import { branch, type LandingWorld, landingWorld, readingVerifier } from "./landing-world.fixture.ts";

let repository: TempRepository;
let world: LandingWorld;
beforeEach(async () => {
  repository = tempRepository();
  world = await landingWorld(repository);
  repository.user("branch", "release");
});
afterEach(() => repository.remove());

const run = async (
  target: string,
  isRed: (paths: readonly string[]) => boolean = () => false,
  isVerified: (commit: string) => boolean = () => true,
): Promise<Finalized> =>
  finalize({
    git: repository.git,
    room: world.room,
    commonDir: (await repository.facts()).commonDir,
    clock: systemClock,
    author,
    session: "alphaforge/s",
    target,
    isVerified,
    verify: readingVerifier(world.room, isRed).verify,
  });

test("a target that has not moved is fast-forwarded, and every landed commit is reachable from it", async () => {
  const landed = world.moveBranch({ a: "a" });
  expect(await run("release")).toEqual({ kind: "fast-forward", commit: landed });
  expect(await isReachable(repository.git, landed, "refs/heads/release")).toBe(true);
  expect(await run("release")).toEqual({ kind: "already-there" });
});

test("a branch whose end the forge did not land is verified first, also where nothing is merged", async () => {
  const pushed = world.moveBranch({ broken: "by hand" });
  const isRed = (paths: readonly string[]) => paths.includes("broken");
  for (const target of ["release", "main"]) {
    expect(await run(target, isRed, () => false)).toMatchObject({ kind: "red" });
    expect(repository.user("rev-parse", target)).toBe(world.base);
  }
  expect(
    await run(
      "release",
      () => false,
      () => false,
    ),
  ).toEqual({ kind: "fast-forward", commit: pushed });
});

test("a target that has moved gets a verified merge; a red one is not moved", async () => {
  const landed = world.moveBranch({ a: "a" });
  const own = repository.proposal(world.base, { own: "own" });
  repository.user("update-ref", "refs/heads/release", own);
  expect(await run("release", (paths) => paths.includes("a") && paths.includes("own"))).toMatchObject({ kind: "red" });
  expect(repository.user("rev-parse", "release")).toBe(own);
  const done = await run("release");
  expect(done.kind).toBe("merged");
  expect(repository.user("rev-list", "--parents", "-1", "release").split(" ").slice(1)).toEqual([own, landed]);
});

test("a merge that conflicts names the files and moves nothing", async () => {
  world.moveBranch({ "src/a.txt": "session\n" });
  const own = repository.proposal(world.base, { "src/a.txt": "release\n" });
  repository.user("update-ref", "refs/heads/release", own);
  expect(await run("release")).toMatchObject({ kind: "conflict", paths: ["src/a.txt"] });
  expect(repository.user("rev-parse", "release")).toBe(own);
});

test("peers §6: a target that is checked out is never moved; what to type is said, and what is said works", async () => {
  const landed = world.moveBranch({ a: "a" });
  const clean = await run("main");
  expect(clean).toMatchObject({ kind: "in-use", by: "checked-out", dirty: false, directory: repository.directory });
  repository.write({ "README.md": "dirty\n", untracked: "u" });
  const dirty = await run("main");
  expect(dirty).toMatchObject({ kind: "in-use", dirty: true });
  expect(repository.user("rev-parse", "main")).toBe(world.base);
  if (dirty.kind !== "in-use") throw new Error("unreachable");
  expect(dirty.todo).toEqual([
    `cd ${repository.directory}`,
    "git stash --include-untracked   # or commit what is there",
    "git merge alphaforge/s",
    "git stash pop",
  ]);
  for (const line of dirty.todo.slice(1)) repository.user(...line.replace(/ +#.*/, "").split(" ").slice(1));
  expect(repository.user("rev-parse", "main")).toBe(landed);
  expect(repository.user("status", "--porcelain").split("\n")).toEqual([" M README.md", "?? untracked"]);
});

test("peers §3 runners-up: a target that a linked worktree has is found there", async () => {
  world.moveBranch({ a: "a" });
  const linked = join(repository.state, "linked");
  repository.user("worktree", "add", "-q", linked, "release");
  expect(await run("release")).toMatchObject({ kind: "in-use", directory: linked, dirty: false });
});

test("peers §6: a rebase that the user has open on the target is neither aborted nor moved under", async () => {
  world.moveBranch({ a: "a" });
  repository.commit("main", { "src/a.txt": "main\n" });
  repository.user("checkout", "-q", "release");
  repository.commit("release", { "src/a.txt": "release\n" });
  expect(() => repository.user("rebase", "main")).toThrow();
  const status = repository.user("status");
  expect(await run("release")).toMatchObject({ kind: "in-use", by: "rebase" });
  expect(repository.user("status")).toBe(status);
});

test.each([
  ["finalize.before-update-ref", false, "fast-forward"],
  ["finalize.after-update-ref", false, "already-there"],
  ["finalize.before-update-ref", true, "merged"],
  ["finalize.after-update-ref", true, "already-there"],
])("killed at %s (target moved: %s), the next run is told %s and the target is there once", (point, hasMoved, kind) => {
  const landed = world.moveBranch({ a: "a" });
  const own = repository.proposal(world.base, { own: "own" });
  if (hasMoved) repository.user("update-ref", "refs/heads/release", own);
  const script = fileURLToPath(new URL("./finalize.fixture.ts", import.meta.url));
  const argv = [script, repository.directory, repository.state];
  expect(spawnSync(process.execPath, [...argv, `${point}=kill`]).signal).toBe("SIGKILL");
  expect(spawnSync(process.execPath, argv, { encoding: "utf8" })).toMatchObject({ stdout: kind, stderr: "" });
  const parents = repository.user("rev-list", "--parents", "-1", "release").split(" ").slice(1);
  expect(parents).toEqual(hasMoved ? [own, landed] : [world.base]);
  expect(repository.user("rev-list", "--count", `${world.base}..release`)).toBe(hasMoved ? "3" : "1");
});

test("a missing target or session is named", async () => {
  expect(await run("nowhere")).toMatchObject({ kind: "missing", branch: "nowhere" });
  repository.user("update-ref", "-d", branch);
  expect(await run("release")).toMatchObject({ kind: "missing", branch: "alphaforge/s" });
});
