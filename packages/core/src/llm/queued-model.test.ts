import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { systemClock } from "../clock.ts";
import type { Jobs } from "../jobs/jobs.ts";
import { postgresJobs } from "../jobs/postgres-jobs.ts";
import { EVENT_LOG_MIGRATIONS } from "../log/event-log-migrations.ts";
import { createLogger } from "../telemetry/logger.ts";
import { freshDatabase, type TestDatabase } from "../testing/test-database.ts";
import { describeModel } from "./conformance.ts";
import { exchangeRecorder } from "./exchange-recorder.ts";
import type { ModelRequest } from "./model.ts";
import { modelCallWorker } from "./model-call-worker.ts";
import { ModelCalls } from "./model-calls.ts";
import { type ModelEndpoints, openModels } from "./open-models.ts";
import { postgresExchangeStore } from "./postgres-exchange-store.ts";
import { postgresGate } from "./postgres-gate.ts";
import { type QueuedModel, type QueuedModelOptions, queuedModel } from "./queued-model.ts";
import { startFakeAnthropic } from "./testing/fake-anthropic.ts";
import type { FakeAnswer, FakeEndpoint, FakeOptions } from "./testing/fake-endpoint.ts";
import { startFakeOpenAi } from "./testing/fake-openai.ts";

const KEY = "sk-queued-0123456789-do-not-store";
const never = new AbortController().signal;
const REQUEST: ModelRequest = {
  callId: "momentum-1h@1709553600000:trade",
  agent: "momentum-1h",
  task: "trade",
  model: "anthropic/model-1",
  system: "You trade.",
  user: "What now? \u0000 \ud800 – überall",
  tool: {
    name: "trade_action",
    description: "Declare the one action.",
    input: z.strictObject({ action: z.enum(["hold", "open_long"]), size: z.number().positive().optional() }),
  },
  maxOutputTokens: 500,
};
const question = (name: string | number): ModelRequest => ({ ...REQUEST, callId: `${name}` });
const HOLD = { text: "Flat \u0000 \ud800.", calls: [{ name: "trade_action", input: { action: "hold" } }] };

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase([EVENT_LOG_MIGRATIONS]);
  // The first start makes the schema.
  const jobs = jobsOn(database);
  await jobs.start();
  await jobs.close();
  return () => database.drop();
});
const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
  await database.store.pool.query("DELETE FROM pgboss.job; DELETE FROM model_calls; DELETE FROM model_limits");
});

const said: string[] = [];
const logger = createLogger({ level: "info", clock: systemClock, destination: { write: (line) => said.push(line) } });
function jobsOn({ url }: TestDatabase): Jobs {
  return postgresJobs({ url, logger, pace: { poll: 0.5 } });
}

async function openWorker(endpoints: ModelEndpoints, concurrency = 4): Promise<() => Promise<void>> {
  const { pool } = database.store;
  const jobs = jobsOn(database);
  const recorder = exchangeRecorder({ store: postgresExchangeStore(pool), clock: systemClock });
  modelCallWorker({ jobs, pool, clock: systemClock, logger, endpoints, recorder, worker: "here/1", concurrency });
  await jobs.start();
  return async () => {
    await jobs.close();
    await recorder.close(1_000);
  };
}

async function openDesk(more: Partial<QueuedModelOptions> = {}): Promise<QueuedModel> {
  const model = queuedModel({
    ...{ jobs: jobsOn(database), store: database.store, clock: systemClock, logger, concurrency: 4 },
    remedy: (provider) => `start a worker for ${provider}`,
    ...more,
  });
  await model.start();
  return model;
}

/** Those of one test, closed when it is over. */
async function startWorker(endpoints: ModelEndpoints, concurrency?: number): Promise<() => Promise<void>> {
  const close = await openWorker(endpoints, concurrency);
  opened.push(close);
  return close;
}
async function startDesk(more?: Partial<QueuedModelOptions>): Promise<QueuedModel> {
  const model = await openDesk(more);
  opened.push(() => model.close());
  return model;
}

async function startFake(answer: FakeOptions["answer"]): Promise<FakeEndpoint> {
  const fake = await startFakeAnthropic({ answer, apiKey: KEY });
  opened.push(() => fake.close());
  return fake;
}
const endpointsOf = ({ url }: FakeEndpoint): ModelEndpoints => ({ anthropic: { apiKey: KEY, baseUrl: url } });

for (const [name, start, path] of [
  ["anthropic", startFakeAnthropic, ""],
  ["openai-compatible", startFakeOpenAi, "/v1"],
] as const) {
  describe(`asked by a worker: ${name}`, () => {
    let answers: FakeAnswer[] = [];
    let model: QueuedModel;
    beforeAll(async () => {
      const fake = await start({ answer: () => answers.shift() ?? { fault: "hang" }, apiKey: KEY });
      const worker = await openWorker({ [name]: { apiKey: KEY, baseUrl: `${fake.url}${path}` } });
      model = await openDesk();
      return () => Promise.all([model.close(), worker(), fake.close()]);
    });
    describeModel(name, async (replies) => {
      answers = [...replies];
      return { model, name: `${name}/model-1`, close: async () => undefined };
    });
  });
}

describe("a worker", () => {
  const answers: Record<string, FakeAnswer> = {
    "an answer": HOLD,
    "a schema's refusal": { calls: [{ name: "trade_action", input: { action: "hold", size: -1 } }] },
    "an input that is no JSON": { calls: [{ name: "trade_action", rawInput: '{"action":' }] },
    "an answer that was cut off": { ...HOLD, stop: "max_tokens" },
    "a provider's refusal": { fault: "status", status: 401 },
    "what cannot be read": { fault: "truncated" },
  };
  test("sends the same bytes as a desk that asks by itself, and whatever is answered is the same reply", async () => {
    let answer: FakeAnswer | undefined;
    const fake = await startFake(() => answer ?? HOLD);
    const alone = openModels({ endpoints: endpointsOf(fake), models: [], clock: systemClock });
    await startWorker(endpointsOf(fake));
    const queued = await startDesk();
    for (const [name, given] of Object.entries(answers)) {
      answer = given;
      const request = question(name);
      const expected = await alone.ask(request, never);
      expect(await queued.ask(request, never), name).toEqual({ ...expected, latencyMs: expect.any(Number) });
    }
    const sent = new Set(fake.requests.map(({ raw }) => raw.toString("latin1")));
    expect({ requests: fake.requests.length, different: sent.size }).toEqual({ requests: 12, different: 1 });
  });

  test("leaves its key nowhere: not in the database, not in its log", async () => {
    const fake = await startFake((request) =>
      request.body.model === "model-1" ? HOLD : { fault: "status", status: 400, message: `bad key ${KEY}` },
    );
    const close = await startWorker(endpointsOf(fake));
    const model = await startDesk();
    expect((await model.ask(REQUEST, never)).kind).toBe("answered");
    const echoed = await model.ask({ ...question("echo"), model: "anthropic/model-2" }, never);
    expect(echoed).toMatchObject({ failure: "refused", reason: expect.stringContaining("bad key [redacted]") });
    await close();
    const { rows: tables } = await database.store.pool.query<{ name: string }>(
      `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
       WHERE schemaname IN ('public', 'pgboss')`,
    );
    let dump = "";
    for (const { name } of tables) {
      const { rows } = await database.store.pool.query<{ row: string }>(
        `SELECT row_to_json(t)::text AS row FROM ${name} t`,
      );
      // Bytes stand there as hex digits.
      const bytes = (row: string) =>
        [...row.matchAll(/\\\\x([0-9a-f]*)/g)].map(([, hex = ""]) => Buffer.from(hex, "hex"));
      for (const { row } of rows) dump += [row, ...bytes(row)].join("\n");
    }
    for (const text of [dump, said.join("")]) {
      expect(text).toContain(REQUEST.callId);
      expect(text.includes(KEY)).toBe(false);
    }
    expect(dump).toContain("What now?");
  });

  test("without the key takes nothing, and leaves it to one that has it", async () => {
    const fake = await startFake(HOLD);
    await startWorker({ anthropic: { baseUrl: fake.url } });
    const model = await startDesk();
    const asking = model.ask(REQUEST, never);
    await startWorker(endpointsOf(fake));
    expect((await asking).kind).toBe("answered");
  });
});

describe("a desk", () => {
  test("whose question no worker takes up says what to start, and a worker that comes too late asks nobody", async () => {
    const model = await startDesk({ withinMs: 600 });
    expect(await model.ask(REQUEST, never)).toMatchObject({
      kind: "failed",
      failure: "timeout",
      reason: "no worker answered within 0.6 s: start a worker for anthropic",
      attempts: 0,
    });
    const fake = await startFake(HOLD);
    await startWorker(endpointsOf(fake));
    // A later question is answered, so that the first has had its turn.
    expect((await (await startDesk()).ask(question("later"), never)).kind).toBe("answered");
    expect(fake.requests.length).toBe(1);
    expect((await model.ask(REQUEST, never)).kind).toBe("failed");
  });

  test("whose worker hangs is told so in time, and the worker's request is given up", async () => {
    const fake = await startFake({ fault: "hang" });
    await startWorker(endpointsOf(fake));
    const model = await startDesk({ withinMs: 1_500 });
    const reply = await model.ask(REQUEST, never);
    expect(reply).toMatchObject({
      failure: "timeout",
      reason: "worker here/1 took the question up and did not answer within 1.5 s",
    });
    await expect.poll(() => fake.open).toBe(0);
    expect(said.join("")).toContain("model.call.late");
  });

  test("that ended while it waited finds the answer when it is back, and nobody is asked twice", async () => {
    const fake = await startFake(HOLD);
    const first = await startDesk();
    const stop = new AbortController();
    const asking = first.ask(REQUEST, stop.signal);
    await expect
      .poll(
        async () =>
          (await database.store.pool.query("SELECT FROM pgboss.job WHERE name = 'model-call.anthropic'")).rows.length,
      )
      .toBe(1);
    const reason = new Error("the desk ends");
    stop.abort(reason);
    await expect(asking).rejects.toBe(reason);
    await first.close();
    await startWorker(endpointsOf(fake));
    const again = await startDesk();
    const [one, two] = await Promise.all([
      again.ask(REQUEST, never),
      startDesk().then((desk) => desk.ask(REQUEST, never)),
    ]);
    expect(one).toMatchObject({ kind: "answered", input: { action: "hold" }, rawInput: '{"action":"hold"}' });
    expect(two).toEqual(one);
    expect(fake.requests.length).toBe(1);
  });

  test("asks anew what nobody had answered before it was killed", async () => {
    const calls = new ModelCalls(database.store.pool);
    const put = () => calls.put({ callId: "c", provider: "anthropic", request: "{}", withinMs: 50 });
    expect(await put()).toBe(1);
    expect(await put()).toBe(1);
    await expect.poll(() => calls.take("c", "w")).toBeUndefined();
    expect(await put()).toBe(2);
    expect(await calls.take("c", "w")).toEqual({ request: {}, remainingMs: expect.any(Number) });
    expect([await calls.reply("c", '"first"'), await calls.reply("c", '"second"')]).toEqual([true, false]);
    expect(await put()).toBe(2);
    expect(await calls.replies(["c", "d"])).toEqual([{ callId: "c", reply: "first", latencyMs: expect.any(Number) }]);
  });

  test("takes a reply that it cannot read, of another version perhaps, for a failure", async () => {
    const calls = new ModelCalls(database.store.pool);
    await calls.put({ callId: REQUEST.callId, provider: "anthropic", request: "{}", withinMs: 60_000 });
    await calls.reply(REQUEST.callId, '{"kind":"answered","attempts":1}');
    expect(await (await startDesk()).ask(REQUEST, never)).toMatchObject({
      failure: "garbled",
      reason: expect.stringContaining("a worker's reply cannot be read: run the same version of this program on all"),
    });
  });

  test("forgets the calls of more than a week ago, and no others", async () => {
    const { pool } = database.store;
    for (const days of [6, 8]) {
      await pool.query(
        `INSERT INTO model_calls (call_id, provider, asked_at, give_up_at, reply, replied_at)
         SELECT $1, 'anthropic', at, at, '{}', at FROM (SELECT clock_timestamp() - $2 * interval '1 day' AS at) AS past`,
        [`of ${days} days ago`, days],
      );
    }
    await (await startDesk({ withinMs: 50 })).ask(question("new"), never);
    const { rows } = await pool.query("SELECT call_id AS call FROM model_calls ORDER BY call_id");
    expect(rows).toEqual([{ call: "new" }, { call: "of 6 days ago" }]);
  });

  test("gets its answers also after the connection that tells of them was lost", async () => {
    const fake = await startFake({ ...HOLD, delayMs: 300 });
    await startWorker(endpointsOf(fake));
    const model = await startDesk();
    await model.ask(question(1), never);
    const asking = model.ask(question(2), never);
    await expect.poll(() => fake.open).toBe(1);
    const { rows } = await database.store.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN model_replies%'",
    );
    expect(rows.length).toBe(1);
    expect((await asking).kind).toBe("answered");
  });
});

describe("what all workers heed", () => {
  test("no more are asked at once than the desk says, and every question is answered", async () => {
    const fake = await startFake({ ...HOLD, delayMs: 60 });
    await Promise.all([startWorker(endpointsOf(fake)), startWorker(endpointsOf(fake))]);
    const model = await startDesk({ concurrency: 2 });
    const replies = await Promise.all(Array.from({ length: 10 }, (_, n) => model.ask(question(n), never)));
    expect(replies.map(({ kind }) => kind)).toEqual(Array(10).fill("answered"));
    expect(fake.most).toBe(2);
    expect(fake.requests.length).toBe(10);
  });

  test("a rate limit that one has heard holds for the others", async () => {
    const times: number[] = [];
    const fake = await startFake(() => {
      times.push(performance.now());
      return times.length === 1 ? { fault: "status", status: 429, retryAfter: "2" } : HOLD;
    });
    // One call at a time each: the first hears of it, the second takes up what comes then.
    await Promise.all([startWorker(endpointsOf(fake), 1), startWorker(endpointsOf(fake), 1)]);
    const model = await startDesk();
    const first = model.ask(question(1), never);
    await expect.poll(() => times.length).toBe(1);
    const gate = gateFor(4);
    await expect.poll(() => gate.closedFor("anthropic/model-1")).toBeGreaterThan(0);
    const replies = await Promise.all([first, model.ask(question(2), never)]);
    expect(replies.map(({ kind, attempts }) => ({ kind, attempts }))).toEqual([
      { kind: "answered", attempts: 2 },
      { kind: "answered", attempts: 1 },
    ]);
    const [heard = 0, ...later] = times;
    for (const time of later) expect(time - heard).toBeGreaterThan(1_900);
    expect(await gate.closedFor("anthropic/another")).toBe(0);
  });

  test("the room of a killed worker goes to whoever takes its call over, and is free again when its time is", async () => {
    const calls = new ModelCalls(database.store.pool);
    for (const callId of ["a", "b"])
      await calls.put({ callId, provider: "anthropic", request: "{}", withinMs: 60_000 });
    const gate = gateFor(1);
    void gate.enter(question("a"), 60_000, never, () => new Promise(() => undefined));
    const isOpen = async () =>
      (await database.store.pool.query("SELECT FROM model_calls WHERE open_until > clock_timestamp()")).rows.length;
    await expect.poll(isOpen).toBe(1);
    const stop = new AbortController();
    const waiting = gate.enter(question("b"), 1_000, stop.signal, async () => "b");
    expect(await gateFor(1).enter(question("a"), 1_000, never, isOpen)).toBe(1);
    expect(await waiting).toBe("b");
    await database.store.pool.query("UPDATE model_calls SET open_until = clock_timestamp() WHERE call_id = 'a'");
    expect(await gate.enter(question("b"), 1_000, never, async () => "again")).toBe("again");
    expect(await isOpen()).toBe(0);
  });

  const gateFor = (concurrency: number) =>
    postgresGate({
      ...{ pool: database.store.pool, clock: systemClock, concurrency },
      onTrouble: (error) => {
        throw error;
      },
    });
});
