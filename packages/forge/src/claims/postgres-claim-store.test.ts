import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@alphaforge/core/clock";
import { OperationalError } from "@alphaforge/core/errors";
import { startEmbeddedPostgres } from "@alphaforge/core/store/embedded-postgres";
import { migrate } from "@alphaforge/core/store/migrations";
import { connectStore, type Store } from "@alphaforge/core/store/open-store";
import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ClaimStore } from "./claim-store.ts";
import { describeClaimStore } from "./conformance.ts";
import { FORGE_MIGRATIONS } from "./migrations.ts";
import { postgresClaimStore } from "./postgres-claim-store.ts";
import { pruneClaims } from "./prune-claims.ts";

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

test("the record of what ended long ago is removed; tokens go on rising, and no process takes the removed for held", async () => {
  const [here, idle, later] = [another(), another(), another()];
  await here.claim(exclusive("a", "x"));
  await here.claim(exclusive("b", "y"));
  expect(await idle.list()).toHaveLength(2);
  await here.release(1);
  await here.release(2);
  await here.claim(exclusive("c", "z"));
  await here.claim(exclusive("d", "z"));
  const now = systemClock.now();
  expect(await pruneClaims(database.store, 60_000, now)).toBe(0);
  expect(await pruneClaims(database.store, 0, now + 1)).toBe(2);
  expect(await pruneClaims(database.store, 0, now + 1)).toBe(0);
  await expect(pruneClaims(database.store, Number.NaN, now)).rejects.toThrow(RangeError);
  // It had seen a and b held, and can no longer read that they ended.
  expect(await idle.claim(exclusive("e", "{x,y}"))).toMatchObject({ granted: true, claim: { token: 4 } });
  for (const each of [here, idle, later]) {
    expect((await each.list()).map(({ id, state }) => `${id} ${state}`)).toEqual(["c held", "e held", "d waiting"]);
  }
  await expect(idle.claim(exclusive("a", "w"))).resolves.toMatchObject({ granted: true, claim: { token: 5 } });
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

test.runIf(SOAK)(
  "processes that are killed at any moment: nobody else is where one holds, and tokens rise",
  {
    timeout: 300_000,
  },
  async () => {
    const { pool } = database.store;
    await pool.query("CREATE TABLE path_tokens (path text PRIMARY KEY, token bigint NOT NULL)");
    const paths = ["src/a.ts", "src/b.ts", "src/x/c.ts", "docs/a.md", "docs/b.md", "README.md"];
    await pool.query("INSERT INTO path_tokens SELECT unnest($1::text[]), 0", [paths]);
    const end = performance.now() + HAMMER_MS;
    let seed = 0;
    const begin = () => {
      seed += 1;
      return client("mortal", `${seed}`, `${Math.ceil(end - performance.now())}`);
    };
    const running = Array.from({ length: 6 }, begin);
    let last = 0;
    let kills = 0;
    for (let place = 0; performance.now() < end - 5_000; place = (place + 1) % running.length) {
      const { child, output } = running[place] as ReturnType<typeof client>;
      // Only one that works is worth killing; how far it has come by then is for the machine to say.
      while (output() === "" && child.exitCode === null) await systemClock.sleep(20);
      await systemClock.sleep(500 + place * 137);
      const { rows } = await pool.query<{ last_token: number }>("SELECT last_token FROM forge_claim_counters");
      expect(rows[0]?.last_token).toBeGreaterThanOrEqual(last);
      last = rows[0]?.last_token ?? 0;
      expect(child.exitCode, output()).toBe(null);
      child.kill("SIGKILL");
      kills += 1;
      running[place] = begin();
    }
    for (const { child, output } of running) {
      if (child.exitCode === null) await once(child, "exit");
      expect(child.exitCode, output()).toBe(0);
    }
    const { rows } = await pool.query<{ state: string; count: number }>(
      "SELECT state, count(*) AS count FROM forge_claims GROUP BY state ORDER BY state",
    );
    const states = rows.map(({ state, count }) => `${count} ${state}`).join(", ");
    tellCounts("claims of mortal clients", `${kills} kills, token ${last} before the last of them, claims: ${states}`);
    expect(kills).toBeGreaterThan(2);
    expect(rows.map(({ state }) => state)).toEqual(expect.arrayContaining(["expired", "released"]));
  },
);

async function untilRecovered(store: Store): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const error = await store.pool.query("SELECT").then(
      () => undefined,
      (cause: Error) => cause,
    );
    if (error === undefined) return;
    if (tries === 600) throw error;
    await systemClock.sleep(100);
  }
}

test("a server that dies takes back nothing that anybody was told, and gives no token twice", {
  timeout: 120_000,
}, async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "forge-claims-"));
  const server = await startEmbeddedPostgres({ stateDir });
  const rounds = SOAK ? 20 : 3;
  const options = { rules: { ignoresCase: false }, leaseMs: 600_000, clock: systemClock };
  const open = () => {
    const store = connectStore(server.url(), { applicationName: "claims", poolSize: 2 });
    return { store, claims: postgresClaimStore(store, { ...options, monotonic: () => performance.now() }) };
  };
  const all = Array.from({ length: 5 }, open);
  const told = new Map<number, string>();
  const released = new Set<number>();
  const tell = (token: number, id: string) => {
    expect(told.get(token) ?? id).toBe(id);
    told.set(token, id);
  };
  let goesOn = true;
  let asked = 0;
  /** Goes on over a crash: what was not answered may or may not have been done. */
  const work = async (each: () => Promise<void>) => {
    while (goesOn) {
      await each().catch(async (error) => {
        if (!(error instanceof OperationalError)) throw error;
        await systemClock.sleep(20);
      });
    }
  };
  try {
    const [first, reader] = all as [ReturnType<typeof open>, ReturnType<typeof open>];
    await migrate(first.store, [FORGE_MIGRATIONS]);
    const working = all.map(({ claims }) =>
      work(async () => {
        asked += 1;
        const id = `${asked}`;
        const answer = await claims.claim(exclusive(id, `${id}.ts`));
        if (!answer.granted) throw new Error(`${id} was not granted`);
        tell(answer.claim.token, id);
        if (asked % 3 === 0) return;
        if ((await claims.release(answer.claim.token)).ok) released.add(answer.claim.token);
      }),
    );
    working.push(
      work(async () => {
        for (const claim of await reader.claims.list()) if (claim.state === "held") tell(claim.token, claim.id);
      }),
    );
    for (let round = 0; round < rounds; round += 1) {
      await untilRecovered(first.store);
      const before = told.size;
      for (let tries = 0; told.size < before + 30 && tries < 400; tries += 1) await systemClock.sleep(25);
      expect(told.size).toBeGreaterThan(before);
      const { rows } = await first.store.pool.query<{ pid: number }>(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'claims' AND pid <> pg_backend_pid() LIMIT 1",
      );
      // One that dies takes the server's memory with it: all sessions end, and what was not on disk is gone.
      process.kill(rows[0]?.pid as number, "SIGKILL");
    }
    goesOn = false;
    await Promise.all(working);
    await untilRecovered(first.store);
    const { rows } = await first.store.pool.query<{ token: number; id: string; state: string }>(
      "SELECT token, id, state FROM forge_claims WHERE token IS NOT NULL",
    );
    const kept = new Map(rows.map((row) => [row.token, row]));
    expect([...told].filter(([token, id]) => kept.get(token)?.id !== id)).toEqual([]);
    expect([...released].filter((token) => kept.get(token)?.state !== "released")).toEqual([]);
  } finally {
    goesOn = false;
    for (const { claims, store } of all) {
      await claims.close();
      await store.close();
    }
    server.release();
    rmSync(stateDir, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  }
});
