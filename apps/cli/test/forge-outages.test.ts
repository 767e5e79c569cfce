import { type FailingDatabase, type FailingServer, failingServer } from "@alphaforge/core/testing/failing-server";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { FORGE_DATABASE } from "../src/compose/forge-place.ts";
import { databaseOutages } from "./database-outages.fixture.ts";
import { expectClean, expectLandedOnce, keepRefs } from "./forge-promises.fixture.ts";
import { plugin, type ScriptedWorld, scriptedWorld } from "./scripted-world.fixture.ts";

const TASKS = 6;
/** Some tasks' worth of events. */
const ROOM_BYTES = 3 * 8_192;

let failing: FailingServer;
let database: FailingDatabase;
let world: ScriptedWorld;
beforeAll(async () => {
  failing = await failingServer();
});
afterAll(() => failing?.remove());
afterEach(async () => {
  await failing.server.start();
  await world?.remove();
  await database?.close();
});

async function aSession(): Promise<string> {
  database = await failing.database(FORGE_DATABASE);
  world = await scriptedWorld({ database, config: 'verify: ["true"]\nconcurrency: 2' });
  for (let index = 1; index <= TASKS; index++) {
    world.script(index, [{ write: `src/plugins/p${index}/a.ts`, text: `${index}\n` }, { sleepMs: 300 }]);
  }
  return world.spec(
    "outage",
    Array.from({ length: TASKS }, (_, at) => ({ attributes: plugin(at + 1), description: `Feature ${at + 1}` })),
  );
}

/** With the database back, the same command does the rest, and nothing of what was done before is lost or doubled. */
async function goesOn(spec: string): Promise<void> {
  const kept = keepRefs(world, "outage");
  const tip = world.git("rev-parse", "alphaforge/outage");
  const again = await world.cli(["forge", "run", spec]);
  expect(again).toMatchObject({ code: 0, errors: [] });
  expect(keepRefs(world, "outage")).toMatchObject(kept);
  expect(world.git("merge-base", tip, "alphaforge/outage")).toBe(tip);
  await expectLandedOnce(world, "outage", TASKS);
  await expectClean(world);
}

test.each(databaseOutages(() => ({ server: failing.server, database })))(
  "a database that %s ends forge run with one line that says so, and the same command goes on",
  async (_, fail) => {
    const spec = await aSession();
    const running = world.start(["forge", "run", spec]);
    await running.until(/ landed as /);
    await fail();
    const { code, stdout, errors } = await running.ended;
    expect({ code, errors }, stdout).toEqual({
      code: 1,
      errors: [
        expect.stringMatching(/^alphaforge: the forge's database went away: run the same command again \(.+\)$/),
      ],
    });
    // No task is to blame.
    expect(stdout).not.toMatch(/stopped at its|turned down/);
    await failing.server.start();
    await goesOn(spec);
  },
);

test("a database without room ends forge run with one line that says so, and the same command goes on", async () => {
  const spec = await aSession();
  await database.fillDisk(ROOM_BYTES);
  const { code, stdout, errors } = await world.cli(["forge", "run", spec]);
  expect({ code, errors }, stdout).toEqual({
    code: 1,
    errors: [
      expect.stringMatching(
        /^alphaforge: the forge's database has no room left: make some, then run the same command again \(.*File too large.*\)$/,
      ),
    ],
  });
  expect(stdout).toContain(" started (attempt 1");
  expect(stdout).not.toMatch(/stopped at its|turned down/);
  await failing.server.stop();
  await failing.server.start();
  await goesOn(spec);
});
