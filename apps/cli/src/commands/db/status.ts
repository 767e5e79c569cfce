import { readdirSync } from "node:fs";
import type { Command } from "commander";
import type { App } from "../../command.ts";
import { DESK_DATABASE } from "../../compose/desk-migrations.ts";
import { type DeskClient, withDeskStore } from "../../compose/desk-state.ts";
import type { StorePlace } from "../../compose/own-store.ts";
import { minute, size } from "../../format.ts";
import { table } from "../../table.ts";

interface Status {
  readonly desk: string;
  /** Which database it is; without a password. */
  readonly place: StorePlace;
  readonly bytes: number;
  readonly migrations: readonly { readonly source: string; readonly file: string; readonly appliedAt: number | null }[];
  /** Null when the database has no event log yet. */
  readonly events: { readonly count: number; readonly lastSeq: number } | null;
  readonly projections: readonly { readonly name: string; readonly revision: number; readonly lastSeq: number }[];
  /** Partitions count with their table. */
  readonly tables: readonly { readonly name: string; readonly bytes: number }[];
}

/** `alphaforge db status`: what is in the database of a desk. */
export function define(command: Command, app: App): void {
  command
    .description("show migrations, sizes and events of a desk's database")
    .argument("<desk>", "a desk, such as arena")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Example:
  alphaforge db status arena`,
    )
    .action(async (name: string, { json }: { json?: boolean }) => {
      const status = await withDeskStore(app.config, name, async (store) => {
        const client = await store.connect();
        try {
          await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
          return { ...(await readStatus(client, name)), place: store.place };
        } finally {
          await client.end();
        }
      });
      app.print(json ? JSON.stringify(status) : render(status));
    });
}

async function readStatus(client: DeskClient, desk: string): Promise<Omit<Status, "place">> {
  const { rows: sizes } = await client.query<{ bytes: number }>("SELECT pg_database_size(current_database()) AS bytes");
  const { rows: tables } = await client.query<{ name: string; bytes: number }>(
    `SELECT c.relname AS name, sum(pg_total_relation_size(coalesce(part.relid, c.oid)))::bigint AS bytes
     FROM pg_class c
     -- No rows for a table without partitions.
     LEFT JOIN LATERAL pg_partition_tree(c.oid) AS part ON true
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
     GROUP BY c.relname ORDER BY bytes DESC, name`,
  );
  const has = (name: string) => tables.some((each) => each.name === name);
  const applied = has("alphaforge_migrations")
    ? (
        await client.query<{ source: string; file: string; appliedAt: number }>(
          `SELECT source, file, applied_at AS "appliedAt" FROM alphaforge_migrations ORDER BY applied_at, source, number`,
        )
      ).rows
    : [];
  const events = has("events")
    ? ((
        await client.query<{ count: number; lastSeq: number }>(
          `SELECT (SELECT count(*) FROM events) AS count, (SELECT last_seq FROM event_log_head) AS "lastSeq"`,
        )
      ).rows[0] as { count: number; lastSeq: number })
    : null;
  const projections = has("projection_positions")
    ? (
        await client.query<{ name: string; revision: number; lastSeq: number }>(
          `SELECT projection AS name, revision, last_seq AS "lastSeq" FROM projection_positions ORDER BY projection`,
        )
      ).rows
    : [];
  const { bytes } = sizes[0] as { bytes: number };
  return { desk, bytes, migrations: [...applied, ...pending(applied)], events, projections, tables };
}

/** The migrations of this program that the database does not have. */
function pending(applied: readonly { source: string; file: string }[]): Status["migrations"] {
  const known = new Set(applied.map(({ source, file }) => `${source}/${file}`));
  return DESK_DATABASE.flatMap(({ name, directory }) =>
    readdirSync(directory)
      .filter((file) => file.endsWith(".sql") && !known.has(`${name}/${file}`))
      .sort()
      .map((file) => ({ source: name, file, appliedAt: null })),
  );
}

function placeLine({ kind, database, role }: StorePlace): string {
  if (kind === "embedded") return "the embedded database of this desk";
  const whose = kind === "own" ? "this desk's own on the server of DATABASE_URL" : "the one of DATABASE_URL itself";
  return `database ${database}, role ${role}: ${whose}`;
}

function render({ desk, place, bytes, migrations, events, projections, tables }: Status): string {
  const log = events === null ? "no event log yet" : `${events.count} events, the last is seq ${events.lastSeq}`;
  const behind = migrations.filter(({ appliedAt }) => appliedAt === null).length;
  const advice = behind === 0 ? "" : `\n${behind} to apply: run alphaforge db migrate ${desk}`;
  return [
    `${desk}: ${size(bytes)}, ${log}\n${placeLine(place)}`,
    table(
      ["migration", "applied (UTC)"],
      migrations.map(({ source, file, appliedAt }) => [
        `${source}/${file}`,
        appliedAt === null ? "not yet" : minute(appliedAt),
      ]),
    ) + advice,
    table(
      ["projection", "revision", "at seq"],
      projections.map(({ name, revision, lastSeq }) => [name, String(revision), String(lastSeq)]),
    ),
    table(
      ["table", "size"],
      tables.map(({ name, bytes: tableBytes }) => [name, size(tableBytes)]),
    ),
  ].join("\n\n");
}
