import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import { recordDecisions, START, SYSTEM, seenAt } from "@alphaforge/desk/api/recorded-decisions.fixture";
import { DESK_MIGRATIONS } from "@alphaforge/desk/projections/migrations";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

let database: TestDatabase;
let directory: ReturnType<typeof temporaryDirectory>;
let out: string;
beforeEach(async () => {
  database = await freshDatabase([EVENT_LOG_MIGRATIONS, DESK_MIGRATIONS]);
  directory = temporaryDirectory();
  out = join(directory.path, "decisions.jsonl");
});
afterEach(async () => {
  directory.remove();
  await database.drop();
});

const exported = (...args: readonly string[]) =>
  runCli(join(directory.path, "home"), ["traces", "export", "--desk", "arena", "--out", out, ...args], {
    DATABASE_URL: database.url,
  });

test("a desk's decisions are exported with what each brought; what is left out is counted", async () => {
  await recordDecisions(database.store);
  const { code, stdout, errors } = await exported("--arguments", "object");
  expect({ code, errors }).toEqual({ code: 0, errors: [] });
  expect(stdout.split("\n")).toEqual([
    expect.stringMatching(/^8 records \(.*; of 8 read, 0 were filtered out and 0 repeated another$/),
    "desk arena: left out 1 of rules and coins (they have no prompt), 1 that no model answered, 2 whose question is not kept any more",
    "",
  ]);
  const records = readFileSync(out, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(records.map(({ outcome }) => outcome)).toEqual(
    "profit loss profit hold refused unfilled open adjusted".split(" "),
  );
  expect(records[0]).toMatchObject({
    ...{ kind: "decision", task_id: `arena/momentum-1h@${START}`, prompt: SYSTEM },
    messages: [
      { role: "system", content: SYSTEM },
      { role: "user", content: seenAt(START) },
      {
        ...{ role: "assistant", content: "Thought 0." },
        tool_calls: [{ function: { name: "trade_action", arguments: { action: "hold", hour: 0 } } }],
      },
    ],
    tools: [
      {
        type: "function",
        function: { name: "trade_action", description: "States one action.", parameters: { type: "object" } },
      },
    ],
    label: { action: { action: "open", notional: 1_000 }, realised: { profit: 125, closedBy: "decision" } },
    context: { desk: "arena", timeframe: "1h", prompt_version: 3, before_cutoff: true },
    provenance: { agent: "momentum-1h", model: "anthropic/fake" },
  });
  const { stdout: json } = await exported("--outcome", "profit", "--json");
  expect(JSON.parse(json)).toMatchObject({
    ...{ records: 2, filtered: 6 },
    desks: [{ desk: "arena", read: 8, without_model: 1, unanswered: 1, forgotten: 2 }],
  });
});

test("a desk without a model's decision gives an empty corpus and says so", async () => {
  await database.store.pool.query(
    "INSERT INTO desk (name, venue, simulated, fee_rate, finest, opened_at) VALUES ('arena', 'simulated', true, 0, '5m', now())",
  );
  const { code, stdout, errors } = await exported();
  expect({ code, errors }).toEqual({ code: 0, errors: [] });
  expect(stdout).toContain("desk arena has no decision of a model\n");
  expect(readFileSync(out, "utf8")).toBe("");
});

test("a desk that is not there is named", async () => {
  const { code, errors } = await exported("--desk", "arenaa");
  expect({ code, errors }).toEqual({
    code: 2,
    errors: [expect.stringMatching(/no desk "arenaa": did you mean arena\?/)],
  });
});
