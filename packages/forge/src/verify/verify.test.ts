import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@alphaforge/core/clock";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { eventually, processesWith } from "../coder/attempt.fixture.ts";
import { type TempRepository, tempRepository } from "../git/temp-repository.fixture.ts";
import { recoverWorkspaces } from "../workspace/retire-workspace.ts";
import { workspaceContext } from "../workspace/workspace-world.fixture.ts";
import { reducedEnvironment } from "./reduced-environment.ts";
import { runCommand } from "./run-command.ts";
import { clearScratch, type VerifyOptions, verifyCommit } from "./verify-commit.ts";

let repository: TempRepository;
beforeEach(() => {
  repository = tempRepository();
});
afterEach(() => repository.remove());

const verify = async (commit: string, commands: string[], more: Partial<VerifyOptions> = {}) =>
  verifyCommit(repository.git, await repository.facts(), commit, {
    scratch: join(repository.state, "scratch"),
    setup: [],
    commands,
    env: reducedEnvironment(process.env),
    timeoutMs: 30_000,
    keepBytes: 10_000,
    clock: systemClock,
    ...more,
  });

test("the commit is verified aside: the user's checkout is neither used nor touched, and nothing stays behind", async () => {
  const base = repository.user("rev-parse", "HEAD");
  const commit = repository.proposal(base, { "new.txt": "new\n" });
  repository.write({ "dirty.txt": "dirty" });
  const result = await verify(commit, ["cat new.txt; ls; test ! -e dirty.txt; echo written > made.txt"]);
  expect(result).toMatchObject({ commit, green: true, flaky: false });
  expect(result.runs[0]?.output.head).toBe("new\nREADME.md\nnew.txt\nsrc\n");
  expect(repository.user("status", "--porcelain")).toBe("?? dirty.txt");
  expect(readdirSync(join(repository.state, "scratch"))).toEqual([]);
});

test("a red command is run once more and then ends it; the ones after it are not run", async () => {
  const result = await verify(repository.user("rev-parse", "HEAD"), ["true", "echo no; exit 3", "echo never"]);
  expect(result).toMatchObject({ green: false, flaky: false });
  expect(result.runs.map((run) => [run.command, run.outcome, run.code])).toEqual([
    ["true", "passed", 0],
    ["echo no; exit 3", "failed", 3],
    ["echo no; exit 3", "failed", 3],
  ]);
});

test("a command that passes at the second try is green and recorded as flaky", async () => {
  const result = await verify(repository.user("rev-parse", "HEAD"), ["test -e ran || { touch ran; exit 1; }"]);
  expect(result).toMatchObject({ green: true, flaky: true });
  expect(result.runs.map((run) => run.outcome)).toEqual(["failed", "passed"]);
});

test("a setup that fails is red and not retried", async () => {
  const result = await verify(repository.user("rev-parse", "HEAD"), ["true"], { setup: ["exit 1"] });
  expect(result).toMatchObject({ green: false });
  expect(result.runs).toHaveLength(1);
});

test("on a timeout the command's children go with it", async () => {
  const pids = join(repository.state, "pids");
  const result = await runCommand(`sleep 300 & echo $! > ${pids}; sleep 300`, {
    directory: repository.directory,
    env: reducedEnvironment(process.env),
    timeoutMs: 500,
    keepBytes: 1000,
    clock: systemClock,
  });
  expect(result.outcome).toBe("timed-out");
  await expect.poll(() => alive(readFileSync(pids, "utf8").trim())).toBe(false);
});

const alive = (pid: string) =>
  existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");

test("what a command leaves in the background neither holds it up nor survives it", async () => {
  const pids = join(repository.state, "pids");
  const result = await runCommand(`sleep 300 & echo $! > ${pids}; echo done`, {
    directory: repository.directory,
    env: reducedEnvironment(process.env),
    timeoutMs: 60_000,
    keepBytes: 1000,
    clock: systemClock,
  });
  expect(result).toMatchObject({ outcome: "passed", output: { head: "done\n" } });
  await expect.poll(() => alive(readFileSync(pids, "utf8").trim())).toBe(false);
});

test("of much output the beginning and the end are kept, and how much is missing", async () => {
  const result = await runCommand("echo first; yes x | head -c 3000000; echo last", {
    directory: repository.directory,
    env: reducedEnvironment(process.env),
    timeoutMs: 60_000,
    keepBytes: 1000,
    clock: systemClock,
  });
  expect(result.output.head).toHaveLength(500);
  expect(result.output.head).toMatch(/^first\n/);
  expect(result.output.tail).toHaveLength(500);
  expect(result.output.tail).toMatch(/last\n$/);
  expect(result.output.dropped).toBe(3_000_011 - 1000);
});

test("an abort ends a verification and leaves nothing behind", async () => {
  const controller = new AbortController();
  const running = verify(repository.user("rev-parse", "HEAD"), ["sleep 300"], { signal: controller.signal });
  setTimeout(() => controller.abort(new Error("stopped")), 300);
  await expect(running).rejects.toThrow("stopped");
  expect(readdirSync(join(repository.state, "scratch"))).toEqual([]);
});

/** Seconds that no other process on this machine sleeps: how a test tells its processes from others. */
let nextSleep = 300_000 + (process.pid % 10_000) * 10;
const uniqueSleep = () => `sleep ${nextSleep++}`;

const isSleep = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8") === "sleep\n";
  } catch {
    return false; // it has ended since
  }
};

/** Kills a process in the midst of a verification or a setup, and returns what it left, told apart by `left`. */
async function killForge(left: string, setup: boolean, whoElse: () => readonly number[] = () => []) {
  const command = `setsid ${left} & ${left} & wait`;
  const script = fileURLToPath(new URL("./verify-process.fixture.ts", import.meta.url));
  const argv = [script, repository.directory, repository.state, command, ...(setup ? ["setup"] : [])];
  const forge = spawn(process.execPath, argv, { stdio: "inherit" });
  onTestFinished(() => {
    for (const pid of processesWith(left)) process.kill(pid, "SIGKILL");
  });
  await eventually(() => processesWith(left).filter(isSleep).length === 2, "it runs");
  for (const pid of whoElse()) process.kill(pid, "SIGKILL");
  forge.kill("SIGKILL");
  await new Promise((resolve) => forge.once("exit", resolve));
}

test.each([
  ["verification", false],
  ["setup of a workspace", true],
])(
  "when the forge is killed in the midst of a %s, all of it ends by itself, sessions of its own too",
  async (_, setup) => {
    const left = uniqueSleep();
    await killForge(left, setup);
    await eventually(() => processesWith(left).length === 0, "everything is gone, its keeper too");
  },
);

test.each([
  ["verification", false],
  ["setup of a workspace", true],
])("what a %s left whose forge and keeper were both killed is ended by the next process", async (_, setup) => {
  const left = uniqueSleep();
  const keepers = () => processesWith("alphaforge-keeper").filter((pid) => processesWith(left).includes(pid));
  await killForge(left, setup, keepers);
  expect(processesWith(left).filter(isSleep)).toHaveLength(2);
  if (setup) await recoverWorkspaces(await workspaceContext(repository.git, repository.state));
  else await clearScratch(join(repository.state, "scratch"));
  expect(processesWith(left)).toEqual([]);
  expect(readdirSync(join(repository.state, setup ? "workspaces" : "scratch"))).toEqual([]);
});

test("a command that kills what keeps it has failed, says so, and leaves nothing", async () => {
  const left = uniqueSleep();
  const result = await runCommand(
    `setsid ${left} & for p in /proc/[0-9]*; do grep -qsa alphaforge-keeper $p/cmdline && [ "$(cut -d' ' -f5 $p/stat)" = "$(cut -d' ' -f5 /proc/$$/stat)" ] && kill -9 \${p#/proc/}; done; ${left}`,
    {
      directory: repository.directory,
      env: { PATH: process.env.PATH ?? "" },
      timeoutMs: 60_000,
      keepBytes: 1000,
      clock: systemClock,
    },
  );
  expect(result).toMatchObject({ outcome: "failed", code: -1 });
  expect(result.output.head).toContain("what kept this command was killed");
  expect(processesWith(left)).toEqual([]);
});

test("a directory that is gone and a signal that has come are told, and nothing is started", async () => {
  const options = { env: {}, timeoutMs: 1000, keepBytes: 1000, clock: systemClock };
  const gone = join(repository.state, "gone");
  expect(await runCommand("true", { ...options, directory: gone })).toMatchObject({ outcome: "not-started", code: -1 });
  const directory = repository.directory;
  const signal = AbortSignal.abort();
  expect(await runCommand("touch started", { ...options, directory, signal })).toMatchObject({ outcome: "aborted" });
  expect(existsSync(join(directory, "started"))).toBe(false);
});

test("a status is a shell's, also of a command that a signal ended", async () => {
  const options = { directory: repository.directory, env: {}, timeoutMs: 60_000, keepBytes: 1000, clock: systemClock };
  expect(await runCommand("kill -SEGV $$", options)).toMatchObject({ outcome: "failed", code: 139 });
});

test("a command has a home of its own, which goes with it, and a cache for npm that lasts", async () => {
  const home = join(repository.state, "users-home");
  const caller = { ...process.env, HOME: home, ANTHROPIC_API_KEY: "planted-1", AWS_SECRET_ACCESS_KEY: "planted-2" };
  const show =
    'env; cat /proc/$PPID/environ | tr "\\0" "\\n"; touch "$HOME/left"; echo "HOME is $HOME" >&2; npm config get cache';
  const options = { env: reducedEnvironment(caller), keepBytes: 100_000 };
  const head = repository.user("rev-parse", "HEAD");
  const scratch = join(repository.state, "scratch");
  const { green, runs } = await verify(head, [show], { ...options, setup: [show] });
  expect(green).toBe(true);
  for (const { output } of runs) {
    expect(output.head).not.toContain("planted");
    expect(output.head).not.toContain(home);
    expect(output.head).toMatch(new RegExp(`^HOME is ${scratch}/verify-\\w+/home$`, "m"));
    expect(output.head.trimEnd().split("\n").at(-1)).toBe(join(scratch, "npm-cache"));
  }
  expect(existsSync(home)).toBe(false);
  const passed = await verify(head, ['echo "$HOME"'], { env: reducedEnvironment(caller, ["HOME"]) });
  expect(passed.runs[0]?.output.head).toBe(`${home}\n`);
});

test("credentials of the caller do not reach the commands unless passed by name", () => {
  const caller = { PATH: "/bin", HOME: "/home/user", ANTHROPIC_API_KEY: "secret", GIT_DIR: "/x", NPM_TOKEN: "t" };
  expect(reducedEnvironment(caller)).toEqual({ PATH: "/bin", CI: "1" });
  expect(reducedEnvironment(caller, ["NPM_TOKEN"], { PORT: "1" })).toEqual({
    PATH: "/bin",
    CI: "1",
    NPM_TOKEN: "t",
    PORT: "1",
  });
});

test("what a killed process left in the scratch directory is cleared, and nothing else there", async () => {
  const scratch = join(repository.state, "scratch");
  mkdirSync(join(scratch, "verify-left/clone"), { recursive: true });
  mkdirSync(join(scratch, "other"));
  await clearScratch(scratch);
  expect(readdirSync(scratch)).toEqual(["other"]);
});
