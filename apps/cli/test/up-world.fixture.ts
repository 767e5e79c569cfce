import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connectStore, type Store } from "@alphaforge/core/store/open-store";
import { processState } from "@alphaforge/core/store/process-state";
import { temporaryDirectory } from "./run-cli.fixture.ts";

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));
/** A quiet machine needs less than five seconds for an end; one that others load is given this. */
export const PATIENCE_MS = 30_000;

/** The processes that `alphaforge up` is made of. */
export type Part = "up" | "desk" | "dashboard" | "database";
export const PARTS: readonly Part[] = ["up", "desk", "dashboard", "database"];

/** `alphaforge up`, which may still be starting. */
export interface Up {
  readonly child: ChildProcess;
  /** With the exit code; null when it was killed. */
  readonly ended: Promise<number | null>;
  /** Resolves once its desk runs and its dashboard answers; rejects when it ends before or takes too long. */
  readonly running: Promise<void>;
  /** What of it runs now, without the database where DATABASE_URL names it. */
  parts(): Partial<Record<Part, number>>;
  /** The lines on stderr. */
  errors(): readonly string[];
}

/** How all that was there came to its end. */
export interface Ending {
  /** Until nothing of it ran. */
  readonly tookMs: number;
  /** From the end of the last that used the embedded PostgreSQL until that had ended too; 0 without one. */
  readonly databaseOutlivedMs: number;
}

/** A home with one desk, and what `alphaforge up` makes of it. Linux only: it looks into /proc. */
export interface UpWorld {
  readonly home: string;
  /** Of the desk. */
  readonly state: string;
  readonly port: number;
  /** Starts `up` in a process group of its own, as in a terminal. */
  start(env?: Readonly<Record<string, string>>): Up;
  /** The same, and waits until it runs. */
  up(env?: Readonly<Record<string, string>>): Promise<Up>;
  /** Everything that runs with this home, or serves its database. */
  processes(): number[];
  untilGone(pids: readonly number[]): Promise<Ending>;
  /** Looks into the embedded database without holding it open, as those who use it do. */
  looking<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Kills whatever of it still runs. */
  endAll(): Promise<void>;
  remove(): void;
}

export interface UpWorldOptions {
  readonly desk: string;
  /** Its file; absent for a desk of this checkout. */
  readonly yaml?: string;
  /** How long a start may take: history, and the build of the dashboard. */
  readonly startMs?: number;
}

export async function upWorld({ desk, yaml, startMs = 240_000 }: UpWorldOptions): Promise<UpWorld> {
  const directory = temporaryDirectory();
  const home = join(directory.path, "home");
  const state = join(home, "desks", desk);
  mkdirSync(state, { recursive: true });
  if (yaml !== undefined) writeFileSync(join(state, "desk.yaml"), yaml);
  const port = await freePort();
  const postmasterFile = join(state, "postgres/data/postmaster.pid");

  function start(env: Readonly<Record<string, string>> = {}): Up {
    const { DATABASE_URL: _url, LOG_LEVEL: _level, ALPHAFORGE_FAILPOINTS: _failpoints, ...rest } = process.env;
    const child = spawn(process.execPath, [BIN, "up", "--desk", desk, "--port", String(port)], {
      env: { ...rest, ALPHAFORGE_HOME: home, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let [said, errors] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors += text;
    });
    const ended = once(child, "close").then(([code]) => code as number | null);
    const running = (async () => {
      const began = performance.now();
      while (!said.includes(`Desk ${desk} runs;`)) {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`up ended: ${said}${errors}`);
        if (performance.now() - began > startMs) throw new Error(`desk ${desk} does not run: ${said}${errors}`);
        await setTimeout(50);
      }
    })();
    // Whoever started it may never ask whether it runs.
    running.catch(() => undefined);
    const parts = (): Partial<Record<Part, number>> => {
      const own = child.pid as number;
      const children = childrenOf(own);
      const found = {
        up: own,
        desk: children.find((pid) => /desk run/.test(commandOf(pid))),
        dashboard: children.find((pid) => /next-server|standalone-server/.test(commandOf(pid))),
        database: existsSync(postmasterFile) ? Number(readFileSync(postmasterFile, "utf8").split("\n")[0]) : undefined,
      };
      return Object.fromEntries(Object.entries(found).filter(([, pid]) => pid !== undefined && isRunning(pid)));
    };
    return { child, ended, running, parts, errors: () => errors.split("\n").filter((line) => line !== "") };
  }

  async function up(env?: Readonly<Record<string, string>>): Promise<Up> {
    const started = start(env);
    await started.running;
    return started;
  }

  function processes(): number[] {
    return allProcesses().filter((pid) => {
      if (pid === process.pid || !isRunning(pid)) return false;
      if (commandOf(pid).includes(home)) return true;
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`ALPHAFORGE_HOME=${home}`);
      } catch {
        // Another user's, or it ended while this looked.
        return false;
      }
    });
  }

  async function untilGone(pids: readonly number[]): Promise<Ending> {
    const databases = new Set(pids.filter((pid) => /postgres/.test(commandOf(pid))));
    const began = performance.now();
    let unusedAt: number | undefined;
    for (;;) {
      const left = pids.filter(isRunning);
      const tookMs = performance.now() - began;
      if (!left.some((pid) => !databases.has(pid))) unusedAt ??= tookMs;
      if (left.length === 0) return { tookMs, databaseOutlivedMs: tookMs - (unusedAt ?? tookMs) };
      if (tookMs > PATIENCE_MS)
        throw new Error(`still there: ${left.map((pid) => `${pid} ${commandOf(pid)}`).join("; ")}`);
      await setTimeout(20);
    }
  }

  async function looking<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const sockets = readFileSync(postmasterFile, "utf8").split("\n")[4] as string;
    const url = `postgres://alphaforge@${encodeURIComponent(sockets)}:5432/alphaforge`;
    const store = connectStore(url, { applicationName: "test", poolSize: 1 });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }

  async function endAll(): Promise<void> {
    const left = processes();
    for (const pid of left) kill(pid);
    await untilGone(left);
  }

  return { home, state, port, start, up, processes, untilGone, looking, endAll, remove: () => directory.remove() };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}

const allProcesses = (): number[] =>
  readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0);

const commandOf = (pid: number): string => processState(pid)?.command ?? "";
const isRunning = (pid: number): boolean => (processState(pid)?.state ?? "Z") !== "Z";

/** Processes that have it as parent. */
export function childrenOf(parent: number): number[] {
  return allProcesses().filter((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent;
    } catch {
      // It ended while this looked.
      return false;
    }
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    // It ended by itself a moment ago.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
