import type { Store } from "@alphaforge/core/store/open-store";
import { processState } from "@alphaforge/core/store/process-state";
import { isOrchestratorLocked, type Orchestration, orchestrationOf } from "@alphaforge/forge/sessions/orchestration";
import {
  type ClaimView,
  readClaims,
  readSessions,
  readTasks,
  readVerifications,
} from "@alphaforge/forge/sessions/read-views";
import type { SessionView } from "@alphaforge/forge/sessions/session-view";
import type { TaskView } from "@alphaforge/forge/sessions/task-view";
import type { VerificationView } from "@alphaforge/forge/sessions/verification-view";
import type { OpenForge } from "./forge-place.ts";

export interface SessionState {
  readonly session: SessionView;
  readonly orchestration: Orchestration;
  /** In the order of their features. */
  readonly tasks: readonly TaskView[];
  /** That run at this moment, oldest first. */
  readonly verifying: readonly VerificationView[];
}

/** A forge as it is at one moment. */
export interface ForgeState {
  /** Oldest first. */
  readonly sessions: readonly SessionState[];
  readonly claims: readonly ClaimView[];
}

/** A connection that a consistent read is made on. */
export type ForgeReader = Parameters<typeof readSessions>[0];

/** Every query of `work` sees the same state, whatever is written meanwhile. */
export async function consistentRead<T>(store: Store, work: (client: ForgeReader) => Promise<T>): Promise<T> {
  const client = await store.pool.connect();
  let broken = true;
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const read = await work(client);
    await client.query("COMMIT");
    broken = false;
    return read;
  } finally {
    // A connection in an unknown state is not given back.
    client.release(broken);
  }
}

const VERIFICATIONS = 50;

/** `isShared`: the database is one that orchestrators on other machines may use, whose processes are not to be seen. */
export function readForgeState(
  { store }: OpenForge,
  { isShared }: { readonly isShared: boolean },
): Promise<ForgeState> {
  return consistentRead(store, async (client) => {
    const sessions = await readSessions(client);
    const tasks = await readTasks(client);
    const verifications = await readVerifications(client, { limit: VERIFICATIONS });
    const isLocked = await isOrchestratorLocked(client);
    const orchestrations = orchestrationOf(sessions, { isLocked, isAlive: (pid) => isShared || isAlive(pid) });
    const states = sessions.map((session) => {
      const orchestration = orchestrations.get(session.session) ?? "never";
      const own = verifications.filter(
        ({ branch, ended, startedAt }) =>
          // One without an end from before this run was cut off with the run that made it.
          ended === undefined &&
          startedAt >= (session.run?.startedAt ?? 0) &&
          session.branches.some((each) => each.branch === branch),
      );
      return {
        ...{ session, orchestration, tasks: tasks.filter((task) => task.session === session.session) },
        verifying: orchestration === "running" ? own.toReversed() : [],
      };
    });
    return { sessions: states, claims: await readClaims(client) };
  });
}

function isAlive(pid: number): boolean {
  const found = processState(pid);
  return found !== undefined && found.state !== "Z";
}
