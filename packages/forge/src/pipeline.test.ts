import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { branch } from "./landing/landing-world.fixture.ts";
import { type PipelineWish, type PipelineWorld, pipelineWorld } from "./pipeline-world.fixture.ts";
import type { ForgeEvent } from "./sessions/forge-events.ts";

let world: PipelineWorld;
const open = async (wish: PipelineWish) => {
  world = await pipelineWorld(wish);
  return world;
};
afterEach(async () => {
  expect(world.workspaces()).toEqual([]);
  expect(world.repository.user("status", "--porcelain")).toBe("");
  world.remove();
});

const write = (path: string, text = "mine\n") => ({ write: path, text });
/** Stops the run at the first event of a type. */
const stopAt = (type: ForgeEvent["type"]) => {
  const stop = new AbortController();
  return { signal: stop.signal, onEvent: (event: ForgeEvent) => event.type === type && stop.abort() };
};

test("work lands on the branch as one commit, and its story is written down stage by stage", async () => {
  await open({ scripts: { 1: [write("p1/a.txt"), { print: "I am done." }] }, verify: ["test -f p1/a.txt"] });
  expect(await world.run()).toBe("done");
  expect(world.onBranch("p1/a.txt")).toBe("mine");
  const types: string[] = [];
  for await (const { type } of world.log.read()) types.push(type);
  expect(types.slice(3)).toEqual([
    ...["claim.asked", "attempt.started", "workspace.opened", "attempt.coded", "attempt.kept", "landing.queued"],
    ...["verification.started", "verification.ended", "landing.intended", "landing.acknowledged", "task.landed"],
  ]);
  const [coded] = await world.events("attempt.coded");
  expect(coded?.data).toMatchObject({ isOk: true, lastWords: "I am done.", model: "scripted", costUsd: 0 });
  expect(coded?.data.usage).toMatchObject({ input: 20, output: 10 });
  const view = await world.view(1);
  expect(view).toMatchObject({ state: "landed", tries: 0, attempts: [{ attempt: 1, coderOk: true, costUsd: 0 }] });
  expect(world.repository.user("rev-parse", branch)).toBe(view.landed?.commit);
  expect(world.keepRefs()).toEqual(["refs/alphaforge/keep/s.1/1"]);
  expect(await world.claims.list()).toEqual([]);
});

test("a coder that changes nothing is refused for it, until its attempts are used up", async () => {
  await open({ scripts: { 1: [{ print: "All done!" }] }, attempts: 2 });
  expect(await world.run()).toBe("done");
  expect(await world.view(1)).toMatchObject({
    ...{ state: "failed", tries: 2, refusal: { stage: "coder", code: "nothing" } },
    attempts: [{ counts: true }, { counts: true }],
  });
  expect(world.keepRefs()).toEqual([]);
});

test("work outside the claim is refused before the queue, and the next attempt is told of every file", async () => {
  const attempts = [
    [write("p1/a.txt"), write("README.md"), write("other/b.txt")],
    [{ git: ["checkout", "HEAD~1", "--", "README.md"] }, { git: ["rm", "-q", "-f", "other/b.txt"] }],
  ];
  await open({ scripts: { 1: attempts } });
  expect(await world.run()).toBe("done");
  const [first] = (await world.view(1)).attempts;
  expect(first?.refusal).toMatchObject({ stage: "fence", code: "outside-claim", paths: ["README.md", "other/b.txt"] });
  expect(await world.events("landing.queued")).toHaveLength(1);
  expect(world.prompt(1, 2)).toMatch(/turned down by "?fence/);
  expect(world.prompt(1, 2)).toContain("README.md");
  expect(world.prompt(1, 2)).toContain("other/b.txt");
  expect(world.onBranch("p1/a.txt")).toBe("mine");
  expect(world.onBranch("README.md")).toBe("hello");
});

test("what a crashed coder left is kept, and the next attempt goes on from it and is told what is there", async () => {
  const first = [
    write("p1/a.txt"),
    { git: ["add", "-A"] },
    { git: ["commit", "-qm", "Half of it"] },
    write("p1/b.txt"),
    { crash: true as const },
  ];
  await open({ scripts: { 1: [first, [write("p1/c.txt")]] } });
  expect(await world.run()).toBe("done");
  expect((await world.view(1)).attempts).toMatchObject([
    {
      coderOk: false,
      counts: true,
      refusal: { stage: "coder", code: "exited" },
      keptRef: "refs/alphaforge/keep/s.1/1",
    },
    { coderOk: true },
  ]);
  expect(world.prompt(1, 2)).toContain("Half of it");
  expect(world.prompt(1, 2)).toContain("it exited with 137");
  for (const name of ["a", "b", "c"]) expect(world.onBranch(`p1/${name}.txt`)).toBe("mine");
});

test("a coder over its time limit is ended, and the reason names the limit", async () => {
  await open({ scripts: { 1: [write("p1/a.txt"), { hang: true }] }, limits: { wallMs: 2_000 }, attempts: 1 });
  expect(await world.run()).toBe("done");
  expect(await world.view(1)).toMatchObject({
    ...{ state: "failed", refusal: { stage: "coder", code: "limit-wallMs", reason: "it took longer than 2 s" } },
  });
  expect(world.keepRefs()).toEqual(["refs/alphaforge/keep/s.1/1"]);
});

test("work that does not merge with what landed begins anew, told of the files and of the commit to look at", async () => {
  const shared = { touches: ["src/a.txt"] };
  await open({
    scripts: { 1: [[write("src/a.txt", "one\n")], [write("src/a.txt", "both\n")]] },
    features: { 1: shared },
  });
  // Somebody else lands in the midst of the first attempt: past the forge, so that no claim is in the way.
  let isMoved = false;
  const onEvent = ({ type }: ForgeEvent) => {
    if (type !== "workspace.opened" || isMoved) return;
    isMoved = true;
    const moved = world.repository.proposal(world.base, { "src/a.txt": "other\n" });
    world.repository.user("update-ref", branch, moved);
  };
  expect(await world.run({ onEvent })).toBe("done");
  const view = await world.view(1);
  expect(view.attempts).toMatchObject([
    { refusal: { stage: "landing", code: "conflict", paths: ["src/a.txt"] }, counts: true },
    { commit: view.landed?.commit },
  ]);
  const kept = world.repository.user("rev-parse", "refs/alphaforge/keep/s.1/1");
  expect(world.prompt(1, 2)).toContain(`git show ${kept}`);
  expect(world.prompt(1, 2)).toContain("src/a.txt");
  expect(world.onBranch("src/a.txt")).toBe("both");
});

test("earlier work that does not fit the branch any more is told with its files, before a coder is started", async () => {
  await open({
    scripts: { 1: [[write("src/a.txt", "one\n"), { exit: 1 }], [write("src/a.txt", "both\n")]] },
    features: { 1: { touches: ["src/a.txt"] } },
    attempts: 2,
  });
  const onEvent = ({ type }: ForgeEvent) => {
    if (type !== "attempt.coded" || world.repository.user("rev-parse", branch) !== world.base) return;
    world.repository.user("update-ref", branch, world.repository.proposal(world.base, { "src/a.txt": "other\n" }));
  };
  expect(await world.run({ onEvent })).toBe("done");
  const view = await world.view(1);
  expect(view.attempts.map(({ refusal, counts }) => [refusal?.code, counts])).toEqual([
    ["exited", true],
    ["resume_conflict", false],
    [undefined, undefined],
  ]);
  expect(view.attempts[1]?.refusal?.paths).toEqual(["src/a.txt"]);
  // No coder, no tokens, no try.
  expect(await world.events("attempt.coded")).toHaveLength(2);
  expect(world.prompt(1, 2)).toBeUndefined();
  expect(world.prompt(1, 3)).toContain(`git show ${world.repository.user("rev-parse", "refs/alphaforge/keep/s.1/1")}`);
  expect(view).toMatchObject({ state: "landed", tries: 1 });
});

test("work that met a conflict is not tried on again after an attempt that left nothing", async () => {
  await open({
    scripts: { 1: [[write("src/a.txt", "one\n")], [{ exit: 1 }], [write("src/a.txt", "both\n")]] },
    features: { 1: { touches: ["src/a.txt"] } },
  });
  const onEvent = ({ type }: ForgeEvent) => {
    if (type !== "attempt.coded" || world.repository.user("rev-parse", branch) !== world.base) return;
    world.repository.user("update-ref", branch, world.repository.proposal(world.base, { "src/a.txt": "other\n" }));
  };
  expect(await world.run({ onEvent })).toBe("done");
  const view = await world.view(1);
  expect(view.attempts.map(({ refusal }) => refusal?.code)).toEqual(["conflict", "exited", undefined]);
  expect(world.prompt(1, 3)).toContain("git show");
  expect(view).toMatchObject({ state: "landed", tries: 2 });
});

test("a red verification takes a try away, and the next attempt reads the end of what it wrote", async () => {
  await open({
    scripts: { 1: [[write("p1/a.txt", "bad\n")], [write("p1/a.txt", "good\n")]] },
    verify: ["for i in $(seq 500); do echo line $i; done; echo expected good; ! grep -r bad p1"],
  });
  expect(await world.run()).toBe("done");
  const view = await world.view(1);
  expect(view.attempts[0]).toMatchObject({ counts: true, refusal: { stage: "verify", code: "red" } });
  expect(world.prompt(1, 2)).toContain("expected good");
  expect(world.prompt(1, 2)).not.toContain("line 1\n");
  expect(view).toMatchObject({ state: "landed", tries: 1 });
  expect(world.onBranch("p1/a.txt")).toBe("good");
});

test("a resumed attempt that changes nothing more lands what the earlier one left", async () => {
  await open({ scripts: { 1: [[write("p1/a.txt"), { exit: 1 }], [{ print: "It was all there." }]] } });
  expect(await world.run()).toBe("done");
  expect(await world.view(1)).toMatchObject({ state: "landed", landed: { attempt: 2 } });
  expect(world.onBranch("p1/a.txt")).toBe("mine");
});

test("a workspace over its disk cap ends the coder; what it wrote is kept", async () => {
  const fill = { shell: "mkdir -p p1; head -c 6000000 /dev/urandom > p1/big; sleep 60" };
  await open({ scripts: { 1: [fill] }, diskCapBytes: 3_000_000, attempts: 1 });
  expect(await world.run()).toBe("done");
  const view = await world.view(1);
  expect(view).toMatchObject({ state: "failed", refusal: { stage: "coder", code: "over-disk-cap" } });
  expect(view.attempts[0]?.keptRef).toBeDefined();
});

test("a setup that fails takes a try away and starts no coder; its output is in the reason", async () => {
  await open({ scripts: { 1: [write("p1/a.txt")] }, setup: ["echo no such package; exit 7"], attempts: 2 });
  expect(await world.run()).toBe("done");
  const view = await world.view(1);
  expect(view).toMatchObject({ state: "failed", tries: 2, refusal: { stage: "workspace", code: "setup-failed" } });
  expect(view.refusal?.reason).toContain("exit code 7");
  expect(view.refusal?.output).toContain("no such package");
  expect(await world.events("attempt.coded")).toEqual([]);
});

test("stopped while its coder works: the work is kept, no try is taken, and the next run goes on from it", async () => {
  await open({ scripts: { 1: [[write("p1/a.txt"), { sleepMs: 60_000 }], [write("p1/b.txt")]] } });
  const stop = new AbortController();
  const running = world.run({ signal: stop.signal });
  // Until the file is there: the coder writes it first of all, and then waits.
  const file = join(world.repository.state, "workspaces/s_1_1/clone/p1/a.txt");
  while (!existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
  stop.abort();
  expect(await running).toBe("stopped");
  expect(await world.view(1)).toMatchObject({
    ...{
      state: "pending",
      tries: 0,
      refusal: { code: "interrupted" },
      attempts: [{ keptRef: "refs/alphaforge/keep/s.1/1" }],
    },
  });
  expect(await world.claims.list()).toEqual([]);
  expect(await world.run()).toBe("done");
  expect(world.onBranch("p1/a.txt")).toBe("mine");
  expect(world.onBranch("p1/b.txt")).toBe("mine");
});

test("stopped while it is verified: the next run lands what was done, without a coder, as the same attempt", async () => {
  await open({ scripts: { 1: [write("p1/a.txt")] }, verify: ["sleep 2"] });
  expect(await world.run(stopAt("verification.started"))).toBe("stopped");
  expect(await world.view(1)).toMatchObject({
    state: "pending",
    tries: 0,
    refusal: { stage: "landing", code: "interrupted" },
  });
  expect(await world.run()).toBe("done");
  expect(await world.events("attempt.coded")).toHaveLength(1);
  expect((await world.events("attempt.started")).map(({ data }) => data.landsOnly)).toEqual([false, true]);
  expect(await world.view(1)).toMatchObject({ state: "landed", landed: { attempt: 1 }, attempts: [{ attempt: 1 }] });
});

test("work that waits to be landed does not land when its feature was changed since: it is done anew", async () => {
  await open({ scripts: { 1: [[write("p1/old.txt")], [write("p1/new.txt")]] }, verify: ["sleep 2"] });
  expect(await world.run(stopAt("verification.started"))).toBe("stopped");
  await world.add(1, { description: "Something else" });
  expect(await world.run()).toBe("done");
  expect(world.onBranch("p1/old.txt")).toBeUndefined();
  expect(world.onBranch("p1/new.txt")).toBe("mine");
  expect(world.prompt(1, 2)).not.toContain("This is attempt");
});

test("kept work that somebody removed is told, and done again", async () => {
  await open({ scripts: { 1: [write("p1/a.txt")] }, verify: ["sleep 2"] });
  expect(await world.run(stopAt("verification.started"))).toBe("stopped");
  world.repository.user("update-ref", "-d", "refs/alphaforge/keep/s.1/1");
  expect(await world.run()).toBe("done");
  expect((await world.view(1)).attempts.map(({ refusal }) => refusal?.code)).toEqual(["kept-work-gone", undefined]);
});

test("two tasks that merge and break each other: the second is refused, and lands once it knows", async () => {
  await open({
    scripts: {
      1: [write("p1/a.txt")],
      2: [[write("p2/a.txt")], [write("p2/b.txt"), { delete: "p2/a.txt" }]],
    },
    verify: ["! { test -f p1/a.txt && test -f p2/a.txt; }"],
  });
  // Whoever is second is refused: only 2 can give way.
  await world.add(2, { dependsOn: [1] });
  expect(await world.run()).toBe("done");
  expect((await world.view(2)).attempts.map(({ refusal }) => refusal?.code)).toEqual(["red", undefined]);
  expect(world.onBranch("p1/a.txt")).toBe("mine");
  expect(world.onBranch("p2/b.txt")).toBe("mine");
  expect(world.onBranch("p2/a.txt")).toBeUndefined();
});

test("a branch that is gone ends the run with what to do, and blames no task", async () => {
  await open({ scripts: { 1: [write("p1/a.txt")] } });
  const onEvent = ({ type }: ForgeEvent) => {
    if (type === "attempt.coded") world.repository.user("update-ref", "-d", branch);
  };
  await expect(world.run({ onEvent })).rejects.toThrow(/does not exist any more: restore it/);
  expect(await world.view(1)).toMatchObject({ state: "pending", tries: 0 });
  world.repository.user("update-ref", branch, world.base);
});

test("a coder that cannot be started ends the run with the reason", async () => {
  await open({ scripts: { 1: [write("p1/a.txt")] }, attempts: 1 });
  const coder = {
    ...{ name: "missing", passes: [], hasHooks: false, parse: () => [] },
    command: () => ({ program: "no-such-program", args: [], environment: {} }),
  };
  await expect(world.run({ coder })).rejects.toThrow(/needs the program "no-such-program"/);
  expect(await world.view(1)).toMatchObject({ state: "pending", tries: 0 });
});
