import type { Pool } from "pg";
import { ACTIVITY_KINDS, type ActivityKind } from "./activity-kinds.ts";
import type { Activity } from "./forge-state.ts";
import type { SessionView } from "./forge-view.ts";

const LATEST = 50;

interface Row {
  readonly seq: number;
  readonly at: number;
  readonly type: ActivityKind;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The latest events of a session, latest first. Read by stream: what coders say in between costs nothing. */
export async function readActivity(
  pool: Pool,
  { session, branches }: SessionView,
  tasks: readonly string[],
): Promise<readonly Activity[]> {
  const streams = [
    `sessions/${session}`,
    ...branches.map(({ branch }) => `landings/${branch}`),
    ...tasks.map((task) => `tasks/${task}`),
  ];
  const { rows } = await pool.query<Row>(
    `SELECT seq::float8, at::float8, type, data FROM events
     WHERE seq IN (
       SELECT seq FROM unnest($1::text[]) AS wanted
         CROSS JOIN LATERAL (
           SELECT seq FROM events WHERE stream = wanted AND type = ANY ($2) ORDER BY version DESC LIMIT ${LATEST}
         ) AS latest
       ORDER BY seq DESC LIMIT ${LATEST})
     ORDER BY seq DESC`,
    [streams, ACTIVITY_KINDS],
  );
  return rows.map(({ seq, at, type, data }) => ({
    seq,
    at,
    kind: type,
    values: valuesOf(type, data),
    reason: reasonOf(data),
  }));
}

/** What sentences are filled with. Everything else that an event holds stays on the server. */
const SHOWN = ["session", "task", "attempt", "token", "position", "estimatedWaitMs", "coder", "concurrency"] as const;
const ALSO = ["next", "target", "ms", "waitedMs"] as const;

function valuesOf(kind: ActivityKind, data: Row["data"]): Activity["values"] {
  const values: Record<string, string | number> = {};
  for (const key of [...SHOWN, ...ALSO]) {
    const value = data[key];
    if (typeof value === "string" || typeof value === "number") values[key] = value;
  }
  if (typeof data.branch === "string") values.branch = data.branch.replace(/^refs\/heads\//, "");
  // In a message, what is chosen by is one word.
  if (typeof data.how === "string") values.how = data.how.replaceAll("-", "_");
  if (typeof data.commit === "string") values.commit = data.commit.slice(0, 8);
  if (Array.isArray(data.tasks)) values.tasks = data.tasks.join(", ");
  if (kind === "attempt.coded") values.outcome = data.isOk === true ? "ok" : "not";
  if (kind === "verification.ended")
    values.outcome = data.green !== true ? "red" : data.flaky === true ? "flaky" : "green";
  if (kind === "attempt.started") values.lands = data.landsOnly === true ? "yes" : "no";
  const refusal = data.refusal as { readonly stage?: unknown } | undefined;
  if (typeof refusal?.stage === "string") values.stage = refusal.stage;
  return values;
}

/** Of a refusal, of a run that could not go on, of a landing that was given up: not what a coder said of its end. */
function reasonOf({ refusal, reason, lastWords }: Row["data"]): string | null {
  const given = (refusal as { readonly reason?: unknown } | undefined)?.reason ?? reason;
  return typeof given === "string" && lastWords === undefined ? given : null;
}
