import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@alphaforge/core/clock";
import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { openStore, type Store } from "@alphaforge/core/store/open-store";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import type { Script, Step } from "@alphaforge/forge/coder/presets/scripted/script";
import { type Content, writeFiles } from "@alphaforge/forge/git/temp-repository.fixture";
import type { ForgeEvent } from "@alphaforge/forge/sessions/forge-events";
import { forgeLog } from "@alphaforge/forge/sessions/forge-log";
import { FORGE_DATABASE } from "../src/compose/forge-place.ts";
import type { Ended } from "./run-cli.fixture.ts";

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));

/** A command that was started and may still run. */
export interface Running {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  /** Resolves once standard output or error holds it; rejects when the command ends without. */
  until(text: string | RegExp): Promise<void>;
  signal(name: NodeJS.Signals): void;
}

/** A user's repository with a scripted coder, and a home for its forge. */
export interface ScriptedWorld {
  readonly top: string;
  /** The user's checkout, on branch main. */
  readonly repository: string;
  readonly home: string;
  readonly id: string;
  /** Unless the forge starts its server itself. */
  readonly databaseUrl?: string;
  /** Where the forge keeps what it has of the repository. */
  readonly state: string;
  /** git as the user runs it, in the checkout. */
  git(...args: readonly string[]): string;
  write(files: Readonly<Record<string, Content>>): void;
  /** Writes files and commits everything; the commit. */
  commit(message: string, files?: Readonly<Record<string, Content>>): string;
  /** Writes alphaforge.yaml with the scripted coder and what else is given, and commits it. */
  configure(more?: string): void;
  /** Writes a spec outside of the repository: attributes by feature; its path. */
  spec(name: string, features: readonly FeatureWish[]): string;
  /** What the coder of a feature does. */
  script(feature: number, script: Script | readonly Step[]): void;
  cli(args: readonly string[], more?: CliOptions): Promise<Ended>;
  start(args: readonly string[], more?: CliOptions): Running;
  /** All that the forge has written down. */
  events(): Promise<ForgeEvent[]>;
  /** Ends what was started here and lives, and removes everything. */
  remove(): Promise<void>;
}

export interface FeatureWish {
  readonly attributes: string;
  readonly description?: string;
  readonly verify?: string;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Variables that it is not given. */
  readonly without?: readonly string[];
  /** Where it runs, in place of the checkout. */
  readonly directory?: string;
}

export interface ScriptedWorldOptions {
  /**
   * "embedded": the server that the forge starts itself, kept up between commands. "own": the same, and it ends with
   * each command. "test": a database of the test run's server by DATABASE_URL, ready at once. Otherwise a database of the
   * caller's, with the forge's tables in it: where commands find it, and where the test looks into it.
   */
  readonly database: "embedded" | "own" | "test" | GivenDatabase;
  /** The name of the repository's directory. */
  readonly name?: string;
  readonly config?: string;
}

export interface GivenDatabase {
  readonly url: string;
  readonly store: Store;
}

let made = 0;

export async function scriptedWorld({ database, name = "repo", config }: ScriptedWorldOptions): Promise<ScriptedWorld> {
  const top = realpathSync(mkdtempSync(join(tmpdir(), "alphaforge-forge-")));
  const repository = join(top, name);
  const home = join(top, "home");
  const scripts = join(top, "scripts");
  for (const directory of [repository, home, scripts]) mkdirSync(directory);
  const id = `world-${process.pid}-${++made}`;
  const state = join(home, "forge", id);
  const open = new Set<ChildProcess>();
  const testDatabase: TestDatabase | undefined = database === "test" ? await freshDatabase(FORGE_DATABASE) : undefined;
  const given = typeof database === "object" ? database : testDatabase;
  const url = given === undefined ? {} : { DATABASE_URL: given.url };
  const user = { HOME: top, GIT_CONFIG_NOSYSTEM: "1" };
  const { DATABASE_URL: _url, LOG_LEVEL: _level, ALPHAFORGE_FAILPOINTS: _failpoints, ...rest } = process.env;
  const env = { ...rest, ...user, ALPHAFORGE_HOME: home, ...url };

  const git = (...args: readonly string[]) =>
    execFileSync("git", args, { cwd: repository, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trimEnd();
  const write = (files: Readonly<Record<string, Content>>) => writeFiles(repository, files);
  const commit = (message: string, files: Readonly<Record<string, Content>> = {}) => {
    write(files);
    git("add", "-A");
    git("commit", "-q", "--allow-empty", "-m", message);
    return git("rev-parse", "HEAD");
  };
  const configOf = (more: string) =>
    `coder: {preset: scripted, options: {script: ${JSON.stringify(join(scripts, "{feature}.json"))}}}\n${more}\n`;
  const start = (args: readonly string[], more: CliOptions = {}): Running => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: more.directory ?? repository,
      env: Object.fromEntries(Object.entries({ ...env, ...more.env }).filter(([key]) => !more.without?.includes(key))),
      stdio: ["ignore", "pipe", "pipe"],
    });
    open.add(child);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => {
        open.delete(child);
        resolve({ code, stdout, errors: stderr.split("\n").filter((line) => line !== "") });
      });
    });
    return {
      pid: child.pid as number,
      ended,
      until: (text) =>
        new Promise((resolve, reject) => {
          const look = () => {
            const said = stdout + stderr;
            if (typeof text === "string" ? said.includes(text) : text.test(said)) resolve();
          };
          child.stdout.on("data", look);
          child.stderr.on("data", look);
          look();
          ended.then(() => reject(new Error(`it ended without saying ${text}: ${stdout}${stderr}`)), reject);
        }),
      signal: (signal) => void child.kill(signal),
    };
  };

  git("init", "-q", "-b", "main");
  git("config", "user.name", "User");
  git("config", "user.email", "user@example.org");
  writeFileSync(join(repository, ".git", "alphaforge-id"), `${id}\n`);
  commit("first", { "README.md": "hello\n", "alphaforge.yaml": configOf(config ?? "") });

  const storeOptions = { stateDir: state, applicationName: "test", poolSize: 2, ...withUrl(given) };
  const held = database === "embedded" ? await openStore(storeOptions) : undefined;
  return {
    ...{ top, repository, home, id, state, git, write, commit, start, ...withUrl(given) },
    configure(more = "") {
      commit("configure", { "alphaforge.yaml": configOf(more) });
    },
    spec(session, features) {
      const file = join(top, `${session}.xml`);
      const texts = features.map(
        ({ attributes, description = "Do it", verify }) =>
          `<feature ${attributes}><description>${description}</description>${verify === undefined ? "" : `<verify>${verify}</verify>`}</feature>`,
      );
      writeFileSync(file, `<spec>\n${texts.join("\n")}\n</spec>\n`);
      return file;
    },
    script(feature, script) {
      const content = Array.isArray(script) ? { steps: script } : script;
      writeFileSync(join(scripts, `${feature}.json`), JSON.stringify(content));
    },
    cli: (args, more) => start(args, more).ended,
    async events() {
      const store = held ?? given?.store ?? (await openStore(storeOptions));
      try {
        const events: ForgeEvent[] = [];
        for await (const event of forgeLog(new PostgresEventLog(store), systemClock).read()) events.push(event);
        return events;
      } finally {
        if (database === "own") await store.close();
      }
    },
    async remove() {
      for (const child of open) child.kill("SIGKILL");
      await held?.close();
      await testDatabase?.drop();
      // The server writes until it has ended.
      rmSync(top, { recursive: true, force: true, maxRetries: 40, retryDelay: 250 });
    },
  };
}

function withUrl(database: GivenDatabase | undefined): { databaseUrl?: string } {
  return database === undefined ? {} : { databaseUrl: database.url };
}

/** A plugin's feature as an attribute list. */
export const plugin = (index: number, more = ""): string =>
  `index="${index}" shape="plugin" plugin="p${index}" ${more}`;

/** Writes a file of the plugin `p<index>`. */
export const writesPlugin = (index: number): readonly Step[] => [
  { write: `src/plugins/p${index}/a.ts`, text: `${index}\n` },
];

export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Processes whose command line or environment holds `text`; this one and zombies are left out. */
export function processesWith(text: string): Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const command = readFileSync(`/proc/${name}/cmdline`, "latin1").replaceAll("\0", " ");
        const environment = readFileSync(`/proc/${name}/environ`, "latin1");
        return command !== "" && (command.includes(text) || environment.includes(text))
          ? [{ pid: Number(name), command }]
          : [];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}
