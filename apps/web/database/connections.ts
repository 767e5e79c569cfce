import { Pool } from "pg";
import { logLine } from "./log-line.ts";

/** A database that this server reads: a desk's or a forge's. */
export interface DatabaseAddress {
  readonly name: string;
  /** postgres://… Never sent to a browser, never logged. */
  readonly url: string;
}

/** Kept on globalThis: pages and routes are bundled apart, and each bundle would open connections of its own. */
const KEY = Symbol.for("alphaforge.web.pools");
const kept = globalThis as { [KEY]?: Map<string, Pool> };

/** Settings that every connection of the web has: it can read and nothing else, and it never waits for long. */
export function connectionOf({ url }: DatabaseAddress) {
  return {
    connectionString: url,
    application_name: "alphaforge web",
    options: "-c default_transaction_read_only=on -c statement_timeout=10000",
    connectionTimeoutMillis: 3_000,
    keepAlive: true,
  };
}

/** Pooled connections to a database. Opens none until it is asked. */
export function poolOf(address: DatabaseAddress): Pool {
  kept[KEY] ??= new Map();
  const pools = kept[KEY];
  // By address: a desk and a forge may have the same name.
  let pool = pools.get(address.url);
  if (!pool) {
    pool = new Pool({ ...connectionOf(address), max: 4, idleTimeoutMillis: 30_000 });
    // A pool throws away a connection that breaks while idle; the next query opens another or reports why not.
    pool.on("error", (error) => logLine("database.connection.lost", { name: address.name, error: error.message }));
    pools.set(address.url, pool);
  }
  return pool;
}
