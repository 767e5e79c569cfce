import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { processesWith, type ScriptedWorld } from "./scripted-world.fixture.ts";

/** Keep refs of a session with what they stand at. */
export function keepRefs({ git }: ScriptedWorld, session: string): Record<string, string> {
  const listed = git("for-each-ref", "--format=%(refname) %(objectname)", "refs/alphaforge/keep");
  const rows = listed.split("\n").filter((line) => line.startsWith(`refs/alphaforge/keep/${session}.`));
  return Object.fromEntries(rows.map((row) => row.split(" ") as [string, string]));
}

/**
 * Every task of a session is on its branch exactly once, the log says the same commits, and whatever was kept is still
 * there.
 */
export async function expectLandedOnce(world: ScriptedWorld, session: string, tasks: number): Promise<void> {
  const branch = `alphaforge/${session}`;
  const log = world.git(
    "log",
    "--format=%H %(trailers:key=Alphaforge-Task,valueonly,separator=%x20)",
    `main..${branch}`,
  );
  const landed = new Map(log.split("\n").map((line) => line.trim().split(" ").reverse() as [string, string]));
  const expected = Array.from({ length: tasks }, (_, index) => `${session}.${index + 1}`);
  expect([...landed.keys()].sort()).toEqual([...expected].sort());
  expect(log.split("\n")).toHaveLength(tasks);
  for (let index = 1; index <= tasks; index++) {
    expect(world.git("show", `${branch}:src/plugins/p${index}/a.ts`)).toBe(`${index}`);
  }
  const written = (await world.events()).flatMap((event) =>
    event.type === "task.landed" && expected.includes(event.data.task) ? [[event.data.task, event.data.commit]] : [],
  );
  expect(written.map(([task]) => task).sort()).toEqual([...expected].sort());
  for (const [task, commit] of written) expect(landed.get(task as string)).toBe(commit);
  for (const [ref, commit] of Object.entries(keepRefs(world, session))) {
    expect(world.git("rev-parse", `${ref}^{commit}`)).toBe(commit);
  }
}

/** No workspace, checkout, coder, port or lock is left, no process but the database's own, and git finds nothing wrong. */
export async function expectClean({ repository, home, state, git }: ScriptedWorld): Promise<void> {
  for (const directory of [
    join(state, "workspaces"),
    join(state, "scratch"),
    join(state, "coders"),
    join(home, "forge", "ports"),
  ]) {
    expect(existsSync(directory) ? readdirSync(directory) : [], directory).toEqual([]);
  }
  await vi.waitFor(
    () => {
      const left = processesWith(home).filter(({ command }) => !/postgres/.test(command));
      expect(left).toEqual([]);
    },
    { timeout: 5_000, interval: 100 },
  );
  expect(git("for-each-ref", "refs/alphaforge/work"), "pins of workspaces").toBe("");
  expect(git("fsck", "--full", "--no-dangling", "--no-progress")).toBe("");
  const locks = readdirSync(join(repository, ".git"), { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".lock"),
  );
  expect(locks).toEqual([]);
}
