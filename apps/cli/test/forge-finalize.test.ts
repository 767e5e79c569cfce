import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plugin, type ScriptedWorld, scriptedWorld, writesPlugin } from "./scripted-world.fixture.ts";

const BOTH =
  'verify: ["if test -e src/plugins/p1/a.ts && test -e rival.txt; then echo the two do not go together; exit 1; fi"]';

let world: ScriptedWorld;
beforeAll(async () => {
  world = await scriptedWorld({ database: "test", config: BOTH });
});
afterAll(() => world?.remove());

const finalize = (...args: readonly string[]) => world.cli(["forge", "finalize", ...args]);
const at = (ref: string) => world.git("rev-parse", ref);

/** A session whose only feature has landed. */
async function session(name: string, index = 1): Promise<string> {
  world.script(index, writesPlugin(index));
  const spec = world.spec(name, [{ attributes: plugin(index), description: name }]);
  expect(await world.cli(["forge", "run", spec])).toMatchObject({ code: 0, errors: [] });
  return at(`alphaforge/${name}`);
}

/** A commit on top of `base` with one more file, on no branch; the checkout is not touched. */
function commitOn(base: string, path: string, text: string): string {
  const { git, top } = world;
  const index = { ...process.env, GIT_INDEX_FILE: join(top, `index-${base}`) };
  const plumbing = (args: readonly string[], input?: string) =>
    execFileSync("git", ["-c", "user.name=User", "-c", "user.email=user@example.org", ...args], {
      ...{ cwd: world.repository, env: index, encoding: "utf8", stdio: ["pipe", "pipe", "pipe"] },
      ...(input === undefined ? {} : { input }),
    }).trim();
  plumbing(["read-tree", base]);
  const blob = plumbing(["hash-object", "-w", "--stdin"], text);
  plumbing(["update-index", "--add", "--cacheinfo", `100644,${blob},${path}`]);
  return git("commit-tree", plumbing(["write-tree"]), "-p", base, "-m", `adds ${path}`);
}

describe("into a branch that nobody has checked out", () => {
  test("by fast-forward; a second time there is nothing to do, and without a name nothing to choose", async () => {
    world.git("branch", "trunk");
    const tip = await session("fast");
    const done = await finalize("fast", "--target", "trunk");
    expect(done).toEqual({
      code: 0,
      stdout: `trunk is at ${tip.slice(0, 12)} now, with all of alphaforge/fast (fast-forward)\n`,
      errors: [],
    });
    expect(at("trunk")).toBe(tip);
    const again = await finalize("fast", "--target", "trunk", "--json");
    expect(JSON.parse(again.stdout)).toEqual({
      session: "fast",
      branches: [{ branch: "alphaforge/fast", target: "trunk", result: { kind: "already-there" } }],
    });
    expect(again.code).toBe(0);
    expect(await finalize()).toMatchObject({
      code: 2,
      errors: [expect.stringMatching(/nothing has landed that is not finalized: see alphaforge forge status/)],
    });
  });

  test("by a verified merge when it went on, as one JSON document", async () => {
    const tip = await session("merged", 2);
    world.git("branch", "went-on", commitOn(at("main"), "other.txt", "o\n"));
    const before = at("went-on");
    const { code, stdout, errors } = await finalize("merged", "--target", "went-on", "--json");
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    const merge = at("went-on");
    expect(JSON.parse(stdout)).toEqual({
      session: "merged",
      branches: [{ branch: "alphaforge/merged", target: "went-on", result: { kind: "merged", commit: merge } }],
    });
    expect(world.git("log", "-1", "--format=%P", "went-on")).toBe(`${before} ${tip}`);
    expect(world.git("show", "went-on:other.txt")).toBe("o");
  });

  test("not when the two together are red, and the target stays", async () => {
    await session("red");
    world.git("branch", "rival", commitOn(at("main"), "rival.txt", "r\n"));
    const before = at("rival");
    const { code, stdout, errors } = await finalize("red", "--target", "rival");
    expect({ code, errors }).toEqual({ code: 1, errors: ["alphaforge: alphaforge/red was not brought into rival"] });
    expect(stdout).toMatch(
      /merges into rival, but ".*" fails on the two together: nothing was changed\n {2}the two do not go together\n$/,
    );
    expect(at("rival")).toBe(before);
  });

  test("not when they conflict: the files are named, and what to type works up to the conflict", async () => {
    await session("fight");
    world.git("branch", "foe", commitOn(at("main"), "src/plugins/p1/a.ts", "theirs\n"));
    const before = at("foe");
    const { code, stdout } = await finalize("fight", "--target", "foe");
    expect(code).toBe(1);
    expect(stdout).toBe(
      "alphaforge/fight conflicts with foe in:\n  src/plugins/p1/a.ts\nnothing was changed; merge by hand: git switch foe && git merge alphaforge/fight\n",
    );
    expect(at("foe")).toBe(before);
  });

  test("a session that is not named must be the only one; a target or branch that is missing is told", async () => {
    const several = await finalize();
    expect(several).toMatchObject({
      code: 2,
      errors: [expect.stringMatching(/several sessions .*\(red, fight\): name one/)],
    });
    expect(await finalize("nobody")).toMatchObject({
      code: 2,
      errors: [expect.stringMatching(/no session "nobody": use one of fast/)],
    });
    const target = await finalize("red", "--target", "nowhere");
    expect(target.code).toBe(1);
    expect(target.stdout).toBe('no branch nowhere: make it with "git branch nowhere COMMIT"\n');
    const tip = at("alphaforge/red");
    world.git("branch", "-D", "alphaforge/red");
    const branch = await finalize("red", "--target", "trunk");
    const restore = `git branch alphaforge/red ${tip.slice(0, 12)}`;
    expect(branch).toMatchObject({
      code: 1,
      stdout: `alphaforge/red is gone: restore it with ${restore}, then finalize again\n`,
    });
    world.git(...restore.split(" ").slice(1));
    expect(at("alphaforge/red")).toBe(tip);
  });
});

describe("into the branch that is checked out", () => {
  /** Types what the command said to type. */
  const type = (stdout: string) => {
    const lines = stdout.split("\n").filter((line) => line.startsWith("  "));
    return execFileSync("/bin/sh", ["-e", "-c", lines.join("\n")], {
      ...{
        cwd: world.top,
        env: { ...process.env, HOME: world.top },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      },
    });
  };

  test("nothing is touched; typing what it says brings it there, and then it is there", async () => {
    const tip = await session("typed", 3);
    const before = at("main");
    const { code, stdout, errors } = await finalize("typed");
    expect({ code, errors }).toEqual({ code: 1, errors: ["alphaforge: alphaforge/typed was not brought into main"] });
    expect(stdout.split("\n")).toEqual([
      `main is checked out in ${world.repository}, so it was left as it is. Type there:`,
      `  cd ${world.repository}`,
      "  git merge alphaforge/typed",
      "",
    ]);
    expect([at("main"), world.git("status", "--porcelain")]).toEqual([before, ""]);
    type(stdout);
    expect([at("main"), world.git("status", "--porcelain")]).toEqual([tip, ""]);
    expect(await finalize("typed")).toMatchObject({ code: 0, stdout: "main has all of alphaforge/typed already\n" });
  });

  test("with changes that are not committed it says how to put them aside, and they are there afterwards", async () => {
    const tip = await session("dirty", 4);
    world.write({ "README.md": "mine\n", "untracked.txt": "mine too\n" });
    const { code, stdout } = await finalize("dirty");
    expect(code).toBe(1);
    expect(stdout).toContain("with changes that are not committed");
    type(stdout);
    expect(at("main")).toBe(tip);
    for (const [file, text] of [
      ["README.md", "mine\n"],
      ["untracked.txt", "mine too\n"],
      ["src/plugins/p4/a.ts", "4\n"],
    ] as const) {
      expect(readFileSync(join(world.repository, file), "utf8")).toBe(text);
    }
  });
});
