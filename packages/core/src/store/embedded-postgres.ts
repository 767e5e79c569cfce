import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { type Clock, systemClock } from "../clock.ts";
import { OperationalError, oneLine } from "../errors.ts";
import { type PostgresBinaries, usableBinaries } from "./postgres-binaries.ts";
import { giveTo, letPass, type PostgresUser, postgresUser } from "./postgres-user.ts";
import { runningPostmaster } from "./postmaster-file.ts";
import { processState } from "./process-state.ts";
import { type ServerLease, takeLease } from "./server-lease.ts";

export interface EmbeddedPostgresOptions {
  /** The cluster lives in `<stateDir>/postgres`; one per state directory. Made when absent. */
  readonly stateDir: string;
  /** False gives up safety against power loss for speed: only for data that tests throw away. Default true. */
  readonly durable?: boolean;
  readonly clock?: Clock;
}

/** A hold on a running server. */
export interface EmbeddedPostgres {
  /** Connection URL of `database` (default: the cluster's own, "alphaforge"). Works in pg and libpq. */
  url(database?: string): string;
  /** Lets go. The server ends itself about a second after the last one has. */
  release(): void;
}

const DATABASE = "alphaforge";
/** The socket's name ends in a port number even though there is no port; every cluster has a directory of its own. */
const PORT = 5432;
/** sun_path holds 107 bytes on Linux and 103 on macOS. */
const LONGEST_SOCKET_PATH = 100;
const START_TIMEOUT_MS = 30_000;
/** A server whose keeper has not shown itself for this long has lost it. */
const ORPHAN_AFTER_MS = 5_000;
const FAILED_STARTS = 8;
const LOG_LIMIT_BYTES = 5_000_000;

/** Small and quiet: a desk shares its machine. io_method and the worker limits save five idle processes. */
const SETTINGS = {
  listen_addresses: "",
  unix_socket_permissions: "0700",
  port: String(PORT),
  shared_buffers: "32MB",
  max_connections: "40",
  jit: "off",
  io_method: "sync",
  max_worker_processes: "2",
  max_parallel_workers: "0",
  max_parallel_workers_per_gather: "0",
  max_logical_replication_workers: "0",
  autovacuum_max_workers: "1",
  autovacuum_naptime: "30s",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "256MB",
  timezone: "UTC",
  log_timezone: "UTC",
  log_checkpoints: "off",
  log_min_messages: "warning",
} as const;

/** Shared by all tests of a run, sites of a dozen desks among them; a desk and its dashboard need 25 connections. */
const THROWAWAY = { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" } as const;

interface Cluster {
  readonly home: string;
  readonly data: string;
  readonly lease: string;
  readonly log: string;
  readonly sockets: string;
  readonly user: PostgresUser | undefined;
  readonly durable: boolean;
}

/**
 * Joins the server of this state directory, starting it (and making its cluster) when there is none. Any number of
 * processes may do so at once: one server results. It listens on a socket in a directory that only its user may enter,
 * never on the network. It is owned by a keeper process (postgres-keeper.sh) and ends within seconds of its last user,
 * however that one ended. Throws OperationalError.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const clock = options.clock ?? systemClock;
  const cluster = prepare(options);
  const lease = await joinServer(cluster, clock);
  return {
    url: (database = DATABASE) => urlOf(cluster, database),
    release: () => lease.release(),
  };
}

const urlOf = (cluster: Cluster, database: string) =>
  `postgres://${DATABASE}@${encodeURIComponent(cluster.sockets)}:${PORT}/${encodeURIComponent(database)}`;

function prepare({ stateDir, durable = true }: EmbeddedPostgresOptions): Cluster {
  const user = postgresUser();
  try {
    // Under root the server's user must pass through every directory that this makes, not only the last one.
    mkdirSync(stateDir, { recursive: true, mode: user === undefined ? 0o700 : 0o711 });
    const root = realpathSync(stateDir);
    letPass(user, root);
    const home = join(root, "postgres");
    mkdirSync(home, { recursive: true, mode: 0o700 });
    giveTo(user, home);
    const cluster = {
      home,
      data: join(home, "data"),
      lease: join(home, "lease"),
      log: join(home, "server.log"),
      user,
      durable,
    };
    return { ...cluster, sockets: socketDirectory(home, user) };
  } catch (error) {
    if (error instanceof OperationalError) throw error;
    throw new OperationalError(
      `cannot use ${stateDir} as state directory: make it a writable directory or choose another`,
      {
        cause: error,
      },
    );
  }
}

/** In the cluster's home, or in a short place named after it when the path would not fit into a socket address. */
function socketDirectory(home: string, user: PostgresUser | undefined): string {
  const fits = (directory: string) => Buffer.byteLength(`${directory}/.s.PGSQL.${PORT}`) < LONGEST_SOCKET_PATH;
  const inHome = join(home, "run");
  const name = `alphaforge-${createHash("sha256").update(home).digest("hex").slice(0, 16)}`;
  const directory = [inHome, join(tmpdir(), name)].find(fits) ?? join("/tmp", name);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (directory !== inHome) {
    // A place that everyone can write to: take it only if nobody else has prepared it.
    const found = lstatSync(directory);
    const ours = process.getuid?.();
    if (!found.isDirectory() || (found.uid !== ours && found.uid !== user?.uid) || (found.mode & 0o077) !== 0) {
      throw new OperationalError(`${directory} is in the way (it must be a private directory of ours): remove it`);
    }
  }
  giveTo(user, directory);
  return directory;
}

async function joinServer(cluster: Cluster, clock: Clock): Promise<ServerLease> {
  const deadline = clock.now() + START_TIMEOUT_MS;
  let orphan: { pid: number; since: number; wasAsked: boolean } | undefined;
  let keeper: { exited: boolean } | undefined;
  let starts = 0;
  let binaries: PostgresBinaries | undefined;
  let problem: unknown;
  for (; clock.now() < deadline; await clock.sleep(25)) {
    const lease = takeLease(cluster.lease);
    if (lease !== undefined) {
      try {
        await untilReady(cluster, lease, clock, deadline);
        return lease;
      } catch (error) {
        lease.release();
        if (error instanceof OperationalError) throw error;
        problem = error;
        continue;
      }
    }
    const pid = runningPostmaster(cluster.data);
    if (pid !== undefined) {
      // Starting up or closing down under its keeper; or its keeper was killed and nobody would ever end it.
      if (orphan?.pid !== pid) orphan = { pid, since: clock.now(), wasAsked: false };
      else if (clock.now() - orphan.since > ORPHAN_AFTER_MS) {
        // PostgreSQL 18 that is asked to shut down while it recovers from a crash of one of its processes does not end.
        process.kill(pid, orphan.wasAsked ? "SIGQUIT" : "SIGINT");
        orphan = { pid, since: clock.now(), wasAsked: true };
      }
      continue;
    }
    if (keeper !== undefined && !keeper.exited) continue;
    if (starts === FAILED_STARTS) break;
    // What a killed server leaves (its children, its shared memory) goes away within moments: give it some.
    if (starts > 0) await clock.sleep(250);
    binaries ??= usableBinaries(cluster.home, cluster.user);
    removeLeftovers(cluster.home);
    await initialise(cluster, binaries);
    keeper = startKeeper(cluster, binaries);
    starts++;
  }
  const logged = existsSync(cluster.log) ? lastLine(readFileSync(cluster.log, "utf8")) : "it has logged nothing";
  throw new OperationalError(
    `the embedded PostgreSQL in ${cluster.home} does not start: ${logged} (all of it in ${cluster.log})`,
    {
      cause: problem,
    },
  );
}

const lastLine = (text: string): string => {
  const lines = text.trim().split("\n");
  return (lines.findLast((line) => /FATAL|PANIC|ERROR|cannot|could not/.test(line)) ?? lines.at(-1) ?? "").trim();
};

/** Makes the cluster beside its place and renames it there: another starter never sees a half-made one. */
async function initialise(cluster: Cluster, { initdb }: PostgresBinaries): Promise<void> {
  if (existsSync(join(cluster.data, "PG_VERSION"))) return;
  const staging = `${cluster.data}.init-${process.pid}-${starting++}`;
  mkdirSync(staging, { mode: 0o700 });
  giveTo(cluster.user, staging);
  try {
    const args = ["-D", staging, "-U", DATABASE, "--auth=trust", "--encoding=UTF8", "--no-instructions"];
    // The builtin provider sorts by code point on every machine alike, and still knows upper and lower case of all scripts.
    args.push("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C");
    if (!cluster.durable) args.push("--no-sync");
    await run(initdb, args, cluster.user);
    try {
      renameSync(staging, cluster.data);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error; // another starter was faster
    }
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

let starting = 0;

/** Half-made clusters and pipes whose makers were killed. */
function removeLeftovers(home: string): void {
  for (const name of readdirSync(home)) {
    const maker = /^(?:data\.init-|lease\.)(\d+)/.exec(name)?.[1];
    if (maker !== undefined && processState(Number(maker)) === undefined) {
      rmSync(join(home, name), { recursive: true, force: true });
    }
  }
}

/** Nothing of the caller's environment: PG* variables would steer the server, credentials are none of its business. */
const ENVIRONMENT = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

function run(program: string, args: readonly string[], user: PostgresUser | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...user, cwd: "/", env: ENVIRONMENT, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    child.on("error", (error) => reject(new OperationalError(`cannot run ${program}`, { cause: error })));
    child.on("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new OperationalError(`${program} failed (${signal ?? `exit code ${code}`}): ${lastLine(said)}`));
    });
  });
}

const KEEPER = new URL("./postgres-keeper.sh", import.meta.url);

function startKeeper(cluster: Cluster, { postgres }: PostgresBinaries): { exited: boolean } {
  if ((statSync(cluster.log, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES)
    renameSync(cluster.log, `${cluster.log}.1`);
  const log = openSync(cluster.log, "a", 0o600);
  try {
    const settings = { ...SETTINGS, ...(cluster.durable ? {} : THROWAWAY), unix_socket_directories: cluster.sockets };
    const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    // The script's text, not its path: the server's user may not be able to read the checkout. Detached: a signal to
    // our process group (Ctrl-C) must not reach the server while others use it.
    const script = readFileSync(KEEPER, "utf8");
    const child = spawn(
      "/bin/sh",
      ["-c", script, "alphaforge-postgres-keeper", postgres, cluster.data, cluster.lease, ...args],
      {
        ...cluster.user,
        cwd: "/",
        env: ENVIRONMENT,
        detached: true,
        stdio: ["ignore", log, log],
      },
    );
    const keeper = { exited: false };
    const ended = () => {
      keeper.exited = true;
    };
    child.on("exit", ended);
    child.on("error", ended);
    child.unref();
    return keeper;
  } finally {
    closeSync(log);
  }
}

/** Waits until the server answers and is the one of this directory; makes the database when it is new. */
async function untilReady(cluster: Cluster, lease: ServerLease, clock: Clock, deadline: number): Promise<void> {
  let problem: unknown;
  for (; clock.now() < deadline && lease.isCurrent(); await clock.sleep(10)) {
    const client = new Client({ connectionString: urlOf(cluster, "postgres"), connectionTimeoutMillis: 5_000 });
    client.on("error", (error) => {
      problem = error;
    });
    try {
      await client.connect();
      const { rows } = await client.query<{ directory: string; made: boolean }>(
        "SELECT current_setting('data_directory') AS directory, EXISTS (SELECT FROM pg_database WHERE datname = $1) AS made",
        [DATABASE],
      );
      const found = rows[0] as { directory: string; made: boolean };
      if (realpathSync(found.directory) !== cluster.data) {
        throw new OperationalError(
          `the server in ${cluster.sockets} serves ${found.directory}, not ${cluster.data}: stop it`,
        );
      }
      if (!found.made) await createDatabase(client);
      return;
    } catch (error) {
      if (error instanceof OperationalError) throw error;
      problem = error;
    } finally {
      // Ending a connection that is already broken is not another failure.
      await client.end().catch((error: unknown) => {
        problem ??= error;
      });
    }
  }
  throw new Error(`the server does not answer: ${oneLine(problem ?? "its keeper has gone")}`);
}

async function createDatabase(client: Client): Promise<void> {
  try {
    await client.query(`CREATE DATABASE ${DATABASE}`);
  } catch (error) {
    // 42P04 duplicate_database; 23505 when both insert the catalogue row at the same moment.
    const { code } = error as { code?: string };
    if (code !== "42P04" && code !== "23505") throw error;
  }
}
