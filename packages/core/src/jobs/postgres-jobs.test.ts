import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { OperationalError } from "../errors.ts";
import { createLogger } from "../telemetry/logger.ts";
import { freshDatabase, type TestDatabase } from "../testing/test-database.ts";
import { describeJobs } from "./conformance.ts";
import type { Jobs } from "./jobs.ts";
import { type JobsPace, postgresJobs } from "./postgres-jobs.ts";

const WORKER = fileURLToPath(new URL("./jobs-worker.fixture.ts", import.meta.url));
const QUICK: JobsPace = { poll: 0.5, supervise: 1, cron: 1 };

function logTo(lines: string[]) {
  return createLogger({ level: "warn", clock: systemClock, destination: { write: (line) => void lines.push(line) } });
}

describeJobs("jobs in PostgreSQL", async () => {
  const database = await freshDatabase([]);
  const lines: string[] = [];
  const jobs = postgresJobs({ url: database.url, logger: logTo(lines), pace: QUICK });
  return { jobs, lines, close: () => database.drop() };
});

let database: TestDatabase;
let open: Jobs[];
beforeEach(async () => {
  database = await freshDatabase([]);
  open = [];
});
afterEach(async () => {
  await Promise.all(open.map((jobs) => jobs.close()));
  await database.drop();
});

function make(lines: string[] = [], url = database.url): Jobs {
  const jobs = postgresJobs({ url, logger: logTo(lines), pace: QUICK });
  open.push(jobs);
  return jobs;
}

async function until(what: string, isTrue: () => Promise<boolean> | boolean, patience = 40_000): Promise<void> {
  const start = performance.now();
  while (!(await isTrue())) {
    if (performance.now() - start > patience) throw new Error(`${what} did not happen within ${patience} ms`);
    await setTimeout(50);
  }
}

test("the job of a worker that was killed runs again elsewhere, under the same key", async () => {
  const { pool } = database.store;
  await pool.query("CREATE TABLE attempts (worker int, key text, attempt int)");
  const attempts = async () => (await pool.query("SELECT * FROM attempts ORDER BY attempt")).rows;
  const child = spawn(process.execPath, [WORKER, database.url], { stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(child, "exit");
  try {
    await until("the first attempt", async () => (await attempts()).length === 1);
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
  const jobs = make();
  jobs.define({
    name: "stuck",
    handle: async (_, { key, attempt }) =>
      void (await pool.query("INSERT INTO attempts VALUES ($1, $2, $3)", [process.pid, key, attempt])),
  });
  await jobs.start();
  await until("the end of the second attempt", () => jobs.counts().get("stuck")?.done === 1);
  expect(await attempts()).toEqual([
    { worker: child.pid, key: "k", attempt: 1 },
    { worker: process.pid, key: "k", attempt: 2 },
  ]);
});

test("what close interrupts, another worker takes up", async () => {
  const first = make();
  first.define({
    name: "long",
    handle: (_, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true })),
  });
  await first.start();
  await first.send("long", {}, { key: "k" });
  const active = "SELECT FROM pgboss.job WHERE name = 'long' AND state = 'active'";
  await until("its start", async () => (await database.store.pool.query(active)).rows.length === 1);
  await first.close();
  expect(first.counts().get("long")).toEqual({ done: 0, failed: 0, interrupted: 1 });

  const second = make();
  const seen: string[] = [];
  second.define({ name: "long", handle: async (_, { key, attempt }) => void seen.push(`${key} ${attempt}`) });
  await second.start();
  await until("the second attempt", () => seen.length > 0);
  expect(seen).toEqual(["k 2"]);
});

test("a schedule that was missed while nobody worked fires once, however many workers start", async () => {
  const { pool } = database.store;
  const seen: string[] = [];
  const worker = () => {
    const jobs = make();
    jobs.define({
      name: "yearly",
      cron: { at: "0 0 1 1 *", data: { a: 1 } },
      handle: async (data, { key }) => void seen.push(`${JSON.stringify(data)} ${key}`),
    });
    return jobs;
  };
  const before = worker();
  await before.start();
  await before.close();
  await pool.query("UPDATE pgboss.version SET cron_on = now() - interval '3 years'");
  await pool.query("UPDATE pgboss.schedule SET created_on = now() - interval '4 years'");
  await Promise.all([worker().start(), worker().start()]);
  await until("the run", () => seen.length > 0);
  const looked = async () => (await pool.query("SELECT cron_on::text AS at FROM pgboss.version")).rows[0].at as string;
  for (let looks = 0; looks < 3; looks++) {
    const last = await looked();
    await until("another look at the schedules", async () => (await looked()) !== last);
  }
  const { rows } = await pool.query("SELECT count(*)::int AS count FROM pgboss.job WHERE name = 'yearly'");
  expect(rows).toEqual([{ count: 1 }]);
  expect(seen).toEqual([expect.stringMatching(/^\{"a":1\} [0-9a-f-]{36}$/)]);
});

test("jobs go on after their connections were cut, and the log tells of it in one line per error", async () => {
  const lines: string[] = [];
  const jobs = make(lines);
  const seen: unknown[] = [];
  jobs.define({ name: "mail", handle: async (data) => void seen.push(data) });
  await jobs.start();
  const cut = await database.store.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'alphaforge jobs' AND datname = current_database()",
  );
  expect(cut.rows.length).toBeGreaterThan(0);
  await until("its being told", () => lines.length > 0);
  // A send that met a dead connection has failed; under its key it can be repeated.
  await until("a send", () =>
    jobs.send("mail", 1, { key: "a" }).then(
      () => true,
      () => false,
    ),
  );
  await until("the job", () => seen.length === 1);
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ msg: "jobs.store_failed" });
  expect(new Set(lines.map((line) => JSON.parse(line).error)).size).toBe(lines.length);
});

test("a job that lost its schedule is not sent by it any more", async () => {
  const schedules = async () => (await database.store.pool.query("SELECT cron FROM pgboss.schedule")).rows;
  const handle = async () => undefined;
  for (const [cron, expected] of [
    [{ at: "0 3 * * *", data: {} }, [{ cron: "0 3 * * *" }]],
    [{ at: "0 4 * * *", data: {} }, [{ cron: "0 4 * * *" }]],
    [undefined, []],
  ] as const) {
    const jobs = make();
    jobs.define({ name: "night", handle, ...(cron === undefined ? {} : { cron }) });
    await jobs.start();
    await jobs.close();
    expect(await schedules()).toEqual(expected);
  }
});

test("an ordinary role that owns its database is enough, and two connections are", async () => {
  const { pool } = database.store;
  const name = new URL(database.url).pathname.slice(1);
  const role = `role_${name}`;
  await pool.query(`CREATE ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD 'role'`);
  // Who is no superuser gives a database only to a role that it is a member of.
  await pool.query(`GRANT ${role} TO CURRENT_USER`);
  await pool.query(`ALTER DATABASE ${name} OWNER TO ${role}`);
  const url = asRole(database.url, role);
  try {
    const workers = [make([], url), make([], url)];
    const done: number[] = [];
    for (const jobs of workers) jobs.define<number>({ name: "mail", handle: async (n) => void done.push(n) });
    // Both find no schema.
    await Promise.all(workers.map((jobs) => jobs.start()));
    await Promise.all(Array.from({ length: 20 }, (_, n) => workers[n % 2]?.send("mail", n, { key: String(n) })));
    const { rows } = await pool.query("SELECT count(*)::int AS count FROM pg_stat_activity WHERE usename = $1", [role]);
    expect(rows[0].count).toBeLessThanOrEqual(4);
    expect(rows[0].count).toBeGreaterThan(0);
    await until("two of the jobs", () => done.length >= 2);
    await Promise.all(workers.map((jobs) => jobs.close()));
  } finally {
    await pool.query(`ALTER DATABASE ${name} OWNER TO CURRENT_USER`);
    await pool.query(`DROP OWNED BY ${role} CASCADE`);
    await pool.query(`DROP ROLE ${role}`);
  }
});

test("a role without CREATE on the database is told so", async () => {
  const { pool } = database.store;
  const name = new URL(database.url).pathname.slice(1);
  const role = `role_${name}`;
  await pool.query(`CREATE ROLE ${role} LOGIN PASSWORD 'role'`);
  try {
    const jobs = make([], asRole(database.url, role));
    await expect(jobs.start()).rejects.toThrow(OperationalError);
    await expect(make([], asRole(database.url, role)).start()).rejects.toThrow(/its role has CREATE on it/);
  } finally {
    await pool.query(`DROP ROLE ${role}`);
  }
});

function asRole(url: string, role: string): string {
  const changed = new URL(url);
  changed.username = role;
  changed.password = "role";
  return changed.toString();
}
