import { OperationalError, oneLine } from "@alphaforge/core/errors";
import { readWorkerFile } from "@alphaforge/desk/api/worker-file";
import { readToken } from "@alphaforge/desk/api/worker-token";
import type { AppConfig } from "../config.ts";
import { deskStateDir, knownDesk } from "./desk-files.ts";
import { workerPaths } from "./worker-paths.ts";

export interface WorkerAnswer {
  readonly status: number;
  /** The JSON that was answered. */
  readonly body: unknown;
}

const DEADLINE_MS = 15_000;

/**
 * Asks the API of a running desk. A post carries the desk's token. Throws a UserError for an unknown desk and an
 * OperationalError for one that does not run or does not answer.
 */
export async function askWorker(
  config: AppConfig,
  name: string,
  path: string,
  { post = false, signal }: { readonly post?: boolean; readonly signal: AbortSignal },
): Promise<WorkerAnswer> {
  const paths = workerPaths(deskStateDir(config.home, knownDesk(name, config.home)));
  const worker = readWorkerFile(paths.file);
  if (worker === undefined || !isAlive(worker.pid)) throw notRunning(name);
  const headers: Record<string, string> = post
    ? { authorization: `Bearer ${config.workerToken ?? readToken(paths.token)}` }
    : {};
  let response: Response;
  try {
    response = await fetch(`${worker.url}${path}`, {
      method: post ? "POST" : "GET",
      headers,
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(DEADLINE_MS)]),
    });
    const body: unknown = await response.json();
    if (response.headers.get("x-alphaforge-desk") === name) return { status: response.status, body };
  } catch (error) {
    signal.throwIfAborted();
    // A desk listens before it writes its file: this one was killed, and its number is another process's now.
    if (isRefused(error)) throw notRunning(name);
    throw new OperationalError(`desk ${name} does not answer at ${worker.url}: ${oneLine(error)}; see its log`);
  }
  throw new OperationalError(`${worker.url} is not desk ${name}: remove ${paths.file} and start the desk again`);
}

function notRunning(name: string): OperationalError {
  return new OperationalError(`desk ${name} does not run; start it with alphaforge up --desk ${name}`);
}

function isRefused(error: unknown): boolean {
  return ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === "ECONNREFUSED";
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is alive all the same.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
