import { UserError } from "@alphaforge/core/errors";
import { migrate } from "@alphaforge/core/store/migrations";
import { openStore, type Store } from "@alphaforge/core/store/open-store";
import type { AppConfig } from "../config.ts";
import { clock } from "../system.ts";
import { deskStateDir, knownDesk } from "./desk-files.ts";
import { DESK_DATABASE } from "./desk-migrations.ts";

/** Many workers share a server; the embedded one takes 40 connections in all. */
export const WORKER_CONNECTIONS = 4;

/**
 * Opens the database that holds the jobs: that of DATABASE_URL, else the embedded one of the desk, which is made when
 * there is none. Throws a UserError when neither is named.
 */
export async function withSweepDatabase<T>(
  config: AppConfig,
  desk: string | undefined,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const { home, databaseUrl } = config;
  if (databaseUrl === undefined && desk === undefined) {
    throw new UserError(
      "set DATABASE_URL to the database that holds the jobs, or name with --desk whose embedded one does",
    );
  }
  const stateDir = desk === undefined ? home : deskStateDir(home, knownDesk(desk, home));
  const options = { applicationName: "alphaforge worker", poolSize: WORKER_CONNECTIONS };
  const store = await openStore({ ...options, stateDir, databaseUrl });
  try {
    await migrate(store, DESK_DATABASE, clock);
    return await work(store);
  } finally {
    await store.close();
  }
}
