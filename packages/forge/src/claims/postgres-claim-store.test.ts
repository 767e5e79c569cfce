import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { systemClock } from "@alphaforge/core/clock";
import { OperationalError } from "@alphaforge/core/errors";
import { connectStore } from "@alphaforge/core/store/open-store";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ClaimStore } from "./claim-store.ts";
import { describeClaimStore } from "./conformance.ts";
import { FORGE_MIGRATIONS } from "./migrations.ts";
import { postgresClaimStore } from "./postgres-claim-store.ts";

const SOAK = process.env.ALPHAFORGE_SOAK === "1";
const HAMMER_MS = SOAK ? 60_000 : 3_000;
const PROCESSES = 8;

describeClaimStore("claims in PostgreSQL", async (options) => {
  const own = await freshDatabase([FORGE_MIGRATIONS]);
  return { store: postgresClaimStore(own.store, options), close: () => own.drop() };
});

let database: TestDatabase;
const closing: (() => Promise<void>)[] = [];
const children: ChildProcess[] = [];
beforeEach(async () => {
  database = await freshDatabase([FORGE_MIGRATIONS]);
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null && child.kill("SIGKILL")) await once(child, "exit");
  }
  for (const close of closing.splice(0)) await close();
  await database.drop();
});

/** A store as another process would have it: connections and memory of its own. */
function another(leaseMs = 60_000): ClaimStore {
  const store = connectStore(database.url, { applicationName: "another", poolSize: 1 });
  const monotonic = () => performance.now();
  const claims = postgresClaimStore(store, { rules: { ignoresCase: false }, leaseMs, clock: systemClock, monotonic });
  closing.push(async () => {
    await claims.close();
    await store.close();
  });
  return claims;
}

const FIXTURE = fileURLToPath(new URL("./claim-client.fixture.ts", import.meta.url));

function client(...args: string[]): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [FIXTURE, database.url, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => (output += text));
  return { child, output: () => output };
}

const exclusive = (id: string, ...globs: string[]) => ({ id, holder: `task ${id}`, mode: "exclusive" as const, globs });

test("a waiter in one process is told of a release in another", async () => {
  const [here, there] = [another(), another()];
  const first = await here.claim(exclusive("a", "src/**"));
  expect(await there.claim(exclusive("b", "src/x"))).toMatchObject({ granted: false });
  const waiting = there.wait("b");
  if (first.granted) await here.release(first.claim.token);
  expect(await waiting).toMatchObject({ id: "b", token: 2 });
  expect((await here.list()).map(({ id }) => id)).toEqual(["b"]);
  expect(await here.isCurrent(1)).toBe(false);
  expect(await here.isCurrent(2)).toBe(true);
});

test("a process that joins later knows all that is held", async () => {
  await another().claim(exclusive("a", "src/**"));
  expect(await another().claim(exclusive("b", "src/x"))).toMatchObject({ granted: false });
});

test("who grants a claim uses the lease that it was asked with, whoever was asked", async () => {
  const [here, there] = [another(1_000_000), another(2_000_000)];
  await here.claim(exclusive("a", "x"));
  await here.claim({ ...exclusive("b", "x"), leaseMs: 7_000 });
  await here.claim(exclusive("c", "x"));
  expect(await there.release(1)).toEqual({ ok: true });
  expect(await here.list()).toMatchObject([{ id: "b", leaseMs: 7_000 }, { id: "c" }]);
  expect(await there.release(2)).toEqual({ ok: true });
  expect(await here.list()).toMatchObject([{ id: "c", leaseMs: 2_000_000, askedLeaseMs: null }]);
});

test("an ended claim does not come back with a token of before, whoever asks", async () => {
  const [here, there] = [another(), another()];
  await here.claim(exclusive("a", "x"));
  expect(await there.release(1)).toEqual({ ok: true });
  expect(await here.heartbeat(1)).toMatchObject({ ok: false });
  expect(await here.claim(exclusive("b", "x"))).toMatchObject({ claim: { token: 2 } });
  expect(await there.heartbeat(1)).toMatchObject({ ok: false });
});

test("a lost connection is an error of who was using it; the next decision reads everything anew", async () => {
  const claims = another();
  await claims.claim(exclusive("a", "x"));
  await claims.claim(exclusive("b", "x"));
  const waiting = expect(claims.wait("b")).rejects.toThrow(OperationalError);
  await claims.list();
  await database.store.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'another' AND datname = current_database()",
  );
  await waiting;
  for (
    let tries = 0;
    tries < 20 &&
    !(await claims.list().then(
      () => true,
      () => false,
    ));
    tries += 1
  );
  expect((await claims.list()).map(({ id, state }) => `${id} ${state}`)).toEqual(["a held", "b waiting"]);
  const again = claims.wait("b");
  expect(await claims.release(1)).toEqual({ ok: true });
  expect(await again).toMatchObject({ id: "b", token: 2 });
});

test("a holder that is killed holds its claim no longer than its lease", { timeout: 120_000 }, async () => {
  const holder = client("hold");
  await once(holder.child.stdout as NodeJS.ReadableStream, "data");
  const token = Number(holder.output());
  const claims = another();
  expect(await claims.claim(exclusive("next", "src/a.ts"))).toMatchObject({ granted: false });
  const waiting = claims.wait("next");
  holder.child.kill("SIGKILL");
  expect((await waiting).token).toBe(token + 1);
  expect(await claims.isCurrent(token)).toBe(false);
});

test(`16 clients in ${PROCESSES} processes never hold what excludes each other`, { timeout: 300_000 }, async () => {
  await database.store.pool.query("CREATE TABLE working (path text, mode text, token bigint)");
  await database.store.pool.query("CREATE TABLE violations (path text, mine bigint, other bigint)");
  const hammers = Array.from({ length: PROCESSES }, (_, seed) => client("hammer", `${seed}`, `${HAMMER_MS}`));
  for (const { child, output } of hammers) {
    if (child.exitCode === null) await once(child, "exit");
    expect(child.exitCode, output()).toBe(0);
  }
  expect((await database.store.pool.query("SELECT * FROM violations")).rows).toEqual([]);
  const { rows } = await database.store.pool.query<{ rounds: number; holders: number; last: number }>(
    `SELECT count(*) AS rounds, count(DISTINCT holder) AS holders, max(token) AS last FROM forge_claims
     WHERE state = 'released'`,
  );
  expect(rows).toEqual([{ rounds: rows[0]?.last, holders: 16, last: rows[0]?.rounds }]);
  expect(rows[0]?.rounds).toBeGreaterThan(64);
});
