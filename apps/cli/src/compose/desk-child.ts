import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { OperationalError } from "@alphaforge/core/errors";
import type { App } from "../command.ts";
import { childEnvironment } from "../config.ts";
import { clock } from "../system.ts";

const BIN = fileURLToPath(new URL("../../bin/alphaforge.js", import.meta.url));

/**
 * A desk's young objects die at every close, and V8 would let them grow to 96 MB before it looks: with semi-spaces of
 * 8 MB the demo desk of 200 symbols settles at 289 MB resident instead of 344.
 */
export const DESK_NODE_FLAGS = ["--max-semi-space-size=8"] as const;
export const DESK_ENVIRONMENT = { MALLOC_ARENA_MAX: "2" } as const;

/** From the signal to the end, which is to come within five seconds. */
const GRACE_MS = 4_000;

/** A desk's process. */
export interface DeskChild {
  /**
   * Fulfilled after the signal, or when the child was asked for history only and is done; rejected with the last line
   * of its log when it ended by itself.
   */
  readonly ended: Promise<void>;
}

export interface DeskChildOptions {
  readonly app: App;
  readonly name: string;
  /** Where its log goes; this process's stderr when absent. */
  readonly logFile?: string;
  readonly historyOnly?: boolean;
  readonly signal: AbortSignal;
}

/** `alphaforge desk run NAME` as a child that ends when the pipe to this process closes, however this process ended. */
export function spawnDesk({ app, name, logFile, historyOnly = false, signal }: DeskChildOptions): DeskChild {
  const log = logFile === undefined ? 2 : openLog(logFile);
  const child = spawn(
    process.execPath,
    [...DESK_NODE_FLAGS, BIN, "desk", "run", name, "--attached", ...(historyOnly ? ["--history-only"] : [])],
    { env: { ...childEnvironment(app.config), ...DESK_ENVIRONMENT }, stdio: ["pipe", "ignore", log] },
  );
  if (log !== 2) closeSync(log);
  // The desk may be gone before the pipe is; its end is reported through `ended`.
  child.stdin?.on("error", () => undefined);
  const gone = new AbortController();
  const end = (): void => {
    child.stdin?.end();
    // A desk may be killed at any moment; whoever said stop does not wait for one that hangs.
    clock.sleep(GRACE_MS, gone.signal).then(
      () => child.kill("SIGKILL"),
      () => undefined,
    );
  };
  signal.addEventListener("abort", end, { once: true });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", (error) => reject(new OperationalError(`desk ${name} did not start: ${error.message}`)));
    child.once("close", (code, killedBy) => {
      signal.removeEventListener("abort", end);
      gone.abort();
      if (signal.aborted || (historyOnly && code === 0)) resolve();
      else reject(new OperationalError(`desk ${name} ended (${killedBy ?? `exit code ${code}`})${lastWords(logFile)}`));
    });
  });
  // Whoever holds the child awaits it; until then a rejection must not end this process.
  ended.catch(() => undefined);
  return { ended };
}

function openLog(file: string): number {
  mkdirSync(dirname(file), { recursive: true });
  return openSync(file, "a");
}

function lastWords(logFile: string | undefined): string {
  if (logFile === undefined) return "";
  const line = readFileSync(logFile, "utf8").trimEnd().split("\n").at(-1) ?? "";
  return `: ${line.slice(0, 300)}; see ${logFile}`;
}
