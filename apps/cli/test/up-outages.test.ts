import { setTimeout } from "node:timers/promises";
import { type FailingDatabase, type FailingServer, failingServer } from "@alphaforge/core/testing/failing-server";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { DESK_DATABASE } from "../src/compose/desk-migrations.ts";
import { databaseOutages } from "./database-outages.fixture.ts";
import { acknowledgedIn, expectKeptIn, expectOnceIn } from "./desk-promises.fixture.ts";
import { type UpWorld, upWorld } from "./up-world.fixture.ts";

/** Some steps' worth of events. */
const ROOM_BYTES = 3 * 8_192;
/** An hour of the desk's in a second. */
const DESK = `name: north
venue:
  name: simulated
  settings: { seed: 7, symbols: 5 }
clock: { from: 2024-03-04T00:00:00Z, days: 1, speed: 3600 }
history: 220
`;

let failing: FailingServer;
let database: FailingDatabase;
let world: UpWorld;
beforeAll(async () => {
  failing = await failingServer();
});
afterAll(() => failing?.remove());
beforeEach(async () => {
  database = await failing.database(DESK_DATABASE);
  world = await upWorld({ desk: "north", yaml: DESK });
});
afterEach(async () => {
  await world.endAll();
  await failing.server.start();
  await database.close();
  world.remove();
});

const environment = () => ({ DATABASE_URL: database.url });

const stepsOf = async (): Promise<number> =>
  Number((await database.store.pool.query("SELECT count(*) AS n FROM events WHERE type = 'desk.advanced'")).rows[0].n);

async function untilSteps(steps: number): Promise<void> {
  while ((await stepsOf()) < steps) await setTimeout(50);
}

/** With the database back, the same command goes on from what was acknowledged, and does more. */
async function goesOn(kept: Awaited<ReturnType<typeof acknowledgedIn>>): Promise<void> {
  const again = await world.up(environment());
  await expectKeptIn(database.store, kept);
  await untilSteps((await stepsOf()) + 3);
  again.child.kill("SIGTERM");
  expect({ code: await again.ended, errors: again.errors() }).toEqual({ code: 0, errors: [] });
  await expectOnceIn(database.store);
}

const WENT_AWAY =
  /^alphaforge: (desk north ended \(exit code 1\): .*)?the database of desk north went away: run the same command again/;

test.each(databaseOutages(() => ({ server: failing.server, database })))(
  "a database that %s ends up with one line that says so, and the same command goes on",
  { timeout: 240_000 },
  async (_, fail) => {
    const running = await world.up(environment());
    await untilSteps((await stepsOf()) + 2);
    const kept = await acknowledgedIn(database.store);
    const all = world.processes();
    await fail();
    expect({ code: await running.ended, errors: running.errors() }).toEqual({
      code: 1,
      errors: [expect.stringMatching(WENT_AWAY)],
    });
    await world.untilGone(all);
    await failing.server.start();
    await goesOn(kept);
  },
);

test("a database without room ends up with one line that says so, and the same command goes on", {
  timeout: 240_000,
}, async () => {
  const first = await world.up(environment());
  await untilSteps((await stepsOf()) + 2);
  first.child.kill("SIGTERM");
  expect(await first.ended).toBe(0);
  const kept = await acknowledgedIn(database.store);
  await database.fillDisk(ROOM_BYTES);
  const full = world.start(environment());
  expect({ code: await full.ended, errors: full.errors() }).toEqual({
    code: 1,
    errors: [
      expect.stringMatching(
        /^alphaforge: desk north ended \(exit code 1\): .*the database of desk north has no room left: make some, then run the same command again/,
      ),
    ],
  });
  await failing.server.stop();
  await failing.server.start();
  await goesOn(kept);
});
