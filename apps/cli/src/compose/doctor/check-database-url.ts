import { once } from "node:events";
import { connect } from "node:net";
import { connectStore } from "@alphaforge/core/store/open-store";
import { type Checkup, ok, type Patient, problem } from "./checkup.ts";

const NAME = "database";
const PATIENCE_MS = 5_000;

/** What a refusal means. The server's own words may hold names that are nobody's business. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there: start the server",
  ENOTFOUND: "there is no such host: correct DATABASE_URL",
  EAI_AGAIN: "the host's name cannot be looked up: check the network",
  "28P01": "the server refuses user or password: correct DATABASE_URL",
  "28000": "the server refuses this user: correct DATABASE_URL or pg_hba.conf",
  "3D000": "there is no such database: make it, or correct DATABASE_URL",
  "53300": "the server has no connection left: raise max_connections",
};

/** The server that DATABASE_URL names answers a query. Shows its host and nothing else of the URL. */
export async function checkDatabaseUrl({ config: { databaseUrl } }: Pick<Patient, "config">): Promise<Checkup> {
  if (databaseUrl === undefined) return ok(NAME, "DATABASE_URL is not set: PostgreSQL is brought along");
  const { hostname, port } = new URL(databaseUrl);
  const place = `${hostname === "" || hostname.startsWith("%2F") ? "a local socket" : hostname}:${port || 5432}`;
  try {
    // A host that swallows what is sent to it would keep a connection waiting for minutes.
    if (!place.startsWith("a local")) await reach(hostname, Number(port || 5432));
    const store = connectStore(databaseUrl, { applicationName: "alphaforge doctor", poolSize: 1 });
    try {
      await store.pool.query("SELECT 1");
    } finally {
      await store.close();
    }
    return ok(NAME, `${place} answers`);
  } catch (error) {
    const { code = "" } = (error instanceof AggregateError ? error.errors[0] : error) as { code?: string };
    const reason = REASONS[code] ?? `it does not answer (${code || "no reason given"}): check DATABASE_URL`;
    return problem(NAME, `cannot use ${place}: ${reason}`);
  }
}

async function reach(host: string, port: number): Promise<void> {
  const socket = connect({ host: host.replace(/^\[|\]$/g, ""), port });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(PATIENCE_MS) });
  } finally {
    socket.destroy();
  }
}
