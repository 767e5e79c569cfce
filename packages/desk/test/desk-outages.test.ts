import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { migrate } from "@alphaforge/core/store/migrations";
import { connectStore, type Store } from "@alphaforge/core/store/open-store";
import { type CuttingProxy, startCuttingProxy } from "@alphaforge/core/testing/cutting-proxy";
import { type PasswordServer, startPasswordServer } from "@alphaforge/core/testing/password-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DESK_MIGRATIONS } from "../src/projections/migrations.ts";
import { eventsOf, expectConsistentBooks, recorded, startDesk } from "./desk-checks.ts";

/** Two days of history, then an hour of the desk's in a second. */
const ARGS = ["2", "3600", "run"];
/** What is left for the log on a full disk. */
const ROOM_BYTES = 3 * 8_192;
/** Of the server, of the system, of pg, or of the desk's lock. */
const LOST = /terminat|ECONNREFUSED|ECONNRESET|was lost with its connection|shutting down|starting up/;

let directory: string;
let server: PasswordServer;
let proxy: CuttingProxy;
let store: Store;
let name: string;
const desks: ReturnType<typeof startDesk>[] = [];
let databases = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "outages-"));
  server = await startPasswordServer(directory);
});
afterAll(async () => {
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
});
beforeEach(async () => {
  databases += 1;
  name = `outage_${databases}`;
  const administrator = connectStore(server.url(), { applicationName: "test", poolSize: 1 });
  await administrator.pool.query(`CREATE DATABASE ${name}`);
  await administrator.close();
  store = connectStore(server.url(name), { applicationName: "test", poolSize: 2 });
  await migrate(store, [EVENT_LOG_MIGRATIONS, DESK_MIGRATIONS]);
  proxy = await startCuttingProxy(server.port);
});
afterEach(async () => {
  for (const { process: child, ended } of desks.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
  await proxy.close();
  await server.start();
  await store.close();
});

/** Through the proxy, as a desk reaches a server elsewhere. */
function run(): ReturnType<typeof startDesk> {
  const desk = startDesk(server.url(name).replace(`:${server.port}/`, `:${proxy.port}/`), ...ARGS);
  desks.push(desk);
  return desk;
}

const stepsOf = async (): Promise<number> =>
  (await store.pool.query("SELECT count(*) AS n FROM events WHERE type = 'desk.advanced'")).rows[0].n;

async function untilSteps(desk: ReturnType<typeof startDesk>, steps: number): Promise<void> {
  while ((await stepsOf()) < steps) {
    if (desk.process.exitCode !== null) throw new Error((await desk.ended).said);
    await setTimeout(50);
  }
}

describe("a desk whose database fails it ends with one line that says so, and the same command goes on", () => {
  const restart = (how: "fast" | "immediate") => async () => {
    await server.stop(how);
    await server.start();
  };
  const outages: Record<string, { fail: () => Promise<void>; says: RegExp }> = {
    "the server is restarted in order": { fail: restart("fast"), says: LOST },
    "the server crashes and comes back": { fail: restart("immediate"), says: LOST },
    "the server goes away and stays away": { fail: () => server.stop("fast"), says: LOST },
    "all its sessions are ended": {
      fail: async () => {
        await store.pool.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'desk under test'",
        );
      },
      says: LOST,
    },
    "the way to the server is cut": { fail: async () => proxy.cut(), says: LOST },
  };

  for (const [outage, { fail, says }] of Object.entries(outages)) {
    test(outage, async () => {
      const desk = run();
      await untilSteps(desk, 6);
      const before = await eventsOf({ store });
      await fail();
      const { ended, said } = await desk.ended;
      expect({ ended, lines: said.trimEnd().split("\n").length }).toEqual({ ended: 1, lines: 1 });
      expect(said).toMatch(says);
      await server.start();
      await goesOn(before);
    });
  }

  test("the disk is full", async () => {
    const desk = run();
    await untilSteps(desk, 6);
    desk.process.kill("SIGTERM");
    expect(await desk.ended).toMatchObject({ ended: 0 });
    const before = await eventsOf({ store });
    const bytes = await padLog();
    await server.stop();
    await server.start({ largestFileBytes: bytes + ROOM_BYTES });
    const full = run();
    const { ended, said } = await full.ended;
    expect({ ended, lines: said.trimEnd().split("\n").length }).toEqual({ ended: 1, lines: 1 });
    expect(said).toMatch(/File too large|No space left/);
    await server.stop();
    await server.start();
    await goesOn(before);
  });
});

/** Makes the log's file larger than the segments of the server's own log, which the limit must leave room for. */
async function padLog(): Promise<number> {
  const client = await store.connect();
  try {
    await client.query("BEGIN");
    await client.query(
      `INSERT INTO events (seq, stream, version, type, at, id, data)
       SELECT 1000000000 + n, 'padding', n, 'padding', 0, 'padding ' || n, to_json(repeat(md5(n::text), 8))
       FROM generate_series(1, 6000) AS n`,
    );
    await client.query("ROLLBACK");
    const { rows } = await client.query<{ bytes: number }>("SELECT pg_relation_size('events') AS bytes");
    return (rows[0] as { bytes: number }).bytes;
  } finally {
    await client.end();
  }
}

/** What was acknowledged is there, nothing is doubled, and the desk does more. */
async function goesOn(before: Awaited<ReturnType<typeof eventsOf>>): Promise<void> {
  const done = await stepsOf();
  const again = run();
  await untilSteps(again, done + 4);
  again.process.kill("SIGTERM");
  expect(await again.ended).toEqual({ ended: 0, said: "" });
  const after = await eventsOf({ store });
  expect(recorded(after.slice(0, before.length))).toEqual(recorded(before));
  const steps = after.filter(({ type }) => type === "desk.advanced").map(({ at }) => at);
  expect(new Set(steps).size).toBe(steps.length);
  await expectConsistentBooks({ store });
}
