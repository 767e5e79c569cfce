import type { Pool } from "pg";
import { forgeStamp } from "./forge-stamp.ts";
import type { ForgeState, RunFacts, RunningCoder, SessionFacts, Spent, TaskDetails } from "./forge-state.ts";
import type { RunView, SessionView, TaskView, VerificationView } from "./forge-view.ts";
import { landingsOf } from "./landings-of.ts";
import { ORCHESTRATOR_RUNS } from "./orchestrator-lock.ts";
import { readActivity } from "./read-activity.ts";
import { readClaims } from "./read-claims.ts";
import { currentAttempt, detailsOf, failedBehind, nodeOf, titleOf, tokensOf } from "./task-node.ts";

const VERIFICATIONS = 60;
const NOTHING: Pick<ForgeState, "tasks" | "spent" | "coders" | "landings" | "activity"> = {
  tasks: [],
  spent: { tokens: 0, dollars: 0, priced: 0, coded: 0 },
  coders: [],
  landings: { queue: [], running: [], verifications: [], landed: [], conflicts: [] },
  activity: [],
};

/**
 * Everything on a forge's page, of the session named or of the latest; undefined when there is none of that name. The
 * stamp is read first: what changes meanwhile makes the page ask again.
 */
export async function readForge(pool: Pool, wanted: string | undefined): Promise<ForgeState | undefined> {
  const stamp = await forgeStamp(pool);
  const [{ rows: all }, { rows: locks }] = await Promise.all([
    pool.query<{ view: SessionView }>("SELECT view FROM forge_sessions ORDER BY opened_at DESC, session DESC"),
    pool.query<{ runs: boolean }>(`SELECT ${ORCHESTRATOR_RUNS} AS runs`),
  ]);
  const views = all.map(({ view }) => view);
  const session = wanted === undefined ? views[0] : views.find((view) => view.session === wanted);
  if (!session && wanted !== undefined) return undefined;
  const sessions = views.map(({ session: name, openedAt }) => ({ session: name, openedAt }));
  const claims = readClaims(pool);
  if (!session) return { stamp, sessions, session: null, ...NOTHING, ...(await claims)([]) };
  const [tasks, verifications, claimsFor] = await Promise.all([
    readTasks(pool, session.session),
    pool.query<{ view: VerificationView }>(
      "SELECT view FROM forge_verifications WHERE branch = ANY ($1) ORDER BY started_at DESC LIMIT $2",
      [session.branches.map(({ branch }) => branch), VERIFICATIONS],
    ),
    claims,
  ]);
  const activity = await readActivity(
    pool,
    session,
    tasks.map(({ task }) => task),
  );
  const run = session.run ? runFacts(session.run, views, locks[0]?.runs ?? false) : null;
  const causesOf = failedBehind(tasks);
  return {
    stamp,
    sessions,
    session: sessionFacts(session, run),
    tasks: tasks.map((task) => nodeOf(task, causesOf(task.feature.index))),
    spent: spentOn(tasks),
    coders: codersOf(tasks, session.run),
    ...claimsFor(tasks),
    landings: landingsOf(
      tasks,
      verifications.rows.map(({ view }) => view),
      run,
    ),
    activity,
  };
}

/** One task with its attempts; undefined when there is none of that id. */
export async function readTask(
  pool: Pool,
  id: string,
): Promise<(TaskDetails & { readonly stamp: string }) | undefined> {
  const stamp = await forgeStamp(pool);
  const { rows } = await pool.query<{ session: string }>("SELECT session FROM forge_tasks WHERE task = $1", [id]);
  if (!rows[0]) return undefined;
  const tasks = await readTasks(pool, rows[0].session);
  const task = tasks.find((each) => each.task === id);
  return task && { stamp, ...detailsOf(task, failedBehind(tasks)(task.feature.index)) };
}

async function readTasks(pool: Pool, session: string): Promise<readonly TaskView[]> {
  const { rows } = await pool.query<{ view: TaskView }>(
    "SELECT view FROM forge_tasks WHERE session = $1 ORDER BY feature",
    [session],
  );
  return rows.map(({ view }) => view);
}

/** The lock is the repository's: of several runs without an end, only the latest can be the one that holds it. */
function runFacts({ run: _, ended, ...run }: RunView, sessions: readonly SessionView[], locked: boolean): RunFacts {
  const isLatest = sessions.every((other) => (other.run?.startedAt ?? 0) <= run.startedAt);
  const state = ended?.how ?? (locked && isLatest ? "running" : "killed");
  return { ...run, state, endedAt: ended?.at ?? null, reason: ended?.reason ?? null };
}

function sessionFacts({ session, target, directly, spec, openedAt, branches }: SessionView, run: RunFacts | null) {
  return {
    session,
    target,
    directly,
    spec,
    openedAt,
    branches: branches.map(({ branch, stream, finalized }) => ({
      branch: branch.replace(/^refs\/heads\//, ""),
      stream: stream ?? null,
      finalized: finalized ? { how: finalized.how, at: finalized.at, commit: finalized.commit ?? null } : null,
    })),
    run,
  } satisfies SessionFacts;
}

function spentOn(tasks: readonly TaskView[]): Spent {
  let [tokens, dollars, priced, coded] = [0, 0, 0, 0];
  for (const { usage, costUsd } of tasks.flatMap(({ attempts }) => attempts)) {
    if (!usage) continue;
    coded += 1;
    tokens += tokensOf(usage);
    if (costUsd === undefined) continue;
    priced += 1;
    dollars += costUsd;
  }
  return { tokens, dollars, priced, coded };
}

function codersOf(tasks: readonly TaskView[], run: RunView | undefined): readonly RunningCoder[] {
  return tasks
    .flatMap((task) => {
      const attempt = task.state === "working" ? currentAttempt(task) : undefined;
      if (!attempt) return [];
      return [
        {
          task: task.task,
          title: titleOf(task.feature.description),
          attempt: attempt.attempt,
          stage: attempt.stage,
          startedAt: attempt.startedAt,
          workspace: attempt.workspace ?? null,
          ports: attempt.ports ? { from: attempt.ports.from, to: attempt.ports.to } : null,
          model: attempt.model ?? run?.model ?? null,
          dollars: attempt.costUsd ?? null,
        },
      ];
    })
    .sort((a, b) => a.startedAt - b.startedAt);
}
