import { OperationalError, UserError } from "@alphaforge/core/errors";
import { migrate } from "@alphaforge/core/store/migrations";
import type { Store } from "@alphaforge/core/store/open-store";
import type { AppConfig } from "../config.ts";
import { clock } from "../system.ts";
import { isDeskName } from "./desk-files.ts";
import { DESK_DATABASE } from "./desk-migrations.ts";
import { openDeskStoreElsewhere } from "./own-store.ts";
import { WORKER_CONNECTIONS, withSweepDatabase } from "./sweep-database.ts";

/**
 * Opens the database whose jobs a worker does: the desk's where one is named, else that of DATABASE_URL. On a server the
 * desk may run on another machine: nothing of it need be here. Throws a UserError or an OperationalError with the remedy.
 */
export async function withWorkerDatabase<T>(
  config: AppConfig,
  desk: string | undefined,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  if (config.databaseUrl === undefined || desk === undefined) return withSweepDatabase(config, desk, work);
  if (!isDeskName(desk)) {
    throw new UserError(`--desk ${JSON.stringify(desk)}: a desk's name is lower-case letters, digits and dashes`);
  }
  const options = { applicationName: `alphaforge worker ${desk}`, poolSize: WORKER_CONNECTIONS };
  const store = await openDeskStoreElsewhere(config, desk, options);
  if (store === undefined) {
    throw new OperationalError(
      `desk ${desk} has no database on the server of DATABASE_URL: start the desk with alphaforge up --desk ${desk}, then the worker`,
    );
  }
  try {
    await migrate(store, DESK_DATABASE, clock);
    return await work(store);
  } finally {
    await store.close();
  }
}
