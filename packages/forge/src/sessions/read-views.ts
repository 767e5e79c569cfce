import type { ClientBase } from "pg";
import type { ClaimRow } from "../claims/claim-rows.ts";
import type { SessionView } from "./session-view.ts";
import type { TaskView } from "./task-view.ts";
import type { VerificationView } from "./verification-view.ts";

/** A claim that lives, as its table holds it. Times are clock times, ms since the epoch. */
export interface ClaimView {
  readonly id: string;
  /** A task's id, or `user/<name>`. */
  readonly holder: string;
  readonly mode: ClaimRow["mode"];
  readonly globs: readonly string[];
  readonly state: "held" | "waiting";
  readonly requestedAt: number;
  /** While held, like `token`. */
  readonly grantedAt: number | null;
  readonly token: number | null;
}

/** All sessions, oldest first. What these reads find together is consistent within one transaction alone. */
export async function readSessions(client: ClientBase): Promise<readonly SessionView[]> {
  return views(client, "SELECT view FROM forge_sessions ORDER BY opened_at, session");
}

/** A session's tasks in the order of their features; every session's when none is named. */
export async function readTasks(client: ClientBase, session?: string): Promise<readonly TaskView[]> {
  return session === undefined
    ? views(client, "SELECT view FROM forge_tasks ORDER BY session, feature")
    : views(client, "SELECT view FROM forge_tasks WHERE session = $1 ORDER BY feature", session);
}

/** The latest, newest first. `branch` is a full ref name. */
export async function readVerifications(
  client: ClientBase,
  { limit, branch }: { readonly limit: number; readonly branch?: string },
): Promise<readonly VerificationView[]> {
  const order = "ORDER BY started_at DESC, verification DESC LIMIT $1";
  return branch === undefined
    ? views(client, `SELECT view FROM forge_verifications ${order}`, limit)
    : views(client, `SELECT view FROM forge_verifications WHERE branch = $2 ${order}`, limit, branch);
}

/** Claims that are held, by token, then those that wait, by when they were asked for: not yet by whose turn it is. */
export async function readClaims(client: ClientBase): Promise<readonly ClaimView[]> {
  const { rows } = await client.query<ClaimView>(
    `SELECT id, holder, mode, globs, state, requested_at AS "requestedAt", granted_at AS "grantedAt", token
     FROM forge_claims WHERE state IN ('held', 'waiting') ORDER BY token NULLS LAST, requested_at, id`,
  );
  return rows;
}

async function views<View>(client: ClientBase, sql: string, ...values: readonly unknown[]): Promise<readonly View[]> {
  const { rows } = await client.query<{ view: View }>(sql, [...values]);
  return rows.map(({ view }) => view);
}
