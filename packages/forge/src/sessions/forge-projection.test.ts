import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { catchUp, rebuild } from "@alphaforge/core/log/projection";
import { fixedClock } from "@alphaforge/core/testing/fixed-clock";
import { freshDatabase } from "@alphaforge/core/testing/test-database";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FORGE_MIGRATIONS } from "../claims/migrations.ts";
import { postgresClaimStore } from "../claims/postgres-claim-store.ts";
import { forgeLog } from "./forge-log.ts";
import { FORGE_PROJECTION } from "./forge-projection.ts";
import {
  asEvents,
  RED,
  STORY_BEGIN,
  STORY_BRANCH,
  storyteller,
  type TimedEntry,
  twelveTasks,
} from "./forge-story.fixture.ts";
import { lawfulStory } from "./lawful-story.fixture.ts";
import { readClaims, readSessions, readTasks, readVerifications } from "./read-views.ts";
import { type SessionView, sessionAfter } from "./session-view.ts";
import { type TaskView, taskAfter } from "./task-view.ts";

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function emptyForge() {
  const { store, drop } = await freshDatabase([EVENT_LOG_MIGRATIONS, FORGE_MIGRATIONS]);
  opened.push(drop);
  const clock = fixedClock(STORY_BEGIN);
  const log = new PostgresEventLog({ pool: store.pool, connect: () => store.connect(), clock });
  const forge = forgeLog(log, clock);
  return {
    store,
    log,
    forge,
    drop: async () => {
      opened.splice(opened.indexOf(drop), 1);
      await drop();
    },
    async write(...entries: readonly TimedEntry[]) {
      for (const { at, ...entry } of entries) {
        await clock.advance(Math.max(0, at - clock.now()));
        await forge.write(entry);
      }
    },
    project: () => catchUp(store.pool, log, FORGE_PROJECTION),
    refold: () => rebuild(store.pool, log, FORGE_PROJECTION),
    async read<T>(work: (client: Parameters<typeof readSessions>[0]) => Promise<T>): Promise<T> {
      const client = await store.pool.connect();
      try {
        return await work(client);
      } finally {
        client.release();
      }
    },
    /** Every column of the three tables, views as the text that is stored. */
    async rows() {
      const of = async (table: string, key: string) =>
        (await store.pool.query(`SELECT *, view::text FROM ${table} ORDER BY ${key}`)).rows as readonly unknown[];
      return {
        sessions: await of("forge_sessions", "session"),
        tasks: await of("forge_tasks", "task"),
        verifications: await of("forge_verifications", "verification"),
      };
    },
  };
}

let forge: Awaited<ReturnType<typeof emptyForge>>;
beforeEach(async () => {
  forge = await emptyForge();
});

const s = storyteller();

test("whatever has happened, folding event by event, in one go and from the start again gives the same rows", async () => {
  await fc.assert(
    fc.asyncProperty(lawfulStory, async (story) => {
      const [slow, quick] = [await emptyForge(), await emptyForge()];
      for (const entry of story) {
        await slow.write(entry);
        await slow.project();
      }
      await quick.write(...story);
      await quick.project();
      const rows = await slow.rows();
      expect(rows.tasks.length).toBeGreaterThan(0);
      expect(await quick.rows()).toEqual(rows);
      await slow.refold();
      expect(await slow.rows()).toEqual(rows);
      await slow.drop();
      await quick.drop();
    }),
    { numRuns: 15 },
  );
});

test("the tables say what the folds say", async () => {
  await fc.assert(
    fc.asyncProperty(lawfulStory, async (story) => {
      const one = await emptyForge();
      await one.write(...story);
      await one.project();
      let session: SessionView | undefined;
      const tasks = new Map<string, TaskView>();
      for await (const event of one.forge.read()) {
        session = sessionAfter(session, event);
        const id = (event.data as { task?: string }).task;
        const view = id === undefined ? undefined : taskAfter(tasks.get(id), event);
        if (id !== undefined && view !== undefined) tasks.set(id, view);
      }
      expect(await one.read(readSessions)).toEqual([session]);
      expect(await one.read((client) => readTasks(client, "shop"))).toEqual([...tasks.values()]);
      await one.drop();
    }),
    { numRuns: 10 },
  );
});

test("folding twice changes nothing, also when two do so at once", async () => {
  await forge.write(...twelveTasks(7));
  await Promise.all([forge.project(), forge.project(), forge.project()]);
  const rows = await forge.rows();
  await forge.project();
  expect(await forge.rows()).toEqual(rows);
});

test("what a command or a coder wrote survives, U+0000 and half characters included", async () => {
  const output = 'a\u0000b\u001b[31m "\\u0000" \ud800 \u{1f600}\n';
  await forge.write(...s.opened(), s.added(0, 1), s.started(1, 1), s.refused(2, 1, 1, { ...RED, output }));
  await forge.project();
  const [task] = await forge.read((client) => readTasks(client, "shop"));
  expect(task?.refusal?.output).toBe(output);
  await forge.write(s.started(3, 1, 2));
  await forge.project();
  await forge.refold();
  const [again] = await forge.read((client) => readTasks(client));
  expect(again?.attempts[0]?.refusal?.output).toBe(output);
});

test("what coders say is not folded, and stands in nobody's way", async () => {
  await forge.write(...s.opened(), s.added(0, 1));
  await forge.log.append("attempts/shop.1/1", "any", [
    { type: "coder.said", at: 1, data: { task: "shop.1", turn: 1 } },
  ]);
  await forge.write(s.asked(1, 1));
  await forge.project();
  expect(await forge.read(readTasks)).toMatchObject([{ state: "waiting" }]);
});

test("readers find sessions, tasks and verifications in order, and those of one session or branch alone", async () => {
  const other = storyteller("attic", "refs/heads/alphaforge/attic", STORY_BEGIN - 60_000);
  await forge.write(...other.opened(), other.added(0, 1), other.verifying(0, "v0", [1]));
  await forge.write(...twelveTasks(7));
  await forge.project();
  expect((await forge.read(readSessions)).map(({ session }) => session)).toEqual(["attic", "shop"]);
  const ids = (await forge.read((client) => readTasks(client, "shop"))).map(({ task }) => task);
  expect(ids).toEqual(Array.from({ length: 12 }, (_, at) => `shop.${at + 1}`));
  expect(await forge.read((client) => readTasks(client))).toHaveLength(13);
  const latest = await forge.read((client) => readVerifications(client, { limit: 2 }));
  expect(latest.map(({ verification }) => verification)).toEqual(["v8", "v3-3"]);
  const own = await forge.read((client) => readVerifications(client, { limit: 50, branch: STORY_BRANCH }));
  expect(own).toHaveLength(6);
  expect(asEvents(twelveTasks(7)).filter(({ type }) => type === "verification.started")).toHaveLength(6);
});

test("readers find live claims: those that are held, by token, then those that wait", async () => {
  const claims = postgresClaimStore(forge.store, {
    ...{ rules: { ignoresCase: false }, leaseMs: 60_000, clock: fixedClock(STORY_BEGIN), monotonic: () => 0 },
  });
  await claims.claim({ id: "shop.1/1", holder: "shop.1", mode: "exclusive", globs: ["src/a/**"] });
  const held = await claims.claim({ id: "u", holder: "user/ann", mode: "shared", globs: ["docs/**", "README.md"] });
  await claims.claim({ id: "shop.2/1", holder: "shop.2", mode: "exclusive", globs: ["src/**"] });
  await claims.claim({ id: "shop.3/1", holder: "shop.3", mode: "intent", globs: ["src/**"] });
  const seen = async () => (await forge.read(readClaims)).map(({ id, state, token }) => [id, state, token]);
  expect(await seen()).toEqual([
    ["shop.1/1", "held", 1],
    ["u", "held", 2],
    ["shop.3/1", "held", 3],
    ["shop.2/1", "waiting", null],
  ]);
  expect((await forge.read(readClaims))[1]).toEqual({
    ...{ id: "u", holder: "user/ann", mode: "shared", globs: ["docs/**", "README.md"], state: "held", token: 2 },
    ...{ requestedAt: STORY_BEGIN, grantedAt: STORY_BEGIN },
  });
  expect(held).toMatchObject({ granted: true });
  await claims.release(2);
  expect((await seen()).map(([id]) => id)).toEqual(["shop.1/1", "shop.3/1", "shop.2/1"]);
  await claims.close();
});
