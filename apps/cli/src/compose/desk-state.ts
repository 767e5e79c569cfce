import { OperationalError } from "@alphaforge/core/errors";
import type { Store } from "@alphaforge/core/store/open-store";
import type { AppConfig } from "../config.ts";
import { hasDeskState, knownDesk } from "./desk-files.ts";
import type { OwnStore } from "./own-store.ts";

/** A connection of its own to a desk's database. */
export type DeskClient = Awaited<ReturnType<Store["connect"]>>;

/**
 * Opens the database of a desk that has one, and closes it after `work`. Throws a UserError for an unknown desk, and an
 * OperationalError for one without state: it never makes a cluster or a database in order to say that nothing is in it.
 */
export async function withDeskStore<T>(
  config: AppConfig,
  name: string,
  work: (store: OwnStore) => Promise<T>,
): Promise<T> {
  const { home, databaseUrl } = config;
  knownDesk(name, home);
  if (databaseUrl === undefined && !hasDeskState(home, name)) throw noState(name);
  const { findDeskStore } = await import("./own-store.ts");
  const store = await findDeskStore(config, name, { applicationName: `alphaforge ${name}` });
  if (store === undefined) throw noState(name);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/**
 * Reads a desk's tables as they are at one moment: every query of `work` sees the same state, whatever the running desk
 * writes meanwhile. Throws an OperationalError when the database has no desk in it, or another one than `name`.
 */
export function readDesk<T>(
  config: AppConfig,
  name: string,
  work: (client: DeskClient, desk: DeskRow) => Promise<T>,
): Promise<T> {
  return withDeskStore(config, name, async (store) => {
    const client = await store.connect();
    try {
      await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
      return await work(client, await deskRow(client, name));
    } finally {
      await client.end();
    }
  });
}

export interface DeskRow {
  readonly name: string;
  readonly venue: string;
  readonly simulated: boolean;
  readonly finest: string;
}

async function deskRow(client: DeskClient, name: string): Promise<DeskRow> {
  const { rows: tables } = await client.query<{ there: boolean }>("SELECT to_regclass('desk') IS NOT NULL AS there");
  if (tables[0]?.there !== true) throw noState(name);
  const { rows } = await client.query<DeskRow>("SELECT name, venue, simulated, finest FROM desk");
  const row = rows[0];
  if (row === undefined) throw noState(name);
  if (row.name !== name) {
    throw new OperationalError(
      `this database holds desk ${row.name}, not ${name}: point DATABASE_URL at the database of ${name}, or unset it`,
    );
  }
  return row;
}

function noState(name: string): OperationalError {
  return new OperationalError(`desk ${name} has no state yet; start it with alphaforge up --desk ${name}`);
}
