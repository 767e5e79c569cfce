import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Client } from "pg";
import { usableBinaries } from "../store/postgres-binaries.ts";
import { giveTo, letPass, postgresUser } from "../store/postgres-user.ts";

/** A PostgreSQL as a user has it: on a port, with passwords. Of the process that started it, and gone with it. */
export interface PasswordServer {
  readonly port: number;
  /** URL of the superuser. */
  url(database?: string): string;
  /** URL of another user. */
  urlFor(user: string, password: string, database: string): string;
  /** The process id of the server; changes with every start. */
  pid(): number;
  /** "fast" ends its sessions in order, "immediate" as a crash does. */
  stop(how?: "fast" | "immediate"): Promise<void>;
  /** `largestFileBytes`: what a file may grow to from now on, as on a disk that is full; unlimited when absent. */
  start(options?: { readonly largestFileBytes?: number }): Promise<void>;
  log(): string;
}

const USER = "administrator";
const PASSWORD = "not-a-secret";
const START_MS = 60_000;
const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  // What is committed survives the server, if not the machine: tests kill the one and not the other.
  fsync: "off",
  full_page_writes: "off",
  shared_buffers: "32MB",
  max_connections: "200",
  io_method: "sync",
  autovacuum_naptime: "30s",
  wal_level: "minimal",
  max_wal_senders: "0",
  max_wal_size: "64MB",
  min_wal_size: "5MB",
  timezone: "UTC",
  log_timezone: "UTC",
  // What a careful administrator logs; a password must not be in it.
  log_statement: "all",
} as const;

/** Ends the server when the pipe to whoever started it closes, killed or not; the limit is in blocks of 1024 bytes. */
const KEEPER = `
exec 3<&0
if [ "$1" != unlimited ]; then ulimit -f "$1"; fi
shift
"$@" 3<&- </dev/null &
server=$!
(cat <&3 >/dev/null; kill -INT "$server") &
exec 3<&-
wait "$server"
`;

const ENVIRONMENT = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };

/**
 * Makes a cluster in `directory` and starts it on a free loopback port, with scram-sha-256 for everybody and without
 * fsync. Segments of the log are 1 MB each, so that a limit on files can be smaller than PostgreSQL's usual 16 MB.
 */
export async function startPasswordServer(directory: string): Promise<PasswordServer> {
  const user = postgresUser();
  mkdirSync(directory, { recursive: true });
  letPass(user, directory);
  const data = join(directory, "data");
  const logFile = join(directory, "server.log");
  const binaries = usableBinaries(directory, user);
  const passwordFile = join(directory, "password");
  writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  mkdirSync(data, { mode: 0o700 });
  giveTo(user, passwordFile);
  giveTo(user, data);
  const made = spawnSync(
    binaries.initdb,
    [
      ...["-D", data, "-U", USER, "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "--encoding=UTF8", "--no-sync"],
      ...["--no-instructions", "--locale=C", "--wal-segsize=1"],
    ],
    { ...user, cwd: "/", env: ENVIRONMENT, encoding: "utf8" },
  );
  rmSync(passwordFile);
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);

  let port = await freePort();
  let keeper: ChildProcess | undefined;
  const url = (database = "postgres") => urlFor(USER, PASSWORD, database);
  const urlFor = (name: string, password: string, database: string) =>
    `postgres://${encodeURIComponent(name)}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  const log = () => readFileSync(logFile, "utf8");
  const pid = () => Number(readFileSync(join(data, "postmaster.pid"), "utf8").split("\n")[0]);

  function spawnKeeper(largestFileBytes: number | undefined): ChildProcess {
    const limit = largestFileBytes === undefined ? "unlimited" : String(Math.floor(largestFileBytes / 1024));
    const settings = Object.entries({ ...SETTINGS, port: String(port) }).flatMap(([name, value]) => [
      "-c",
      `${name}=${value}`,
    ]);
    const output = openSync(logFile, "a", 0o600);
    try {
      // Under /bin/sh of POSIX -f counts 512 bytes; dash and bash do so only in their POSIX modes. Bash is asked for.
      return spawn("/bin/bash", ["-c", KEEPER, "keeper", limit, binaries.postgres, "-D", data, ...settings], {
        ...user,
        cwd: "/",
        env: ENVIRONMENT,
        stdio: ["pipe", output, output],
      });
    } finally {
      closeSync(output);
    }
  }

  async function start({ largestFileBytes }: { readonly largestFileBytes?: number } = {}): Promise<void> {
    const deadline = performance.now() + START_MS;
    while (performance.now() < deadline) {
      if (keeper === undefined || keeper.exitCode !== null || keeper.signalCode !== null) {
        keeper = spawnKeeper(largestFileBytes);
        keeper.stdin?.on("error", () => undefined);
      }
      const client = new Client({ connectionString: url() });
      client.on("error", () => undefined);
      try {
        await client.connect();
        return;
      } catch {
        // Not listening yet, or still recovering: what this waits for.
        await setTimeout(50);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
    throw new Error(`the password server in ${directory} does not start: ${log().slice(-2000)}`);
  }

  async function stop(how: "fast" | "immediate" = "fast"): Promise<void> {
    if (keeper === undefined || keeper.exitCode !== null || keeper.signalCode !== null) return;
    const ended = once(keeper, "exit");
    process.kill(pid(), how === "fast" ? "SIGINT" : "SIGQUIT");
    await ended;
    keeper.stdin?.end();
    keeper = undefined;
  }

  try {
    await start();
  } catch (error) {
    // Somebody took the port between the two: another one is as good.
    if (!/could not bind|Address already in use/.test(log())) throw error;
    port = await freePort();
    await start();
  }
  return { port, url, urlFor, pid, stop, start, log };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, "close");
  return port;
}
