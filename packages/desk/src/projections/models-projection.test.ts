import type { NewEvent } from "@alphaforge/core/log/event-log";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { catchUp, rebuild } from "@alphaforge/core/log/projection";
import { evenly } from "@alphaforge/core/testing/evenly";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DeskEvents } from "../events.ts";
import { deskTables, event } from "./desk-tables.fixture.ts";
import { DESK_MIGRATIONS } from "./migrations.ts";
import { modelsProjection } from "./models-projection.ts";

const MIDNIGHT = Date.parse("2026-03-02T00:00:00Z");

let database: TestDatabase;
let log: PostgresEventLog;

beforeEach(async () => {
  database = await freshDatabase([EVENT_LOG_MIGRATIONS, DESK_MIGRATIONS]);
  log = new PostgresEventLog(database.store);
});
afterEach(() => database.drop());

const called = (changes: Partial<DeskEvents["model.called"]>): NewEvent =>
  event("model.called", 0, {
    callId: "c",
    agent: "alpha",
    task: "trade",
    model: "fake/one",
    promptVersion: 1,
    outcome: "answered",
    reasons: [],
    text: "",
    usage: { input: 100, output: 10, cacheRead: 1_000, cacheWrite: 5 },
    costUsd: 0.001,
    latencyMs: 800.4,
    attempts: 1,
    calledAt: MIDNIGHT,
    ...changes,
  });

const usage = async () => (await deskTables(database.store.pool)).token_usage;

test("calls are counted by agent, model, task and the UTC day of the machine's clock", async () => {
  await log.append("models", "any", [
    called({ calledAt: MIDNIGHT - 1 }),
    called({}),
    called({ outcome: "invalid" }),
    called({ outcome: "failed", failure: "budget", attempts: 0, costUsd: 0, latencyMs: 0 }),
    called({ task: "scan" }),
    called({ model: "fake/two" }),
  ]);
  await catchUp(database.store.pool, log, modelsProjection);
  expect(await usage()).toMatchObject([
    { model: "fake/one", task: "scan", day: "2026-03-02", calls: 1 },
    { model: "fake/one", task: "trade", day: "2026-03-01", calls: 1, cost_usd: "0.00100000" },
    {
      task: "trade",
      day: "2026-03-02",
      calls: 2,
      invalid: 1,
      failures: 1,
      input: 300,
      cache_read: 3_000,
      cost_usd: "0.00200000",
      latency_ms: 1_600,
    },
    { model: "fake/two", calls: 1 },
  ]);
});

test("however the log is cut, the sums are those of a rebuild", async () => {
  const call = fc.record({
    agent: fc.constantFrom("alpha", "beta"),
    outcome: fc.constantFrom("answered" as const, "invalid" as const, "failed" as const),
    costUsd: evenly(0, 0.01),
    latencyMs: fc.double({ min: 0, max: 30_000, noNaN: true }),
    calledAt: fc.integer({ min: MIDNIGHT - 3_600_000, max: MIDNIGHT + 3_600_000 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { minLength: 1, maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      async (calls, size) => {
        const events = calls.map(called);
        for (let start = 0; start < events.length; start += size) {
          await log.append("models", "any", events.slice(start, start + size));
          await catchUp(database.store.pool, log, modelsProjection);
        }
        const folded = await usage();
        await rebuild(database.store.pool, log, modelsProjection);
        expect(await usage()).toEqual(folded);
      },
    ),
    { numRuns: 10 },
  );
});
