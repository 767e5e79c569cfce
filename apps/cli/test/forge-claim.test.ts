import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Ended, runCli, temporaryDirectory } from "./run-cli.fixture.ts";

// One repository and one home for all tests: a forge's database takes seconds to start. Each test claims paths of its own.
let directory: ReturnType<typeof temporaryDirectory>;
let repository: string;
let home: string;

function put(path: string, content = "x\n"): void {
  const file = join(repository, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

beforeAll(async () => {
  directory = temporaryDirectory();
  repository = join(directory.path, "repository");
  home = join(directory.path, "home");
  mkdirSync(repository);
  const git = (...args: string[]) => execFileSync("git", ["-C", repository, ...args], { encoding: "utf8" });
  git("init", "-q", "-b", "main");
  put("README.md");
  put("src/a.ts");
  put("app/[id]/page.tsx");
  symlinkSync("src", join(repository, "linked"));
  symlinkSync("../..", join(repository, "src", "out"));
  git("add", "-A");
  git("-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-qm", "Begin");
  // Makes the database, which is not any one test's time.
  expect((await forge("claim", "warm/up", "--for", "1s")).code).toBe(0);
});
const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode === null && child.signalCode === null && child.kill("SIGKILL")) await once(child, "exit");
  }
});
afterAll(() => directory.remove());

const forge = (...args: string[]) => runCli(home, ["forge", ...args], {}, { directory: repository });
const forgeIn = (below: string, ...args: string[]) =>
  runCli(home, ["forge", ...args], {}, { directory: join(repository, below) });

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));

/** A command that goes on while the test does something else. */
function start(...args: string[]) {
  const child = spawn(process.execPath, [BIN, "forge", ...args], {
    cwd: repository,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ALPHAFORGE_HOME: home },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text) => (output.stderr += text));
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, ...output }));
  started.push(child);
  return { child, ended };
}

interface Shown {
  readonly id: string;
  readonly holder: string;
  readonly state: string;
  readonly token?: number;
  readonly globs: readonly string[];
}

async function claims(holder: string): Promise<readonly Shown[]> {
  const { code, stdout, errors } = await forge("claims", "--json");
  expect(errors).toEqual([]);
  expect(code).toBe(0);
  return (JSON.parse(stdout).claims as Shown[]).filter((claim) => claim.holder === `user/${holder}`);
}

async function untilWaiting(holder: string): Promise<Shown> {
  for (let tries = 0; tries < 100; tries += 1) {
    const found = (await claims(holder)).find(({ state }) => state === "waiting");
    if (found !== undefined) return found;
    await sleep(50);
  }
  throw new Error(`${holder} does not wait`);
}

function tokenOf({ code, stdout, errors }: Ended): number {
  expect(errors).toEqual([]);
  expect(code).toBe(0);
  const { granted, claim } = JSON.parse(stdout);
  expect(granted).toBe(true);
  return claim.token;
}

const globsOf = async (ended: Promise<Ended>): Promise<readonly string[]> => {
  const { code, stdout, errors } = await ended;
  expect(errors).toEqual([]);
  expect(code).toBe(0);
  return JSON.parse(stdout).claim.globs;
};

test("what one has claimed another is not given, and not left waiting for either, until it is released", async () => {
  const claimed = await forge("claim", "docs/**", "notes.md", "--as", "anna", "--for", "2h");
  expect(claimed).toMatchObject({ code: 0, errors: [] });
  const [, token = ""] = /^token (\d+): exclusive for user\/anna on docs\/\*\* notes\.md$/m.exec(claimed.stdout) ?? [];
  expect(claimed.stdout).toContain("in 2 h: nothing keeps it up for you");
  const refused = await forge("claim", "docs/guide.md", "free.md", "--as", "ben");
  expect(refused).toEqual({
    code: 1,
    stdout: "docs/guide.md free.md cannot be claimed now:\n  docs/guide.md is held by user/anna\n",
    errors: [
      expect.stringMatching(/^alphaforge: not granted \(number 1 in the queue, about .+\): add --wait to wait for it$/),
    ],
  });
  const json = await forge("claim", "docs/guide.md", "--as", "ben", "--json");
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout)).toMatchObject({
    granted: false,
    position: 1,
    blockers: [{ holder: "user/anna", state: "held", path: "docs/guide.md" }],
  });
  expect(await claims("ben")).toEqual([]);
  expect(await forge("release", token)).toEqual({
    code: 0,
    stdout: `released ${token}: docs/** notes.md\n`,
    errors: [],
  });
  const later = tokenOf(await forge("claim", "docs/guide.md", "--as", "ben", "--json"));
  expect(later).toBeGreaterThan(Number(token));
  expect(JSON.parse((await forge("release", `${later}`, "--json")).stdout)).toMatchObject({
    released: { token: later, holder: "user/ben" },
  });
});

test("who waits is given it when the other, in a process of its own, releases it", async () => {
  const first = tokenOf(await forge("claim", "wait/**", "--as", "carl", "--json"));
  const second = start("claim", "wait/a.ts", "--as", "dora", "--wait", "--json");
  await untilWaiting("dora");
  expect((await forge("claims")).stdout).toMatch(
    /user\/dora +exclusive +number 1 in the queue, about \d+ min +user\/dora\//,
  );
  expect((await forge("release", `${first}`)).code).toBe(0);
  const { code, stdout } = await second.ended;
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ granted: true, claim: { holder: "user/dora", globs: ["wait/a.ts"] } });
  expect(await claims("dora")).toMatchObject([{ state: "held" }]);
});

test("a claim ends by itself: who waits is given it then, and its token is told why it is void", async () => {
  const first = tokenOf(await forge("claim", "short.ts", "--for", "2s", "--as", "emil", "--json"));
  const next = await forge("claim", "short.ts", "--wait", "--as", "finn", "--json");
  const token = tokenOf(next);
  expect(token).toBeGreaterThan(first);
  expect(await forge("release", `${first}`)).toEqual({
    code: 1,
    stdout: "",
    errors: [
      expect.stringMatching(
        new RegExp(
          `^alphaforge: ${first} of user/emil is not held any more \\(its lease of 2 s ran out, .* UTC\\): claim anew$`,
        ),
      ),
    ],
  });
  await forge("release", `${token}`);
  expect((await forge("release", `${token}`)).errors).toEqual([expect.stringContaining("(it was released, ")]);
  expect((await forge("release", "999999")).errors).toEqual([
    expect.stringContaining("no claim with token 999999 is on record"),
  ]);
});

test("Ctrl-C leaves the queue, and so does a release by the id of one that waits", async () => {
  const token = tokenOf(await forge("claim", "queue.ts", "--as", "gina", "--json"));
  const stopped = start("claim", "queue.ts", "--as", "hugo", "--wait");
  await untilWaiting("hugo");
  stopped.child.kill("SIGINT");
  expect(await stopped.ended).toEqual({ code: 1, stdout: "", stderr: "alphaforge: stopped by SIGINT\n" });
  expect(await claims("hugo")).toEqual([]);
  const killed = start("claim", "queue.ts", "--as", "ida", "--wait");
  const { id } = await untilWaiting("ida");
  killed.child.kill("SIGKILL");
  await killed.ended;
  expect(await forge("release", id)).toMatchObject({ code: 0, stdout: `released ${id}: queue.ts\n` });
  expect(await claims("ida")).toEqual([]);
  expect((await forge("release", id)).errors).toEqual([expect.stringContaining("it was withdrawn")]);
  await forge("release", `${token}`);
});

test("two may share, and an intent stops nobody", async () => {
  tokenOf(await forge("claim", "lib/**", "--mode", "shared", "--as", "jan", "--json"));
  tokenOf(await forge("claim", "lib/x.ts", "--mode", "shared", "--as", "kim", "--json"));
  expect((await forge("claim", "lib/x.ts", "--as", "lea")).code).toBe(1);
  tokenOf(await forge("claim", "lib/x.ts", "--mode", "intent", "--as", "lea", "--json"));
});

test("paths count from the root or, with a dot, from here; a name that is there is that file, a directory all in it", async () => {
  const claim = (below: string, ...words: string[]) =>
    globsOf(forgeIn(below, "claim", ...words, "--mode", "intent", "--json"));
  expect(await claim("src", "README.md", "./a.ts", "./new/*.ts", "../README.md")).toEqual([
    "README.md",
    "src/a.ts",
    "src/new/*.ts",
  ]);
  expect(await claim("src", "./")).toEqual(["src/**"]);
  expect(await claim(".", ".")).toEqual(["**"]);
  expect(await claim(".", "src", "other/")).toEqual(["src/**", "other/**"]);
  expect(await claim("app/[id]", "./page.tsx", "./*.css")).toEqual(["app/[[]id]/page.tsx", "app/[[]id]/*.css"]);
  expect(await claim(".", "app/[id]/page.tsx", "app/[xyz]/page.tsx")).toEqual([
    "app/[[]id]/page.tsx",
    "app/[xyz]/page.tsx",
  ]);
});

test("a path through a symlink claims what it leads to as well, wherever a name or a glob goes on", async () => {
  const claim = (...words: string[]) => globsOf(forge("claim", ...words, "--mode", "intent", "--json"));
  expect(await claim("linked/a.ts")).toEqual(["linked/a.ts", "src/a.ts"]);
  expect(await claim("linked/new.ts")).toEqual(["linked/new.ts", "src/new.ts"]);
  expect(await claim("linked")).toEqual(["linked/**", "src/**"]);
  expect(await claim("linked/**/*.ts")).toEqual(["linked/**/*.ts", "src/**/*.ts"]);
});

test("what leaves the repository, or cannot be asked for, is refused in one line", async () => {
  const cases = [
    [["../x"], "../x leads out of the repository to "],
    [["src/out/etc"], "src/out/etc leads out of the repository to "],
    [["linked/out/**"], "linked/out/** leads out of the repository to "],
    [["/etc/passwd"], 'the glob "/etc/passwd" is refused: it is absolute'],
    [["a/../b"], 'the glob "a/../b" is refused: it leaves its directory by ..'],
    [[""], "or one of its choices, is empty"],
    [["!a"], "negation is not supported"],
    [["a", "--as", "a b"], '"a b" is no name for a claim\'s holder'],
    [["a", "--for", "0s"], "expected a time such as 90s"],
    [["a", "--for", "31d"], "30d at most"],
    [["a", "--mode", "alone"], "Allowed choices are exclusive, shared, intent"],
    [[], "missing required argument"],
  ] as const;
  for (const [args, message] of cases) {
    const { code, stdout, errors } = await forge("claim", ...args);
    expect(errors).toEqual([expect.stringContaining(message)]);
    expect(stdout).toBe("");
    expect(code).toBe(2);
  }
});

test("names compare as the repository says", async () => {
  tokenOf(await forge("claim", "Names/\u00e9.ts", "--as", "mia", "--json"));
  expect((await forge("claim", "Names/e\u0301.ts", "--as", "nils")).code).toBe(1);
  tokenOf(await forge("claim", "names/\u00e9.ts", "--as", "nils", "--json"));
  execFileSync("git", ["-C", repository, "config", "core.ignorecase", "true"]);
  expect((await forge("claim", "NAMES/\u00e9.ts", "--as", "olga")).code).toBe(1);
  execFileSync("git", ["-C", repository, "config", "core.ignorecase", "false"]);
});

test("outside of a repository it says so, and where nothing was claimed yet no database is made to say it", async () => {
  const nowhere = temporaryDirectory();
  const { code, errors } = await runCli(home, ["forge", "claim", "a"], {}, { directory: nowhere.path });
  expect(errors).toEqual([expect.stringContaining("is not in a git repository")]);
  expect(code).toBe(2);
  execFileSync("git", ["init", "-q", nowhere.path]);
  for (const args of [["claims"], ["release", "1"]]) {
    const refused = await runCli(home, ["forge", ...args], {}, { directory: nowhere.path });
    expect(refused).toMatchObject({ code: 1, errors: [expect.stringContaining("the forge has not been used in")] });
  }
  nowhere.remove();
});
