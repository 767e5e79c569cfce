import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { inject } from "vitest";
import { lockKey } from "../store/advisory-lock.ts";
import { startEmbeddedPostgres } from "../store/embedded-postgres.ts";
import { type MigrationSource, migrate } from "../store/migrations.ts";
import { connectStore, type Store } from "../store/open-store.ts";

/** A database of one test's own. */
export interface TestDatabase {
  readonly url: string;
  /** A store on it; closed by `drop`. */
  readonly store: Store;
  drop(): Promise<void>;
}

/** A server that databases of tests are made on. */
interface TestServer {
  url(database: string): string;
}

/** One per test process; of the embedded one, the lease lives as long as the process does. */
let server: Promise<TestServer> | undefined;

async function openServer(): Promise<TestServer> {
  const where = inject("testDatabases");
  if (where === "embedded") return startEmbeddedPostgres({ stateDir: inject("testDatabaseDir"), durable: false });
  const given = where === "password" ? await passwordServerUrl() : where;
  return {
    url(database) {
      const url = new URL(given);
      url.pathname = `/${encodeURIComponent(database)}`;
      return url.href;
    },
  };
}

/** URL of the run's server with passwords, started when first asked for; its user may create databases. */
async function passwordServerUrl(): Promise<string> {
  const response = await fetch(inject("testPasswordServer"));
  const text = await response.text();
  if (!response.ok) throw new Error(`the test server with passwords does not start: ${text}`);
  return text;
}

async function withAdministrator<T>(work: (client: Client, server: TestServer) => Promise<T>): Promise<T> {
  server ??= openServer();
  const running = await server;
  const client = new Client({ connectionString: running.url("postgres") });
  await client.connect();
  try {
    return await work(client, running);
  } finally {
    await client.end();
  }
}

/** The template's name says what is in it, so that all test files with the same migrations share one. */
function templateName(sources: readonly MigrationSource[]): string {
  const hash = createHash("sha256");
  for (const { name, directory } of sources) {
    hash.update(`${name}\0`);
    for (const file of readdirSync(directory).sort())
      hash
        .update(`${file}\0`)
        .update(readFileSync(join(directory, file)))
        .update("\0");
  }
  return `template_${hash.digest("hex").slice(0, 16)}`;
}

/**
 * A new database with the given migrations applied, cloned from a template (about 15 ms; the first call of a run
 * starts the server). Real PostgreSQL, without fsync unless it is a server of yours.
 */
export async function freshDatabase(sources: readonly MigrationSource[]): Promise<TestDatabase> {
  const template = templateName(sources);
  const name = `test_${randomBytes(8).toString("hex")}`;
  const url = await withAdministrator(async (client, running) => {
    // Held to the end of the session: others wait until the template is complete.
    await client.query("SELECT pg_advisory_lock($1::bigint)", [lockKey(template)]);
    const { rows } = await client.query("SELECT FROM pg_database WHERE datname = $1", [template]);
    if (rows.length === 0) {
      const staging = `${template}_new`;
      await client.query(`DROP DATABASE IF EXISTS ${staging} WITH (FORCE)`);
      await client.query(`CREATE DATABASE ${staging}`);
      const store = connectStore(running.url(staging), { applicationName: "test template" });
      try {
        await migrate(store, sources);
      } finally {
        await store.close();
      }
      await client.query(`ALTER DATABASE ${staging} RENAME TO ${template}`);
    }
    await client.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY FILE_COPY`);
    return running.url(name);
  });
  const store = connectStore(url, { applicationName: "test", poolSize: 4 });
  return {
    url,
    store,
    async drop() {
      await store.close();
      await withAdministrator((client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}
