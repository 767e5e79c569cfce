import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectClean, expectLandedOnce, keepRefs } from "./forge-promises.fixture.ts";
import { plugin, type ScriptedWorld, scriptedWorld, writesPlugin } from "./scripted-world.fixture.ts";

let world: ScriptedWorld;
let count = 0;
let kills = 0;
const places: string[] = [];
beforeAll(async () => {
  world = await scriptedWorld({ database: "embedded", config: 'verify: ["true"]' });
  for (const index of [1, 2]) world.script(index, writesPlugin(index));
});
afterAll(async () => {
  if (kills > 0)
    tellCounts("forge failpoints", `${kills} kills at ${new Set(places).size} places, every task landed once`);
  await world?.remove();
});

const upTo = (most: number) => Array.from({ length: most }, (_, index) => index + 1);
const times = (name: string, hits: readonly number[]) => hits.map((hit) => `${name}=kill@${hit}`);

/** Every place between two durable steps, on both sides of each; those that are reached often, at several hits. */
const PLACES: readonly string[] = [
  ...["landing.before-intent", "landing.after-intent", "landing.before-update-ref", "landing.after-update-ref"],
  ...[
    "landing.before-acknowledge",
    "landing.after-acknowledge",
    "keep.before-ref",
    "keep.after-ref",
    "workspace.before-remove",
  ],
  ...["workspace.after-remove", "keep.after-ref@2"],
].map((place) => (place.includes("@") ? place.replace("@", "=kill@") : `${place}=kill`));
const OFTEN: readonly string[] = [
  // The first moves the new session's branch into being, the next are keep refs, then the landing.
  ...times("git.before-update-ref", SOAK ? upTo(4) : [4]),
  ...times("git.after-update-ref", SOAK ? upTo(4) : [4]),
  ...times("event-log.before-commit", SOAK ? upTo(22) : [3, 7, 18]),
  ...times("event-log.after-commit", SOAK ? upTo(22) : [3, 15]),
  ...times("claims.before-commit", SOAK ? upTo(5) : [3]),
  ...times("claims.after-commit", SOAK ? upTo(5) : [4]),
];

function twoTasks(): { session: string; spec: string } {
  count += 1;
  const session = `killed-${count}`;
  return {
    session,
    spec: world.spec(
      session,
      [1, 2].map((index) => ({ attributes: plugin(index), description: `Feature ${index}` })),
    ),
  };
}

test.each([...PLACES, ...OFTEN])(
  "killed at %s, the same command lands every task once and loses nothing",
  async (place) => {
    const { session, spec } = twoTasks();
    const killed = await world.cli(["forge", "run", spec], { env: { ALPHAFORGE_FAILPOINTS: place } });
    expect(killed.code, `${place} was not reached: ${killed.stdout}`).toBeNull();
    const kept = keepRefs(world, session);
    const again = await world.cli(["forge", "run", spec]);
    expect(again).toMatchObject({ code: 0, errors: [] });
    expect(keepRefs(world, session)).toMatchObject(kept);
    await expectLandedOnce(world, session, 2);
    await expectClean(world);
    kills += 1;
    places.push(place.split("=")[0] as string);
  },
);

test("what a killed session had claimed does not hold up another, and its work is not paid for twice", async () => {
  const first = twoTasks();
  // Both have been written and kept, and nothing has landed.
  const place = { ALPHAFORGE_FAILPOINTS: "landing.before-intent=kill" };
  expect((await world.cli(["forge", "run", first.spec, "--concurrency", "1"], { env: place })).code).toBeNull();
  const second = twoTasks();
  const other = await world.cli(["forge", "run", second.spec]);
  expect(other).toMatchObject({ code: 0, errors: [] });
  expect(other.stdout).not.toContain("waits for");
  expect(await world.cli(["forge", "run", first.spec])).toMatchObject({ code: 0, errors: [] });
  for (const { session } of [first, second]) await expectLandedOnce(world, session, 2);
  const events = await world.events();
  const coded = events.filter(
    ({ type, data }) => type === "attempt.coded" && data.task.startsWith(`${first.session}.`),
  );
  expect(coded).toHaveLength(2);
  await expectClean(world);
});

test("killed while it recovers from a kill, and then again, it loses nothing", async () => {
  const { session, spec } = twoTasks();
  const crash = (place: string) => world.cli(["forge", "run", spec], { env: { ALPHAFORGE_FAILPOINTS: place } });
  for (const place of [
    "keep.before-ref=kill",
    "keep.after-ref=kill",
    "workspace.before-remove=kill",
    "event-log.before-commit=kill",
  ]) {
    expect((await crash(place)).code, place).toBeNull();
  }
  expect(Object.keys(keepRefs(world, session))).not.toEqual([]);
  expect(await world.cli(["forge", "run", spec])).toMatchObject({ code: 0, errors: [] });
  await expectLandedOnce(world, session, 2);
  await expectClean(world);
});

test.each(["git.before-update-ref=kill", "git.after-update-ref=kill", "event-log.before-commit=kill"])(
  "finalize killed at %s brings the session there when it is called again",
  async (place) => {
    const { session, spec } = twoTasks();
    expect(await world.cli(["forge", "run", spec])).toMatchObject({ code: 0 });
    const target = `target-${count}`;
    world.git("branch", target);
    const finalize = ["forge", "finalize", session, "--target", target];
    expect((await world.cli(finalize, { env: { ALPHAFORGE_FAILPOINTS: place } })).code).toBeNull();
    expect(await world.cli(finalize)).toMatchObject({ code: 0, errors: [] });
    expect(world.git("rev-parse", target)).toBe(world.git("rev-parse", `alphaforge/${session}`));
    const events = await world.events();
    expect(events.filter(({ type, data }) => type === "session.finalized" && data.session === session)).toHaveLength(1);
  },
);

test("forge add killed at its commit adds all or nothing, and again adds the rest", async () => {
  const { session, spec } = twoTasks();
  expect(await world.cli(["forge", "run", spec])).toMatchObject({ code: 0 });
  const more = world.spec(
    "more",
    [3, 4].map((index) => ({ attributes: plugin(index), description: `Feature ${index}` })),
  );
  for (const index of [3, 4]) world.script(index, writesPlugin(index));
  const add = ["forge", "add", more, "--session", session];
  for (const place of ["event-log.before-commit=kill", "event-log.after-commit=kill"]) {
    expect((await world.cli(add, { env: { ALPHAFORGE_FAILPOINTS: place } })).code).toBeNull();
  }
  expect((await world.cli(add)).stdout).toBe(`nothing new for session ${session} in ${more}\n`);
  expect(await world.cli(["forge", "run", spec])).toMatchObject({ code: 0 });
  await expectLandedOnce(world, session, 4);
  expect(existsSync(join(world.state, "workspaces"))).toBe(true);
  expect(readdirSync(join(world.state, "workspaces"))).toEqual([]);
});
