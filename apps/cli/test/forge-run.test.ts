import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ForgeEvent } from "@alphaforge/forge/sessions/forge-events";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { plugin, type ScriptedWorld, scriptedWorld, writesPlugin } from "./scripted-world.fixture.ts";

let world: ScriptedWorld;
beforeAll(async () => {
  world = await scriptedWorld({ database: "embedded" });
});
afterEach(() => world.configure());
afterAll(() => world?.remove());

const run = (...args: readonly string[]) => world.cli(["forge", "run", ...args]);
const branch = (session: string) => `alphaforge/${session}`;
/** Subjects of what a session has landed, oldest first. */
const landed = (session: string, since = "main") =>
  world
    .git("log", "--reverse", "--format=%s", `${since}..${branch(session)}`)
    .split("\n")
    .filter((line) => line !== "");

const isOf = (session: string) => (event: ForgeEvent) =>
  "task" in event.data
    ? event.data.task.startsWith(`${session}.`)
    : "session" in event.data && event.data.session === session;
const eventsOf = async (session: string) => (await world.events()).filter(isOf(session));
const steps = (events: readonly ForgeEvent[], type: ForgeEvent["type"]) =>
  events.flatMap((event) => (event.type === type && "task" in event.data ? [event.data.task] : []));

describe("a spec with plugins, core tasks and dependencies", () => {
  const snapshot = () => ({
    head: readFileSync(join(world.repository, ".git/HEAD"), "utf8"),
    index: readFileSync(join(world.repository, ".git/index"), "hex"),
    config: readFileSync(join(world.repository, ".git/config"), "utf8"),
    refs: world.git("for-each-ref", "refs/heads/main", "refs/heads/own", "refs/tags", "refs/remotes", "refs/stash"),
    status: world.git("status", "--porcelain"),
    worktrees: world.git("worktree", "list"),
    hook: readFileSync(join(world.repository, ".git/hooks/post-commit"), "utf8"),
    dirty: readFileSync(join(world.repository, "README.md"), "utf8"),
  });

  test("lands, each after what it needs, and leaves the user's checkout, index, settings, hooks and refs as they are", async () => {
    const { git } = world;
    git("branch", "own");
    git("tag", "v1");
    world.write({
      ".git/hooks/post-commit": { executable: `#!/bin/sh\ntouch ${world.top}/hook-ran\n` },
      ".git/hooks/reference-transaction": { executable: `#!/bin/sh\ntouch ${world.top}/hook-ran\n` },
      "README.md": "the user writes\n",
      "untracked.txt": "mine\n",
    });
    git("config", "user.signingkey", "none");
    git("config", "commit.gpgsign", "true");
    const spec = world.spec("shop", [
      {
        attributes: 'index="1" shape="core" touches_files="src/core/**"',
        description: "Core one",
        verify: "test -e src/core/a.ts",
      },
      { attributes: 'index="2" shape="core" touches_files="src/db/**"', description: "Core two" },
      { attributes: plugin(3, 'depends_on="1,2"'), description: "Three" },
      { attributes: plugin(4), description: "Four" },
    ]);
    world.script(1, [{ write: "src/core/a.ts", text: "a\n" }]);
    world.script(2, [{ write: "src/db/b.ts", text: "b\n" }]);
    for (const index of [3, 4]) world.script(index, writesPlugin(index));
    const before = snapshot();
    const { code, stdout, errors } = await run(spec, "--json");
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    expect(snapshot()).toEqual(before);
    expect(git("ls-files", "--others", "--exclude-standard")).toBe("untracked.txt");
    expect(() => readFileSync(join(world.top, "hook-ran"))).toThrow(/ENOENT/);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ session: "shop", how: "done" });
    expect(document.tasks.map(({ state }: { state: string }) => state)).toEqual(Array(4).fill("landed"));
    expect(landed("shop").sort()).toEqual(["Core one", "Core two", "Four", "Three"]);
    expect(git("show", "alphaforge/shop:src/plugins/p3/a.ts")).toBe("3");
    expect(git("show", "alphaforge/shop:README.md")).toBe("hello");

    const events = await eventsOf("shop");
    const at = (type: ForgeEvent["type"], task: string) =>
      events.findIndex((event) => event.type === type && "task" in event.data && event.data.task === task);
    for (const needed of ["shop.1", "shop.2"]) {
      expect(at("claim.asked", "shop.3")).toBeGreaterThan(at("task.landed", needed));
    }
    // Core tasks one at a time.
    const [first, second] = steps(events, "task.landed").filter((task) => /[12]$/.test(task)) as [string, string];
    expect(at("attempt.started", second)).toBeGreaterThan(at("task.landed", first));

    git("config", "--unset", "commit.gpgsign");
    git("checkout", "-q", "README.md");
    world.write({ ".git/hooks/post-commit": null, ".git/hooks/reference-transaction": null, "untracked.txt": null });
  });

  test("the same command after success starts nothing and is exit 0", async () => {
    const spec = join(world.top, "shop.xml");
    const tip = world.git("rev-parse", "alphaforge/shop");
    const { code, stdout } = await run(spec);
    expect(code).toBe(0);
    expect(stdout).toContain("shop: 4 of 4 landed on alphaforge/shop");
    expect(world.git("rev-parse", "alphaforge/shop")).toBe(tip);
    expect(steps(await eventsOf("shop"), "attempt.started")).toHaveLength(4);
  });

  test("a feature that changed begins anew, one that changed after it had landed is told and left alone", async () => {
    world.script(1, [{ exit: 1 }]);
    world.script(2, writesPlugin(2));
    world.configure("limits: {attempts: 1}");
    const first = world.spec("changing", [
      { attributes: plugin(1), description: "One" },
      { attributes: plugin(2), description: "Two" },
    ]);
    const failed = await run(first);
    expect(failed).toMatchObject({ code: 1, errors: ["alphaforge: 1 of 2 features did not land"] });
    expect(failed.stdout).toMatch(/changing\.1 failed after 1 try, coder: it exited with 1/);
    world.script(1, writesPlugin(1));
    const again = world.spec("changing", [
      { attributes: plugin(1), description: "One, said otherwise" },
      { attributes: plugin(2), description: "Two, said otherwise" },
    ]);
    const { code, errors } = await run(again);
    expect({ code, errors }).toEqual({
      code: 0,
      errors: [expect.stringMatching(/features 2 have landed and the spec has changed since: give what is new/)],
    });
    expect(landed("changing", "main")).toEqual(["Two", "One, said otherwise"]);
  });

  test("what was given up is tried anew with --retry-failed and not without", async () => {
    world.configure("limits: {attempts: 2}");
    world.script(1, [{ exit: 3 }]);
    world.script(2, writesPlugin(2));
    const spec = world.spec("retry", [
      { attributes: plugin(1), description: "One" },
      { attributes: plugin(2, 'depends_on="1"'), description: "Two" },
    ]);
    const failed = await run(spec);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/retry\.1 failed after 2 tries/);
    expect(failed.stdout).toContain("retry.2 blocked by 1");
    expect(failed.stdout).toContain(`forge run ${spec} --session retry --retry-failed`);
    world.script(1, writesPlugin(1));
    expect((await run(spec)).code).toBe(1);
    expect((await run(spec, "--retry-failed")).code).toBe(0);
    expect(landed("retry")).toEqual(["One", "Two"]);
  });
});

describe("one run at a time", () => {
  test("a second run is refused with who is at work; forge add is taken up by the first, later by the next", async () => {
    world.script(1, [{ shell: `until test -e ${world.top}/go; do sleep 0.05; done` }, ...writesPlugin(1)]);
    for (const index of [2, 3, 4]) world.script(index, writesPlugin(index));
    const spec = world.spec("alone", [{ attributes: plugin(1), description: "One" }]);
    const first = world.start(["forge", "run", spec]);
    await first.until("alone.1 started");
    const second = await run(spec);
    expect(second).toMatchObject({ code: 1, stdout: "" });
    expect(second.errors).toEqual([
      `alphaforge: session alone, process ${first.pid}, is at work on this repository: add to it with alphaforge forge add SPEC, or wait until it has ended`,
    ]);
    const more = world.spec("more", [
      { attributes: plugin(2, 'depends_on="1"'), description: "Two" },
      { attributes: plugin(3), description: "Three" },
    ]);
    const added = await world.cli(["forge", "add", more]);
    expect(added).toMatchObject({ code: 0, errors: [] });
    expect(added.stdout).toBe("added to session alone: 2, 3\nthe run that is under way takes them up\n");
    await first.until("alone.3 landed");
    world.write({ "../go": "" });
    expect(await first.ended).toMatchObject({ code: 0, errors: [] });
    expect(landed("alone")).toEqual(["Three", "One", "Two"]);

    const last = world.spec("last", [{ attributes: plugin(4, 'depends_on="2"'), description: "Four" }]);
    const document = JSON.parse((await world.cli(["forge", "add", last, "--session", "alone", "--json"])).stdout);
    expect(document).toMatchObject({ session: "alone", added: [4], changed: [], isRunning: false });
    expect((await run(spec)).code).toBe(0);
    expect(landed("alone")).toEqual(["Three", "One", "Two", "Four"]);
    const nothing = await world.cli(["forge", "add", last, "--session", "alone"]);
    expect(nothing.stdout).toBe(`nothing new for session alone in ${last}\n`);
  });
});

describe("where it lands", () => {
  test("--target lands on a branch that nobody has checked out, and is refused for one in use", async () => {
    world.script(1, writesPlugin(1));
    const spec = world.spec("direct", [{ attributes: plugin(1), description: "One" }]);
    const refused = await run(spec, "--target", "main");
    expect(refused.code).toBe(1);
    expect(refused.errors).toEqual([
      `alphaforge: main is in use (checked-out) in ${world.repository}: check out another branch there, or leave --target out`,
    ]);
    const missing = await run(spec, "--target", "nowhere");
    expect(missing).toMatchObject({
      code: 2,
      errors: [expect.stringMatching(/there is no branch nowhere: .*git branch nowhere/)],
    });
    world.git("branch", "trunk");
    const { code, stdout } = await run(spec, "--target", "trunk");
    expect(code).toBe(0);
    expect(stdout).toContain("1 of 1 landed on trunk");
    expect(world.git("log", "-1", "--format=%s", "trunk")).toBe("One");
    expect(world.git("branch", "--list", "alphaforge/direct")).toBe("");
    const other = await run(spec, "--target", "main");
    expect(other).toMatchObject({
      code: 2,
      errors: [expect.stringMatching(/session direct lands on trunk, not on main/)],
    });
  });

  test("streams land on branches of their own, and must not need each other", async () => {
    for (const index of [1, 2, 3]) world.script(index, writesPlugin(index));
    const spec = world.spec("river", [
      { attributes: plugin(1, 'stream="left"'), description: "One" },
      { attributes: plugin(2, 'stream="right"'), description: "Two" },
      { attributes: plugin(3), description: "Three" },
    ]);
    const { code, stdout } = await run(spec);
    expect(code).toBe(0);
    expect(stdout).toContain("river: 3 of 3 landed\n");
    expect([landed("river-left"), landed("river-right"), landed("river")]).toEqual([["One"], ["Two"], ["Three"]]);
    const crossing = world.spec("crossing", [
      { attributes: plugin(1, 'stream="left"') },
      { attributes: plugin(2, 'stream="right" depends_on="1"') },
    ]);
    expect(await run(crossing)).toMatchObject({
      code: 2,
      errors: [
        expect.stringMatching(/feature 2 \(stream right\) depends on 1 \(stream left\).*put both in one stream/),
      ],
    });
  });

  test("a branch that the user has made is never taken, nor that of another session's stream", async () => {
    world.script(1, writesPlugin(1));
    world.git("branch", "alphaforge/mine");
    const spec = world.spec("mine", [{ attributes: plugin(1) }]);
    expect(await run(spec)).toMatchObject({
      code: 2,
      errors: [
        "alphaforge: there is a branch alphaforge/mine already, which no session of this forge has made: choose another --session",
      ],
    });
    expect(await run(spec, "--session", "river-left")).toMatchObject({
      code: 2,
      errors: [
        expect.stringMatching(/alphaforge\/river-left already, which is session river's: choose another --session/),
      ],
    });
    expect(await run(spec, "--session", "Not a name")).toMatchObject({
      code: 2,
      errors: [expect.stringMatching(/"Not a name" is no session's name: use lower-case letters, digits and dashes/)],
    });
  });
});

describe("recording", () => {
  test("with one flag there is a banner and no event, with both there are events and no banner", async () => {
    world.script(1, [{ print: "I say this." }, ...writesPlugin(1)]);
    world.configure("training_traces: {enabled: true}");
    const one = await run(world.spec("gated", [{ attributes: plugin(1) }]));
    expect(one.code).toBe(0);
    expect(one.errors.join("\n")).toMatch(/nothing is recorded: `acknowledged_terms` is not true/);
    const stats = await world.cli(["traces", "stats", "--session", "gated", "--json"]);
    expect(JSON.parse(stats.stdout)).toMatchObject({ trajectories: 0 });
    world.configure("training_traces: {enabled: true, acknowledged_terms: true}");
    const both = await run(world.spec("recorded", [{ attributes: plugin(1) }]));
    expect(both).toMatchObject({ code: 0, errors: [] });
    expect(both.stdout).toContain("at a time, recorded");
    const recorded = await world.cli(["traces", "stats", "--session", "recorded", "--json"]);
    expect(JSON.parse(recorded.stdout)).toMatchObject({ trajectories: 1, outcomes: { landed: 1 } });
  });
});

describe("stopped by Ctrl-C", () => {
  test("a hanging coder is ended, its work kept, and the same command goes on; a finished coder is not paid twice", async () => {
    world.configure(`verify: ["until test -e ${world.top}/verified; do sleep 0.05; done"]`);
    // The first attempt at 1 hangs after it has written; 2 is done and waits for its verification.
    world.script(1, {
      attempts: [
        [{ write: "src/plugins/p1/half.ts", text: "half\n" }, { shell: `touch ${world.top}/hangs` }, { hang: true }],
        [...writesPlugin(1)],
      ],
    });
    world.script(2, writesPlugin(2));
    const spec = world.spec("stopped", [
      { attributes: plugin(1), description: "One" },
      { attributes: plugin(2), description: "Two" },
    ]);
    const running = world.start(["forge", "run", spec]);
    await vi.waitFor(
      async () => {
        expect(existsSync(join(world.top, "hangs"))).toBe(true);
        const events = await world.events();
        expect(
          events.some(({ type, data }) => type === "verification.started" && data.tasks.includes("stopped.2")),
        ).toBe(true);
      },
      { timeout: 60_000, interval: 100 },
    );
    const before = Date.now();
    running.signal("SIGINT");
    const stopped = await running.ended;
    const took = Date.now() - before;
    expect(stopped.code).toBe(1);
    expect(stopped.errors).toEqual([
      "alphaforge: stopping; what is under way is kept. Again to quit at once",
      "alphaforge: stopped: the same command goes on from here",
    ]);
    expect(took).toBeLessThan(5_000);
    expect(world.git("show", "refs/alphaforge/keep/stopped.1/1:src/plugins/p1/half.ts")).toBe("half");
    expect(world.git("show", "refs/alphaforge/keep/stopped.2/1:src/plugins/p2/a.ts")).toBe("2");
    world.write({ "../verified": "" });
    const again = await run(spec);
    expect(again).toMatchObject({ code: 0, errors: [] });
    expect(again.stdout).toContain("stopped.2 goes on: what attempt 1 made is to be landed");
    const coded = steps(await eventsOf("stopped"), "attempt.coded").sort();
    expect(coded).toEqual(["stopped.1", "stopped.1", "stopped.2"]);
    // What the first attempt left came along.
    expect(world.git("show", "alphaforge/stopped:src/plugins/p1/half.ts")).toBe("half");
    expect(landed("stopped").sort()).toEqual(["One", "Two"]);
  });
});

describe("bad usage is exit 2 and one line", () => {
  test.each([
    [["nowhere.xml"], /cannot read spec nowhere\.xml: there is no such file/],
    [["nowhere.xml", "--concurrency", "0"], /whole number from 1 to 200/],
    [["nowhere.xml", "--tarfet", "x"], /unknown option '--tarfet' \(Did you mean --target\?\)/],
    [[], /missing required argument 'spec'/],
  ])("forge run %j", async (args, message) => {
    expect(await run(...args)).toEqual({ code: 2, stdout: "", errors: [expect.stringMatching(message)] });
  });

  test("a spec with problems is exit 1 and starts nothing", async () => {
    const { code, stdout } = await run(world.spec("faulty", [{ attributes: 'index="1" depends_on="2"' }]));
    expect(code).toBe(1);
    expect(stdout).toMatch(/faulty\.xml:2:\d+: .*2/);
    expect(await eventsOf("faulty")).toEqual([]);
  });
});
