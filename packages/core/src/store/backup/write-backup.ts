import type { Client, ClientBase } from "pg";
import type { Clock } from "../../clock.ts";
import { OperationalError } from "../../errors.ts";
import { failpoint } from "../../failpoints.ts";
import type { MigrationSource } from "../migrations.ts";
import { createBackup } from "./backup-file.ts";
import { BACKUP_FORMAT, type BackupManifest, type BackupTable } from "./backup-manifest.ts";
import { copyOut } from "./copy-out.ts";
import {
  copyOutOf,
  MIGRATIONS_TABLE,
  migratedTables,
  quoted,
  type SchemaTable,
  schemaSequences,
  schemaTables,
  TEXT_SETTINGS,
} from "./schema-tables.ts";

/** What the domain says of a database as the connection sees it: the same before a backup and after a restore. */
export type BackupFacts = (client: ClientBase) => Promise<BackupManifest["facts"]>;

export interface WriteBackupOptions {
  /** Gives a connection of its own. */
  connect(): Promise<Client>;
  readonly sources: readonly MigrationSource[];
  readonly kind: BackupManifest["kind"];
  readonly name: string;
  /** Version of this program. */
  readonly program: string;
  readonly path: string;
  readonly facts: BackupFacts;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onTable?: (table: string, index: number, of: number) => void;
}

export interface WrittenBackup {
  readonly path: string;
  readonly manifest: BackupManifest;
  readonly bytes: number;
}

const NOTHING = "there is nothing to back up: this database has no tables of alphaforge";

/**
 * Writes all tables of the migrations as they are at one moment, whatever is written meanwhile: one read-only snapshot,
 * on one connection, which also keeps retention from dropping what is being read. Readers and writers are not held up.
 * Throws OperationalError, and then leaves nothing under `path`.
 */
export async function writeBackup(options: WriteBackupOptions): Promise<WrittenBackup> {
  const { path, facts, clock, signal, kind, name, program, onTable } = options;
  const known = await migratedTables(options.sources);
  const writer = await createBackup(path);
  const client = await options.connect();
  // Ends the statement that is under way, so that Ctrl-C need not wait for a large table.
  const leave = () => client.connection.stream.destroy();
  signal.addEventListener("abort", leave, { once: true });
  try {
    signal.throwIfAborted();
    await client.query(TEXT_SETTINGS);
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const all = await schemaTables(client);
    const isOurs = ({ name: table, partition }: SchemaTable) => known.has(partition?.parent ?? table);
    const ours = all.filter(isOurs);
    const isMigrated = ours.some((table) => table.name === MIGRATIONS_TABLE);
    if (!isMigrated) throw new OperationalError(NOTHING);
    await client.query(`LOCK TABLE ${ours.map((table) => quoted(table.name)).join(", ")} IN ACCESS SHARE MODE`);
    const takenAt = new Date(clock.now()).toISOString();
    const { rows: migrations } = await client.query<BackupManifest["migrations"][number]>(
      `SELECT source, file, checksum FROM ${MIGRATIONS_TABLE} ORDER BY source, number`,
    );
    if (migrations.length === 0) throw new OperationalError(NOTHING);
    const tables: BackupTable[] = [];
    const full = ours.filter((table) => !table.isPartitioned);
    for (const [index, { isPartitioned: _, ...table }] of full.entries()) {
      onTable?.(table.name, index, full.length);
      const rows = copyOut(client, copyOutOf(table));
      const frame = await writer.add(rows);
      tables.push({ ...table, rows: rows.rows, ...frame });
      failpoint("backup.table");
    }
    const manifest: BackupManifest = {
      format: BACKUP_FORMAT,
      program,
      kind,
      name,
      takenAt,
      migrations,
      tables,
      sequences: await schemaSequences(client),
      facts: await facts(client),
      leftOut: all.filter((table) => !isOurs(table)).map((table) => table.name),
    };
    await client.query("COMMIT");
    signal.throwIfAborted();
    const { bytes } = await writer.finish(manifest);
    return { path, manifest, bytes };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error;
  } finally {
    signal.removeEventListener("abort", leave);
    await writer.discard();
    await client.end();
  }
}
