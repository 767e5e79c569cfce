import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

const COMMANDS = fileURLToPath(new URL("../src/commands", import.meta.url));
const commands = readdirSync(COMMANDS, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => relative(COMMANDS, join(entry.parentPath, entry.name)).replace(/\.ts$/, "").split("/"));

/** Run until they are stopped, and have no document to print. */
const SERVICES = new Set(["up", "desk run", "forge dashboard"]);

let directory: ReturnType<typeof temporaryDirectory>;
let home: string;
beforeEach(() => {
  directory = temporaryDirectory();
  home = join(directory.path, "home");
});
afterEach(() => directory.remove());

describe("help", () => {
  test.each(commands)("%s %s explains itself, and makes nothing", async (...name) => {
    const { code, stdout, errors } = await runCli(home, [...name, "--help"]);
    expect(errors).toEqual([]);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: alphaforge ${name.join(" ")}`);
    if (!SERVICES.has(name.join(" "))) expect(stdout).toContain("--json");
    expect(existsSync(home)).toBe(false);
  });

  test("the program and its groups list their commands", async () => {
    const groups = await Promise.all(
      [["--help"], ["data", "--help"], ["db", "--help"]].map((args) => runCli(home, args)),
    );
    expect(groups.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(groups[0]?.stdout).toMatch(/desk .*\n(.*\n)*? +data .*\n(.*\n)*? +db /);
    expect(groups[1]?.stdout).toMatch(/import .*\n.*ls /);
    for (const name of ["status", "migrate", "prune", "backup", "restore"]) {
      expect(groups[2]?.stdout).toMatch(new RegExp(`^ +${name} `, "m"));
    }
  });
});

const BACKTEST = ["desk", "backtest", "arena", "--from", "2024-03-04", "--to", "2024-03-05"];

describe("bad usage is one line and exit code 2", () => {
  const cases: readonly (readonly [string, readonly string[], RegExp])[] = [
    ["an unknown command", ["dta"], /unknown command 'dta' \(Did you mean data\?\)/],
    ["an unknown command of a group", ["data", "imprt"], /unknown command 'imprt' \(Did you mean import\?\)/],
    ["an unknown option", ["desk", "ls", "--jsn"], /unknown option '--jsn' \(Did you mean --json\?\)/],
    ["a missing argument", ["desk", "status"], /missing required argument 'desk'/],
    ["no venue", ["data", "import", "BTC.csv", "--timeframe", "1h"], /required option '--venue <venue>'/],
    [
      "an unstorable venue",
      ["data", "import", "A.csv", "--venue", "Bi/nance", "--timeframe", "1h"],
      /--venue "Bi\/nance"/,
    ],
    [
      "candles without timeframe",
      ["data", "import", "A.csv", "--venue", "b"],
      /need --timeframe: choose one of 5m, 15m/,
    ],
    [
      "an unknown timeframe",
      ["data", "import", "A.csv", "--venue", "b", "--timeframe", "1hr"],
      /timeframe "1hr": did you mean 1h\? choose one of 5m, 15m, 30m, 1h, 4h, 1d, 1w/,
    ],
    [
      "funding with a timeframe",
      ["data", "import", "A.csv", "--venue", "b", "--kind", "funding", "--timeframe", "1h"],
      /--timeframe 1h does not go with --kind funding/,
    ],
    [
      "an unknown kind",
      ["data", "import", "A.csv", "--venue", "b", "--kind", "trades"],
      /'trades' is invalid.*candles, funding/,
    ],
    [
      "one symbol for two files",
      ["data", "import", "A.csv", "B.csv", "--venue", "b", "--timeframe", "1h", "--symbol", "X"],
      /--symbol X goes with one file, but 2 were given/,
    ],
    [
      "a symbol that would leave the archive",
      ["data", "import", "A.csv", "--venue", "b", "--timeframe", "1h", "--symbol", "../X"],
      /--symbol "..\/X" cannot be stored/,
    ],
    ["an unknown desk", ["desk", "status", "arna"], /no desk "arna": did you mean arena\?/],
    ["an unknown desk in db", ["db", "status", "nowhere"], /no desk "nowhere": choose one of .*arena/],
    ["a desk named like a path", ["db", "migrate", "../arena"], /no desk "arena"/],
    [
      "a timeframe that is not ranked",
      ["desk", "rank", "arena", "--timeframe", "5m"],
      /"5m" is not a ranked timeframe/,
    ],
    ["a kind near another", ["data", "import", "--kind", "candle"], /'candle' is invalid.*Did you mean candles\?/],
    ["an unknown agent", [...BACKTEST, "--venue", "simulated", "--agents", "momentm-1h"], /did you mean momentum-1h\?/],
    ["an unknown venue", [...BACKTEST, "--venue", "simulatd"], /venue "simulatd": did you mean simulated\?/],
    ["a date written otherwise", ["desk", "replay", "arena", "--from", "2024/3/4"], /Did you mean 2024-03-04\?/],
    ["a day that no calendar has", ["desk", "replay", "arena", "--to", "2024-02-30"], /Did you mean 2024-02-29\?/],
    ["an unknown format", ["traces", "export", "--out", "x", "--format", "opnai"], /"opnai": did you mean openai\?/],
    ["a timeframe to be ranked", ["desk", "trigger", "arena", "1hh"], /"1hh" is not a ranked.*did you mean 1h\?/],
    ["a limit that is no number", ["desk", "rank", "arena", "--limit", "many"], /'many' is invalid.*whole number/],
  ];

  test.each(cases)("%s", async (_, args, message) => {
    const { code, stdout, errors } = await runCli(home, args);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/^alphaforge: /);
    expect(errors[0]).toMatch(message);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(existsSync(home)).toBe(false);
  });

  test("an environment variable with a bad value", async () => {
    const level = await runCli(home, ["desk", "ls"], { LOG_LEVEL: "loud" });
    expect(level).toMatchObject({ code: 2, stdout: "" });
    expect(level.errors).toEqual([
      expect.stringMatching(
        /^alphaforge: environment variable LOG_LEVEL: is "loud"; set it to one of fatal, .*silent$/,
      ),
    ]);
  });

  test.each([
    [{ AGENTS_ENABLED: "maybe" }, 'AGENTS_ENABLED: is "maybe"; set it to true or false'],
    [{ EVOLUTION_ENABLED: "0" }, 'EVOLUTION_ENABLED: is "0"; set it to true or false'],
    [{ ANTHROPIC_API_KEY: "sk-hunter2 " }, "ANTHROPIC_API_KEY: is empty or holds white space"],
    [{ OPENAI_COMPATIBLE_API_KEY: "" }, "OPENAI_COMPATIBLE_API_KEY: is empty or holds white space"],
    [{ ANTHROPIC_BASE_URL: "http://me:hunter2@host" }, "ANTHROPIC_BASE_URL: is not an http or https URL without user"],
    [{ OPENAI_COMPATIBLE_BASE_URL: "localhost:11434/v1" }, "OPENAI_COMPATIBLE_BASE_URL: is not an http or https URL"],
  ])("%o, without showing what may be a key", async (env, message) => {
    const { code, errors } = await runCli(home, ["desk", "ls"], env);
    expect(code).toBe(2);
    expect(errors).toEqual([expect.stringContaining(`alphaforge: environment variable ${message}`)]);
    expect(errors[0]).not.toContain("hunter2");
  });

  test("a DATABASE_URL that is none, without showing what may be a password", async () => {
    const { code, errors } = await runCli(home, ["desk", "ls"], { DATABASE_URL: "secret-token" });
    expect(code).toBe(2);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/DATABASE_URL/);
    expect(errors[0]).not.toContain("secret-token");
  });

  const writeDesk = (name: string, text: string): string => {
    const file = join(home, "desks", name, "desk.yaml");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };

  test.each([
    ["that is not YAML", "name: broken\nvenue: {name: simulated\n", /:[23]: not valid YAML/],
    [
      "with a wrong value",
      "name: broken\nvenue:\n  name: simulated\nhistory: long\n",
      /:4: history: expected number, got "long"/,
    ],
    ["with an unknown key", "name: broken\nvenue:\n  name: simulated\ncolour: red\n", /:4: colour: unknown key/],
    [
      "that is named otherwise",
      "name: other\nvenue:\n  name: simulated\n",
      /name: is "other", but the file is that of desk "broken"/,
    ],
  ])("a desk file %s, with file and line", async (_, text, message) => {
    const file = writeDesk("broken", text);
    const { code, stdout, errors } = await runCli(home, ["desk", "ls"]);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(`alphaforge: ${file}`);
    expect(errors[0]).toMatch(message);
    expect(code).toBe(2);
    expect(stdout).toBe("");
  });
});

describe("desk ls", () => {
  test("lists the desks of the checkout and of the home, which wins where both have a name", async () => {
    const put = (name: string, venue: string) => {
      mkdirSync(join(home, "desks", name), { recursive: true });
      writeFileSync(
        join(home, "desks", name, "desk.yaml"),
        `name: ${name}\nvenue: { name: ${venue} }\nstrategies: [momentum]\n`,
      );
    };
    const shipped = JSON.parse((await runCli(home, ["desk", "ls", "--json"])).stdout);
    expect(shipped.desks).toContainEqual(
      expect.objectContaining({ name: "arena", venue: "simulated", strategies: "all", state: "none" }),
    );
    put("arena", "archive");
    put("mine", "simulated");
    const own = JSON.parse((await runCli(home, ["desk", "ls", "--json"])).stdout);
    expect(own.desks).toHaveLength(shipped.desks.length + 1);
    expect(own.desks).toContainEqual(
      expect.objectContaining({ name: "arena", venue: "archive", strategies: ["momentum"] }),
    );
    expect(own.desks).toContainEqual(expect.objectContaining({ name: "mine", venue: "simulated", state: "none" }));
    const { code, stdout } = await runCli(home, ["desk", "ls"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/desk +venue +strategies +decided by +state/);
    expect(stdout).toMatch(/mine +simulated +momentum +rules +none/);
  });
});

test.each([
  ["desk", "status", "arena"],
  ["desk", "rank", "arena"],
  ["db", "status", "arena"],
  ["db", "migrate", "arena"],
])("%s %s of a desk that never ran says so, and makes no database in order to say it", async (...args) => {
  const { code, stdout, errors } = await runCli(home, args);
  expect(errors).toEqual(["alphaforge: desk arena has no state yet; start it with alphaforge up --desk arena"]);
  expect(code).toBe(1);
  expect(stdout).toBe("");
  expect(existsSync(home)).toBe(false);
});
