import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { catchUp, rebuild } from "@alphaforge/core/log/projection";
import { copyIn } from "@alphaforge/core/store/backup/copy-in";
import { copyOut } from "@alphaforge/core/store/backup/copy-out";
import { loadOrder } from "@alphaforge/core/store/backup/load-order";
import {
  copyOutOf,
  quoted,
  type SchemaTable,
  schemaTables,
  TEXT_SETTINGS,
} from "@alphaforge/core/store/backup/schema-tables";
import { type MigrationSource, migrate, readMigrations } from "@alphaforge/core/store/migrations";
import { openStore, type Store } from "@alphaforge/core/store/open-store";
import { fixedClock } from "@alphaforge/core/testing/fixed-clock";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import { postgresClaimStore } from "@alphaforge/forge/claims/postgres-claim-store";
import { forgeLog } from "@alphaforge/forge/sessions/forge-log";
import { FORGE_PROJECTION } from "@alphaforge/forge/sessions/forge-projection";
import { afterEach, expect, test } from "vitest";
import { STORY_BEGIN, twelveTasks } from "../../../packages/forge/src/sessions/forge-story.fixture.ts";
import { DESK_DATABASE } from "../src/compose/desk-migrations.ts";
import { FORGE_DATABASE } from "../src/compose/forge-place.ts";
import { ledgerHashOfLog } from "../src/compose/ledger-hash-of-log.ts";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function database(sources: readonly MigrationSource[]): Promise<TestDatabase> {
  const made = await freshDatabase([]);
  opened.push(() => made.drop());
  await migrate(made.store, sources);
  return made;
}

/** Each source without its last migration, where it has more than one, and the files that are missing then. */
async function previous(sources: readonly MigrationSource[]) {
  const missing: string[] = [];
  const before: MigrationSource[] = [];
  for (const source of sources) {
    const files = (await readMigrations(source)).map(({ file }) => file);
    if (files.length > 1) missing.push(files.pop() as string);
    before.push({ ...source, only: files });
  }
  return { before, missing };
}

type Contents = ReadonlyMap<string, { readonly columns: readonly string[]; readonly text: string }>;

async function contentsOf(store: Store, only?: Contents): Promise<Contents> {
  const client = await store.connect();
  try {
    await client.query(TEXT_SETTINGS);
    const contents = new Map<string, { columns: readonly string[]; text: string }>();
    for (const { name, columns, isPartitioned } of await schemaTables(client)) {
      const asked = only === undefined ? columns : only.get(name)?.columns;
      // Which migrations there are is what changes.
      if (isPartitioned || asked === undefined || name === "alphaforge_migrations") continue;
      let text = "";
      for await (const chunk of copyOut(client, copyOutOf({ name, columns: [...asked] }))) text += chunk;
      contents.set(name, { columns: asked, text });
    }
    return contents;
  } finally {
    await client.end();
  }
}

/** Copies what the older schema of `to` has room for. */
async function copyInto(to: Store, from: Store): Promise<void> {
  const [source, target] = await Promise.all([from.connect(), to.connect()]);
  try {
    await source.query(TEXT_SETTINGS);
    await target.query(TEXT_SETTINGS);
    const parents = new Set(
      (await schemaTables(target)).filter((table) => table.isPartitioned).map(({ name }) => name),
    );
    for (const { name, partition } of await schemaTables(source)) {
      if (partition === null || !parents.has(partition.parent)) continue;
      await target.query(`CREATE TABLE ${quoted(name)} PARTITION OF ${quoted(partition.parent)} ${partition.bound}`);
    }
    const isFull = ({ name, isPartitioned }: SchemaTable) => !isPartitioned && name !== "alphaforge_migrations";
    const tables = (await schemaTables(target)).filter(isFull);
    await target.query(`TRUNCATE ${tables.map(({ name }) => quoted(name)).join(", ")}`);
    for (const { name, columns } of await loadOrder(target, tables)) {
      const sql = `COPY ${quoted(name)} (${columns.map(quoted).join(", ")}) FROM STDIN`;
      await copyIn(target, sql, copyOut(source, copyOutOf({ name, columns: [...columns] })));
    }
  } finally {
    await Promise.all([source.end(), target.end()]);
  }
}

/** A database of the previous schema with what `full` has, migrated to this one. */
async function upgraded(sources: readonly MigrationSource[], full: Store): Promise<TestDatabase> {
  const { before, missing } = await previous(sources);
  const old = await database(before);
  await copyInto(old.store, full);
  const contents = await contentsOf(old.store);
  expect([...contents.values()].filter(({ text }) => text !== "").length).toBeGreaterThan(3);
  expect(await migrate(old.store, sources)).toEqual(missing);
  expect(await contentsOf(old.store, contents)).toEqual(contents);
  return old;
}

test("a desk of the previous schema is brought up to this one with all that it has, and its books are the same", async () => {
  const directory = temporaryDirectory();
  opened.push(() => directory.remove());
  const state = join(directory.path, "desks", "small");
  mkdirSync(state, { recursive: true });
  writeFileSync(
    join(state, "desk.yaml"),
    "name: small\nvenue: { name: simulated, settings: { seed: 7, symbols: 5 } }\nclock: { from: 2024-02-28T00:00:00Z, days: 3, speed: 60 }\nhistory: 220\n",
  );
  expect((await runCli(directory.path, ["desk", "run", "small", "--history-only"])).code).toBe(0);
  const full = await openStore({ stateDir: state, applicationName: "test" });
  try {
    const old = await upgraded(DESK_DATABASE, full);
    expect(await ledgerHashOfLog(old.store.pool)).toBe(await ledgerHashOfLog(full.pool));
    const replay = await runCli(directory.path, ["desk", "replay", "small", "--json"], { DATABASE_URL: old.url });
    expect({ code: replay.code, errors: replay.errors }).toEqual({ code: 0, errors: [] });
  } finally {
    await full.close();
  }
});

test("a forge of the previous schema is brought up to this one with its log and claims, and its views fold anew", async () => {
  const full = await database(FORGE_DATABASE);
  const clock = fixedClock(STORY_BEGIN);
  const openLog = ({ store }: TestDatabase) =>
    new PostgresEventLog({ pool: store.pool, connect: () => store.connect() });
  const log = openLog(full);
  const forge = forgeLog(log, clock);
  for (const { at, ...entry } of twelveTasks(4711)) {
    await clock.advance(Math.max(0, at - clock.now()));
    await forge.write(entry);
  }
  await catchUp(full.store.pool, log, FORGE_PROJECTION);
  const rules = { ignoresCase: false };
  const claims = postgresClaimStore(full.store, { rules, leaseMs: 60_000, clock, monotonic: () => performance.now() });
  opened.push(() => claims.close());
  await claims.claim({ id: "c1", holder: "ann", mode: "exclusive", globs: ["src/**"], priority: 0, expectedMs: 1 });
  const old = await upgraded(FORGE_DATABASE, full.store);
  await rebuild(old.store.pool, openLog(old), FORGE_PROJECTION);
  const views = async ({ store }: TestDatabase) =>
    (await store.pool.query("SELECT task, state, view::text AS view FROM forge_tasks ORDER BY task")).rows;
  expect(await views(old)).toEqual(await views(full));
  expect((await views(old)).length).toBe(12);
});
