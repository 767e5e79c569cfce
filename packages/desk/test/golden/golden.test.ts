import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { changesBetween, type Golden, goldenOf, runScenario, type Scenario } from "./scenario.ts";

const SCENARIOS = fileURLToPath(new URL("./scenarios/", import.meta.url));
const PINNED = fileURLToPath(new URL("./pinned/", import.meta.url));
const UPDATE = process.env.ALPHAFORGE_UPDATE_GOLDEN === "1";
const HINT =
  "Where this is meant, run ALPHAFORGE_UPDATE_GOLDEN=1 npx vitest run packages/desk/test/golden and read the diff.";

const NAMES = readdirSync(SCENARIOS)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.slice(0, -".ts".length))
  .toSorted();

describe("the arena's rules on scripted markets", () => {
  test.each(NAMES)("%s", async (name) => {
    const { scenario } = (await import(`${SCENARIOS}${name}.ts`)) as { scenario: Scenario };
    const run = await runScenario(scenario);
    expect(scenario.check(run), `does not show this any more: ${scenario.shows}`).toBe(true);
    const now = goldenOf(run);
    expect(Object.keys(now.statistics).length).toBeGreaterThanOrEqual(25);
    const file = `${PINNED}${name}.json`;
    if (UPDATE) writeFileSync(file, `${JSON.stringify(now, null, 2)}\n`);
    if (!existsSync(file)) throw new Error(`nothing is pinned for ${name}. ${HINT}`);
    const changes = changesBetween(JSON.parse(readFileSync(file, "utf8")) as Golden, now);
    expect(changes, `${scenario.shows} ${HINT}`).toEqual([]);
  });

  test("there are at least thirty, and nothing is pinned for one that is gone", () => {
    expect(NAMES.length).toBeGreaterThanOrEqual(30);
    expect(readdirSync(PINNED).toSorted()).toEqual(NAMES.map((name) => `${name}.json`).toSorted());
  });
});

test("a change is named by figure and by agent", () => {
  const pinned: Golden = { statistics: { trades: 3, fees: "1.0" }, orders: { "momentum-1h": "4 order events, a" } };
  const now: Golden = { statistics: { trades: 4, fees: "1.0" }, orders: { "swing-1h": "1 order events, b" } };
  expect(changesBetween(pinned, now)).toEqual([
    "trades: 3 → 4",
    "orders of momentum-1h: 4 order events, a → nothing",
    "orders of swing-1h: nothing → 1 order events, b",
  ]);
});
