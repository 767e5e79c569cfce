import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { type MigrationSource, migrate } from "../store/migrations.ts";
import { connectStore, type Store } from "../store/open-store.ts";
import { startCuttingProxy } from "./cutting-proxy.ts";
import { type PasswordServer, startPasswordServer } from "./password-server.ts";

/** A PostgreSQL that can be made to fail in every way that users meet. */
export interface FailingServer {
  readonly server: PasswordServer;
  /** A database with an event log in it. */
  database(migrations: readonly MigrationSource[]): Promise<FailingDatabase>;
  remove(): Promise<void>;
}

export interface FailingDatabase {
  /** On a way to the server that can be cut. */
  readonly url: string;
  /** On a way that is not cut. */
  readonly store: Store;
  /** Cuts every connection; new ones are let through. */
  cut(): void;
  /** Ends all sessions but those of the store. */
  endSessions(): Promise<void>;
  /** Restarts the server on a disk that has `roomBytes` left for the log, and room for all else. */
  fillDisk(roomBytes: number): Promise<void>;
  close(): Promise<void>;
}

let made = 0;

export async function failingServer(): Promise<FailingServer> {
  const directory = mkdtempSync(join(tmpdir(), "outages-"));
  const server = await startPasswordServer(directory);

  async function database(migrations: readonly MigrationSource[]): Promise<FailingDatabase> {
    made += 1;
    const name = `outage_${made}`;
    const administrator = connectStore(server.url(), { applicationName: "test", poolSize: 1 });
    // A role that may make nothing is given this database as it is.
    await administrator.pool.query(`CREATE ROLE ${name} LOGIN PASSWORD '${name}'`);
    await administrator.pool.query(`CREATE DATABASE ${name} OWNER ${name}`);
    await administrator.close();
    const store = connectStore(server.urlFor(name, name, name), { applicationName: "test", poolSize: 2 });
    await migrate(store, migrations, systemClock);
    const proxy = await startCuttingProxy(server.port);
    return {
      url: server.urlFor(name, name, name).replace(`:${server.port}/`, `:${proxy.port}/`),
      store,
      cut: () => proxy.cut(),
      async endSessions() {
        await store.pool.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name <> 'test'",
          [name],
        );
      },
      async fillDisk(roomBytes) {
        const bytes = await padLog(store);
        await server.stop();
        await server.start({ largestFileBytes: bytes + roomBytes });
      },
      async close() {
        await proxy.close();
        await store.close();
      },
    };
  }

  return {
    server,
    database,
    async remove() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Makes the log's file larger than the segments of the server's own log, which the limit must leave room for. */
async function padLog(store: Store): Promise<number> {
  const client = await store.connect();
  try {
    // What is rolled back below would be room again once it were vacuumed.
    await client.query("ALTER TABLE events SET (autovacuum_enabled = false)");
    await client.query("BEGIN");
    await client.query(
      `INSERT INTO events (seq, stream, version, type, at, id, data)
       SELECT 1000000000 + n, 'padding', n, 'padding', 0, 'padding ' || n, to_json(repeat(md5(n::text), 8))
       FROM generate_series(1, 6000) AS n`,
    );
    await client.query("ROLLBACK");
    const { rows } = await client.query<{ bytes: number }>("SELECT pg_relation_size('events') AS bytes");
    return (rows[0] as { bytes: number }).bytes;
  } finally {
    await client.end();
  }
}
