import { UserError } from "@alphaforge/core/errors";
import type { EventLog } from "@alphaforge/core/log/event-log";
import type { Pool } from "pg";
import { commitDiff } from "../git/commit-diff.ts";
import { findReverts, type Reverts } from "../git/find-reverts.ts";
import type { ObjectRoom } from "../git/object-room.ts";
import { readRef } from "../git/refs.ts";
import type { Git } from "../git/run-git.ts";
import { taskStream } from "../sessions/forge-events.ts";
import type { ForgeLog } from "../sessions/forge-log.ts";
import type { SessionView } from "../sessions/session-view.ts";
import type { AttemptView, TaskView } from "../sessions/task-view.ts";
import type { VerificationView } from "../sessions/verification-view.ts";
import { type AttemptFacts, attemptOutcome, conflictsBefore } from "./attempt-outcome.ts";
import { type RecordedAttempt, readTrajectory } from "./read-trajectory.ts";
import { type TaskHistory, taskHistory } from "./task-history.ts";

/** A forge's log, the tables that are folded from it, and its repository. */
export interface RecordedForge {
  readonly pool: Pool;
  readonly log: Pick<EventLog, "read">;
  readonly forge: Pick<ForgeLog, "read">;
  /** In the user's repository. */
  readonly git: Git;
  readonly room: ObjectRoom;
}

/** What is absent does not matter; lists are alternatives. */
export interface AttemptFilter {
  readonly tasks?: readonly string[];
  readonly sessions?: readonly string[];
}

/**
 * Every attempt of which something was recorded, with what became of it, in the order of sessions, features and
 * attempts. One at a time: what one attempt said is all that is held. Throws UserError for a task or session that the
 * forge does not know.
 */
export async function* recordedAttempts(
  source: RecordedForge,
  filter: AttemptFilter = {},
): AsyncGenerator<RecordedAttempt> {
  const reverts = revertsOf(source);
  for (const task of await tasksOf(source.pool, filter)) {
    const view = await viewOf<TaskView>(source.pool, "forge_tasks", "task", task);
    const history = await taskHistory(source.forge.read({ stream: taskStream(task) }));
    for (const [i, attempt] of view.attempts.entries()) {
      const facts = await factsOf(source, view, attempt, view.attempts[i + 1], history, reverts);
      const outcome = attemptOutcome(view, attempt, history, facts);
      const recorded = await readTrajectory(source.log, { taskId: task, attempt: attempt.attempt }, outcome);
      if (recorded !== undefined) yield recorded;
    }
  }
}

async function tasksOf(pool: Pool, { tasks, sessions }: AttemptFilter): Promise<readonly string[]> {
  const { rows } = await pool.query<{ task: string; session: string }>(
    "SELECT task, session FROM forge_tasks ORDER BY session, feature, task",
  );
  requireKnown("task", tasks, new Set(rows.map(({ task }) => task)));
  requireKnown("session", sessions, new Set(rows.map(({ session }) => session)));
  return rows
    .filter(({ task, session }) => (tasks?.includes(task) ?? true) && (sessions?.includes(session) ?? true))
    .map(({ task }) => task);
}

function requireKnown(what: string, asked: readonly string[] | undefined, known: ReadonlySet<string>): void {
  const unknown = asked?.find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new UserError(
    `there is no ${what} ${JSON.stringify(unknown)} in this forge: alphaforge forge status lists them`,
  );
}

async function viewOf<View>(pool: Pool, table: string, key: string, id: string): Promise<View> {
  const { rows } = await pool.query<{ view: View }>(`SELECT view FROM ${table} WHERE ${key} = $1`, [id]);
  if (rows[0] === undefined) throw new Error(`${table} has lost ${id}: rebuild the projection`);
  return rows[0].view;
}

async function factsOf(
  { pool, room }: RecordedForge,
  view: TaskView,
  attempt: AttemptView,
  next: AttemptView | undefined,
  history: TaskHistory,
  reverts: (view: TaskView) => Promise<Reverts>,
): Promise<AttemptFacts> {
  // Their tasks are looked for here: SQL cannot look into a document that may hold U+0000.
  const { rows } = await pool.query<{ view: VerificationView }>(
    `SELECT view FROM forge_verifications WHERE branch = $1 AND started_at >= $2 AND ($3::bigint IS NULL OR started_at < $3)
     ORDER BY started_at, verification`,
    [view.branch, attempt.startedAt, next?.startedAt ?? null],
  );
  const verifications = rows.map((row) => row.view);
  const { landed } = view;
  if (landed?.attempt !== attempt.attempt) return { verifications };
  const revertedBy = (await reverts(view)).of(landed.commit);
  const paths = new Set(conflictsBefore(history, attempt.attempt).flatMap((conflict) => conflict.paths ?? []));
  const resolution = paths.size === 0 ? undefined : await commitDiff(room, landed.commit, { paths: [...paths] });
  return {
    verifications,
    ...(revertedBy === undefined ? {} : { revertedBy }),
    ...(resolution?.kind === "diff" ? { resolution: resolution.text } : {}),
  };
}

/** Looks for reverts once for each branch, on it and on the branch that its session goes into. */
function revertsOf({ pool, git, room }: RecordedForge): (view: TaskView) => Promise<Reverts> {
  const known = new Map<string, Promise<Reverts>>();
  const find = async ({ session, branch }: TaskView): Promise<Reverts> => {
    const { target, since } = await viewOf<SessionView>(pool, "forge_sessions", "session", session);
    const tips = await Promise.all([branch, `refs/heads/${target}`].map((ref) => readRef(git, ref)));
    return findReverts(
      room,
      tips.filter((tip) => tip !== undefined),
      since,
    );
  };
  return (view) => {
    const found = known.get(view.branch) ?? find(view);
    known.set(view.branch, found);
    return found;
  };
}
