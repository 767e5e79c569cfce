import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DESK_MIGRATIONS } from "../projections/migrations.ts";
import { type ModelDecision, type ModelDecisions, modelDecisions } from "./model-decisions.ts";
import { AGENT, HOUR, recordDecisions, START, SYSTEM, seenAt, TOOL } from "./recorded-decisions.fixture.ts";

let database: TestDatabase;
let reading: ModelDecisions;
const read: ModelDecision[] = [];
beforeAll(async () => {
  database = await freshDatabase([EVENT_LOG_MIGRATIONS, DESK_MIGRATIONS]);
  await recordDecisions(database.store);
  const client = await database.store.connect();
  reading = modelDecisions(client);
  for await (const decision of reading.read()) read.push(decision);
  await client.end();
});
afterAll(() => database.drop());

const hourOf = ({ at }: ModelDecision): number => (at - START) / HOUR;

test("a decision comes with what was asked, as it was sent, and with what the model answered", () => {
  expect(read[0]).toEqual({
    ...{ id: `${AGENT}@${START}`, agent: AGENT, timeframe: "1h", at: START, model: "anthropic/fake", promptVersion: 3 },
    ...{ system: SYSTEM, user: seenAt(START), tools: [TOOL], isBeforeCutoff: true },
    ...{ text: "Thought 0.", input: '{"action":"hold","hour": 0}' },
    action: { action: "open", symbol: "BTCUSDT", direction: "long", notional: 1_000, stop: 90, reason: "rises" },
    realised: { profit: 125, fraction: 0.125, closedAt: START + 2 * HOUR, closedBy: "decision" },
  });
  // Whichever provider's format it was sent in.
  expect(read[1]).toMatchObject({ system: SYSTEM, user: seenAt(START + HOUR), realised: { profit: -25 } });
});

test("a decision that closes several positions brought what they brought together", () => {
  expect(read[2]).toMatchObject({ action: { action: "close-all" }, realised: { profit: 100, fraction: 0.05 } });
});

test("what nothing was realised by says why, and what is open says nothing", () => {
  const effects = read.slice(3).map((each) => [hourOf(each), each.action.action, each.effect, each.realised]);
  expect(effects).toEqual([
    [3, "hold", undefined, undefined],
    [4, "open", "refused", undefined],
    [5, "open", "unfilled", undefined],
    [6, "open", undefined, undefined],
    [7, "adjust-stop", "adjusted", undefined],
  ]);
  expect(read[3]?.invalid).toEqual(["no stop"]);
});

test("decisions without a prompt, without an answer, or whose question is not there any more are left out and counted", () => {
  expect(reading.leftOut).toEqual({ withoutModel: 1, unanswered: 1, forgotten: 2 });
});
