import { createHash } from "node:crypto";
import type { Client, ClientBase } from "pg";
import type { Clock } from "../../clock.ts";
import { OperationalError, UserError } from "../../errors.ts";
import { failpoint } from "../../failpoints.ts";
import { tryLock } from "../advisory-lock.ts";
import { type MigrationSource, migrate, readMigrations } from "../migrations.ts";
import { readManifest, readRows, verifyFrames } from "./backup-file.ts";
import type { BackupManifest, BackupTable } from "./backup-manifest.ts";
import { copyIn } from "./copy-in.ts";
import { copyOut } from "./copy-out.ts";
import { loadOrder } from "./load-order.ts";
import {
  copyOutOf,
  MIGRATIONS_TABLE,
  migratedTables,
  quoted,
  schemaSequences,
  schemaTables,
  TEXT_SETTINGS,
} from "./schema-tables.ts";
import type { BackupFacts } from "./write-backup.ts";

export interface RestoreBackupOptions {
  /** Gives a connection of its own. */
  connect(): Promise<Client>;
  readonly sources: readonly MigrationSource[];
  readonly kind: BackupManifest["kind"];
  readonly name: string;
  readonly path: string;
  readonly facts: BackupFacts;
  /** Whose state the database holds, by the name that its backup would have; undefined when it does not say. */
  readonly ownerOf: (client: ClientBase) => Promise<string | undefined>;
  /** Whoever holds this advisory lock is at work on the database. */
  readonly lockName: string;
  /** Put the backup in the place of what is there. */
  readonly replace: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onTable?: (what: string, index: number, of: number) => void;
}

export interface RestoredBackup {
  readonly manifest: BackupManifest;
  readonly tables: number;
  readonly rows: number;
  /** Applied after loading, because the backup is older than this program. */
  readonly migratedForward: readonly string[];
  /** True when there was something in its place. */
  readonly replaced: boolean;
}

/** Where a restore builds. Whatever is in it is half-made: the next restore removes it. */
const STAGING = "alphaforge_restoring";
/** For readers that are in the way of the last step: pages read for milliseconds. */
const SWAP_PATIENCE_MS = 10_000;

/**
 * Restores a backup: builds it in a schema of its own by the migrations that the backup had, loads it, reads all of it
 * back and compares it with what was written, brings it up to this program, and only then, in one transaction, puts it
 * in the place of what was there. Killed at any moment, the database has either all of the old or all of the new. Holds
 * the database's lock throughout, so that nothing runs on it meanwhile. Throws UserError for a file that is no, another
 * or a damaged backup and for a database that has state, OperationalError for one that is in use.
 */
export async function restoreBackup(options: RestoreBackupOptions): Promise<RestoredBackup> {
  const { path, sources, signal, lockName, connect } = options;
  const manifest = await readManifest(path);
  await refuseForeign(manifest, options);
  await verifyFrames(path, manifest, signal);
  const client = await connect();
  try {
    const lock = await tryLock(client, lockName);
    if (lock === null)
      throw new OperationalError(`${titleOf(options)} is in use by another process: stop that one first`);
    const either = AbortSignal.any([signal, lock.lost]);
    const { rows } = await client.query<{ home: string | null }>("SELECT current_schema() AS home");
    const home = rows[0]?.home;
    if (typeof home !== "string") throw new OperationalError("this database has no schema to restore into: make one");
    const hadState = await refuseState(client, options);
    await client.query(`DROP SCHEMA IF EXISTS ${STAGING} CASCADE`);
    await client.query(`CREATE SCHEMA ${STAGING}`);
    const staged = async (): Promise<Client> => {
      const connection = await connect();
      await connection.query(`SET search_path TO ${STAGING}`);
      await connection.query(TEXT_SETTINGS);
      return connection;
    };
    try {
      await migrate({ connect: staged }, sourcesOf(manifest, sources), options.clock);
      await load(staged, manifest, { ...options, signal: either });
      const migratedForward = await migrate({ connect: staged }, sources, options.clock);
      either.throwIfAborted();
      failpoint("restore.before-swap");
      await swap(client, home, await migratedTables(sources));
      failpoint("restore.after-swap");
      const total = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
      return { manifest, tables: manifest.tables.length, rows: total, migratedForward, replaced: hadState };
    } finally {
      await client.query(`DROP SCHEMA IF EXISTS ${STAGING} CASCADE`).catch((error: unknown) => {
        // The connection is gone, and why is being told already: the next restore removes the schema.
        if (!lock.lost.aborted) throw error;
      });
    }
  } finally {
    await client.end();
  }
}

const titleOf = ({ kind, name }: Pick<RestoreBackupOptions, "kind" | "name">): string =>
  kind === "desk" ? `desk ${name}` : "the forge of this repository";

async function refuseForeign(manifest: BackupManifest, options: RestoreBackupOptions): Promise<void> {
  const { kind, name, path, sources } = options;
  if (manifest.kind !== kind || manifest.name !== name) {
    const whose = manifest.kind === "desk" ? `desk ${manifest.name}` : `the forge of repository ${manifest.name}`;
    throw new UserError(`${path} is a backup of ${whose}, not of ${titleOf(options)}`);
  }
  const known = (await Promise.all(sources.map(readMigrations))).flat();
  for (const { source, file, checksum } of manifest.migrations) {
    const ours = known.find((migration) => migration.source === source && migration.file === file);
    if (ours === undefined) {
      throw new UserError(
        `${path} has migration ${source}/${file}, which this program does not know: restore it with alphaforge ${manifest.program} or newer`,
      );
    }
    if (ours.checksum !== checksum) {
      throw new UserError(`${path} was made with another migration ${source}/${file} than this program's`);
    }
  }
}

/** Whether there is something that a restore would replace; throws UserError when that was not asked for. */
async function refuseState(client: ClientBase, options: RestoreBackupOptions): Promise<boolean> {
  const { rows } = await client.query<{ log: boolean }>("SELECT to_regclass('event_log_head') IS NOT NULL AS log");
  if (rows[0]?.log !== true) return false;
  // A database that was migrated and no more has nothing to lose.
  const { rows: head } = await client.query<{ events: boolean }>("SELECT EXISTS (SELECT FROM events) AS events");
  if (head[0]?.events !== true) return false;
  const title = titleOf(options);
  if (!options.replace) {
    throw new UserError(
      `${title} has state: add --replace to put the backup in its place, or restore into another home`,
    );
  }
  const known = new Set((await Promise.all(options.sources.map(readMigrations))).flat().map(idOf));
  const foreign = (await appliedIn(client)).find((migration) => !known.has(idOf(migration)));
  if (foreign !== undefined) {
    throw new OperationalError(
      `the state of ${title} has migration ${idOf(foreign)}, which this program does not know: use the newer program`,
    );
  }
  const owner = await options.ownerOf(client);
  if (owner !== undefined && owner !== options.name) {
    throw new OperationalError(
      `this database holds ${options.kind} ${owner}, not ${options.name}: point DATABASE_URL at another one, or unset it`,
    );
  }
  return true;
}

const idOf = ({ source, file }: { readonly source: string; readonly file: string }): string => `${source}/${file}`;

async function appliedIn(client: ClientBase): Promise<readonly { source: string; file: string }[]> {
  const { rows } = await client.query<{ source: string; file: string }>(`SELECT source, file FROM ${MIGRATIONS_TABLE}`);
  return rows;
}

function sourcesOf(manifest: BackupManifest, sources: readonly MigrationSource[]): readonly MigrationSource[] {
  return sources.map((source) => ({
    ...source,
    only: manifest.migrations.filter((migration) => migration.source === source.name).map(({ file }) => file),
  }));
}

/** Loads all tables in one transaction and reads them back. */
async function load(
  staged: () => Promise<Client>,
  manifest: BackupManifest,
  { path, facts, signal, onTable }: RestoreBackupOptions,
): Promise<void> {
  const client = await staged();
  const leave = () => client.connection.stream.destroy();
  signal.addEventListener("abort", leave, { once: true });
  try {
    signal.throwIfAborted();
    await client.query("BEGIN");
    await makePartitions(client, manifest.tables);
    const made = await schemaTables(client);
    refuseUnlike(path, manifest.tables, made);
    await client.query(`TRUNCATE ${made.map(({ name }) => quoted(name)).join(", ")}`);
    const order = await loadOrder(client, manifest.tables);
    for (const [index, table] of order.entries()) {
      onTable?.(`loading ${table.name}`, index, order.length);
      const sql = `COPY ${quoted(table.name)} (${table.columns.map(quoted).join(", ")}) FROM STDIN`;
      const rows = await copyIn(client, sql, readRows(path, table));
      if (rows !== table.rows) {
        throw new UserError(
          `${path} is damaged: table ${table.name} has ${rows} rows, it was written with ${table.rows}`,
        );
      }
      failpoint("restore.table");
    }
    for (const { name, last, isCalled } of manifest.sequences) {
      await client.query("SELECT setval($1::regclass, $2::bigint, $3)", [quoted(name), last, isCalled]);
    }
    for (const [index, table] of order.entries()) {
      onTable?.(`comparing ${table.name}`, index, order.length);
      const hash = createHash("sha256");
      for await (const chunk of copyOut(client, copyOutOf(table))) hash.update(chunk as Buffer);
      if (hash.digest("hex") !== table.contents) throw unlike(`table ${table.name}`);
    }
    const sequences = await schemaSequences(client);
    if (JSON.stringify(sequences) !== JSON.stringify(manifest.sequences)) throw unlike("the sequences");
    const found = await facts(client);
    const wrong = Object.keys({ ...manifest.facts, ...found }).find((key) => manifest.facts[key] !== found[key]);
    if (wrong !== undefined) throw unlike(`"${wrong}" (${manifest.facts[wrong]}, restored ${found[wrong]})`);
    await client.query("COMMIT");
    // Nothing has been asked of these tables yet: until it is told, the server plans as for empty ones.
    await client.query("ANALYZE");
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    signal.removeEventListener("abort", leave);
    await client.end();
  }
}

const unlike = (what: string) =>
  new OperationalError(`what was restored is not what was backed up: ${what} differs; nothing was kept`);

async function makePartitions(client: ClientBase, tables: readonly BackupTable[]): Promise<void> {
  const parents = new Set((await schemaTables(client)).filter((table) => table.isPartitioned).map(({ name }) => name));
  for (const { name, partition } of tables) {
    if (partition === null || !parents.has(partition.parent)) continue;
    await client.query(`CREATE TABLE ${quoted(name)} PARTITION OF ${quoted(partition.parent)} ${partition.bound}`);
  }
}

/** The migrations must have made exactly the tables and columns that the backup has. */
function refuseUnlike(
  path: string,
  written: readonly BackupTable[],
  made: readonly { readonly name: string; readonly columns: readonly string[]; readonly isPartitioned: boolean }[],
): void {
  const shape = (tables: readonly { readonly name: string; readonly columns: readonly string[] }[]) =>
    new Map(tables.map(({ name, columns }) => [name, columns.join()]));
  const [before, now] = [shape(written), shape(made.filter((table) => !table.isPartitioned))];
  const wrong = [...new Set([...before.keys(), ...now.keys()])].find((name) => before.get(name) !== now.get(name));
  if (wrong !== undefined) {
    throw new UserError(`${path} does not fit its own migrations: table ${wrong} is another one than they make`);
  }
}

/** Puts what was built in the place of what is there, in one transaction. */
async function swap(client: ClientBase, home: string, known: ReadonlySet<string>): Promise<void> {
  await client.query("BEGIN");
  try {
    await client.query(`SET LOCAL lock_timeout TO ${SWAP_PATIENCE_MS}`);
    const { rows } = await client.query<{ name: string; kind: string }>(
      `SELECT relname::text AS name, relkind::text AS kind FROM pg_class AS c
       WHERE relnamespace = '${STAGING}'::regnamespace AND (relkind IN ('r', 'p')
         -- a sequence that belongs to a column goes with its table
         OR relkind = 'S' AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype IN ('a', 'i')))`,
    );
    const old = (await schemaTables(client)).filter(({ name, partition }) => partition === null && known.has(name));
    if (old.length > 0) {
      await client.query(`DROP TABLE ${old.map(({ name }) => `${quoted(home)}.${quoted(name)}`).join(", ")}`);
    }
    for (const { name, kind } of rows) {
      if (kind === "S") await client.query(`DROP SEQUENCE IF EXISTS ${quoted(home)}.${quoted(name)}`);
    }
    for (const { name, kind } of rows) {
      const what = kind === "S" ? "SEQUENCE" : "TABLE";
      await client.query(`ALTER ${what} ${STAGING}.${quoted(name)} SET SCHEMA ${quoted(home)}`);
    }
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined); // the connection is gone, and the server has rolled back
    if ((error as { code?: string }).code === "55P03") {
      throw new OperationalError("others read this database all the time: stop the dashboard and restore again");
    }
    throw error;
  }
}
