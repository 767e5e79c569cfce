import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { decisionIdOf } from "../src/decision-id.ts";
import type { DeskEvents } from "../src/events.ts";
import { DESK_MIGRATIONS } from "../src/projections/migrations.ts";
import { leftBehind, replay } from "../src/replay/recorded-desk.fixture.ts";
import { eventsOf, startDesk } from "./desk-checks.ts";

/** Kills in a row of one desk. */
const RANDOM_KILLS = SOAK ? 200 : 4;
const DAYS = "0";
/** An hour of the desk's in a second. */
const SPEED = "3600";

let database: TestDatabase;
let directory: string;
let desks: ReturnType<typeof startDesk>[];
beforeEach(async () => {
  database = await freshDatabase([EVENT_LOG_MIGRATIONS, DESK_MIGRATIONS]);
  directory = mkdtempSync(join(tmpdir(), "paid-"));
  desks = [];
});
afterEach(async () => {
  for (const { process, ended } of desks) {
    process.kill("SIGKILL");
    await ended;
  }
  rmSync(directory, { recursive: true, force: true });
  await database.drop();
});

const paidFile = () => join(directory, "paid");

function run(failpoints = ""): ReturnType<typeof startDesk> {
  const desk = startDesk(database.url, DAYS, SPEED, "models", failpoints, paidFile());
  desks.push(desk);
  return desk;
}

const countDecisions = async (): Promise<number> => {
  const { rows } = await database.store.pool.query("SELECT count(*) AS n FROM events WHERE type = 'decision.made'");
  return Number(rows[0].n);
};

/** Lets a desk run until it has decided `more` times, then tells it to stop. */
async function runOn(more: number): Promise<void> {
  const before = await countDecisions();
  const desk = run();
  while ((await countDecisions()) < before + more) {
    expect(desk.process.exitCode).toBeNull();
    await setTimeout(50);
  }
  desk.process.kill("SIGTERM");
  expect(await desk.ended).toEqual({ ended: 0, said: "" });
}

/** Each close decided once, each order filled once, each recorded answer paid for; and the log replays to the cent. */
async function expectExactlyOnce(mostPaidTwice: number): Promise<void> {
  const events = await eventsOf(database);
  const of = <T extends keyof DeskEvents>(type: T) =>
    events.filter((event) => event.type === type).map(({ at, data }) => ({ at, data: data as DeskEvents[T] }));
  const decided = of("decision.made").map(({ at, data }) => decisionIdOf(data.agent, at));
  expect(new Set(decided).size).toBe(decided.length);
  const filled = of("order.filled").map(({ data }) => data.clientOrderId);
  expect(new Set(filled).size).toBe(filled.length);
  const called = of("model.called").map(({ data }) => data.callId);
  expect(new Set(called).size).toBe(called.length);
  // What a model was asked and what is recorded of it: only answers that never reached the log were paid for again.
  const paid = existsSync(paidFile()) ? readFileSync(paidFile(), "utf8").trim().split("\n") : [];
  expect(new Set(paid)).toEqual(new Set([...called, ...paid]));
  expect(paid.length - new Set(paid).size).toBeLessThanOrEqual(mostPaidTwice);
  const report = await replay(await leftBehind(database));
  expect(report).toMatchObject({ mismatches: 0, modelCalls: 0 });
}

describe("killed while its agents ask models, a desk goes on and decides every close once", () => {
  for (const [failpoint, paidTwice] of [
    // The answer was there and not yet recorded: the four that may be on their way are asked again.
    ["models.before-append=kill@7", 8],
    // It was recorded: nothing is asked again.
    ["models.after-append=kill@7", 8],
    ["desk.before-append=kill@9", 0],
    ["desk.after-append=kill@9", 0],
    ["event-log.before-commit=kill@25", 8],
  ] as const) {
    test(failpoint, async () => {
      expect((await run(failpoint).ended).ended).toBe("SIGKILL");
      await runOn(30);
      await expectExactlyOnce(paidTwice);
    });
  }

  test(`at any moment, ${RANDOM_KILLS} times`, { timeout: 60_000 + RANDOM_KILLS * 15_000 }, async () => {
    for (let kill = 0; kill < RANDOM_KILLS; kill += 1) {
      const before = await countDecisions();
      const desk = run();
      // Past its start, so that the kills fall into its work.
      while ((await countDecisions()) === before) {
        expect(desk.process.exitCode).toBeNull();
        await setTimeout(20);
      }
      await setTimeout(Math.random() * 1_500);
      desk.process.kill("SIGKILL");
      await desk.ended;
    }
    await runOn(20);
    await expectExactlyOnce(8 * RANDOM_KILLS);
    tellCounts("desk of models", `${RANDOM_KILLS} kills, ${await countDecisions()} decisions, each close decided once`);
  });
});
