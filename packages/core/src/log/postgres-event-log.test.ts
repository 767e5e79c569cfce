import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Client } from "pg";
import { expect, test } from "vitest";
import { fixedClock } from "../testing/fixed-clock.ts";
import { freshDatabase } from "../testing/test-database.ts";
import { describeEventLog } from "./conformance.ts";
import { EVENT_LOG_MIGRATIONS } from "./event-log-migrations.ts";
import { PostgresEventLog } from "./postgres-event-log.ts";

describeEventLog("the event log in PostgreSQL", async () => {
  const database = await freshDatabase([EVENT_LOG_MIGRATIONS]);
  return { log: new PostgresEventLog(database.store), close: () => database.drop() };
});

const event = { type: "x", at: 0, data: null };

test("a follower whose connection is cut reconnects, and misses and repeats nothing", async () => {
  const database = await freshDatabase([EVENT_LOG_MIGRATIONS]);
  const { store } = database;
  const connections: Client[] = [];
  const log = new PostgresEventLog({
    pool: store.pool,
    async connect() {
      const client = await store.connect();
      connections.push(client);
      return client;
    },
  });
  const cut = () =>
    store.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT%FROM events%' AND pid <> pg_backend_pid() AND datname = current_database()",
    );
  const seen: number[] = [];
  await log.append("a", "any", [event]);
  for await (const each of log.tail(1, new AbortController().signal)) {
    seen.push(each.seq);
    if (each.seq === 30) break;
    if (each.seq % 10 === 0) await cut();
    await log.append("a", "any", [event]);
  }
  expect(seen).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
  expect(connections.length).toBeGreaterThan(1);
  await database.drop();
});

test("a follower that can no longer connect ends with an error instead of standing still", async () => {
  const database = await freshDatabase([EVENT_LOG_MIGRATIONS]);
  const clock = fixedClock();
  const log = new PostgresEventLog({
    pool: database.store.pool,
    connect: () => Promise.reject(new Error("no route")),
    clock,
  });
  const following = log.tail(5, new AbortController().signal)[Symbol.asyncIterator]().next();
  const outcome = expect(following).rejects.toThrow("cannot follow the event log from seq 5: no route");
  await clock.advance(60_000);
  await outcome;
  await database.drop();
});

test("whoever has seen an event never sees an earlier one appear later", async () => {
  const database = await freshDatabase([EVENT_LOG_MIGRATIONS]);
  const log = new PostgresEventLog(database.store);
  let writing = true;
  const writers = [1, 2, 3].map(async (writer) => {
    for (let i = 0; i < 60; i++) await log.append(`w${writer}`, "any", writer === 1 ? [event] : [event, event, event]);
  });
  const reader = async () => {
    while (writing) {
      const seqs: number[] = [];
      for await (const each of log.read()) seqs.push(each.seq);
      // Gapless at every moment: nothing can fill in below what has been seen.
      expect(seqs).toEqual(seqs.map((_, i) => i + 1));
    }
  };
  const reading = reader();
  await Promise.all(writers);
  writing = false;
  await reading;
  expect(await log.lastSeq()).toBe(60 * 7);
  await database.drop();
});

test.each([
  ["event-log.before-commit", 0],
  ["event-log.after-commit", 2],
])(
  "killed at %s, an append is there whole or not at all, and is done once when it is repeated",
  async (point, there) => {
    const database = await freshDatabase([EVENT_LOG_MIGRATIONS]);
    const log = new PostgresEventLog(database.store);
    const script = fileURLToPath(new URL("./append.fixture.ts", import.meta.url));
    const run = (spec: string) => spawnSync(process.execPath, [script, database.url, spec], { encoding: "utf8" });
    expect(run(`${point}=kill`).signal).toBe("SIGKILL");
    expect(await log.lastSeq()).toBe(there);
    expect(run("")).toMatchObject({ status: 0, stderr: "" });
    const ids: unknown[] = [];
    for await (const each of log.read()) ids.push(each.id);
    expect(ids).toEqual(["one", "two"]);
    await database.drop();
  },
);
