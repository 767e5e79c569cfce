import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Client } from "pg";
import { type Clock, systemClock } from "../clock.ts";
import { OperationalError } from "../errors.ts";
import { lockKey } from "./advisory-lock.ts";

/** A directory of `NNNN-name.sql` files, applied in order of their numbers. */
export interface MigrationSource {
  /** Under which they are recorded; never changes. */
  readonly name: string;
  readonly directory: string;
  /** Only these files: the schema as it was when there were no others. All of the directory when absent. */
  readonly only?: readonly string[];
}

export interface Migration {
  readonly source: string;
  readonly file: string;
  readonly number: number;
  readonly sql: string;
  readonly checksum: string;
}

const FILE = /^(\d{4})-[a-z0-9-]+\.sql$/;

/** The migrations of a source in their order. Throws OperationalError for a name or number that cannot be. */
export async function readMigrations({ name, directory, only }: MigrationSource): Promise<Migration[]> {
  const migrations: Migration[] = [];
  for (const file of (await readdir(directory)).sort()) {
    if (!file.endsWith(".sql") || only?.includes(file) === false) continue;
    const number = FILE.exec(file)?.[1];
    if (number === undefined)
      throw new OperationalError(`migration ${join(directory, file)} must be named NNNN-name.sql`);
    const sql = await readFile(join(directory, file), "utf8");
    const checksum = createHash("sha256").update(sql).digest("hex");
    const previous = migrations.at(-1);
    if (previous?.number === Number(number)) {
      throw new OperationalError(
        `migrations ${previous.file} and ${file} in ${directory} have the same number: renumber one`,
      );
    }
    migrations.push({ source: name, file, number: Number(number), sql, checksum });
  }
  return migrations;
}

/**
 * Applies what is missing, source after source, each file in a transaction of its own. Any number of processes may
 * call it at once: one applies, the others wait and find it done. Throws OperationalError when an applied file has
 * changed since, when the database has migrations of a source that its directory lacks (an older program on a newer
 * database), or when one fails. `connect` gives a connection of its own. Returns the names of the files applied.
 */
export async function migrate(
  store: { connect(): Promise<Client> },
  sources: readonly MigrationSource[],
  clock: Clock = systemClock,
): Promise<readonly string[]> {
  const migrations = await Promise.all(sources.map(readMigrations));
  const client = await store.connect();
  try {
    // A session lock, released with the connection: a killed process does not leave it behind.
    await client.query("SELECT pg_advisory_lock($1::bigint)", [lockKey("alphaforge migrations")]);
    await client.query(
      `CREATE TABLE IF NOT EXISTS alphaforge_migrations (
         source text NOT NULL, number integer NOT NULL, file text NOT NULL, checksum text NOT NULL,
         applied_at bigint NOT NULL, PRIMARY KEY (source, number)
       )`,
    );
    const applied: string[] = [];
    for (const [index, source] of sources.entries()) {
      applied.push(...(await applySource(client, source, migrations[index] as Migration[], clock)));
    }
    return applied;
  } finally {
    await client.end();
  }
}

async function applySource(
  client: Client,
  source: MigrationSource,
  migrations: readonly Migration[],
  clock: Clock,
): Promise<string[]> {
  const { rows } = await client.query<{ number: number; file: string; checksum: string }>(
    "SELECT number, file, checksum FROM alphaforge_migrations WHERE source = $1 ORDER BY number",
    [source.name],
  );
  const byNumber = new Map(migrations.map((migration) => [migration.number, migration]));
  for (const row of rows) {
    const migration = byNumber.get(row.number);
    if (migration === undefined) {
      throw new OperationalError(
        `the database has migration ${source.name}/${row.file}, which this program does not know: run the newer program that made it`,
      );
    }
    if (migration.checksum !== row.checksum) {
      throw new OperationalError(
        `migration ${source.name}/${migration.file} has changed since it was applied: restore it and write the change as a new migration`,
      );
    }
  }
  const done = new Set(rows.map((row) => row.number));
  const applied: string[] = [];
  for (const migration of migrations) {
    if (done.has(migration.number)) continue;
    await applyOne(client, migration, clock);
    applied.push(migration.file);
  }
  return applied;
}

async function applyOne(
  client: Client,
  { source, number, file, sql, checksum }: Migration,
  clock: Clock,
): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(sql);
    await client.query(
      "INSERT INTO alphaforge_migrations (source, number, file, checksum, applied_at) VALUES ($1, $2, $3, $4, $5)",
      [source, number, file, checksum, clock.now()],
    );
    await client.query("COMMIT");
  } catch (error) {
    const failure = new OperationalError(`migration ${source}/${file} failed, nothing of it was kept`, {
      cause: error,
    });
    await client.query("ROLLBACK").catch((rollback: unknown) => {
      // The connection is gone: the server has rolled back by itself.
      failure.message += ` (and the connection broke: ${String(rollback)})`;
    });
    throw failure;
  }
}
