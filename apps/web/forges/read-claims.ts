import type { Pool } from "pg";
import type { HeldClaim, WaitingClaim } from "./forge-state.ts";
import type { TaskView } from "./forge-view.ts";

interface Row {
  readonly id: string;
  readonly holder: string;
  readonly mode: string;
  readonly globs: readonly string[];
  readonly state: "waiting" | "held";
  readonly token: number | null;
  readonly requestedAt: number;
  readonly grantedAt: number | null;
}

/** Live claims of the whole repository, not of one session: held ones by token, waiting ones in the queue's order. */
export async function readClaims(
  pool: Pool,
): Promise<(tasks: readonly TaskView[]) => { held: readonly HeldClaim[]; waiting: readonly WaitingClaim[] }> {
  // One point of priority is worth a minute of having waited (claims/rules).
  const { rows } = await pool.query<Row>(
    `SELECT id, holder, mode, globs, state, token::float8, requested_at::float8 AS "requestedAt",
       granted_at::float8 AS "grantedAt"
     FROM forge_claims WHERE state IN ('waiting', 'held')
     ORDER BY token, requested_at - priority * 60000, requested_at, id`,
  );
  return (tasks) => {
    const waits = new Map(tasks.map(({ task, wait }) => [task, wait]));
    const held = rows.flatMap(({ id, holder, mode, globs, token, grantedAt }) =>
      token === null || grantedAt === null ? [] : [{ id, holder, mode, globs, token, grantedAt }],
    );
    const waiting = rows
      .filter(({ state }) => state === "waiting")
      .map(({ id, holder, mode, globs, requestedAt }, at) => {
        const wait = waits.get(holder);
        const answer = wait ? { estimatedWaitMs: wait.estimatedWaitMs, blockers: wait.blockers } : null;
        return { id, holder, mode, globs, requestedAt, position: at + 1, answer };
      });
    return { held, waiting };
  };
}
