import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ClientBase } from "pg";
import { systemClock } from "../../clock.ts";
import { EVENT_LOG_MIGRATIONS } from "../../log/event-log-migrations.ts";
import type { TestDatabase } from "../../testing/test-database.ts";
import type { MigrationSource } from "../migrations.ts";
import { connectStore } from "../open-store.ts";
import { copyOut } from "./copy-out.ts";
import { type RestoreBackupOptions, restoreBackup } from "./restore-backup.ts";
import { copyOutOf, schemaSequences, schemaTables, TEXT_SETTINGS } from "./schema-tables.ts";
import { type WriteBackupOptions, writeBackup } from "./write-backup.ts";

export const FIRST = `
CREATE TABLE zoo (name text PRIMARY KEY);
CREATE TABLE animals (
  id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
  zoo text NOT NULL REFERENCES zoo (name),
  weight double precision, price numeric(28,8), photo bytea, seen timestamptz, notes json,
  loud text GENERATED ALWAYS AS (upper(zoo)) STORED
);
CREATE SEQUENCE tickets;
CREATE TABLE visits (at timestamptz NOT NULL, visitor text NOT NULL, PRIMARY KEY (at, visitor)) PARTITION BY RANGE (at);
CREATE INDEX visits_by_visitor ON visits (visitor);
CREATE TABLE counters (single boolean PRIMARY KEY DEFAULT true, value bigint);
INSERT INTO counters VALUES (true, 0);`;
const SECOND = "ALTER TABLE zoo ADD COLUMN city text NOT NULL DEFAULT 'unknown'; CREATE TABLE keepers (name text);";

/** A directory with migrations of its own, gone with `remove`. */
export interface BackupWorld {
  readonly directory: string;
  /** As it was, and with one more migration. */
  readonly before: readonly MigrationSource[];
  readonly now: readonly MigrationSource[];
  file(name: string): string;
  remove(): void;
}

export function backupWorld(): BackupWorld {
  const directory = mkdtempSync(join(tmpdir(), "alphaforge-backup-"));
  const migrations = join(directory, "migrations");
  mkdirSync(migrations);
  writeFileSync(join(migrations, "0900-zoo.sql"), FIRST);
  writeFileSync(join(migrations, "0901-city.sql"), SECOND);
  const zoo = { name: "zoo", directory: migrations };
  return {
    directory,
    before: [EVENT_LOG_MIGRATIONS, { ...zoo, only: ["0900-zoo.sql"] }],
    now: [EVENT_LOG_MIGRATIONS, zoo],
    file: (name) => join(directory, name),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** Rows of every kind that is easily lost: bytes, digits, separators, partitions of odd months, an event. */
export async function fill(database: TestDatabase, rows = 50): Promise<void> {
  const { pool } = database.store;
  const odd = "tab\t newline\n return\r backslash \\ \\N \\. quote ' null-like NULL 🦁 \u2028";
  await pool.query("INSERT INTO zoo (name) VALUES ($1), ('Berlin'), ('')", [odd]);
  await pool.query(
    `INSERT INTO animals (zoo, weight, price, photo, seen, notes)
     SELECT (ARRAY['Berlin', '', $2])[1 + n % 3], ln(n) / 3 + 5e-324, n / 7.0, decode(md5(n::text) || '00ff0a5c', 'hex'),
       '2024-03-04T12:00:00.123456+05:30'::timestamptz + n * interval '1 hour', json_build_object('k', chr(9), 'n', n)
     FROM generate_series(1, $1::int) AS n`,
    [rows, odd],
  );
  await pool.query("INSERT INTO animals (zoo, weight) VALUES ('', 'NaN'), ('', '-Infinity'), ('', -0.0)");
  await pool.query("SELECT nextval('tickets'), nextval('tickets')");
  await pool.query("UPDATE counters SET value = 41");
  for (const [name, from, to] of [
    ["visits_1999_12", "1999-12-01", "2000-01-01"],
    ["visits_2031_07", "2031-07-01", "2031-08-01"],
  ] as const) {
    await pool.query(`CREATE TABLE ${name} (LIKE visits INCLUDING ALL)`);
    await pool.query(`ALTER TABLE visits ATTACH PARTITION ${name} FOR VALUES FROM ('${from}') TO ('${to}')`);
    await pool.query("INSERT INTO visits VALUES ($1::timestamptz + interval '3 days', 'ann'), ($1, 'bob')", [from]);
  }
  await pool.query(
    `WITH head AS (UPDATE event_log_head SET last_seq = 1)
     INSERT INTO events VALUES (1, 'zoo', 1, 'opened', 7, NULL, '{"z": 1, "a": "\\u0000"}')`,
  );
}

/** All that a database has, as text: tables with their rows in order, sequences, partitions. */
export async function contentsOf(database: Pick<TestDatabase, "store">): Promise<Readonly<Record<string, unknown>>> {
  const client = await database.store.connect();
  try {
    await client.query(TEXT_SETTINGS);
    const contents: Record<string, unknown> = { sequences: await schemaSequences(client) };
    for (const table of await schemaTables(client)) {
      let text = "";
      if (!table.isPartitioned) for await (const chunk of copyOut(client, copyOutOf(table))) text += chunk;
      contents[table.name] = { columns: table.columns, partition: table.partition, text };
    }
    return contents;
  } finally {
    await client.end();
  }
}

const facts = async (client: ClientBase) => {
  const { rows } = await client.query<{ heaviest: string }>(
    "SELECT coalesce(max(id), 0)::text AS heaviest FROM animals",
  );
  return { heaviest: rows[0]?.heaviest ?? "" };
};
const shared = {
  kind: "desk",
  name: "zoo",
  facts,
  clock: systemClock,
  signal: new AbortController().signal,
} as const;

export function backUp(
  url: string,
  path: string,
  options: Partial<WriteBackupOptions> & Pick<WriteBackupOptions, "sources">,
) {
  const store = connectStore(url, { applicationName: "backup under test" });
  return writeBackup({ ...shared, connect: () => store.connect(), program: "1.2.3", path, ...options });
}

export function restore(
  url: string,
  path: string,
  options: Partial<RestoreBackupOptions> & Pick<RestoreBackupOptions, "sources">,
) {
  const store = connectStore(url, { applicationName: "restore under test" });
  return restoreBackup({
    ...shared,
    connect: () => store.connect(),
    ownerOf: async () => "zoo",
    lockName: "desk zoo",
    replace: false,
    path,
    ...options,
  });
}
