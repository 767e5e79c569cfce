import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "@alphaforge/core/store/embedded-postgres";
import { type MigrationSource, migrate } from "@alphaforge/core/store/migrations";
import { connectStore, type Store } from "@alphaforge/core/store/open-store";
import type { NewDatabase } from "./fixture-site.ts";

export interface ScriptDatabases {
  newDatabase(sources: readonly MigrationSource[]): Promise<NewDatabase>;
  /** Closes the stores and lets the server go; its files go with it. */
  close(): Promise<void>;
}

/** A PostgreSQL server for a script that no test runner has started one for. */
export async function openScriptDatabases(): Promise<ScriptDatabases> {
  const home = mkdtempSync(join(tmpdir(), "alphaforge-site-"));
  const server = await startEmbeddedPostgres({ stateDir: home, durable: false });
  const administrator = connectStore(server.url("postgres"), { applicationName: "site" });
  const stores: Store[] = [administrator];
  return {
    newDatabase: async (sources) => {
      const name = `site_${stores.length}`;
      await administrator.pool.query(`CREATE DATABASE ${name}`);
      const store = connectStore(server.url(name), { applicationName: "site" });
      stores.push(store);
      await migrate(store, sources);
      return { url: server.url(name), store };
    },
    close: async () => {
      await Promise.all(stores.map((store) => store.close()));
      server.release();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
