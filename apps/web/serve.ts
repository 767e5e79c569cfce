import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cpSync, existsSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { childEnvironment, type DeskAddress, type ForgeAddress } from "./config.ts";
import { processStart } from "./process-start.ts";

const WEB = fileURLToPath(new URL(".", import.meta.url));
const REPOSITORY = fileURLToPath(new URL("../..", import.meta.url));
const OUTPUT = join(WEB, ".next");
const STANDALONE = join(OUTPUT, "standalone", "apps", "web");
/** Written last, so that a build which was cut off is none. Holds the hash of the sources that were built. */
const STAMP = join(OUTPUT, "alphaforge-build.json");
const LOCK = join(WEB, ".build-lock");
const LOCK_POLL_MS = 200;
const NOT_SOURCES = new Set([".next", "node_modules", "test", "next-env.d.ts", "tsconfig.tsbuildinfo"]);

/** The dashboard could not be built or started. One line, with the remedy. */
export class WebError extends Error {
  override readonly name = "WebError";
}

export interface BuildOptions {
  /** Told what is being done and how long it took; silent when the build is there already. */
  readonly log: (line: string) => void;
}

/** Changes when anything that goes into the build does: the sources, and the versions in the lock file. */
function sourceHash(): string {
  const hash = createHash("sha256");
  const visit = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      // Who waits for the lock has a draft of it beside it: taken for a source, it would make the next one build again,
      // under the server that has just been started.
      if (NOT_SOURCES.has(entry.name) || entry.name.startsWith(".build-lock")) continue;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) visit(path);
      else if (entry.isFile())
        hash
          .update(`${relative(WEB, path)}\0`)
          .update(readFileSync(path))
          .update("\0");
    }
  };
  visit(WEB);
  const lock = join(REPOSITORY, "package-lock.json");
  if (existsSync(lock)) hash.update(readFileSync(lock));
  return hash.digest("hex");
}

function builtHash(): string | undefined {
  if (!existsSync(STAMP) || !existsSync(join(STANDALONE, "server.js"))) return undefined;
  return (JSON.parse(readFileSync(STAMP, "utf8")) as { sources?: string }).sources;
}

/** The lock's text: who builds, told from whoever gets its number later. */
const ownerOf = (pid: number): string => `${pid} ${processStart(pid) ?? ""}`;

function isOwnerAlive(lock: string): boolean {
  const pid = Number(lock.split(" ", 1)[0]);
  const start = processStart(pid);
  // A lock that an earlier version has written holds the number alone.
  return start !== undefined && (lock.trim() === String(pid) || lock === `${pid} ${start}`);
}

/** Takes the lock of a process that died with it. What is taken away is looked at again: it may be a new one by now. */
function breakLock(deadOwner: string): void {
  const aside = `${LOCK}.${process.pid}`;
  try {
    renameSync(LOCK, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (readFileSync(aside, "utf8") !== deadOwner && !existsSync(LOCK)) linkSync(aside, LOCK);
  rmSync(aside);
}

/** One build at a time: the second one waits for the first and finds its work done. */
async function withBuildLock(log: (line: string) => void, work: () => Promise<void>): Promise<void> {
  for (let waiting = false; ; ) {
    const draft = `${LOCK}.${process.pid}.new`;
    try {
      // Linked into place, so that nobody ever reads a lock without its owner.
      writeFileSync(draft, ownerOf(process.pid));
      linkSync(draft, LOCK);
      break;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EACCES" || code === "EROFS" || code === "EPERM")
        throw new WebError(`cannot build the dashboard: ${WEB} is not writable (${code}); build it as its owner once`);
      if (code !== "EEXIST") throw error;
      const owner = existsSync(LOCK) ? readFileSync(LOCK, "utf8") : "";
      if (owner !== "" && !isOwnerAlive(owner)) breakLock(owner);
      else {
        if (!waiting) log(`waiting for process ${owner.split(" ", 1)[0]}, which builds the dashboard`);
        waiting = true;
        await sleep(LOCK_POLL_MS);
      }
    } finally {
      rmSync(draft, { force: true });
    }
  }
  try {
    await work();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

async function build(): Promise<void> {
  const next = createRequire(join(WEB, "package.json")).resolve("next/dist/bin/next");
  const child = spawn(process.execPath, [next, "build"], {
    cwd: WEB,
    env: childEnvironment({ NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", CI: "1" }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output: string[] = [];
  child.stdout.setEncoding("utf8").on("data", (text: string) => output.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => output.push(text));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0)
    throw new WebError(`the dashboard did not build (next build ended with ${code}):\n${output.join("")}`);
  // Next leaves these two to whoever serves the standalone server.
  cpSync(join(OUTPUT, "static"), join(STANDALONE, ".next", "static"), { recursive: true });
  if (existsSync(join(WEB, "public"))) cpSync(join(WEB, "public"), join(STANDALONE, "public"), { recursive: true });
}

/**
 * Builds the dashboard when there is no build of the present sources; about ten seconds, or 10 ms to see that nothing
 * is to be done. Safe when several processes call it at once. Throws WebError with the build's output when it fails.
 */
export async function ensureBuilt({ log }: BuildOptions): Promise<void> {
  if (builtHash() === sourceHash()) return;
  await withBuildLock(log, async () => {
    const sources = sourceHash();
    if (builtHash() === sources) return;
    const began = performance.now();
    log("building the dashboard");
    rmSync(STAMP, { force: true });
    await build();
    const draft = `${STAMP}.new`;
    writeFileSync(draft, JSON.stringify({ sources }));
    renameSync(draft, STAMP);
    log(`built the dashboard in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  });
}

export interface WebOptions {
  readonly port: number;
  readonly desks: readonly DeskAddress[];
  /** Repositories whose forges are shown; none when absent. */
  readonly forges?: readonly ForgeAddress[];
  /** Ends the server. */
  readonly signal: AbortSignal;
  /** The server's own lines (JSON, errors only). Default: this process's stderr. */
  readonly log?: (text: string) => void;
}

export interface RunningWeb {
  /** http://127.0.0.1:PORT */
  readonly url: string;
  /** Settles when the server has ended: fulfilled after the signal, rejected with WebError when it ended by itself. */
  readonly stopped: Promise<void>;
}

const portTaken = (port: number): WebError => new WebError(`port ${port} is taken; choose another with --port`);

/**
 * Throws WebError when nobody can listen on the port. Asks the system rather than the server, whose own message is a
 * stack trace; callers ask before they start anything else.
 */
export async function refuseTakenPort(port: number): Promise<void> {
  const probe = createServer();
  try {
    probe.listen({ port, host: "127.0.0.1", exclusive: true });
    await once(probe, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EADDRINUSE") throw portTaken(port);
    if (code === "EACCES")
      throw new WebError(`port ${port} is not allowed to this user; choose one above 1023 with --port`);
    throw error;
  } finally {
    probe.close();
  }
}

/**
 * A page's young objects die when it is sent, and V8 would let them grow to 96 MB before it looks: after 250 pages of a
 * desk of 200 symbols the server holds 285 MB instead of 399.
 */
const NODE_FLAGS = ["--max-semi-space-size=8"];

/** What is rendered once before anybody asks: the kinds of pages. */
const DESK_PAGES = ["/agents", "/", "/desk"] as const;
const FORGE_PAGES = ["/forge"] as const;
const WARM_MS = 3_000;

/**
 * Asks for each kind of page once. The first rendering in a process compiles its code and opens the connections: it
 * took twice as long as a page should (200 ms, then 30 ms). A database that does not answer yet costs WARM_MS at most, and
 * its page says so to whoever asks later.
 */
async function warmUp(url: string, pages: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(WARM_MS);
  const ask = async (path: string) => (await fetch(`${url}${path}`, { signal })).text();
  await Promise.allSettled(pages.map(ask));
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/icon.svg`, { signal: AbortSignal.timeout(2_000) })).ok;
  } catch {
    // Not listening yet is what this asks about.
    return false;
  }
}

/**
 * Starts the built dashboard on loopback and waits until it answers (about half a second). The server watches a pipe
 * to this process and ends with it, even when this process is killed. Throws WebError when the port is taken.
 */
export async function startWeb({ port, desks, forges = [], signal, log }: WebOptions): Promise<RunningWeb> {
  signal.throwIfAborted();
  await refuseTakenPort(port);
  const url = `http://127.0.0.1:${port}`;
  const child: ChildProcess = spawn(
    process.execPath,
    [...NODE_FLAGS, join(WEB, "standalone-server.mjs"), join(STANDALONE, "server.js")],
    {
      cwd: STANDALONE,
      env: childEnvironment({
        NODE_ENV: "production",
        NEXT_TELEMETRY_DISABLED: "1",
        // Next would wait for open event streams to end; nothing here needs an orderly goodbye.
        NEXT_MANUAL_SIG_HANDLE: "true",
        HOSTNAME: "127.0.0.1",
        PORT: String(port),
        ALPHAFORGE_DESKS: JSON.stringify(desks),
        ALPHAFORGE_FORGES: JSON.stringify(forges),
      }),
      stdio: ["pipe", "ignore", "pipe"],
    },
  );
  let complaints = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaints = (complaints + text).slice(-4_000);
    (log ?? ((line: string) => process.stderr.write(line)))(text);
  });
  const stopped = new Promise<void>((resolve, reject) => {
    child.once("error", (error) => reject(new WebError(`the dashboard's server did not start: ${error.message}`)));
    child.once("close", (code, killedBy) => {
      if (signal.aborted) resolve();
      else if (complaints.includes("EADDRINUSE")) reject(portTaken(port));
      else reject(new WebError(`the dashboard's server ended by itself (${killedBy ?? `exit code ${code}`})`));
    });
  });
  // Whoever holds the result awaits it; until then a rejection must not end the process.
  stopped.catch(() => undefined);
  const end = () => child.stdin?.end();
  signal.addEventListener("abort", end, { once: true });
  // The server may be gone before the pipe is; its end is reported through `stopped`.
  child.stdin?.on("error", () => undefined);
  let ended = false;
  stopped.then(
    () => {
      ended = true;
    },
    () => {
      ended = true;
    },
  );
  while (!ended && !(await answers(url))) await sleep(50);
  if (ended) await stopped;
  await warmUp(url, [...(desks.length > 0 ? DESK_PAGES : []), ...(forges.length > 0 ? FORGE_PAGES : [])]);
  return { url, stopped };
}
