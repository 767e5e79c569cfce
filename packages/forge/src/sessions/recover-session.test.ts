import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { branch } from "../landing/landing-world.fixture.ts";
import { type PipelineWorld, pipelineWorld } from "../pipeline-world.fixture.ts";
import { ready, workspaceContext } from "../workspace/workspace-world.fixture.ts";
import { taskStream } from "./forge-events.ts";
import type { ForgeEntry } from "./forge-log.ts";

let world: PipelineWorld;
beforeEach(async () => {
  world = await pipelineWorld({
    scripts: { 1: [{ write: "p1/a.txt", text: "mine\n" }], 2: [{ write: "p2/a.txt", text: "mine\n" }] },
  });
});
afterEach(() => world.remove());

const started = (task: string, attempt = 1): ForgeEntry => ({
  ...{ stream: taskStream(task), type: "attempt.started" },
  data: { task, attempt, token: 1, claim: `${task}/${attempt}`, waitedMs: 0, landsOnly: false },
});
const coded = (task: string, attempt = 1): ForgeEntry => ({
  ...{ stream: taskStream(task), type: "attempt.coded" },
  data: {
    ...{ task, attempt, isOk: true, end: { how: "exited", status: 0 }, startedAt: 0, endedAt: 1, lastWords: "" },
    usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
  },
});
/** Puts a commit with a task's trailers on the branch, as a landing does. */
function landByHand(task: string, path: string): string {
  const { repository } = world;
  const tip = repository.user("rev-parse", branch);
  const tree = repository.user("rev-parse", `${repository.proposal(tip, { [path]: "mine\n" })}^{tree}`);
  const message = `Work\n\nAlphaforge-Task: ${task}\nAlphaforge-Attempt: 1\nAlphaforge-Token: 1\n`;
  const commit = repository.user("commit-tree", tree, "-p", tip, "-m", message);
  repository.user("update-ref", branch, commit);
  return commit;
}

test("what is on the branch and was not recorded has landed: nothing is done again", async () => {
  await world.log.write(started("s.1"));
  const commit = landByHand("s.1", "p1/a.txt");
  await world.recover();
  expect(await world.view(1)).toMatchObject({ state: "landed", landed: { commit, attempt: 1, token: 1 } });
  expect(await world.run()).toBe("done");
  expect((await world.events("attempt.coded")).map(({ data }) => data.task)).toEqual(["s.2"]);
});

test("what was recorded and is not on the branch any more is to be done again, and why is told", async () => {
  expect(await world.run()).toBe("done");
  const before = (await world.view(1)).landed?.commit ?? "";
  world.repository.user("update-ref", branch, world.base);
  await world.recover();
  const [unlanded] = (await world.events("task.unlanded")).filter(({ data }) => data.task === "s.1");
  expect(unlanded?.data).toMatchObject({
    commit: before,
    reason: expect.stringContaining("is not on alphaforge/s any more"),
  });
  expect(await world.view(1)).toMatchObject({ state: "pending", tries: 0 });
  expect(await world.run()).toBe("done");
  expect(world.onBranch("p1/a.txt")).toBe("mine");
  expect(world.onBranch("p2/a.txt")).toBe("mine");
});

test("a landed commit that was taken off the branch and cleaned up by git is to be done again", async () => {
  await world.log.write(started("s.1"));
  await world.log.write({
    ...{ stream: taskStream("s.1"), type: "task.landed" },
    data: { task: "s.1", branch, attempt: 1, token: 1, commit: "1".repeat(40) },
  });
  await world.recover();
  expect(await world.view(1)).toMatchObject({ state: "pending" });
  expect(await world.events("task.unlanded")).toHaveLength(1);
});

test("a branch that was rebased keeps what has landed, under the commits that it has now", async () => {
  expect(await world.run()).toBe("done");
  const { repository, base } = world;
  const below = repository.proposal(base, { "news.txt": "news\n" });
  const tree = repository.user("rev-parse", `${branch}^{tree}`);
  const message = repository.user("log", "-1", "--format=%B", branch);
  const others = repository.user("log", "--format=%H", `${base}..${branch}`).split("\n").slice(1).reverse();
  let tip = below;
  for (const other of others) {
    const body = repository.user("log", "-1", "--format=%B", other);
    tip = repository.user("commit-tree", `${other}^{tree}`, "-p", tip, "-m", body);
  }
  tip = repository.user("commit-tree", tree, "-p", tip, "-m", message);
  repository.user("update-ref", branch, tip);
  await world.recover();
  expect(await world.events("task.unlanded")).toEqual([]);
  const commits = await Promise.all([1, 2].map(async (index) => (await world.view(index)).landed?.commit));
  expect(commits).toContain(tip);
});

test("claims of a killed run are given back, of other sessions too; a person's stay", async () => {
  const { claims } = world;
  const claim = (id: string, holder: string, glob: string) =>
    claims.claim({ id, holder, mode: "exclusive", globs: [glob] });
  await claim("s.1/1.old-1", "s.1", "p1/**");
  await claim("other.7/1.old-1", "other.7", "p2/**");
  await claim("s.2/1.old-2", "s.2", "p2/**");
  await claim("mine", "user/ada", "docs/**");
  await world.recover();
  expect((await claims.list()).map(({ holder }) => holder)).toEqual(["user/ada"]);
});

test("a killed coder's work is kept, its attempt is told as interrupted, and the next goes on from it", async () => {
  await world.log.write(started("s.1"));
  const context = await workspaceContext(world.repository.git, world.repository.state);
  const workspace = await ready(context, "s_1_1", world.base, { task: "s.1" });
  mkdirSync(join(workspace.directory, "p1"));
  writeFileSync(join(workspace.directory, "p1/half.txt"), "half\n");
  expect(await world.recover()).toEqual([]);
  expect(world.workspaces()).toEqual([]);
  expect(await world.view(1)).toMatchObject({
    ...{ state: "pending", tries: 0, refusal: { stage: "coder", code: "interrupted" } },
    attempts: [{ attempt: 1, keptRef: "refs/alphaforge/keep/s.1/1", counts: false }],
  });
  expect(await world.run()).toBe("done");
  expect(world.onBranch("p1/half.txt")).toBe("half");
  expect(world.onBranch("p1/a.txt")).toBe("mine");
});

test("work whose ref was made by a process that died before it wrote that down lands without a coder", async () => {
  await world.log.write(started("s.1"), coded("s.1"));
  const { repository, base } = world;
  const work = repository.proposal(base, { "p1/done.txt": "done\n" });
  repository.user("update-ref", "refs/alphaforge/keep/s.1/1", work);
  await world.recover();
  expect((await world.view(1)).attempts).toMatchObject([{ keptCommit: work }]);
  expect(await world.run()).toBe("done");
  expect(world.onBranch("p1/done.txt")).toBe("done");
  expect(world.onBranch("p1/a.txt")).toBeUndefined();
});

test("what lies among the workspaces and is not the forge's is named and left as it is", async () => {
  const foreign = join(world.repository.state, "workspaces/notes");
  mkdirSync(foreign, { recursive: true });
  writeFileSync(join(foreign, "a.txt"), "keep me\n");
  expect(await world.recover()).toEqual(["notes"]);
  expect(world.workspaces()).toEqual(["notes"]);
});

test("a branch that is gone is told with the command that restores it", async () => {
  expect(await world.run()).toBe("done");
  const tip = world.repository.user("rev-parse", branch);
  world.repository.user("update-ref", "-d", branch);
  await expect(world.recover()).rejects.toThrow(`restore it with git branch alphaforge/s ${tip.slice(0, 12)}`);
});

test("a branch that was finalized, deleted and made anew from its target goes on: nothing is done again", async () => {
  expect(await world.run()).toBe("done");
  const { repository } = world;
  repository.user("merge", "-q", "--no-ff", "--no-edit", branch);
  repository.user("update-ref", branch, repository.user("rev-parse", "main"));
  await world.recover();
  expect(await world.events("task.unlanded")).toEqual([]);
  await world.add(3);
  world.script(3, [{ write: "p3/a.txt", text: "mine\n" }]);
  expect(await world.run()).toBe("done");
  expect((await world.events("attempt.coded")).map(({ data }) => data.task).sort()).toEqual(["s.1", "s.2", "s.3"]);
  expect(world.onBranch("p3/a.txt")).toBe("mine");
});

test("recovering twice says nothing twice", async () => {
  await world.log.write(started("s.1"));
  landByHand("s.2", "p2/a.txt");
  await world.recover();
  const count = async () => {
    let events = 0;
    for await (const _ of world.log.read()) events += 1;
    return events;
  };
  const before = await count();
  await world.recover();
  expect(await count()).toBe(before);
});
