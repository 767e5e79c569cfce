import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openStore, type Store } from "./open-store.ts";
import { processState } from "./process-state.ts";

const FIXTURE = fileURLToPath(new URL("./store-user.fixture.ts", import.meta.url));
const MIGRATIONS = fileURLToPath(new URL("../../migrations", import.meta.url));
const root = process.getuid?.() === 0;

let stateDir: string;
let users: ChildProcess[];
let stores: Store[];
const servers = new Set<number>();

beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), "store-"));
  users = [];
  stores = [];
});
afterEach(async () => {
  for (const user of users) user.kill("SIGKILL");
  for (const store of stores)
    await store.close().catch((error: Error) => expect(error.message).toContain("Called end"));
  const started = [...servers];
  servers.clear();
  for (const pid of started) {
    // The tests that are about ending by itself have waited for it; the others need not.
    if (processState(pid)?.command.includes(stateDir) && runs(pid)) process.kill(pid, "SIGINT");
    await untilGone(pid, 15_000);
  }
  rmSync(stateDir, { recursive: true, force: true });
});

interface User {
  readonly process: ChildProcess;
  readonly applied: readonly string[];
  readonly server: number;
}

async function startUser(): Promise<User> {
  const child = spawn(process.execPath, [FIXTURE, stateDir], { stdio: ["pipe", "pipe", "inherit"] });
  users.push(child);
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  const said = JSON.parse(line) as { applied: string[]; server: number };
  servers.add(said.server);
  return { process: child, ...said };
}

async function open(): Promise<Store> {
  const store = await openStore({ stateDir, applicationName: "test" });
  stores.push(store);
  servers.add(serverPid());
  return store;
}

const serverPid = () => Number(readFileSync(join(stateDir, "postgres/data/postmaster.pid"), "utf8").split("\n")[0]);
const runs = (pid: number) => (processState(pid)?.state ?? "Z") !== "Z";

/** Milliseconds until the process has gone; fails after `patience`. */
async function untilGone(pid: number, patience: number): Promise<void> {
  const start = performance.now();
  while (runs(pid)) {
    if (performance.now() - start > patience) throw new Error(`process ${pid} still runs after ${patience} ms`);
    await setTimeout(20);
  }
}

/** The processes that look after a server: those whose command line names its lease. */
function keepers(): number[] {
  const found: number[] = [];
  for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    const state = processState(pid);
    if (state?.command.startsWith("/bin/sh") && state.command.includes(join(stateDir, "postgres/lease")))
      found.push(pid);
  }
  return found;
}

describe("the embedded server", () => {
  test("is one server for processes that start it and migrate at the same time", async () => {
    const started = await Promise.all([startUser(), startUser(), startUser()]);
    expect(new Set(started.map((user) => user.server)).size).toBe(1);
    // One of them applied the migration, the others found it applied.
    const all = readdirSync(MIGRATIONS).sort();
    expect(all).toContain("0001-event-log.sql");
    expect(started.map((user) => user.applied).sort()).toEqual([[], [], all]);
  });

  test("ends within five seconds after its last user was killed, and not while another one is there", async () => {
    const [first, second] = await Promise.all([startUser(), startUser()]);
    first.process.kill("SIGKILL");
    await setTimeout(3_500);
    expect(runs(first.server)).toBe(true);
    second.process.kill("SIGKILL");
    await untilGone(second.server, 5_000);
    expect(existsSync(join(stateDir, "postgres/data/postmaster.pid"))).toBe(false);
  });

  test("ends after its last user closed it, and starts again with what was stored", async () => {
    const store = await open();
    await store.pool.query("CREATE TABLE kept AS SELECT 42 AS answer");
    const before = serverPid();
    await store.close();
    await untilGone(before, 5_000);
    const again = await open();
    expect((await again.pool.query("SELECT answer FROM kept")).rows).toEqual([{ answer: 42 }]);
    expect(serverPid()).not.toBe(before);
  });

  test("stays for a user who comes just as the last one goes", async () => {
    for (let i = 0; i < 6; i++) {
      const store = await open();
      await store.close();
      // Around the moment at which the keeper gives up: in its pause, at its last look, after it.
      await setTimeout(850 + i * 60);
      const next = await open();
      expect((await next.pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
      await setTimeout(100);
      expect((await next.pool.query("SELECT 2 AS two")).rows).toEqual([{ two: 2 }]);
      await next.close();
    }
  });

  test("recovers when the server was killed: the next to open finds everything that was committed", async () => {
    const store = await open();
    await store.pool.query("CREATE TABLE kept AS SELECT 42 AS answer");
    process.kill(serverPid(), "SIGKILL");
    const again = await open();
    expect((await again.pool.query("SELECT answer FROM kept")).rows).toEqual([{ answer: 42 }]);
  });

  test.runIf(process.platform === "linux")(
    "ends with its last user even when the keeper itself was killed",
    async () => {
      const user = await startUser();
      const parent = Number(/PPid:\s+(\d+)/.exec(readFileSync(`/proc/${user.server}/status`, "utf8"))?.[1]);
      process.kill(parent, "SIGKILL");
      user.process.kill("SIGKILL");
      await untilGone(user.server, 5_000);
    },
  );

  test.runIf(process.platform === "linux")("is replaced when it runs and nobody is left to look after it", async () => {
    const user = await startUser();
    const watching = keepers();
    for (const keeper of watching) process.kill(keeper, "SIGKILL");
    // A signal is sent before it has taken effect, and a keeper that still dies still holds its lease.
    for (const keeper of watching) await untilGone(keeper, 5_000);
    user.process.kill("SIGKILL");
    const store = await open();
    expect(serverPid()).not.toBe(user.server);
    expect((await store.pool.query("SELECT last_seq FROM event_log_head")).rows).toEqual([{ last_seq: 0 }]);
  });

  test("starts over a postmaster.pid that names a process which is no server", async () => {
    const store = await open();
    await store.close();
    const pid = serverPid();
    await untilGone(pid, 5_000);
    const stale = join(stateDir, "postgres/data/postmaster.pid");
    // This very process: alive, and of a user that the server may be as well.
    writeFileSync(stale, `${process.pid}\n${stateDir}/postgres/data\n1\n5432\n\n\n0 0\nready\n`);
    const again = await open();
    expect((await again.pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  });

  test("listens only on a socket in a directory that others cannot enter", async () => {
    const store = await open();
    const { rows } = await store.pool.query(
      "SELECT current_setting('listen_addresses') AS listen, current_setting('unix_socket_directories') AS sockets, lower('ÄÉ') AS lower",
    );
    expect(rows[0]).toMatchObject({ listen: "", lower: "äé" });
    expect(statSync(rows[0].sockets).mode & 0o077).toBe(0);
    expect(statSync(join(stateDir, "postgres")).mode & 0o077).toBe(0);
  });

  test("works where the path is too long for a socket, and where names need quoting", async () => {
    const outer = stateDir;
    stateDir = join(outer, "a long name with spaces, %, @ and ü".repeat(3));
    const store = await open();
    const { rows } = await store.pool.query("SELECT current_setting('unix_socket_directories') AS sockets");
    expect(rows[0].sockets).not.toContain(outer);
    expect(statSync(rows[0].sockets).mode & 0o077).toBe(0);
    await store.close();
    await untilGone(serverPid(), 5_000);
    rmSync(rows[0].sockets, { recursive: true });
    stateDir = outer;
  });

  test("makes a state directory several levels deep, also away from the temporary directory", async () => {
    const base = mkdtempSync("/var/tmp/store-");
    chmodSync(base, 0o755);
    try {
      const store = await openStore({ stateDir: join(base, "home/desks/arena"), applicationName: "deep" });
      servers.add(
        Number(readFileSync(join(base, "home/desks/arena/postgres/data/postmaster.pid"), "utf8").split("\n")[0]),
      );
      expect((await store.pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
      await store.close();
      for (const pid of servers) await untilGone(pid, 15_000);
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  });

  test("says in one line that the state directory cannot be used", async () => {
    writeFileSync(join(stateDir, "file"), "");
    stateDir = join(stateDir, "file", "desk");
    await expect(openStore({ stateDir, applicationName: "test" })).rejects.toThrow(
      /^cannot use .*file\/desk as state directory/,
    );
    stateDir = join(stateDir, "../..");
  });

  test("says what the server said when it cannot start", async () => {
    mkdirSync(join(stateDir, "postgres/data"), { recursive: true });
    writeFileSync(join(stateDir, "postgres/data/PG_VERSION"), "9\n");
    if (root) chmodSync(join(stateDir, "postgres/data"), 0o777);
    await expect(openStore({ stateDir, applicationName: "test" })).rejects.toThrow(
      /does not start: .*(FATAL|could not|cannot).*server\.log/,
    );
  });
});
