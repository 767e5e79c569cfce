import { request } from "node:http";
import { setTimeout } from "node:timers/promises";
import { type WebhookReceiver, webhookReceiver } from "@alphaforge/core/alerts/webhook-receiver.fixture";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { tryLock } from "@alphaforge/core/store/advisory-lock";
import { connectStore } from "@alphaforge/core/store/open-store";
import { type FixedClock, fixedClock } from "@alphaforge/core/testing/fixed-clock";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FROM } from "../../test/desk-harness.ts";
import { TIMEFRAME_MS } from "../instrument/timeframe.ts";
import { DESK_MIGRATIONS } from "../projections/migrations.ts";
import type { Venue } from "../venues/venue.ts";
import { MINUTE, type RunningDesk, runningDesk, TOKEN, until } from "./running-desk.fixture.ts";

const HOUR = TIMEFRAME_MS["1h"];
const START = FROM + 10 * HOUR;
const iso = (time: number): string => new Date(time).toISOString();

let database: TestDatabase;
let wall: FixedClock;
let receiver: WebhookReceiver;
let desk: RunningDesk | undefined;
beforeEach(async () => {
  database = await freshDatabase([EVENT_LOG_MIGRATIONS, DESK_MIGRATIONS]);
  wall = fixedClock(START);
  receiver = await webhookReceiver();
});
afterEach(async () => {
  await desk?.stop();
  desk = undefined;
  await receiver.close();
  await database.drop();
});

async function start(options: Parameters<typeof runningDesk>[2] = {}): Promise<RunningDesk> {
  desk = await runningDesk(database, wall, { webhook: receiver.url, ...options });
  return desk;
}

/** The venue, with candles of one timeframe out of reach while `out.of` says so. */
const failing =
  (timeframe: string, out: { of: boolean }) =>
  (venue: Venue): Venue => ({
    traits: venue.traits,
    instruments: (from, to) => venue.instruments(from, to),
    candles: async (symbol, asked, from, to) => {
      if (out.of && asked === timeframe) throw new TypeError("the adapter is broken");
      return venue.candles(symbol, asked, from, to);
    },
    funding: (symbol, from, to) => venue.funding(symbol, from, to),
    close: () => venue.close(),
  });

const told = () => receiver.alerts().map(({ state, key }) => `${state} ${key}`);
/** Waits for exactly these; says what was told instead. */
const toldInTheEnd = (...expected: string[]) => expect.poll(told, { timeout: 60_000 }).toEqual(expected);
const events = async (): Promise<number> =>
  Number((await database.store.pool.query("SELECT count(*) AS n FROM events")).rows[0].n);

describe("GET /health", () => {
  test("of a running desk is 200 and says exactly what it promises", async () => {
    const { ask, pass } = await start();
    await pass(HOUR);
    const { status, json, headers } = await ask("/health");
    expect(status).toBe(200);
    const { last_runs, ...rest } = json();
    const { rows } = await database.store.pool.query("SELECT count(*)::int AS n FROM positions");
    expect(rows[0].n).toBeGreaterThan(0);
    expect(rest).toEqual({
      status: "ok",
      uptime_seconds: 3600,
      active_agents: 4,
      paused_agents: 0,
      open_positions: rows[0].n,
      db_connection: "ok",
    });
    expect(Object.keys(last_runs).sort()).toEqual(["15m", "1d", "1h", "1w", "30m", "4h"]);
    expect(last_runs["15m"]).toEqual({ status: "completed", finished_at: iso(START + HOUR), duration_ms: 0 });
    expect(headers.get("x-alphaforge-desk")).toBe("small");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  test("tells paused agents apart, and a run that failed", async () => {
    const out = { of: false };
    const { ask, pass } = await start({ through: failing("15m", out) });
    out.of = true;
    await pass(15 * MINUTE);
    await database.store.pool.query("UPDATE agents SET status = 'paused' WHERE name = 'eager-4h'");
    const health = (await ask("/health")).json();
    expect(health).toMatchObject({ status: "ok", active_agents: 3, paused_agents: 1 });
    expect(health.last_runs["15m"]).toEqual({
      status: "failed",
      finished_at: iso(START + 15 * MINUTE),
      duration_ms: 0,
    });
  });

  test("is 503 once a failure has halted the desk", async () => {
    const out = { of: false };
    const broken = (venue: Venue): Venue => ({
      ...failing("none", out)(venue),
      instruments: async (from, to) => {
        if (out.of) throw new Error("no list of symbols");
        return venue.instruments(from, to);
      },
    });
    const { ask, pass, done } = await start({ through: broken });
    expect((await ask("/health")).status).toBe(200);
    out.of = true;
    await pass(5 * MINUTE);
    await expect(done).rejects.toThrow("no list of symbols");
    const { status, json } = await ask("/health");
    expect(status).toBe(503);
    expect(json()).toMatchObject({ status: "halted", db_connection: "ok" });
    await desk?.stop();
    desk = undefined;
    expect(told()).toEqual(["raised desk.halted"]);
    expect(receiver.alerts()[0]?.text).toBe("the desk ended: no list of symbols; see its log, then start it again");
  });
});

describe("when the database is killed under a running desk", () => {
  /** Ends every connection and lets none in, until the returned function is called. */
  async function kill(): Promise<() => Promise<void>> {
    const name = new URL(database.url).pathname.slice(1);
    const server = connectStore(database.url.replace(`/${name}`, "/postgres"), { applicationName: "killer" });
    await server.pool.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS false`);
    await server.pool.query("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1", [name]);
    return async () => {
      await server.pool.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS true`);
      await server.close();
    };
  }

  test("health is 503 and says so, status and trigger are 503, metrics say that it is down and no old figures", async () => {
    const { ask, post, pass, done } = await start();
    await pass(15 * MINUTE);
    done.catch(() => undefined);
    const revive = await kill();
    try {
      const health = await ask("/health");
      expect(health.status).toBe(503);
      expect(health.json()).toEqual({
        status: "database-lost",
        uptime_seconds: 900,
        last_runs: null,
        active_agents: null,
        paused_agents: null,
        open_positions: null,
        db_connection: "lost",
      });
      expect((await ask("/status")).status).toBe(503);
      expect((await post("/trigger/1h")).status).toBe(503);
      const { status, text } = await ask("/metrics");
      expect(status).toBe(200);
      expect(text).toContain('alphaforge_database_up{desk="small"} 0');
      expect(text).not.toMatch(/^alphaforge_(open_positions|partition_rows|agents|halts)[{ ]/m);
      await expect(done).rejects.toThrow();
    } finally {
      await revive();
    }
  });

  test("the webhook hears of it once, and once that it is back; other incidents wait for that", async () => {
    const out = { of: false };
    const { pass, done } = await start({ through: failing("15m", out) });
    done.catch(() => undefined);
    out.of = true;
    await pass(25 * MINUTE);
    await toldInTheEnd("raised ranking.failing:15m");
    const revive = await kill();
    try {
      await done.catch(() => undefined);
      await toldInTheEnd("raised ranking.failing:15m", "raised database.lost");
      await setTimeout(200);
      expect(told()).toEqual(["raised ranking.failing:15m", "raised database.lost"]);
    } finally {
      await revive();
    }
    await toldInTheEnd("raised ranking.failing:15m", "raised database.lost", "recovered database.lost");
    await setTimeout(200);
    expect(told()).toEqual(["raised ranking.failing:15m", "raised database.lost", "recovered database.lost"]);
  });
});

describe("GET /status", () => {
  test("says where the desk's time is, what is done, what was asked for and what is wrong", async () => {
    const { ask, pass } = await start();
    await pass(30 * MINUTE);
    const { status, json } = await ask("/status");
    expect(status).toBe(200);
    const report = json();
    expect(report).toMatchObject({
      desk: "small",
      venue: "simulated",
      phase: "running",
      clock: { desk_time: iso(START + 30 * MINUTE), wall_time: iso(START + 30 * MINUTE), speed: 1, progress: 1 },
      until: iso(START + 30 * MINUTE),
      running: null,
      requested: [],
      agents: { active: 4, paused: 0, halted: 0, abstaining: 0 },
      halts: [],
      incidents: [],
    });
    expect(report.runs["30m"]).toEqual({
      run_id: `30m@${START + 30 * MINUTE}`,
      close: iso(START + 30 * MINUTE),
      status: "completed",
      started_at: iso(START + 30 * MINUTE),
      finished_at: iso(START + 30 * MINUTE),
      symbols: 5,
      skipped: 0,
      error: null,
    });
  });

  test("lists halted agents with the reason, and the incident that they are", async () => {
    const { ask, pass } = await start();
    await database.store.pool.query(
      "INSERT INTO halts (id, at, stage, scope, reason) VALUES (1, now(), 'strategy', 'eager-1h', 'divided by nothing')",
    );
    await pass(5 * MINUTE);
    await toldInTheEnd("raised halted:eager-1h");
    const { halts, incidents } = (await ask("/status")).json();
    expect(halts).toEqual([expect.objectContaining({ scope: "eager-1h", reason: "divided by nothing" })]);
    expect(incidents).toEqual([expect.objectContaining({ key: "halted:eager-1h", severity: "warning" })]);
  });
});

describe("POST /trigger", () => {
  test("leaves a request that the desk serves between its steps: the close is ranked again, nothing is decided", async () => {
    const { post, pass, worker, ask } = await start();
    await pass(HOUR);
    const before = await events();
    await wall.advance(MINUTE);
    const run = `1h@${START + HOUR}`;
    const { status, json } = await post("/trigger/1h");
    expect(status).toBe(202);
    expect(json()).toEqual({ run_id: run, timeframe: "1h", close: iso(START + HOUR) });
    await until(() => worker.requests.held.length === 0);
    const { runs } = (await ask("/status")).json();
    expect(runs["1h"]).toMatchObject({ run_id: run, status: "completed", started_at: iso(START + HOUR + MINUTE) });
    expect(await events()).toBe(before);
    await pass(4 * MINUTE);
    await pass(55 * MINUTE);
    const { rows } = await database.store.pool.query(
      "SELECT count(*)::int AS n FROM decisions WHERE agent = 'eager-1h' AND at > to_timestamp($1 / 1000.0)",
      [START + HOUR],
    );
    expect(rows[0].n).toBe(1);
  });

  test("makes the same trades as a desk that nobody asked", async () => {
    const trades = async (): Promise<unknown> => {
      const { rows } = await database.store.pool.query("SELECT type, at, data FROM events ORDER BY seq");
      return rows;
    };
    const asked = await start();
    for (let quarter = 0; quarter < 8; quarter++) {
      await asked.pass(15 * MINUTE);
      for (const timeframe of ["15m", "1h"]) expect((await asked.post(`/trigger/${timeframe}`)).status).toBe(202);
      await until(() => asked.worker.requests.held.length === 0);
    }
    const first = await trades();
    await asked.stop();
    desk = undefined;
    await database.drop();
    database = await freshDatabase([EVENT_LOG_MIGRATIONS, DESK_MIGRATIONS]);
    wall = fixedClock(START);
    const left = await start();
    await left.pass(2 * HOUR);
    expect(await trades()).toEqual(first);
  });

  test("is refused with 409 while that ranking is being made elsewhere, and only that one", async () => {
    const { post, worker } = await start();
    const connection = await database.store.connect();
    try {
      expect(await tryLock(connection, "small ranking 1h")).not.toBeNull();
      const { status, json } = await post("/trigger/1h");
      expect({ status, ...json() }).toEqual({
        status: 409,
        error: "the 1h ranking is being made; ask again when it is done",
      });
      expect((await post("/trigger/15m")).status).toBe(202);
      await until(() => worker.requests.held.length === 0);
    } finally {
      await connection.end();
    }
  });

  test("is refused with 409 while the same one waits behind a step of the desk", async () => {
    let go: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    let hold = false;
    const slow = (venue: Venue): Venue => ({
      ...failing("none", { of: false })(venue),
      candles: async (symbol, timeframe, from, to) => {
        if (hold && timeframe === "15m") await gate;
        return venue.candles(symbol, timeframe, from, to);
      },
    });
    const { post, ask, pass, worker } = await start({ through: slow });
    await pass(10 * MINUTE);
    hold = true;
    await wall.advance(5 * MINUTE);
    await until(async () => (await ask("/status")).json().running?.work === "ranking 15m");
    expect((await post("/trigger/15m")).status).toBe(409);
    expect((await post("/trigger/4h")).status).toBe(202);
    const again = await post("/trigger/4h");
    expect({ status: again.status, ...again.json() }).toEqual({
      status: 409,
      error: "the 4h ranking has been asked for; ask again when it is done",
    });
    const status = (await ask("/status")).json();
    expect(status.requested).toEqual([{ timeframe: "4h", close: iso(FROM + 8 * HOUR) }]);
    expect(status.running).toEqual({
      work: "ranking 15m",
      close: iso(START + 15 * MINUTE),
      since: iso(START + 15 * MINUTE),
    });
    go();
    await until(() => worker.requests.held.length === 0);
  });

  test("of a timeframe that is not ranked is 404 and names those that are", async () => {
    const { post } = await start();
    const { status, json } = await post("/trigger/7m");
    expect(status).toBe(404);
    expect(json().error).toBe("no such timeframe is ranked here; there are 15m, 30m, 1h, 4h, 1d, 1w");
  });

  test("that fails is recorded and logged, and the desk goes on", async () => {
    const out = { of: false };
    const { post, pass, worker, ask, log } = await start({ through: failing("1h", out) });
    out.of = true;
    expect((await post("/trigger/1h")).status).toBe(202);
    await until(() => worker.requests.held.length === 0);
    expect((await ask("/status")).json().runs["1h"]).toMatchObject({
      status: "failed",
      error: "the adapter is broken",
    });
    expect(log.join("")).toContain("pipeline.run.failed");
    await pass(15 * MINUTE);
    expect((await ask("/health")).json().last_runs["15m"].status).toBe("completed");
  });
});

describe("who may write", () => {
  const wrong = [
    ["no header", undefined],
    ["another token", "Bearer another-token-entirely"],
    ["a token of the same length", `Bearer ${"x".repeat(TOKEN.length)}`],
    ["the beginning of the token", `Bearer ${TOKEN.slice(0, -1)}`],
    ["another scheme", `Basic ${TOKEN}`],
    ["an empty one", "Bearer "],
  ] as const;
  test("is whoever has the token: everything else is 401, before anything is looked at", async () => {
    const { ask, worker, log } = await start();
    for (const [what, authorization] of wrong) {
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
      for (const path of ["/trigger/1h", "/trigger/7m", "/nowhere"]) {
        const { status, headers: answered } = await ask(path, { method: "POST", headers });
        expect([what, path, status]).toEqual([what, path, 401]);
        expect(answered.get("www-authenticate")).toBe("Bearer");
      }
    }
    expect(worker.requests.held).toEqual([]);
    expect(log.join("")).toContain("api.write.refused");
  });

  test("may not send more than 4 kB, announced or not", async () => {
    const { post, worker } = await start();
    const announced = await post("/trigger/1h", { body: "x".repeat(5_000) });
    expect({ status: announced.status, ...announced.json() }).toEqual({
      status: 413,
      error: "the body is longer than 4096 bytes; send none",
    });
    const pieces = new ReadableStream({
      start(controller) {
        for (let piece = 0; piece < 100; piece++) controller.enqueue(new TextEncoder().encode("x".repeat(1_000)));
        controller.close();
      },
    });
    const streamed = await post("/trigger/1h", { body: pieces, duplex: "half" } as RequestInit);
    expect(streamed.status).toBe(413);
    expect(worker.requests.held).toEqual([]);
    expect((await post("/trigger/1h", { body: "{}" })).status).toBe(202);
    await until(() => worker.requests.held.length === 0);
  });

  test("a page that gives this machine a name of its own is not answered", async () => {
    const { worker } = await start();
    const { port } = new URL(worker.url);
    const status = (host: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        request({ host: "127.0.0.1", port, path: "/health", headers: { host } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on("error", reject)
          .end();
      });
    expect(await status(`evil.example:${port}`)).toBe(421);
    expect(await status(`localhost:${port}`)).toBe(200);
  });

  test("what does not exist is 404, and says what does", async () => {
    const { ask } = await start();
    const { status, json } = await ask("/");
    expect(status).toBe(404);
    expect(json().error).toContain("GET /health");
  });
});

describe("GET /metrics", () => {
  test("has every figure that exists without models, and none of those that come with them", async () => {
    const { ask, pass } = await start();
    await pass(HOUR);
    await database.store.pool.query("ANALYZE");
    const { status, text, headers } = await ask("/metrics");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toContain("text/plain; version=0.0.4");
    const value = (name: string): number => {
      const line = text.split("\n").find((each) => each.startsWith(`${name} `));
      if (line === undefined) throw new Error(`there is no ${name} in\n${text}`);
      return Number(line.slice(name.length));
    };
    expect(value('alphaforge_ranking_run_duration_seconds_count{desk="small",timeframe="15m"}')).toBe(5);
    expect(value('alphaforge_ranking_runs_total{timeframe="15m",outcome="completed",desk="small"}')).toBe(5);
    expect(value('alphaforge_ranking_last_run_seconds{timeframe="1w",desk="small"}')).toBe(0);
    expect(value('alphaforge_ranking_last_close_timestamp_seconds{timeframe="1h",desk="small"}')).toBe(
      (START + HOUR) / 1_000,
    );
    expect(value('alphaforge_ranking_failures_in_a_row{timeframe="15m",desk="small"}')).toBe(0);
    expect(value('alphaforge_decision_cycle_duration_seconds_count{desk="small"}')).toBe(4);
    expect(value('alphaforge_partition_rows{table="snapshots",partition="snapshots_2024_03",desk="small"}')).toBe(65);
    const { rows } = await database.store.pool.query(
      "SELECT name, (SELECT count(*)::int FROM positions WHERE agent = name) AS n FROM agents",
    );
    for (const { name, n } of rows) expect(value(`alphaforge_open_positions{agent="${name}",desk="small"}`)).toBe(n);
    expect(value('alphaforge_agents{status="active",desk="small"}')).toBe(4);
    expect(value('alphaforge_desk_phase{phase="running",desk="small"}')).toBe(1);
    expect(value('alphaforge_desk_phase{phase="halted",desk="small"}')).toBe(0);
    expect(value('alphaforge_database_up{desk="small"}')).toBe(1);
    expect(value('process_resident_memory_bytes{desk="small"}')).toBeGreaterThan(1e6);
    expect(text).not.toMatch(/^alphaforge_(token|model|prompt|evolution)/m);
  });
});

describe("alerts of a running desk", () => {
  test("three failed rankings in a row are told once, and once that they are over", async () => {
    const out = { of: false };
    const { pass, ask } = await start({ through: failing("15m", out) });
    out.of = true;
    await pass(20 * MINUTE);
    await setTimeout(200);
    expect((await ask("/status")).json().incidents).toEqual([]);
    await pass(5 * MINUTE);
    await toldInTheEnd("raised ranking.failing:15m");
    await setTimeout(200);
    expect(receiver.alerts()[0]).toMatchObject({
      source: "desk small",
      severity: "critical",
      text: "the 15m ranking failed 3 times in a row, last with: the adapter is broken",
      value: 3,
      threshold: 2,
    });
    out.of = false;
    await pass(10 * MINUTE);
    await toldInTheEnd("raised ranking.failing:15m", "recovered ranking.failing:15m");
  });

  test("a webhook that refuses is logged without its address or the token, and the desk trades on", async () => {
    receiver.answer = 500;
    const { pass, ask, post, log } = await start({ maxPositions: 0 });
    await pass(HOUR);
    expect((await post("/trigger/1h")).status).toBe(202);
    await until(() => log.join("").includes("alert.failed"));
    const text = log.join("");
    expect(text).toContain("api.trigger.accepted");
    expect(text).not.toContain(TOKEN);
    expect(text).not.toContain("hunter2");
    await pass(HOUR);
    const health = (await ask("/health")).json();
    expect(health.status).toBe("ok");
    expect(health.last_runs["15m"].finished_at).toBe(iso(START + 2 * HOUR));
    expect((await ask("/metrics")).text).toMatch(/alphaforge_alerts_total\{sink="webhook",outcome="failed",/);
  });
});

test("a port that is taken is said in one line", async () => {
  const { worker } = await start();
  const port = Number(new URL(worker.url).port);
  const { serveWorker } = await import("./serve-worker.ts");
  const { quiet } = await import("../../test/desk-harness.ts");
  const options = {
    desk: "other",
    venue: "simulated",
    timeframes: [],
    maxPositions: 5,
    budget: { agent: 1, desk: 10 },
    models: [],
    newId: () => "1",
    pool: database.store.pool,
    clock: wall,
    wall,
    logger: quiet,
    port,
    token: TOKEN,
    sinks: [],
    memory: { load: () => [], save: () => undefined },
  };
  await expect(serveWorker(options)).rejects.toThrow(
    `port ${port} of 127.0.0.1 is taken: set WORKER_PORT to another, or unset it for a free one`,
  );
});
