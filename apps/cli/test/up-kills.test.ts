import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Acknowledged, acknowledgedIn, expectKeptIn, expectOnceIn } from "./desk-promises.fixture.ts";
import { runCli } from "./run-cli.fixture.ts";
import { seededDraws } from "./seeded-draws.fixture.ts";
import { type Ending, PARTS, PATIENCE_MS, type Part, type Up, type UpWorld, upWorld } from "./up-world.fixture.ts";

const KILLS = SOAK ? 200 : 5;
/** ALPHAFORGE_SOAK_SEED=N draws the same victims and pauses again. With 7 each of them is drawn, and one start. */
const SEED = Number(process.env.ALPHAFORGE_SOAK_SEED ?? (SOAK ? Date.now() % 1_000_000 : 7));
/** The pauses before a kill: of one that starts, and of one that runs. */
const STARTING_MS = 3_000;
const WORKING_MS = 2_000;
/** After so many kills it is told to stop once. */
const KILLS_BETWEEN_STOPS = 10;
/** What is promised of a machine that does nothing else, which is what a soak is run on. */
const LONGEST_MS = SOAK ? 5_000 : PATIENCE_MS;
/** An hour of the desk's in a second. */
const DESK = `name: north
venue:
  name: simulated
  settings: { seed: 7, symbols: 5 }
clock: { from: 2024-03-04T00:00:00Z, days: 1, speed: 3600 }
history: 220
`;

let world: UpWorld;
beforeAll(async () => {
  world = await upWorld({ desk: "north", yaml: DESK });
});
afterEach(() => world.endAll());
afterAll(() => world?.remove());

const acknowledged = () => world.looking(acknowledgedIn);
const expectKept = (kept: Acknowledged) => world.looking((store) => expectKeptIn(store, kept));
const expectOnce = () => world.looking(expectOnceIn);

async function kill(running: Up, victim: Part): Promise<Ending> {
  const all = world.processes();
  const pid = running.parts()[victim];
  if (pid === undefined) throw new Error(`there is no ${victim}: ${running.errors()}`);
  process.kill(pid, "SIGKILL");
  const ending = await world.untilGone(all);
  expect(await running.ended).toBe(victim === "up" ? null : 1);
  return ending;
}

const STOPS = {
  SIGTERM: ({ child }: Up) => void child.kill("SIGTERM"),
  "Ctrl-C": ({ child }: Up) => void process.kill(-(child.pid as number), "SIGINT"),
} as const;

async function stop(running: Up, how: keyof typeof STOPS): Promise<Ending> {
  const all = world.processes();
  expect(all.length).toBeGreaterThanOrEqual(5);
  STOPS[how](running);
  const ending = await world.untilGone(all);
  expect({ code: await running.ended, errors: running.errors() }).toEqual({ code: 0, errors: [] });
  return ending;
}

describe("killed, the same command starts it again, and nothing acknowledged is lost", () => {
  const says: Readonly<Record<Part, RegExp>> = {
    up: /^$/,
    desk: /^alphaforge: desk north ended \(SIGKILL\)/,
    dashboard: /^alphaforge: the dashboard's server ended by itself \(SIGKILL\)/,
    database: /^alphaforge: (desk north ended \(exit code 1\): .*went away|the database of desk north went away)/,
  };

  for (const victim of PARTS) {
    test(`${victim}: all that belongs to it ends with it`, { timeout: 240_000 }, async () => {
      const before = await world.up();
      const kept = await acknowledged();
      await kill(before, victim);
      expect(before.errors().at(-1) ?? "").toMatch(says[victim]);
      const again = await world.up();
      await expectKept(kept);
      await expectOnce();
      await stop(again, "SIGTERM");
    });
  }

  // Steps come often: the first hits fall into its start, later ones into its work.
  for (const place of [
    "desk.before-append",
    "desk.after-append",
    "event-log.before-commit",
    "event-log.after-commit",
  ]) {
    test(`its desk at ${place}`, { timeout: 240_000 }, async () => {
      let running = await world.up();
      for (const hit of SOAK ? [1, 2, 3, 5, 8, 13] : [2]) {
        const kept = await acknowledged();
        await kill(running, "up");
        const killed = world.start({ ALPHAFORGE_FAILPOINTS: `${place}=kill@${hit}` });
        expect(await killed.ended).toBe(1);
        expect(killed.errors().at(-1)).toMatch(says.desk);
        running = await world.up();
        await expectKept(kept);
        await expectOnce();
      }
    });
  }

  test(`at random, ${KILLS} times`, { timeout: 120_000 + KILLS * 60_000, retry: 0 }, async () => {
    const draw = seededDraws(SEED);
    const counts: Record<Part, number> = { up: 0, desk: 0, dashboard: 0, database: 0 };
    let [runs, stops, inStarts] = [0, 0, 0];
    const longest = { kill: 0, stop: 0, outlived: 0 };
    const note = (kind: "kill" | "stop", { tookMs, databaseOutlivedMs }: Ending) => {
      longest[kind] = Math.max(longest[kind], tookMs);
      longest.outlived = Math.max(longest.outlived, databaseOutlivedMs);
    };
    const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
    let kept: Acknowledged | undefined;
    let survived: Up | undefined;
    for (let kills = 0; kills < KILLS; kills += 1) {
      const running = survived ?? world.start();
      if (survived === undefined) runs += 1;
      survived = undefined;
      // Most hit one that works; some hit one that starts, where it recovers from the kill before.
      const isStarting = draw() < 0.2;
      if (isStarting) await setTimeout(draw() * STARTING_MS);
      else {
        await running.running;
        if (kept !== undefined) await expectKept(kept);
        await setTimeout(draw() * WORKING_MS);
        kept = await acknowledged();
      }
      const there = PARTS.filter((part) => running.parts()[part] !== undefined);
      const victim = there[Math.floor(draw() * there.length)];
      if (victim === undefined) throw new Error(`nothing of it runs: ${running.errors()}`);
      process.stdout.write(
        `kill ${kills + 1} of ${KILLS} (seed ${SEED}): ${victim}${isStarting ? ", starting" : ""}\n`,
      );
      counts[victim] += 1;
      if (isStarting) inStarts += 1;
      if (isStarting && victim === "database") survived = await killStarting(running, (ending) => note("kill", ending));
      else note("kill", await kill(running, victim));
      if ((kills + 1) % KILLS_BETWEEN_STOPS !== 0) continue;
      const stopped = survived ?? world.start();
      if (survived === undefined) runs += 1;
      survived = undefined;
      await stopped.running;
      note("stop", await stop(stopped, stops % 2 === 0 ? "SIGTERM" : "Ctrl-C"));
      stops += 1;
    }
    const last = survived ?? world.start();
    if (survived === undefined) runs += 1;
    await last.running;
    if (kept !== undefined) await expectKept(kept);
    const { placed, filled } = await expectOnce();
    note("stop", await stop(last, "Ctrl-C"));
    const each = PARTS.map((part) => `${part} ${counts[part]}`).join(", ");
    tellCounts(
      "up soak",
      `${KILLS} kills (${each}; ${inStarts} while starting) in ${runs} runs, ${stops + 1} stops; ${placed} orders placed, ${filled} filled, 0 doubled, nothing acknowledged lost; longest end after a kill ${seconds(longest.kill)}, after SIGTERM or Ctrl-C ${seconds(longest.stop)}; a PostgreSQL outlived its last user by ${seconds(longest.outlived)} at most`,
    );
    expect(longest.stop).toBeLessThan(LONGEST_MS);
    expect(longest.outlived).toBeLessThan(LONGEST_MS);
  });
});

/** A start may get itself another server in place of one that was killed, or end; whichever, it says so. */
async function killStarting(starting: Up, note: (ending: Ending) => void): Promise<Up | undefined> {
  const all = world.processes();
  const pid = starting.parts().database;
  if (pid !== undefined) process.kill(pid, "SIGKILL");
  const isRunning = await Promise.race([starting.running.then(() => true), starting.ended.then(() => false)]);
  if (isRunning) return starting;
  note(await world.untilGone(all));
  expect(await starting.ended).toBe(1);
  expect(starting.errors()).toHaveLength(1);
  return undefined;
}

describe("told to stop", () => {
  for (const how of ["SIGTERM", "Ctrl-C"] as const) {
    test(`${how} ends everything, its PostgreSQL too`, { timeout: 240_000 }, async () => {
      const { tookMs } = await stop(await world.up(), how);
      process.stdout.write(`${how}: everything ended in ${(tookMs / 1000).toFixed(1)} s\n`);
    });
  }
});

test("a second `up` says what runs where, whatever port it asks for, and leaves the first as it is", async () => {
  const running = await world.up();
  const { home, port } = world;
  const { up: first, desk } = running.parts();
  for (const asked of [port, port + 1]) {
    const { code, errors } = await runCli(home, ["up", "--desk", "north", "--port", String(asked)]);
    expect({ code, errors }).toEqual({
      code: 1,
      errors: [
        `alphaforge: desk north runs already (process ${desk}, dashboard http://127.0.0.1:${port} of process ${first}): stop that one first`,
      ],
    });
  }
  const both = await Promise.all([0, 1].map(() => runCli(home, ["desk", "run", "north"])));
  for (const { code, errors } of both) {
    expect(code).toBe(1);
    expect(errors).toEqual([expect.stringContaining(`desk north runs already (process ${desk}, dashboard`)]);
  }
  expect(running.child.exitCode).toBeNull();
  expect((await fetch(`http://127.0.0.1:${port}/icon.svg`)).ok).toBe(true);
});

test("files that killed processes left, with numbers that others have now, stop nothing", async () => {
  const { home, state, port } = world;
  // This very process: alive, and none of those that have written the files.
  writeFileSync(
    join(state, "worker.json"),
    JSON.stringify({ url: `http://127.0.0.1:${port}`, pid: process.pid, started_at: "2024-03-04T00:00:00.000Z" }),
  );
  writeFileSync(
    join(state, "up.json"),
    JSON.stringify({ pid: process.pid, identity: "of another", dashboard: "http://127.0.0.1:1" }),
  );
  const health = await runCli(home, ["desk", "health", "north"]);
  expect({ code: health.code, errors: health.errors }).toEqual({
    code: 1,
    errors: ["alphaforge: desk north does not run; start it with alphaforge up --desk north"],
  });
  const running = await world.up();
  running.child.kill("SIGTERM");
  expect(await running.ended).toBe(0);
  expect(existsSync(join(state, "up.json"))).toBe(false);
});
