import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));
const directory = temporaryDirectory();
const home = join(directory.path, "home");
const repository = join(directory.path, "repository");
afterAll(() => directory.remove());
beforeAll(() => {
  mkdirSync(join(home, "desks", "mine"), { recursive: true });
  writeFileSync(join(home, "desks", "mine", "desk.yaml"), "name: mine\nvenue: { name: simulated }\n");
  mkdirSync(join(home, "candles", "binance-perp"), { recursive: true });
  const heads = join(repository, ".git", "refs", "heads", "alphaforge");
  mkdirSync(heads, { recursive: true });
  writeFileSync(join(repository, ".git", "HEAD"), "ref: refs/heads/main\n");
  writeFileSync(join(heads, "shop"), "0".repeat(40));
  writeFileSync(join(repository, ".git", "packed-refs"), `${"0".repeat(40)} refs/heads/alphaforge/older\n`);
});

/** What is offered, without descriptions, and the directive. */
async function offered(...words: string[]): Promise<{ values: string[]; directive: string | undefined }> {
  const { stdout, errors, code } = await runCli(home, ["complete", "--", ...words], {}, { directory: repository });
  expect({ errors, code }).toEqual({ errors: [], code: 0 });
  const lines = stdout.trimEnd().split("\n");
  return { values: lines.slice(0, -1).map((line) => line.split("\t")[0] as string), directive: lines.at(-1) };
}

describe("what Tab offers", () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ["commands", ["d"], ["doctor", "desk", "data", "db"]],
    ["commands of a group", ["traces", ""], ["stats", "export", "merge", "eval"]],
    ["desks, shipped and of the home", ["desk", "status", ""], ["arena", "mine"]],
    ["nothing after the last argument", ["desk", "status", "arena", ""], []],
    ["options", ["desk", "rank", "arena", "--t"], ["--timeframe"]],
    ["timeframes", ["desk", "rank", "arena", "--timeframe", "1"], ["15m", "1h", "1d", "1w"]],
    ["timeframes of candles", ["data", "import", "x.csv", "--timeframe", "5"], ["5m"]],
    ["timeframes as an argument", ["desk", "trigger", "arena", "4"], ["4h"]],
    ["agents", ["desk", "pause", "arena", "momentum-1"], ["momentum-15m", "momentum-1h", "momentum-1d", "momentum-1w"]],
    ["venues, our own and archived", ["desk", "backtest", "arena", "--venue", "bin"], ["binance", "binance-perp"]],
    ["a value after =", ["desk", "backtest", "arena", "--venue=sim"], ["--venue=simulated"]],
    ["a value after =, as bash splits it", ["desk", "backtest", "arena", "--venue", "=", "sim"], ["simulated"]],
    ["choices", ["data", "import", "--kind", "f"], ["funding"]],
    ["coders", ["forge", "run", "x.xml", "--coder", "cl"], ["claude"]],
    ["sessions, by their branches", ["forge", "status", ""], ["older", "shop"]],
    ["strategies", ["desk", "check-lookahead", "mo"], ["momentum"]],
    ["another desk for an option with several", ["up", "--desk", "arena", "m"], ["mine"]],
    ["shells", ["completion", ""], ["bash", "zsh", "fish", "powershell"]],
  ];
  test.each(cases)("%s", async (_, words, expected) => {
    expect(await offered(...words)).toEqual({ values: expected, directive: ":4" });
  });

  test("files are left to the shell", async () => {
    expect(await offered("forge", "run", "")).toEqual({ values: [], directive: ":0" });
    expect(await offered("data", "import", "a.csv", "b")).toEqual({ values: [], directive: ":0" });
  });
});

describe("in a real bash", () => {
  const bin = join(directory.path, "bin");
  beforeAll(() => {
    mkdirSync(bin);
    writeFileSync(join(bin, "alphaforge"), `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
    chmodSync(join(bin, "alphaforge"), 0o755);
  });

  /** Sources the script and presses Tab after these words. */
  function tab(...words: string[]): { status: number | null; replies: string[]; stderr: string } {
    const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    const { status, stdout, stderr } = spawnSync(
      "bash",
      [
        "--norc",
        "-c",
        `set -u
source <(alphaforge completion bash); source <(alphaforge completion bash)
complete -p alphaforge >&2
COMP_WORDS=(alphaforge ${quoted}); COMP_CWORD=${words.length}
_alphaforge
for reply in \${COMPREPLY[@]+"\${COMPREPLY[@]}"}; do echo "$reply"; done`,
      ],
      {
        encoding: "utf8",
        cwd: directory.path,
        env: { PATH: `${bin}:${process.env.PATH}`, ALPHAFORGE_HOME: home, HOME: directory.path },
      },
    );
    return { status, stderr, replies: stdout.split("\n").filter((line) => line !== "") };
  }

  test("the script can be sourced, twice, and needs no other package", () => {
    expect(tab("desk", "status", "")).toEqual({
      status: 0,
      replies: ["arena", "mine"],
      stderr: "complete -o default -F _alphaforge alphaforge\n",
    });
  });

  test("nothing of what is being typed is run", () => {
    const mark = join(directory.path, "ran");
    const { replies } = tab("desk", "status", `$(touch ${mark})`);
    expect(replies).toEqual([]);
    expect(spawnSync("ls", [mark]).status).not.toBe(0);
  });
});

describe("alphaforge completion", () => {
  test.each([
    ["zsh", "#compdef alphaforge"],
    ["fish", "complete -c alphaforge"],
    ["powershell", "Register-ArgumentCompleter"],
  ])("prints the script of %s", async (shell, expected) => {
    const { code, stdout, errors } = await runCli(home, ["completion", shell]);
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    expect(stdout).toContain(expected);
    expect(stdout).toMatch(/alphaforge complete '?--/);
  });

  // As the shell itself reads it, where it is installed.
  test.runIf(spawnSync("zsh", ["--version"]).status === 0)("zsh can read its script", async () => {
    const { stdout } = await runCli(home, ["completion", "zsh"]);
    expect(spawnSync("zsh", ["-n"], { input: stdout }).status).toBe(0);
  });
  test.runIf(spawnSync("fish", ["--version"]).status === 0)("fish can read its script", async () => {
    const { stdout } = await runCli(home, ["completion", "fish"]);
    expect(spawnSync("fish", ["--no-execute"], { input: stdout }).status).toBe(0);
  });

  test("another shell is bad usage, with the nearest", async () => {
    const { code, errors } = await runCli(home, ["completion", "bsh"]);
    expect(code).toBe(2);
    expect(errors).toEqual([expect.stringMatching(/'bsh' is invalid.*Did you mean bash\?/)]);
  });
});
