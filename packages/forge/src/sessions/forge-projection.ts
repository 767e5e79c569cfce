import type { Projection } from "@alphaforge/core/log/projection";
import type { ClientBase } from "pg";
import { FORGE_EVENT_TYPES, type ForgeEvent } from "./forge-events.ts";
import { type SessionView, sessionAfter } from "./session-view.ts";
import { type TaskView, taskAfter } from "./task-view.ts";
import { type VerificationView, verificationAfter } from "./verification-view.ts";

/** The tables forge_sessions, forge_tasks and forge_verifications: the views as rows, for whoever only reads. */
export const FORGE_PROJECTION: Projection = {
  name: "forge",
  revision: 1,
  tables: ["forge_sessions", "forge_tasks", "forge_verifications"],
  types: FORGE_EVENT_TYPES,
  async apply(client, events) {
    const forge = events as readonly unknown[] as readonly ForgeEvent[];
    const sessions = await views<SessionView>(client, "forge_sessions", "session", idsOf(forge, "session"));
    const tasks = await views<TaskView>(client, "forge_tasks", "task", idsOf(forge, "task"));
    const verifications = await views<VerificationView>(
      ...([client, "forge_verifications", "verification", idsOf(forge, "verification")] as const),
    );
    for (const event of forge) {
      fold(sessions, idOf(event, "session"), event, sessionAfter);
      fold(tasks, idOf(event, "task"), event, taskAfter);
      fold(verifications, idOf(event, "verification"), event, verificationAfter);
    }
    await writeSessions(client, [...sessions.values()]);
    await writeTasks(client, [...tasks.values()]);
    await writeVerifications(client, [...verifications.values()]);
  },
};

type Key = "session" | "task" | "verification";

function idOf({ data }: ForgeEvent, key: Key): string | undefined {
  const id = (data as Readonly<Record<string, unknown>>)[key];
  return typeof id === "string" ? id : undefined;
}

function idsOf(events: readonly ForgeEvent[], key: Key): readonly string[] {
  return [...new Set(events.flatMap((event) => idOf(event, key) ?? []))];
}

async function views<View>(
  client: ClientBase,
  table: string,
  key: Key,
  ids: readonly string[],
): Promise<Map<string, View>> {
  const { rows } = await client.query<{ id: string; view: View }>(
    `SELECT ${key} AS id, view FROM ${table} WHERE ${key} = ANY ($1)`,
    [ids],
  );
  return new Map(rows.map(({ id, view }) => [id, view]));
}

function fold<View>(
  known: Map<string, View>,
  id: string | undefined,
  event: ForgeEvent,
  after: (view: View | undefined, event: ForgeEvent) => View | undefined,
): void {
  if (id === undefined) return;
  const view = after(known.get(id), event);
  if (view !== undefined) known.set(id, view);
}

async function writeSessions(client: ClientBase, all: readonly SessionView[]): Promise<void> {
  await client.query(
    `INSERT INTO forge_sessions (session, opened_at, view)
     SELECT * FROM unnest($1::text[], $2::bigint[], $3::json[])
     ON CONFLICT (session) DO UPDATE SET view = excluded.view`,
    [all.map(({ session }) => session), all.map(({ openedAt }) => openedAt), all.map((view) => JSON.stringify(view))],
  );
}

async function writeTasks(client: ClientBase, all: readonly TaskView[]): Promise<void> {
  await client.query(
    `INSERT INTO forge_tasks (task, session, feature, state, view)
     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::json[])
     ON CONFLICT (task) DO UPDATE SET session = excluded.session, feature = excluded.feature, state = excluded.state,
       view = excluded.view`,
    [
      all.map(({ task }) => task),
      all.map(({ session }) => session),
      all.map(({ feature }) => feature.index),
      all.map(({ state }) => state),
      all.map((view) => JSON.stringify(view)),
    ],
  );
}

async function writeVerifications(client: ClientBase, all: readonly VerificationView[]): Promise<void> {
  await client.query(
    `INSERT INTO forge_verifications (verification, branch, started_at, ended_at, view)
     SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::json[])
     ON CONFLICT (verification) DO UPDATE SET ended_at = excluded.ended_at, view = excluded.view`,
    [
      all.map(({ verification }) => verification),
      all.map(({ branch }) => branch),
      all.map(({ startedAt }) => startedAt),
      all.map(({ ended }) => ended?.at ?? null),
      all.map((view) => JSON.stringify(view)),
    ],
  );
}
