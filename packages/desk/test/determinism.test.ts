import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import { beforeAll, expect, test } from "vitest";
import type { SeedResult } from "./determinism-process.ts";

const SEEDS = Array.from({ length: SOAK ? 100 : 3 }, (_, place) => place + 1);
const SOAK_TIMEOUT_MS = 1_800_000;

const PROCESS = fileURLToPath(new URL("./determinism-process.ts", import.meta.url));
const run = promisify(execFile);

async function resultsOf(seeds: readonly number[]): Promise<SeedResult[]> {
  const { stdout } = await run(process.execPath, [PROCESS, ...seeds.map(String)]);
  const lines = stdout.trim().split("\n");
  return lines.map((line): SeedResult => JSON.parse(line)).sort((a, b) => a.seed - b.seed);
}

let one: readonly SeedResult[];
let other: readonly SeedResult[];
beforeAll(async () => {
  // The other way round: what one market leaves behind in a process must not reach the next.
  [one, other] = (await Promise.all([resultsOf(SEEDS), resultsOf(SEEDS.toReversed())])) as [SeedResult[], SeedResult[]];
}, SOAK_TIMEOUT_MS);

test(`${SEEDS.length} markets come to the same ledgers in two processes, with coins and with models`, () => {
  expect(one.map(({ seed }) => seed)).toEqual(SEEDS);
  expect(other).toEqual(one);
  tellCounts("determinism", `${SEEDS.length} markets twice, all ledgers the same`);
});

test("every market is another, and in each agents, coins and models have traded", () => {
  const hashes = one.flatMap(({ ledgers, models }) => [...ledgers, models.hash]);
  expect(new Set(hashes).size).toBe(3 * SEEDS.length);
  for (const { trades, models } of one) {
    expect(trades).toBeGreaterThan(100);
    expect(models.answers).toBeGreaterThan(200);
    expect(models.trades).toBeGreaterThan(20);
  }
});
