import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { attemptStream } from "@alphaforge/forge/recording/attempt-events";
import {
  OUTSIDE,
  RED,
  STORY_BEGIN,
  storyteller,
  type TimedEntry,
  twelveTasks,
} from "@alphaforge/forge/sessions/forge-story.fixture";
import { orchestrationOf } from "@alphaforge/forge/sessions/orchestration";
import type { SessionView } from "@alphaforge/forge/sessions/session-view";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ForgeWorld, forgeWorld, type OpenWorld, openWorld } from "./forge-world.fixture.ts";

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));
// Assembled, so that no scanner takes this file for a leak.
const SECRET = ["ghp", "abcdefghijklmnopqrstuvwxyz0123456789"].join("_");

let world: ForgeWorld;
let open: OpenWorld;
beforeAll(async () => {
  world = forgeWorld();
  open = await openWorld(world, STORY_BEGIN);
  await open.write(...twelveTasks(process.pid));
  for (const index of [4, 5]) {
    await open.claims.claim({
      ...{ id: `shop.${index}/1`, holder: `shop.${index}`, mode: "exclusive", globs: [`src/plugins/p${index}/**`] },
    });
  }
  await open.claims.claim({ id: "user/ann", holder: "user/ann", mode: "shared", globs: ["docs/**"] });
  await open.claims.claim({ id: "shop.6/1", holder: "shop.6", mode: "exclusive", globs: ["src/**"] });
  await open.log.append(attemptStream("shop.2", 1), "any", [
    {
      ...{ type: "coder.prompted", at: STORY_BEGIN },
      data: { turn: 0, taskId: "shop.2", attempt: 1, agent: "claude", message: { text: `Add up.\nUse ${SECRET}.` } },
    },
    {
      ...{ type: "coder.said", at: STORY_BEGIN + 1000 },
      data: { turn: 1, message: { json: { type: "text", text: `I saw ${SECRET}\u001b[2J` } } },
    },
  ]);
});
afterAll(async () => {
  await open.close();
  await world.remove();
});

const rowsOf = (stdout: string) => stdout.split("\n").filter((line) => /^ {2}shop\.\d+ /.test(line));

describe("forge status", () => {
  test("while an orchestrator runs, tells of every task where it stands and for what it waits", async () => {
    const release = await open.orchestrate();
    const { code, stdout, errors } = await world.cli("forge", "status");
    await release();
    expect(errors).toEqual([]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^shop: 2 of 12 landed on alphaforge\/shop, for main\n {2}running for .*: process \d+, claude \(m-1\)/,
    );
    expect(stdout).toContain("  378.0 k tokens, $2.48 without 1 attempt of unknown price\n");
    const states = rowsOf(stdout)
      .slice(0, 12)
      .map((line) => line.trim().split(/\s+/).slice(0, 2).join(" "));
    expect(states).toEqual([
      ...["shop.4 working", "shop.5 working", "shop.7 landing", "shop.8 landing", "shop.6 waiting", "shop.3 failed"],
      ...["shop.9 blocked", "shop.10 blocked", "shop.11 pending", "shop.12 pending", "shop.2 landed", "shop.1 landed"],
    ]);
    for (const words of [
      /shop\.4 .*coder at work, attempt 1/,
      /shop\.6 .*place 1, about 3 min: src\/core\/money\.ts is held by shop\.4/,
      /shop\.7 .*place 1 in the landing queue/,
      /shop\.8 .*being verified for/,
      /shop\.3 .*verify \(red\): npm test failed with 1 \(3 tries\)/,
      /shop\.10 .*blocked by 3/,
      /shop\.11 .*after 7/,
      /shop\.12 .*tries again after 1 attempt: coder \(limit\): it wrote nothing for 600 s/,
      /shop\.2 .*0202020 \(attempt 2, 2 m 42 s, \$0\.31\)/,
      /landing\n {2}alphaforge\/shop {2}verifying shop\.8 as 7777777 for .*\n {2}alphaforge\/shop {2}queue: shop\.7\n/,
      /workspaces\n {2}shop\.4 {2}ports 20040–20049 {2}\/var\/lib\/forge\/workspaces\/shop\.4-1\/clone\n/,
      /shop\.4 +token 1 .*src\/plugins\/p4\/\*\*/,
      /user\/ann +token 3 .*shared: docs\/\*\*/,
      /shop\.6 +waits .*src\/\*\*/,
    ]) {
      expect(stdout).toMatch(words);
    }
    // Nothing is to be done while it runs, and a pipe gets no colours.
    expect(stdout).not.toContain("forge run");
    expect(stdout).not.toContain("\u001b");
  });

  test("a run whose process holds no lock was killed: what it had under way is said to be cut off, and how to go on", async () => {
    const { stdout } = await world.cli("forge", "status", "shop");
    expect(stdout).toContain(`was killed (process ${process.pid}); run the same command again, it goes on`);
    expect(rowsOf(stdout).filter((line) => line.includes("cut off"))).toHaveLength(5);
    expect(stdout).not.toMatch(/verifying|workspaces/);
    expect(stdout.trimEnd()).toMatch(
      /go on, with the same command:\n {2}alphaforge forge run shop\.xml --session shop$/,
    );
  });

  test("--json is one document with all of it", async () => {
    const { stdout, code } = await world.cli("forge", "status", "--json");
    expect(code).toBe(0);
    const { sessions, claims, directory } = JSON.parse(stdout);
    expect(directory).toBe(open.place.directory);
    expect(sessions).toHaveLength(1);
    expect(sessions[0]).toMatchObject({
      ...{ session: "shop", orchestration: "killed", spending: { tokens: 378_000, usd: 2.48, unpriced: 1 } },
      next: [{ command: "alphaforge forge run shop.xml --session shop" }],
    });
    expect(sessions[0].tasks).toHaveLength(12);
    expect(sessions[0].tasks[9]).toMatchObject({ task: "shop.10", state: "pending", blockedBy: [3] });
    expect(claims.map((each: { holder: string }) => each.holder)).toEqual(["shop.4", "shop.5", "user/ann", "shop.6"]);
  });

  test("bad usage is exit code 2 and one line", async () => {
    const cases = [
      [["status", "sho"], /there is no session "sho": did you mean shop\?/],
      [["status", "--watch", "--json"], /--watch does not go with --json/],
      [["status", "--watch"], /--watch draws on a terminal/],
      [["log", "shop.99"], /there is no task "shop\.99"/],
      [["log", "--session", "x"], /there is no session "x"/],
      [["log", "--raw"], /--raw needs a task/],
      [["log", "shop.1", "--follow"], /--follow does not go with a task/],
      [["log", "--limit", "0"], /not a whole number/],
      [["prune", "--older-than", "soon"], /not a time such as 30d/],
    ] as const;
    for (const [args, message] of cases) {
      const { code, errors } = await world.cli("forge", ...args);
      expect(errors).toEqual([expect.stringMatching(message)]);
      expect(code).toBe(2);
    }
  });

  test("where no forge was ever used that is said, and nothing is made", async () => {
    const empty = forgeWorld();
    for (const name of ["status", "log", "prune"]) {
      const { code, errors } = await empty.cli("forge", name);
      expect(errors).toEqual([
        expect.stringMatching(/the forge has not been used in .*: start with alphaforge forge run SPEC/),
      ]);
      expect(code).toBe(1);
    }
    await empty.remove();
  });
});

/** util-linux's `script` gives a command a terminal of its own. */
const hasScript = spawnSync("script", ["--version"], { encoding: "utf8" }).stdout?.includes("util-linux") === true;
if (!hasScript)
  process.stderr.write("forge-views.test.ts: no terminal can be made without util-linux's script: skipped\n");

describe.skipIf(!hasScript)("forge status on a terminal", () => {
  /**
   * Runs in a terminal of this many columns until it has shown the text, then types Ctrl-C.
   * Nothing is inherited that speaks of colours: of these Node reads NO_COLOR, CI and a dozen others.
   */
  async function onTerminal(
    columns: number,
    options: string,
    until?: string,
    meanwhile = () => Promise.resolve(),
    env = {},
  ) {
    const shell = `stty cols ${columns} rows 40; exec '${process.execPath}' '${BIN}' forge status ${options}`;
    const child = spawn("script", ["-qec", shell, "/dev/null"], {
      ...{ cwd: world.repository, stdio: ["pipe", "pipe", "inherit"] },
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ALPHAFORGE_HOME: world.home, TERM: "xterm", ...env },
    });
    try {
      let seen = "";
      let isSeen = until === undefined;
      let begun: Promise<void> | undefined;
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        seen += text;
        if (seen.includes("landed on")) begun ??= meanwhile();
        if (isSeen || !seen.includes(until ?? "")) return;
        isSeen = true;
        child.stdin?.write("\u0003");
      });
      const [code] = await once(child, "close");
      await begun;
      return { code, seen };
    } finally {
      if (child.exitCode === null) child.kill("SIGKILL");
    }
  }
  const plain = (text: string) => stripVTControlCharacters(text).split("\r\n");

  test("keeps to its columns, shows what tasks are about where there is room, and colours states", async () => {
    const narrow = await onTerminal(80, "shop");
    expect(narrow.seen).toContain("\u001b[31mfailed");
    for (const line of plain(narrow.seen)) expect(line.length).toBeLessThanOrEqual(80);
    expect(narrow.seen).not.toContain("Taxes by country");
    const wide = await onTerminal(140, "shop", undefined, undefined, { NO_COLOR: "1" });
    expect(wide.seen).toMatch(/shop\.3 +failed +.* Taxes by country +verify \(red\)/);
    expect(wide.seen).not.toContain("\u001b");
  });

  test("--watch draws again when something happens, and Ctrl-C is a good end", async () => {
    const s = storyteller("watched", "refs/heads/alphaforge/watched");
    await open.write(...s.opened(), s.added(1, 1));
    const { code, seen } = await onTerminal(80, "watched --watch", "1 of 1 landed", () =>
      open.write(s.started(2, 1), s.landed(3, 1)),
    );
    expect(code).toBe(0);
    expect(plain(seen).join("\n")).toMatch(/watched: 0 of 1 landed[\s\S]*watched: 1 of 1 landed/);
    // The cursor is given back.
    expect(seen.trimEnd().endsWith("\u001b[?25h")).toBe(true);
  });
});

describe("whose run goes on", () => {
  const session = (name: string, startedAt: number, ended?: object): SessionView =>
    ({
      session: name,
      run: { run: name, pid: startedAt, startedAt, ...(ended === undefined ? {} : { ended }) },
    }) as never;
  const of = (isLocked: boolean, dead: readonly number[], ...sessions: readonly SessionView[]) =>
    Object.fromEntries(orchestrationOf(sessions, { isLocked, isAlive: (pid) => !dead.includes(pid) }));

  test("only the latest without an end, if its process lives and somebody holds the lock", () => {
    const [old, late] = [session("old", 1), session("late", 2)];
    expect(of(true, [], old, late)).toEqual({ old: "killed", late: "running" });
    expect(of(false, [], old, late)).toEqual({ old: "killed", late: "killed" });
    expect(of(true, [2], old, late)).toEqual({ old: "killed", late: "killed" });
    expect(of(true, [], session("done", 3, { at: 4, how: "done" }), late)).toEqual({ done: "ended", late: "running" });
    expect(of(true, [], { session: "new" } as SessionView)).toEqual({ new: "never" });
  });
});

describe("forge log", () => {
  test("is one line per event with its time, newest last, and the day where it changes", async () => {
    const { stdout, code } = await world.cli("forge", "log", "--session", "shop", "--limit", "6");
    expect(code).toBe(0);
    expect(stdout.split("\n")).toEqual([
      "2026-03-02 (UTC)",
      "09:42:00  shop.7 is written (attempt 1, 16 m 54 s, 42.0 k tokens, $0.31)",
      "09:42:00  shop.7 is kept under refs/alphaforge/keep/shop.7/1 (6767676)",
      "09:42:12  verifying shop.8, as 7777777",
      "09:42:30  shop.7 is queued to land (attempt 1)",
      "09:42:48  shop.5 asks for src/plugins/p5/**",
      "09:42:48  shop.5 started (attempt 1)",
      "",
    ]);
    const { stdout: whole } = await world.cli("forge", "log", "--session", "shop", "--limit", "1000");
    expect(whole.split("\n")).toHaveLength(twelveTasks(1).length + 2);
    const { events } = JSON.parse(
      (await world.cli("forge", "log", "--session", "shop", "--limit", "2", "--json")).stdout,
    );
    expect(events).toMatchObject([{ type: "claim.asked" }, { type: "attempt.started", data: { task: "shop.5" } }]);
  });

  test("of a task gives its attempts in full: prompt, last words, refusal with output, and how to look at what is kept", async () => {
    const failed = (await world.cli("forge", "log", "shop.3")).stdout;
    expect(failed).toMatch(
      /^shop\.3 failed {2}claims src\/plugins\/p3\/\*\*; lands on alphaforge\/shop\n {4}│ Taxes by country\n/,
    );
    expect(failed.match(/^attempt \d/gm)).toEqual(["attempt 1", "attempt 2", "attempt 3"]);
    expect(failed).toContain(
      "  turned down by verification: npm test failed with 1\n    │ src/plugins/p3/tax.test.ts\n",
    );
    // Colours are left out; what else is not to be seen is written out.
    expect(failed).toContain("    │   ✗ rounds half to even\n    │     expected 2, got 3⟨U+0000⟩\n");
    expect(failed).toContain("  kept: git diff 9999999 refs/alphaforge/keep/shop.3/3\n");
    expect(failed).toContain("  prompt: not recorded\n");
    expect(failed.trimEnd()).toMatch(/given up after 3 tries$/);
    const { stdout } = await world.cli("forge", "log", "shop.2");
    expect(stdout).toMatch(/prompt:\n {4}│ Add up\.\n {4}│ Use <REDACTED:[a-z0-9-]+:1>\.\n/);
    expect(stdout).toContain(
      "    │ Feature 2 is done.\n  turned down by the fence: src/core/money.ts is outside the claim\n    src/core/money.ts\n",
    );
    expect(stdout).toContain("  landed as 0202020: git show 0202");
    expect(stdout).not.toContain("it said:");
  });

  test("--raw gives every message, redacted and with control characters made visible", async () => {
    const { stdout } = await world.cli("forge", "log", "shop.2", "--raw");
    expect(stdout).toMatch(/it said:\n {4}│ 09:00:01 .*I saw <REDACTED:[a-z0-9-]+:1>.*u001b\[2J/);
    const json = await world.cli("forge", "log", "shop.2", "--raw", "--json");
    expect(JSON.parse(json.stdout).attempts[0].said).toHaveLength(1);
    expect(stdout + json.stdout).not.toContain(SECRET);
    expect(stdout).not.toContain("\u001b");
  });

  test("--follow goes on with what comes, until it is told to stop", async () => {
    const s = storyteller("attic", "refs/heads/alphaforge/attic");
    await open.write(...s.opened(), s.added(1, 1));
    const child = spawn(process.execPath, [BIN, "forge", "log", "--session", "attic", "--follow"], {
      ...{
        cwd: world.repository,
        env: { ...process.env, ALPHAFORGE_HOME: world.home },
        stdio: ["ignore", "pipe", "inherit"],
      },
    });
    try {
      let seen = "";
      const has = (text: string) =>
        new Promise<void>((resolve) => {
          const look = () => {
            if (!seen.includes(text)) return;
            child.stdout?.off("data", look);
            resolve();
          };
          child.stdout?.on("data", look);
          look();
        });
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        seen += text;
      });
      await has("attic.1 added: Feature 1");
      await open.write(storyteller().retried(50, 3), s.asked(50, 1));
      await has("attic.1 asks for src/plugins/p1/**");
      expect(seen).not.toContain("shop.3");
      child.kill("SIGINT");
      expect((await once(child, "exit"))[0]).toBe(0);
    } finally {
      if (child.exitCode === null) child.kill("SIGKILL");
    }
  });
});

describe("forge prune", () => {
  const keep = (task: string) =>
    world.git("update-ref", `refs/alphaforge/keep/${task}/1`, world.git("commit-tree", "HEAD^{tree}", "-m", task));
  const refs = () => world.git("for-each-ref", "--format=%(refname)", "refs/alphaforge/keep").split("\n");

  test("removes what has landed, names what it leaves and why, and says all in a dry run without doing it", async () => {
    for (const task of ["shop.1", "shop.10", "shop.4"]) keep(task);
    // Ages are to the second of the commit's date.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const dry = await world.cli("forge", "prune", "--older-than", "0m", "--dry-run");
    expect(dry.stdout).toMatch(
      /^would remove refs\/alphaforge\/keep\/shop\.1\/1 of .*\n2 keep refs left: 1 of tasks that have not landed \(--unlanded\), 1 of tasks under way\n$/,
    );
    expect(refs()).toHaveLength(3);
    const done = JSON.parse((await world.cli("forge", "prune", "--older-than", "0m", "--unlanded", "--json")).stdout);
    expect(done.removed.map(({ task }: { task: string }) => task)).toEqual(["shop.1", "shop.10"]);
    expect(refs()).toEqual(["refs/alphaforge/keep/shop.4/1"]);
    expect((await world.cli("forge", "prune")).stdout).toMatch(
      /no keep ref was removed\n1 keep ref left: 1 of tasks under way/,
    );
  });
});

test("sessions that are over are one line, the latest is told in full", async () => {
  const other = forgeWorld();
  const own = await openWorld(other, STORY_BEGIN);
  try {
    const story = (name: string, begin: number): readonly TimedEntry[] => {
      const s = storyteller(name, `refs/heads/alphaforge/${name}`, begin);
      return [
        ...s.opened(),
        s.run(0, 1, name),
        s.added(0, 1),
        s.started(1, 1),
        s.landed(2, 1),
        s.ended(3, "done", undefined, name),
        s.finalized(4),
      ];
    };
    await own.write(...story("one", STORY_BEGIN), ...story("two", STORY_BEGIN + 600_000));
    const { stdout } = await other.cli("forge", "status");
    expect(stdout).toMatch(/^one: 1 of 1 landed, in main\n\ntwo: 1 of 1 landed on alphaforge\/two, for main\n/);
    expect(stdout).not.toContain("alphaforge forge");
    const s = storyteller("bad", "refs/heads/alphaforge/bad", STORY_BEGIN + 1_200_000);
    const reason = `${RED.reason}\u202e ${SECRET}`;
    await own.write(
      ...s.opened(),
      s.run(0, 1),
      s.added(0, 1),
      s.started(1, 1),
      s.refused(2, 1, 1, { ...OUTSIDE, reason }, "failed"),
    );
    await own.write(s.ended(3, "done"));
    const bad = (await other.cli("forge", "status", "bad")).stdout;
    expect(bad).toMatch(/fence \(outside-claim\): npm test failed with 1⟨U\+202E⟩ <REDACTED:/);
    expect(bad).toMatch(
      /see why bad\.1 failed:\n {2}alphaforge forge log bad\.1\ntry what failed anew:\n.*--retry-failed\n$/,
    );
  } finally {
    await own.close();
    await other.remove();
  }
});
