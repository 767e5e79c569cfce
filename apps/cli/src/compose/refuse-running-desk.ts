import { OperationalError } from "@alphaforge/core/errors";
import { type AdvisoryLock, tryLock } from "@alphaforge/core/store/advisory-lock";
import type { Store } from "@alphaforge/core/store/open-store";
import { readWorkerFile } from "@alphaforge/desk/api/worker-file";
import { deskLockName } from "@alphaforge/desk/run/desk-lock";
import { clock } from "../system.ts";
import { readUpFile } from "./up-file.ts";
import { workerPaths } from "./worker-paths.ts";

interface DeskPlace {
  readonly name: string;
  readonly stateDir: string;
}

/** How long a process that has just taken a lock may need to say who it is. */
const INTRODUCTION_MS = 2_000;

/**
 * Throws an OperationalError when another process runs the desk. Asked before anything of the desk's is touched: what
 * fails later, at the lock itself, would take the running desk's address away and raise an alert in its name.
 */
export async function refuseRunningDesk(store: Store, desk: DeskPlace): Promise<void> {
  const connection = await store.connect();
  try {
    const lock = await tryLock(connection, deskLockName(desk.name));
    if (lock === null) throw runsAlready([desk]);
    await lock.release();
  } finally {
    await connection.end();
  }
}

/**
 * Makes this process the only `alphaforge up` of a desk until the lock is released; the connection is `store`'s and ends
 * with it. Throws an OperationalError that says what runs where when there is another one.
 */
export async function beOnlyUp(store: Store, desk: DeskPlace): Promise<AdvisoryLock> {
  const connection = await store.connect();
  try {
    const lock = await tryLock(connection, `up ${desk.name}`);
    if (lock !== null) return { lost: lock.lost, release: () => connection.end() };
    for (const patience = clock.now() + INTRODUCTION_MS; clock.now() < patience; await clock.sleep(50)) {
      if (readUpFile(desk.stateDir) !== undefined) break;
    }
    throw runsAlready([desk]);
  } catch (error) {
    await connection.end();
    throw error;
  }
}

/** Throws an OperationalError that says what runs where when one of the desks was started by another `up`. */
export function refuseOtherUp(desks: readonly DeskPlace[]): void {
  const running = desks.filter(({ stateDir }) => readUpFile(stateDir) !== undefined);
  if (running.length > 0) throw runsAlready(running);
}

/** "desk arena runs already: process 12, dashboard http://127.0.0.1:3000 of process 11; stop that one first". */
function runsAlready(desks: readonly DeskPlace[]): OperationalError {
  const where = desks.map((desk) => {
    const pid = readWorkerFile(workerPaths(desk.stateDir).file)?.pid;
    const up = readUpFile(desk.stateDir);
    const facts = [
      ...(pid === undefined ? [] : [`process ${pid}`]),
      ...(up === undefined ? [] : [`dashboard ${up.dashboard} of process ${up.pid}`]),
    ];
    return `desk ${desk.name} runs already${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`;
  });
  return new OperationalError(`${where.join("; ")}: stop that one first`);
}
