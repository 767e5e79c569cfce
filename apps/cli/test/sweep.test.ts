import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DESK_DATABASE } from "../src/compose/desk-migrations.ts";
import { planSweep, readVariation } from "../src/compose/sweep-plan.ts";
import { addSweep, finishRun, readRuns } from "../src/compose/sweep-rows.ts";
import type { SweepTask } from "../src/compose/sweep-task.ts";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));
const DESK = `name: small
venue: { name: simulated, settings: { seed: 7, symbols: 6 } }
history: 220
`;
const RANGE = ["--venue", "simulated", "--from", "2024-03-04", "--to", "2024-03-14"];
const VARY = ["--vary", "maxPositions=1,3,5", "--vary", "fee=0,0.0005", "--vary", "maxPositionShare=0.1,0.2"];
const BASE: SweepTask = {
  ...{ desk: "small", venue: "simulated", venueSettings: {}, from: 0, to: 1, history: 220 },
  ...{ maxPositions: 5, maxPositionShare: 0.25, initialBalance: 10_000 },
};

let place: ReturnType<typeof temporaryDirectory>;
let database: TestDatabase;
let workers: { child: ChildProcess; ended: Promise<unknown>; log: () => string }[];
beforeEach(async () => {
  place = temporaryDirectory();
  database = await freshDatabase(DESK_DATABASE);
  workers = [];
  mkdirSync(join(place.path, "desks", "small"), { recursive: true });
  writeFileSync(join(place.path, "desks", "small", "desk.yaml"), DESK);
});
afterEach(async () => {
  for (const { child } of workers) child.kill("SIGKILL");
  await Promise.all(workers.map(({ ended }) => ended));
  await database.drop();
  place.remove();
});

function startWorker() {
  const { LOG_LEVEL: _level, ...rest } = process.env;
  const child = spawn(process.execPath, [BIN, "worker", "--concurrency", "1"], {
    env: { ...rest, ALPHAFORGE_HOME: place.path, DATABASE_URL: database.url },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const worker = { child, ended: new Promise((resolve) => child.once("close", resolve)), log: () => said };
  workers.push(worker);
  return worker;
}

const cli = (...args: string[]) => runCli(place.path, args, { DATABASE_URL: database.url });
const json = async (...args: string[]) => {
  const { code, stdout, errors } = await cli(...args, "--json");
  expect({ code, errors: errors.filter((line) => line.startsWith("alphaforge:")) }).toEqual({ code: 0, errors: [] });
  return JSON.parse(stdout);
};

test("three workers share a sweep, one of them is killed, and every backtest is done once in effect", async () => {
  const { sweep, runs, queued } = await json("desk", "sweep", "small", ...RANGE, ...VARY);
  expect({ runs, queued }).toEqual({ runs: 12, queued: 12 });
  expect(await json("desk", "sweep", "small", ...RANGE, ...VARY)).toEqual({
    sweep,
    desk: "small",
    runs: 12,
    queued: 0,
  });
  const three = [startWorker(), startWorker(), startWorker()];
  // Killed in the midst of a backtest.
  const begun = () =>
    three.find(({ log }) => log().split("sweep.run.started").length > log().split("sweep.run.finished").length);
  while (begun() === undefined) await setTimeout(5);
  const victim = begun();
  victim?.child.kill("SIGKILL");
  const status = () => json("desk", "sweep", "small", "--status", sweep);
  await expect.poll(async () => (await status()).done, { timeout: 200_000, interval: 1_000 }).toBe(12);
  const { runs: rows, failed } = await status();
  expect(failed).toBe(0);
  expect(rows.every(({ ledgerHash }: { ledgerHash: string }) => /^[0-9a-f]{64}$/.test(ledgerHash))).toBe(true);
  const { rows: jobs } = await database.store.pool.query(
    "SELECT state::text AS state, count(*)::int AS n, max(retry_count) AS retries FROM pgboss.job WHERE name = 'sweep-backtest' GROUP BY 1",
  );
  expect(jobs).toEqual([{ state: "completed", n: 12, retries: 1 }]);
  // The same ledger as by the command that runs one backtest.
  const alone = await json("desk", "backtest", "small", ...RANGE);
  const share = await json("desk", "sweep", "small", ...RANGE, "--vary", "maxPositionShare=0.25");
  await expect
    .poll(async () => (await json("desk", "sweep", "small", "--status", share.sweep)).runs[0].ledgerHash, {
      timeout: 60_000,
      interval: 1_000,
    })
    .toBe(alone.ledgerHash);
  const { stdout } = await cli("desk", "sweep", "small", "--status", sweep);
  expect(stdout).toMatch(new RegExp(`^sweep ${sweep}: 12 of 12 done\nmaxPositions +fee +maxPositionShare +state`));
  for (const { child } of workers) child.kill("SIGTERM");
  await Promise.all(workers.map(({ ended }) => ended));
  expect(workers.filter((worker) => worker !== victim).map(({ child }) => child.exitCode)).toEqual([0, 0]);
}, 300_000);

test("a backtest that cannot be done is given up with its reason, and is tried again when it is asked for again", async () => {
  const asked = ["desk", "sweep", "small", ...RANGE, "--vary", "agents=nobody"];
  const { sweep } = await json(...asked);
  startWorker();
  const row = async () => (await json("desk", "sweep", "small", "--status", sweep)).runs[0];
  await expect
    .poll(async () => (await row()).failed, { timeout: 60_000, interval: 500 })
    .toMatch(/^desk small has no agent nobody; it has /);
  expect((await row()).ledgerHash).toBe(null);
  expect((await json(...asked)).queued).toBe(1);
  expect((await row()).generation).toBe(2);
});

test("the first of two results stays, and another one is an error", async () => {
  const { pool } = database.store;
  const plan = planSweep({ ...BASE, to: 2 }, [readVariation("maxPositions=1")]);
  await addSweep(pool, "small", plan, 0);
  await addSweep(pool, "small", plan, 7);
  const finish = (hash: string, worker: string) => {
    const result = { ledgerHash: hash.repeat(64), bars: 1, books: [] };
    return finishRun(pool, { sweep: plan.id, run: 0, result, worker, at: 5 });
  };
  await finish("a", "one");
  await finish("a", "two");
  await expect(finish("b", "three")).rejects.toThrow(
    /came to ledger b+ here and to a+ at one: their programs or candles differ/,
  );
  expect(await readRuns(pool, plan.id)).toMatchObject([{ worker: "one", ledgerHash: "a".repeat(64), finishedAt: 5 }]);
});

test("a plan has every combination once, and its id says which", () => {
  const values = fc.uniqueArray(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(values, values, (positions, balances) => {
      const vary = [`maxPositions=${positions}`, `initialBalance=${balances}`].map(readVariation);
      const { id, runs } = planSweep(BASE, vary);
      const pairs = runs.map(({ task }) => `${task.maxPositions}/${task.initialBalance}`);
      expect(new Set(pairs).size).toBe(positions.length * balances.length);
      expect(pairs.length).toBe(positions.length * balances.length);
      expect(planSweep(BASE, vary).id).toBe(id);
      expect(planSweep({ ...BASE, history: 300 }, vary).id).not.toBe(id);
    }),
  );
});

test.each([
  [["--vary", "speed=1,2"], '--vary speed=1,2: there is no parameter "speed": '],
  [["--vary", "fee=0,,1"], "--vary fee=0,,1: write values separated by commas"],
  [["--vary", "fee=0,0"], "--vary fee=0,0: 0 is there twice"],
  [["--vary", "fee=0", "--vary", "fee=1"], "--vary fee: is there twice"],
  [["--vary", "maxPositions=1.5"], '{"maxPositions":"1.5"} cannot be: maxPositions: '],
  [["--vary", "fee=cheap"], '{"fee":"cheap"} cannot be: feeRate: '],
  [["--vary", "period=2024-01-01"], '{"period":"2024-01-01"} cannot be: to: '],
  [["--vary", "period=2024-02-01/2024-01-01"], "from must lie before to"],
  [[], "say what to vary, such as --vary maxPositions=1,3,5"],
])("%j is bad usage, in one line", async (args, expected) => {
  const { code, errors } = await cli("desk", "sweep", "small", ...RANGE, ...args);
  expect(code).toBe(2);
  expect(errors.length).toBe(1);
  expect(errors[0]).toContain(expected);
});

test("a worker without a database says what to set", async () => {
  const { code, errors } = await runCli(place.path, ["worker"]);
  expect({ code, errors }).toEqual({
    code: 2,
    errors: [
      "alphaforge: set DATABASE_URL to the database that holds the jobs, or name with --desk whose embedded one does",
    ],
  });
});
