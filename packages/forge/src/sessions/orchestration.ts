import { lockKey } from "@alphaforge/core/store/advisory-lock";
import type { ClientBase } from "pg";
import type { SessionView } from "./session-view.ts";

/** The advisory lock that the one orchestrator of a repository holds in its forge's database, as long as it lives. */
export const ORCHESTRATOR_LOCK = "forge orchestrator";

/** Whether a session's latest run goes on, has come to its end, was killed, or never was. */
export type Orchestration = "running" | "ended" | "killed" | "never";

/**
 * What became of each session's latest run. A run without an end goes on only if somebody holds the lock and its
 * process lives; since there is one orchestrator at a time, only the latest of such runs can.
 */
export function orchestrationOf(
  sessions: readonly SessionView[],
  { isLocked, isAlive }: { readonly isLocked: boolean; readonly isAlive: (pid: number) => boolean },
): ReadonlyMap<string, Orchestration> {
  const open = sessions.flatMap(({ run }) => (run === undefined || run.ended !== undefined ? [] : [run]));
  const latest = open.reduce<(typeof open)[number] | undefined>(
    (a, b) => (a === undefined || b.startedAt > a.startedAt ? b : a),
    undefined,
  );
  return new Map(
    sessions.map(({ session, run }) => {
      if (run === undefined) return [session, "never"];
      if (run.ended !== undefined) return [session, "ended"];
      return [session, isLocked && run === latest && isAlive(run.pid) ? "running" : "killed"];
    }),
  );
}

/** Whether somebody holds the lock. Looks without taking it, not even for a moment: an orchestrator may be starting. */
export async function isOrchestratorLocked(client: ClientBase): Promise<boolean> {
  const key = BigInt.asUintN(64, BigInt(lockKey(ORCHESTRATOR_LOCK)));
  const { rows } = await client.query(
    `SELECT FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1 AND granted
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND classid = $1::bigint AND objid = $2::bigint`,
    [String(key >> 32n), String(key & 0xffff_ffffn)],
  );
  return rows.length > 0;
}
