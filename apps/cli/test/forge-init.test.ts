import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { forgeConfigSchema } from "@alphaforge/forge/config/forge-config";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { detectCommands } from "../src/compose/forge-init-defaults.ts";
import { type ForgeWorld, forgeWorld } from "./forge-world.fixture.ts";
import { runCli } from "./run-cli.fixture.ts";

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));

let world: ForgeWorld;
const children: ChildProcess[] = [];
beforeEach(() => {
  world = forgeWorld();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await world.remove();
});

const file = () => join(world.repository, "alphaforge.yaml");
const written = () => forgeConfigSchema.parse(parse(readFileSync(file(), "utf8")));
const put = (name: string, text: string) => writeFileSync(join(world.repository, name), text);

describe("without a terminal", () => {
  test("it writes every key with its comment, records nobody and chooses no command", async () => {
    put("package.json", '{"scripts":{"test":"vitest"}}');
    put("package-lock.json", "{}");
    const { code, stdout, errors } = await world.cli("forge", "init");
    expect(errors).toEqual([]);
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      `wrote ${file()}`,
      "coders are not recorded",
      "setup could be npm ci (package-lock.json); it was not chosen",
      "verify could be npm test (package.json); it was not chosen",
      "verify is empty: until it names a command, only a feature's own <verify> is run",
      "next: alphaforge forge check SPEC",
      "",
    ]);
    expect(written()).toEqual(forgeConfigSchema.parse({}));
    expect(readFileSync(file(), "utf8").match(/^ *# /gm)?.length).toBeGreaterThan(30);
    expect(existsSync(world.home)).toBe(false);
    expect(world.git("status", "--porcelain").split("\n")).toContain("?? alphaforge.yaml");
    expect(existsSync(join(world.repository, ".gitignore"))).toBe(false);
  });

  test("--json is one document", async () => {
    const { stdout } = await world.cli("forge", "init", "--json");
    expect(JSON.parse(stdout)).toEqual({
      ...{ file: file(), training_traces: { enabled: false, acknowledged_terms: false } },
      ...{ setup: [], verify: [], detected: [] },
    });
  });

  test("a file that is there is never overwritten, not even through a link that leads nowhere", async () => {
    put("alphaforge.yaml", "not even: [YAML");
    const { code, errors } = await world.cli("forge", "init");
    expect(code).toBe(2);
    expect(errors).toEqual([expect.stringContaining(`${file()} exists and is left as it is`)]);
    expect(readFileSync(file(), "utf8")).toBe("not even: [YAML");
    const other = forgeWorld();
    symlinkSync("nowhere", join(other.repository, "alphaforge.yaml"));
    expect((await other.cli("forge", "init")).code).toBe(2);
    expect(existsSync(join(other.repository, "nowhere"))).toBe(false);
    await other.remove();
  });

  test("it works in a repository without commits and from below its root, and says what is wrong elsewhere", async () => {
    const fresh = forgeWorld({ commits: false });
    const below = join(fresh.repository, "a", "b");
    mkdirSync(below, { recursive: true });
    expect((await runCli(fresh.home, ["forge", "init"], {}, { directory: below })).code).toBe(0);
    expect(existsSync(join(fresh.repository, "alphaforge.yaml"))).toBe(true);
    await fresh.remove();
    const outside = await runCli(world.home, ["forge", "init"], {}, { directory: join(world.repository, "..") });
    expect(outside.errors).toEqual([expect.stringMatching(/is not in a git repository/)]);
    execFileSync("git", ["init", "-q", "--bare", join(world.repository, "bare.git")]);
    const bare = await runCli(world.home, ["forge", "init"], {}, { directory: join(world.repository, "bare.git") });
    expect(bare.errors).toEqual([expect.stringMatching(/bare\.git is bare: run this in a checkout/)]);
    expect([outside.code, bare.code]).toEqual([2, 2]);
  });
});

/** util-linux's `script` gives a command a terminal of its own. */
const hasScript = (() => {
  try {
    return execFileSync("script", ["--version"], { encoding: "utf8", stdio: "pipe" }).includes("util-linux");
  } catch {
    return false;
  }
})();
if (!hasScript)
  process.stderr.write("forge-init.test.ts: no terminal can be made without util-linux's script: skipped\n");

describe.skipIf(!hasScript)("on a terminal", () => {
  /** Answers each question that contains a key with its value, as a person types it. */
  function answer(answers: readonly (readonly [string, string])[]): Promise<{ code: number | null; seen: string }> {
    const child = spawn("script", ["-qec", `'${process.execPath}' '${BIN}' forge init`, "/dev/null"], {
      ...{ cwd: world.repository, env: { ...process.env, ALPHAFORGE_HOME: world.home, TERM: "xterm" } },
      stdio: ["pipe", "pipe", "pipe"],
    });
    children.push(child);
    const left = [...answers];
    let seen = "";
    let from = 0;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      seen += text;
      const [next] = left;
      const at = next === undefined ? -1 : seen.indexOf(next[0], from);
      if (next === undefined || at < 0) return;
      from = at + next[0].length;
      left.shift();
      child.stdin.write(next[1]);
    });
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        if (left.length > 0) reject(new Error(`was never asked ${left[0]?.[0]}: ${seen}`));
        else resolve({ code, seen });
      });
    });
  }

  test("it shows the terms to who wants to record, and writes what was answered", async () => {
    put("package.json", '{"scripts":{"test":"vitest"}}');
    put("package-lock.json", "{}");
    const { code, seen } = await answer([
      ["Record every message of every coder in the local database? [y/N] ", "y\r"],
      ["and is what you plan within them? [y/N] ", "yes\r"],
      ["Prepare each workspace with `npm ci` (package-lock.json)? [Y/n] ", "\r"],
      ["Verify what would land with `npm test` (package.json)? [Y/n] ", "what?\r"],
      ["Verify what would land with `npm test` (package.json)? [Y/n] ", "n\r"],
    ]);
    expect(code).toBe(0);
    expect(seen.indexOf("The terms of most model providers")).toBeGreaterThan(seen.indexOf("Record every message"));
    expect(seen.indexOf("within them? [y/N]")).toBeGreaterThan(seen.indexOf("The terms of most model providers"));
    expect(written()).toMatchObject({
      ...{ training_traces: { enabled: true, acknowledged_terms: true }, setup: ["npm ci"], verify: [] },
    });
  });

  test("Enter alone records nobody, and who does not record is not asked about terms", async () => {
    const { code, seen } = await answer([["Record every message", "\r"]]);
    expect(code).toBe(0);
    expect(seen).not.toContain("The terms of most");
    expect(written().training_traces).toEqual({ enabled: false, acknowledged_terms: false });
  });

  test("terms that are not agreed to leave recording off", async () => {
    const { seen } = await answer([
      ["Record every message", "y\r"],
      ["within them? [y/N] ", "n\r"],
    ]);
    expect(seen).toContain("coders are not recorded: acknowledged_terms is false");
    expect(written().training_traces).toEqual({ enabled: true, acknowledged_terms: false });
  });

  test.each([
    ["Ctrl-C", "\u0003"],
    ["the end of the input", "\u0004"],
  ])("%s writes nothing", async (_what, key) => {
    const { code, seen } = await answer([
      ["Record every message", "y\r"],
      ["within them? [y/N] ", key],
    ]);
    expect(code).toBe(1);
    expect(seen).toContain("stopped: nothing was written");
    expect(existsSync(file())).toBe(false);
  });
});

describe("what a repository's files suggest", () => {
  const cases: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
    ["nothing", {}, []],
    ["npm without a lock file", { "package.json": '{"scripts":{"test":"x"}}' }, ["npm test"]],
    [
      "npm init's own test, which fails",
      { "package.json": '{"scripts":{"test":"echo \\"Error: no test specified\\""}}' },
      [],
    ],
    ["a manifest that is no JSON", { "package.json": "{", "package-lock.json": "{}" }, ["npm ci"]],
    [
      "pnpm",
      { "package.json": '{"scripts":{"test":"x"}}', "pnpm-lock.yaml": "" },
      ["pnpm install --frozen-lockfile", "pnpm test"],
    ],
    [
      "uv",
      { "pyproject.toml": "[dependency-groups]\ndev = ['pytest']", "uv.lock": "" },
      ["uv sync --frozen", "uv run pytest"],
    ],
    ["poetry without tests", { "pyproject.toml": "", "poetry.lock": "" }, ["poetry install"]],
    [
      "plain python",
      { "pyproject.toml": "pytest" },
      [expect.stringContaining("venv"), ".venv/bin/python -m pytest"] as string[],
    ],
    ["cargo and go", { "Cargo.toml": "", "go.mod": "" }, ["cargo test", "go test ./..."]],
    ["make test", { Makefile: "all: x\ntest: all\n\ttrue\n" }, ["make test"]],
    ["a Makefile with a variable called test", { Makefile: "test := 1\nnotest:\n" }, []],
  ];
  test.each(cases)("%s", (_name, files, commands) => {
    for (const [name, text] of Object.entries(files)) put(name, text);
    expect(detectCommands(world.repository).map(({ command }) => command)).toEqual(commands);
  });
});
