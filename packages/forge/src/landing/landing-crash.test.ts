import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TempRepository, tempRepository } from "../git/temp-repository.fixture.ts";
import { FileLandingLedger } from "./file-landing-ledger.fixture.ts";
import { branch, type LandingWorld, landingWorld } from "./landing-world.fixture.ts";

let repository: TempRepository;
let world: LandingWorld;
let argv: string[];
beforeEach(async () => {
  repository = tempRepository();
  world = await landingWorld(repository);
  const candidates = [];
  for (const task of ["a", "b", "bad", "c"]) candidates.push(await world.candidate(task, { [`${task}.txt`]: task }));
  for (const task of ["d", "conflicts"]) candidates.push(await world.candidate(task, { "src/a.txt": task }));
  const file = join(repository.state, "candidates.json");
  writeFileSync(file, JSON.stringify(candidates));
  const script = fileURLToPath(new URL("./land.fixture.ts", import.meta.url));
  argv = [script, repository.directory, repository.state, world.base, file];
});
afterEach(() => repository.remove());

const EXPECTED = ["landed", "landed", "red", "landed", "landed", "conflict"];

const finish = () => {
  const { stdout, stderr } = spawnSync(process.execPath, argv, { encoding: "utf8" });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
};

/** Nothing lost, nothing twice, nothing left open, what is acknowledged is what the branch has, which is green and a line. */
const requireExactlyOnce = async () => {
  expect(world.landed().sort()).toEqual(["a", "b", "c", "d"]);
  expect(repository.user("ls-tree", "--name-only", branch)).not.toContain("bad.txt");
  expect(repository.user("rev-list", "--merges", `${world.base}..${branch}`)).toBe("");
  expect(repository.user("merge-base", world.base, branch)).toBe(world.base);
  const ledger = new FileLandingLedger(join(repository.state, "ledger"));
  expect(await ledger.open(branch)).toEqual([]);
  const commits = new Set(ledger.landed().map(({ task, commit }) => `${commit} ${task}`));
  const onBranch = repository.user("log", "--format=%H %s", `${world.base}..${branch}`).split("\n");
  expect([...commits].sort()).toEqual(onBranch.sort());
  expect(repository.user("fsck", "--connectivity-only", "--no-dangling")).toBe("");
};

test.each([
  "landing.before-intent",
  "landing.after-intent",
  "landing.before-update-ref",
  "landing.after-update-ref",
  "landing.before-acknowledge",
  "landing.after-acknowledge",
])("killed at %s, the next process lands the rest: nothing lost, nothing twice", async (point) => {
  expect(spawnSync(process.execPath, [...argv, `${point}=kill`]).signal).toBe("SIGKILL");
  expect(finish()).toEqual(EXPECTED);
  await requireExactlyOnce();
});

test("what the branch has but nobody acknowledged is acknowledged by the next process", async () => {
  spawnSync(process.execPath, [...argv, "landing.after-update-ref=kill"]);
  const ledger = new FileLandingLedger(join(repository.state, "ledger"));
  const landed = world.landed();
  expect(landed.length).toBeGreaterThan(0);
  expect(ledger.landed()).toEqual([]);
  finish();
  expect(ledger.landed().map(({ task }) => task)).toEqual(expect.arrayContaining(landed));
});

test("a branch that the user rebased between kill and recovery is still recognised by its trailers", async () => {
  spawnSync(process.execPath, [...argv, "landing.after-update-ref=kill"]);
  const own = repository.proposal(world.base, { "own.txt": "own" });
  const work = join(repository.state, "rebase");
  repository.user("worktree", "add", "-q", work, "alphaforge/s");
  repository.user("-C", work, "rebase", "-q", own);
  repository.user("worktree", "remove", work);
  // What had landed is known again; what was built on the old commits says so instead of dragging them back in.
  const outcomes = finish();
  expect(outcomes.filter((kind: string) => kind === "landed").length).toBeGreaterThan(0);
  const subjects = world.landed();
  expect(new Set(subjects).size).toBe(subjects.length);
});

/** Kills one git that a process has started, as soon as there is one. */
async function killGitOf(child: ChildProcess): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null) {
    const gits = childrenOf(child.pid ?? 0).filter((pid) => commandOf(pid).startsWith("git\0"));
    const victim = gits[0];
    if (victim !== undefined) {
      try {
        process.kill(victim, "SIGKILL");
        return true;
      } catch {
        // it has ended since
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  return false;
}
const textOf = (path: string) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return ""; // it has ended since
  }
};
const childrenOf = (pid: number) => textOf(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
const commandOf = (pid: number) => textOf(`/proc/${pid}/cmdline`);

const kills = SOAK ? 100 : 5;
test(`${kills} kills -9 of the process or of a git of its, at any moment: every rerun finishes, nothing lost, nothing twice`, {
  timeout: 1_200_000,
}, async () => {
  // A fixed sequence: which moments these are depends on the machine, that there are many of them does not.
  let seed = 20_261_121;
  const draw = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed / 2 ** 31;
  };
  const startOver = () => {
    repository.user("update-ref", branch, world.base);
    writeFileSync(join(repository.state, "ledger"), "");
  };
  const began = performance.now();
  expect(finish()).toEqual(EXPECTED);
  await requireExactlyOnce();
  const undisturbedMs = performance.now() - began;
  startOver();
  let ofGit = 0;
  let landedBefore = 0;
  for (let done = 0, inARow = 0; done < kills; ) {
    const child = spawn(process.execPath, argv, { stdio: "ignore" });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await Promise.race([ended, sleep(draw() * undisturbedMs, undefined, { ref: false })]);
    const isGit = draw() < 0.5;
    const wasKilled = isGit ? await killGitOf(child) : child.kill("SIGKILL");
    await ended;
    if (wasKilled) {
      done++;
      inARow++;
      if (isGit) ofGit++;
      if (world.landed().length > 0) landedBefore++;
    }
    // Three in a row at most, so that kills also meet a branch on which nothing has landed yet.
    if (wasKilled && inARow < 3 && done < kills) continue;
    expect(finish()).toEqual(EXPECTED);
    await requireExactlyOnce();
    startOver();
    inARow = 0;
  }
  tellCounts(
    "landings",
    `${kills} kills (${ofGit} of a git), ${landedBefore} after something had landed, none lost or twice`,
  );
});
