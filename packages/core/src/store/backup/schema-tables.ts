import type { ClientBase } from "pg";
import { type MigrationSource, readMigrations } from "../migrations.ts";
import type { BackupTable } from "./backup-manifest.ts";

/** Where `migrate` notes what it has applied. */
export const MIGRATIONS_TABLE = "alphaforge_migrations";

/** Of a connection that reads or writes rows as text: the same text whatever the server's and the role's settings. */
export const TEXT_SETTINGS =
  "SET timezone TO 'UTC'; SET datestyle TO 'ISO, YMD'; SET intervalstyle TO 'postgres'; " +
  "SET bytea_output TO 'hex'; SET extra_float_digits TO 1; SET client_encoding TO 'UTF8'";

/** The tables that migrations make, partitions not included, as their files say. */
export async function migratedTables(sources: readonly MigrationSource[]): Promise<ReadonlySet<string>> {
  const names = new Set([MIGRATIONS_TABLE]);
  for (const migration of (await Promise.all(sources.map(readMigrations))).flat()) {
    const sql = migration.sql.replace(/--[^\n]*/g, "");
    for (const [, name] of sql.matchAll(/\bCREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?([a-z_][a-z0-9_]*)/gi)) {
      names.add((name as string).toLowerCase());
    }
  }
  return names;
}

export interface SchemaTable extends Pick<BackupTable, "name" | "columns" | "partition"> {
  /** A parent of partitions: it has no rows of its own. */
  readonly isPartitioned: boolean;
}

/** Every table of the connection's schema, by name. Generated columns are left out: they make themselves. */
export async function schemaTables(client: ClientBase): Promise<readonly SchemaTable[]> {
  const { rows } = await client.query<{
    name: string;
    kind: string;
    columns: string[];
    parent: string | null;
    bound: string | null;
  }>(
    `SELECT c.relname::text AS name, c.relkind::text AS kind, p.relname::text AS parent,
       pg_get_expr(c.relpartbound, c.oid) AS bound,
       ARRAY(SELECT a.attname::text FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0
         AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum) AS columns
     FROM pg_class AS c
     LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid AND c.relispartition
     LEFT JOIN pg_class AS p ON p.oid = i.inhparent
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p')
     ORDER BY c.relname`,
  );
  return rows.map(({ name, kind, columns, parent, bound }) => ({
    name,
    columns,
    isPartitioned: kind === "p",
    partition: parent === null || bound === null ? null : { parent, bound },
  }));
}

/** The sequences of the connection's schema with where they stand. */
export async function schemaSequences(client: ClientBase) {
  const { rows } = await client.query<{ name: string }>(
    `SELECT relname::text AS name FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S' ORDER BY relname`,
  );
  const sequences: { name: string; last: string; isCalled: boolean }[] = [];
  for (const { name } of rows) {
    const { rows: at } = await client.query<{ last: string; isCalled: boolean }>(
      `SELECT last_value::text AS last, is_called AS "isCalled" FROM ${quoted(name)}`,
    );
    const [position] = at;
    if (position !== undefined) sequences.push({ name, ...position });
  }
  return sequences;
}

/** A name as SQL takes it, whatever is in it. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A table's rows in the order in which they lie: after they were loaded in this order, the same bytes come out again. */
export function copyOutOf({ name, columns }: Pick<BackupTable, "name" | "columns">): string {
  return `COPY ${quoted(name)} (${columns.map(quoted).join(", ")}) TO STDOUT`;
}
