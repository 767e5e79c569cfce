import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { startEmbeddedPostgres } from "@alphaforge/core/store/embedded-postgres";
import { migrate } from "@alphaforge/core/store/migrations";
import { connectStore, type Store } from "@alphaforge/core/store/open-store";
import { DESK_MIGRATIONS } from "@alphaforge/desk/projections/migrations";
import type { Pool } from "pg";
import { poolOf } from "../apps/web/database/connections.ts";

/** A database with a desk's tables: as the desk reaches it, and as pages do. */
export interface BenchDesk {
  readonly store: Store;
  readonly pages: Pool;
}

/** A server that is thrown away with all that was made in it. */
export interface BenchDatabases {
  /** A new database with empty tables; closed with the server. */
  emptyDesk(name: string): Promise<BenchDesk>;
}

export async function withDatabases<T>(work: (databases: BenchDatabases) => Promise<T>): Promise<T> {
  const stateDir = mkdtempSync(join(tmpdir(), "alphaforge-bench-"));
  const server = await startEmbeddedPostgres({ stateDir, durable: false });
  const desks: BenchDesk[] = [];
  const emptyDesk = async (name: string): Promise<BenchDesk> => {
    const first = connectStore(server.url(), { applicationName: "bench" });
    try {
      await first.pool.query(`CREATE DATABASE ${name}`);
    } finally {
      await first.close();
    }
    const store = connectStore(server.url(name), { applicationName: "bench", poolSize: 2 });
    const desk = { store, pages: poolOf({ name, url: server.url(name) }) };
    desks.push(desk);
    await migrate(store, [EVENT_LOG_MIGRATIONS, DESK_MIGRATIONS]);
    return desk;
  };
  try {
    return await work({ emptyDesk });
  } finally {
    await Promise.all(desks.map(({ store, pages }) => Promise.all([store.close(), pages.end()])));
    server.release();
    // The database ends a second after its last user.
    await sleep(3_000);
    rmSync(stateDir, { recursive: true, force: true });
  }
}
