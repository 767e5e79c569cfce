import { OperationalError } from "@alphaforge/core/errors";
import { type AdvisoryLock, tryLock } from "@alphaforge/core/store/advisory-lock";
import { isOrchestratorLocked, ORCHESTRATOR_LOCK } from "@alphaforge/forge/sessions/orchestration";
import { readSessions } from "@alphaforge/forge/sessions/read-session";
import type { OpenForge } from "./forge-place.ts";

/** Does `work` as the only one on this repository; throws OperationalError that says who else is at it. */
export async function aloneWithForge<T>(forge: OpenForge, work: (lock: AdvisoryLock) => Promise<T>): Promise<T> {
  const client = await forge.store.connect();
  try {
    const lock = await tryLock(client, ORCHESTRATOR_LOCK);
    if (lock === null) throw new OperationalError(await whoElse(forge));
    return await work(lock);
  } finally {
    await client.end();
  }
}

/** Whether somebody holds the lock now. */
export async function isOrchestrated({ store }: Pick<OpenForge, "store">): Promise<boolean> {
  const client = await store.pool.connect();
  try {
    return await isOrchestratorLocked(client);
  } finally {
    client.release();
  }
}

async function whoElse({ forge }: OpenForge): Promise<string> {
  const { sessions } = await readSessions(forge);
  const running = [...sessions.values()].find(({ run }) => run !== undefined && run.ended === undefined);
  const who =
    running?.run === undefined ? "another command" : `session ${running.session}, process ${running.run.pid},`;
  return `${who} is at work on this repository: add to it with alphaforge forge add SPEC, or wait until it has ended`;
}
