import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { migrate } from "@alphaforge/core/store/migrations";
import { openStore } from "@alphaforge/core/store/open-store";
import { type PasswordServer, startPasswordServer } from "@alphaforge/core/testing/password-server";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { DESK_DATABASE } from "../src/compose/desk-migrations.ts";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));
const desk = (name: string) => `name: ${name}
venue:
  name: simulated
  settings: { seed: 7, symbols: 5 }
clock: { from: 2024-03-04T00:00:00Z, days: 1, speed: 60 }
history: 220
`;

let directory: ReturnType<typeof temporaryDirectory>;
let home: string;
let server: PasswordServer;
const children: ChildProcess[] = [];
const output: string[] = [];

beforeAll(async () => {
  directory = temporaryDirectory();
  home = join(directory.path, "home");
  for (const name of ["north", "south"]) addDesk(home, name);
  server = await startPasswordServer(join(directory.path, "server"));
  await query(server.url(), "CREATE ROLE plain LOGIN PASSWORD 'plain'");
  await query(server.url(), "CREATE DATABASE plain OWNER plain");
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "close");
    }
  }
});
afterAll(async () => {
  await server?.stop();
  directory.remove();
});

function addDesk(where: string, name: string): void {
  mkdirSync(join(where, "desks", name), { recursive: true });
  writeFileSync(join(where, "desks", name, "desk.yaml"), desk(name));
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const store = await openStore({ stateDir: "/nonexistent", databaseUrl: url, applicationName: "test", poolSize: 1 });
  try {
    return (await store.pool.query(sql)).rows;
  } finally {
    await store.close();
  }
}

interface Running {
  readonly process: ChildProcess;
  said(): string;
  ended: Promise<number | null>;
}

function runDesk(name: string, databaseUrl: string, where = home): Running {
  const { LOG_LEVEL: _level, ALPHAFORGE_FAILPOINTS: _failpoints, ...rest } = process.env;
  const child = spawn(process.execPath, [BIN, "desk", "run", name], {
    env: { ...rest, ALPHAFORGE_HOME: where, DATABASE_URL: databaseUrl, LOG_LEVEL: "debug" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      output.push(text);
    });
  }
  return { process: child, said: () => said, ended: once(child, "close").then(([code]) => code) };
}

async function untilRunning({ process: child, said }: Running): Promise<void> {
  while (!said().includes('"desk.running"')) {
    if (child.exitCode !== null) throw new Error(said());
    await setTimeout(50);
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  probe.close();
  return port;
}

const lastLine = (text: string) => text.trimEnd().split("\n").at(-1);
const passwordOf = (name: string, where = home) =>
  readFileSync(join(where, "desks", name, "database-password"), "utf8").trim();

describe("with an administrator's DATABASE_URL", () => {
  test("who only looks makes no database", async () => {
    for (const command of [
      ["desk", "status", "north"],
      ["db", "status", "north"],
    ]) {
      const { code, errors } = await runCli(home, command, { DATABASE_URL: server.url() });
      expect({ code, errors }).toEqual({
        code: 1,
        errors: ["alphaforge: desk north has no state yet; start it with alphaforge up --desk north"],
      });
    }
    expect(await query(server.url(), "SELECT datname FROM pg_database WHERE datname LIKE 'alphaforge%'")).toEqual([]);
    expect(existsSync(join(home, "desks", "north", "database-password"))).toBe(false);
  });

  test("two desks run on it side by side, each in a database that the other's role cannot enter", async () => {
    const desks = [runDesk("north", server.url()), runDesk("south", server.url())];
    await Promise.all(desks.map(untilRunning));
    for (const name of ["north", "south"]) {
      const { stdout } = await runCli(home, ["db", "status", name, "--json"], { DATABASE_URL: server.url() });
      const place = { kind: "own", database: `alphaforge_${name}`, role: `alphaforge_${name}` };
      expect(JSON.parse(stdout)).toMatchObject({ desk: name, place, events: { count: expect.any(Number) } });
      expect(statSync(join(home, "desks", name, "database-password")).mode & 0o077).toBe(0);
    }
    const human = await runCli(home, ["db", "status", "north"], { DATABASE_URL: server.url() });
    expect(human.stdout).toContain(
      "database alphaforge_north, role alphaforge_north: this desk's own on the server of DATABASE_URL",
    );
    const north = server.urlFor("alphaforge_north", passwordOf("north"), "alphaforge_north");
    expect(await query(north, "SELECT name FROM desk")).toEqual([{ name: "north" }]);
    await expect(
      query(server.urlFor("alphaforge_north", passwordOf("north"), "alphaforge_south"), "SELECT 1"),
    ).rejects.toThrow(/cannot reach the database/);

    // A second process of a desk that runs: one holds the lock and writes, the other says so.
    const second = runDesk("north", server.url());
    expect(await second.ended).toBe(1);
    expect(lastLine(second.said())).toMatch(
      /^alphaforge: desk north runs already \(process \d+\): stop that one first$/,
    );

    for (const { process: child } of desks) child.kill("SIGTERM");
    expect(await Promise.all(desks.map(({ ended }) => ended))).toEqual([0, 0]);
    for (const name of ["north", "south"]) {
      expect(output.join("")).not.toContain(passwordOf(name));
      expect(server.log()).not.toContain(passwordOf(name));
    }
  });

  test("`up` runs both and shows both, and no page holds a password", async () => {
    const { ALPHAFORGE_FAILPOINTS: _failpoints, ...rest } = process.env;
    const port = await freePort();
    const child = spawn(process.execPath, [BIN, "up", "--desk", "north", "south", "--port", String(port)], {
      env: { ...rest, ALPHAFORGE_HOME: home, DATABASE_URL: server.url() },
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    }
    const ended = once(child, "close");
    while (!/Desk north runs/.test(said) || !/Desk south runs/.test(said)) {
      if (child.exitCode !== null) throw new Error(said);
      await setTimeout(50);
    }
    for (const name of ["north", "south"]) {
      const page = await (await fetch(`http://127.0.0.1:${port}/?desk=${name}`)).text();
      expect(page).toContain(name);
      expect(page + said).not.toContain(passwordOf(name));
      expect(readFileSync(join(home, "desks", name, "desk.log"), "utf8")).not.toContain(passwordOf(name));
    }
    child.kill("SIGTERM");
    expect((await ended)[0]).toBe(0);
  });

  test("each repository's forge has one too", async () => {
    const repositories = ["one", "two"].map((name) => join(directory.path, name));
    for (const repository of repositories) {
      mkdirSync(repository);
      execFileSync("git", ["init", "-q", "-b", "main"], { cwd: repository });
      const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
      execFileSync("git", [...identity, "commit", "-q", "--allow-empty", "-m", "Begin"], { cwd: repository });
      const env = { DATABASE_URL: server.url() };
      const none = await runCli(home, ["forge", "status"], env, { directory: repository });
      expect(none.errors).toEqual([expect.stringContaining("the forge has not been used in")]);
      const claimed = await runCli(home, ["forge", "claim", "src/a.ts", "--for", "1s"], env, { directory: repository });
      expect({ code: claimed.code, errors: claimed.errors }).toEqual({ code: 0, errors: [] });
    }
    const rows = await query(
      server.url(),
      `SELECT datname = pg_get_userbyid(datdba) AS own, has_database_privilege('public', oid, 'CONNECT') AS open
       FROM pg_database WHERE datname LIKE 'alphaforge\\_forge\\_%'`,
    );
    expect(rows).toEqual([
      { own: true, open: false },
      { own: true, open: false },
    ]);
  });

  test("a home that does not know a desk's password says where to get it", async () => {
    const other = join(directory.path, "other-home");
    addDesk(other, "north");
    const { code, errors } = await runCli(other, ["desk", "run", "north"], { DATABASE_URL: server.url() });
    expect(code).toBe(1);
    expect(errors).toEqual([
      expect.stringMatching(/^alphaforge: role alphaforge_north .* does not know: copy .*database-password from where/),
    ]);
  });
});

describe("with a DATABASE_URL whose user may create nothing", () => {
  const url = () => server.urlFor("plain", "plain", "plain");

  test("its database is one desk's, goes on being used, and refuses another", async () => {
    const first = runDesk("north", url());
    await untilRunning(first);
    const { stdout } = await runCli(home, ["db", "status", "north", "--json"], { DATABASE_URL: url() });
    expect(JSON.parse(stdout).place).toEqual({ kind: "given", database: "plain", role: "plain" });
    first.process.kill("SIGTERM");
    expect(await first.ended).toBe(0);
    const { code, errors } = await runCli(home, ["desk", "run", "south"], { DATABASE_URL: url() });
    expect(code).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/holds desk north, not desk south: point it at one of its own/)]);
    // Also by the hands of somebody who could make one.
    const asAdministrator = new URL(server.url("plain")).href;
    const again = await runCli(home, ["db", "status", "north", "--json"], { DATABASE_URL: asAdministrator });
    expect(JSON.parse(again.stdout).place).toEqual({ kind: "given", database: "plain", role: "administrator" });
  });

  test("`up` with two desks on it names both before anything is started", async () => {
    await query(server.url(), "CREATE DATABASE empty OWNER plain");
    const { code, errors } = await runCli(home, ["up", "--desk", "north", "south", "--port", "39741"], {
      DATABASE_URL: server.urlFor("plain", "plain", "empty"),
    });
    expect(code).toBe(1);
    expect(errors.at(-1)).toMatch(/^alphaforge: desks north and south cannot share database empty: start one of them/);
  });
});

test("a database that was migrated and holds no desk yet is nobody's", async () => {
  await query(server.url(), "CREATE DATABASE migrated");
  const store = await openStore({
    stateDir: "/nonexistent",
    databaseUrl: server.url("migrated"),
    applicationName: "test",
  });
  await migrate(store, DESK_DATABASE);
  await store.close();
  const { code, errors } = await runCli(home, ["desk", "status", "south"], { DATABASE_URL: server.url("migrated") });
  // South has a database of its own on that server.
  expect({ code, errors }).toEqual({ code: 0, errors: [] });
});
