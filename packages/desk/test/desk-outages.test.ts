import { setTimeout } from "node:timers/promises";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import type { Store } from "@alphaforge/core/store/open-store";
import { type FailingDatabase, type FailingServer, failingServer } from "@alphaforge/core/testing/failing-server";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DESK_MIGRATIONS } from "../src/projections/migrations.ts";
import { eventsOf, expectConsistentBooks, recorded, startDesk } from "./desk-checks.ts";

/** Two days of history, then an hour of the desk's in a second. */
const ARGS = ["2", "3600", "run"];
/** What is left for the log on a full disk. */
const ROOM_BYTES = 3 * 8_192;
/** Of the server, of the system, of pg, or of the desk's lock. */
const LOST = /terminat|ECONNREFUSED|ECONNRESET|was lost with its connection|shutting down|starting up/;

let failing: FailingServer;
let database: FailingDatabase;
let store: Store;
const desks: ReturnType<typeof startDesk>[] = [];

beforeAll(async () => {
  failing = await failingServer();
});
afterAll(() => failing?.remove());
beforeEach(async () => {
  database = await failing.database([EVENT_LOG_MIGRATIONS, DESK_MIGRATIONS]);
  ({ store } = database);
});
afterEach(async () => {
  for (const { process: child, ended } of desks.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
  await failing.server.start();
  await database.close();
});

function run(): ReturnType<typeof startDesk> {
  const desk = startDesk(database.url, ...ARGS);
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
    await failing.server.stop(how);
    await failing.server.start();
  };
  const outages: Record<string, { fail: () => Promise<void>; says: RegExp }> = {
    "the server is restarted in order": { fail: restart("fast"), says: LOST },
    "the server crashes and comes back": { fail: restart("immediate"), says: LOST },
    "the server goes away and stays away": { fail: () => failing.server.stop("fast"), says: LOST },
    "all its sessions are ended": { fail: () => database.endSessions(), says: LOST },
    "the way to the server is cut": { fail: async () => database.cut(), says: LOST },
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
      await failing.server.start();
      await goesOn(before);
    });
  }

  test("the disk is full", async () => {
    const desk = run();
    await untilSteps(desk, 6);
    desk.process.kill("SIGTERM");
    expect(await desk.ended).toMatchObject({ ended: 0 });
    const before = await eventsOf({ store });
    await database.fillDisk(ROOM_BYTES);
    const full = run();
    const { ended, said } = await full.ended;
    expect({ ended, lines: said.trimEnd().split("\n").length }).toEqual({ ended: 1, lines: 1 });
    expect(said).toMatch(/File too large|No space left/);
    await failing.server.stop();
    await failing.server.start();
    await goesOn(before);
  });
});

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
