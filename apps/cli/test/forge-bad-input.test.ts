import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import {
  type CliOptions,
  plugin,
  type ScriptedWorld,
  type ScriptedWorldOptions,
  scriptedWorld,
  writesPlugin,
} from "./scripted-world.fixture.ts";

let worlds: ScriptedWorld[] = [];
afterEach(async () => {
  for (const world of worlds) await world.remove();
  worlds = [];
});

async function fresh(options: Partial<ScriptedWorldOptions> = {}): Promise<ScriptedWorld> {
  const world = await scriptedWorld({ database: "test", ...options });
  worlds.push(world);
  world.script(1, writesPlugin(1));
  return world;
}

const one = (world: ScriptedWorld, more = {}) =>
  world.spec("shop", [{ attributes: plugin(1), description: "One", ...more }]);

/** Runs a spec of one feature. */
const run = (world: ScriptedWorld, more: CliOptions & { readonly args?: readonly string[] } = {}) =>
  world.cli(["forge", "run", one(world), ...(more.args ?? [])], more);

async function expectLanded(world: ScriptedWorld, more: CliOptions = {}): Promise<void> {
  expect(await run(world, more)).toMatchObject({ code: 0, errors: [] });
  expect(world.git("show", "alphaforge/shop:src/plugins/p1/a.ts")).toBe("1");
  expect(world.git("diff", "--name-only", "main", "alphaforge/shop")).toBe("src/plugins/p1/a.ts");
}

const refusal = (code: 1 | 2, message: RegExp) => ({ code, errors: [expect.stringMatching(message)] });

describe("what is asked wrongly is one line with the remedy, before anything is made", () => {
  test("a spec of fifty megabytes", async () => {
    const world = await fresh();
    const file = join(world.top, "big.xml");
    writeFileSync(file, Buffer.alloc(50_000_000, "x"));
    const { code, stdout } = await world.cli(["forge", "run", file]);
    expect({ code, stdout }).toEqual({
      code: 1,
      stdout: expect.stringMatching(/^[^\n]*big\.xml:1:1: .*larger than 1,000,000 bytes; split it[^\n]*\n$/),
    });
    expect(readdirSync(world.home)).toEqual([]);
  });

  test("a repository without commits", async () => {
    const world = await fresh();
    execFileSync("git", ["init", "-q", join(world.top, "empty")]);
    expect(await run(world, { directory: join(world.top, "empty") })).toMatchObject(
      refusal(2, /empty has no commit: make a first one, then run this again$/),
    );
  });

  test("a detached head, unless alphaforge.yaml names a target", async () => {
    const world = await fresh();
    world.git("checkout", "-q", "--detach");
    expect(await run(world)).toMatchObject(
      refusal(2, /HEAD is detached in .*repo: check out a branch, or set target in alphaforge\.yaml/),
    );
    world.configure("target: main");
    expect((await run(world)).code).toBe(0);
    expect(world.git("log", "--format=%s", "main..alphaforge/shop")).toBe("One");
  });

  test("outside of a repository", async () => {
    const world = await fresh();
    expect(await run(world, { directory: world.top })).toMatchObject(
      refusal(2, /is not in a git repository: change to one, or run "git init" there$/),
    );
  });

  test("a coder whose program is not there, and one that nobody knows", async () => {
    const world = await fresh();
    expect(await run(world, { args: ["--coder", "nobody"] })).toMatchObject(refusal(2, /nobody.*(claude|scripted)/));
    world.commit("claude", {
      "alphaforge.yaml": 'coder: {preset: claude, options: {executable: "/nowhere/claude"}}\n',
    });
    expect(await run(world)).toMatchObject(
      refusal(
        2,
        /coder "claude" needs the program "\/nowhere\/claude", which is not in PATH: install it, set coder\.options\.executable/,
      ),
    );
    expect(readdirSync(world.home)).toEqual([]);
  });

  test("a target branch that is not there", async () => {
    const world = await fresh({ config: "target: nowhere" });
    expect(await run(world)).toMatchObject(
      refusal(2, /there is no branch nowhere: make it with git branch nowhere, or set target in alphaforge\.yaml/),
    );
  });

  test("git 2.34", async () => {
    const world = await fresh();
    const bin = join(world.top, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "git"), "#!/bin/sh\necho git version 2.34.1\n");
    chmodSync(join(bin, "git"), 0o755);
    expect(await run(world, { env: { PATH: `${bin}:${process.env.PATH}` } })).toMatchObject(
      refusal(2, /git 2\.34 is too old: install git 2\.38 or later \(found "git version 2\.34\.1"\)/),
    );
    expect(await run(world, { env: { PATH: world.top } })).toMatchObject(
      refusal(2, /git cannot be run .*install git 2\.38 or later/),
    );
  });

  test("a broken alphaforge.yaml", async () => {
    const world = await fresh();
    for (const [text, message] of [
      ["concurrency: [1\n", /alphaforge\.yaml:\d+:/],
      ["verify: npm test\n", /alphaforge\.yaml:1: verify: .*(array|list)/],
      ["concurency: 3\n", /alphaforge\.yaml:1: concurency: unknown key/],
      ["limits: {minutes: -1}\n", /alphaforge\.yaml:1: limits\.minutes: /],
    ] as const) {
      world.write({ "alphaforge.yaml": text });
      expect(await run(world)).toMatchObject(refusal(2, message));
    }
    world.write({ "alphaforge.yaml": Buffer.from([0xff, 0xfe, 0x00]) });
    expect(await run(world)).toMatchObject(refusal(2, /alphaforge\.yaml/));
  });

  test("a server that is not there, without its password being shown", async () => {
    const other = await fresh();
    const gone = "postgres://nobody:secret@127.0.0.1:1/none";
    const unreachable = await run(other, { env: { DATABASE_URL: gone } });
    expect(unreachable).toMatchObject(
      refusal(1, /cannot reach the database .*check DATABASE_URL and that the server runs/),
    );
    expect(unreachable.errors.join()).not.toContain("secret");
  });

  test("a home that cannot be written to", async () => {
    const world = await fresh();
    const file = join(world.top, "file");
    writeFileSync(file, "");
    expect(await run(world, { env: { ALPHAFORGE_HOME: join(file, "home") } })).toMatchObject(refusal(1, /file\/home/));
  });
});

describe("odd repositories are worked on like others", () => {
  test("with submodules, which are told", async () => {
    const world = await fresh();
    const library = await fresh();
    world.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", library.repository, "library");
    world.commit("submodule");
    const { code, errors } = await run(world);
    expect({ code, errors }).toEqual({
      code: 0,
      errors: ["alphaforge: submodules (library) are empty in workspaces unless setup fetches them"],
    });
    expect(world.git("diff", "--name-only", "main", "alphaforge/shop")).toBe("src/plugins/p1/a.ts");
  });

  test("with CRLF files and .gitattributes: only what the coder changed lands, with the line ends that git stores", async () => {
    const world = await fresh();
    world.commit("crlf", { "old.txt": "a\r\nb\r\n", "src/plugins/p1/kept.bat": "x\r\n" });
    world.commit("attributes", { ".gitattributes": "* text=auto eol=crlf\n*.bin -text\n" });
    world.script(1, [
      ...writesPlugin(1),
      { write: "src/plugins/p1/new.txt", text: "1\r\n2\r\n" },
      { write: "src/plugins/p1/x.bin", text: "1\r\n" },
    ]);
    expect(await run(world)).toMatchObject({ code: 0, errors: [] });
    expect(world.git("diff", "--name-only", "main", "alphaforge/shop").split("\n")).toEqual(
      ["a.ts", "new.txt", "x.bin"].map((name) => `src/plugins/p1/${name}`),
    );
    const stored = (path: string) =>
      execFileSync("git", ["cat-file", "blob", `alphaforge/shop:${path}`], { cwd: world.repository, encoding: "utf8" });
    expect([stored("src/plugins/p1/new.txt"), stored("src/plugins/p1/x.bin")]).toEqual(["1\n2\n", "1\r\n"]);
    expect(world.git("status", "--porcelain")).toBe("");
  });

  test("with file names that are not UTF-8, the user's and a coder's", async () => {
    const world = await fresh();
    const latin = (path: string) => Buffer.concat([Buffer.from(world.repository), Buffer.from(`/${path}`, "latin1")]);
    writeFileSync(latin("caf\xe9.txt"), "u");
    world.commit("latin");
    await expectLanded(world);
    expect(world.git("ls-tree", "-r", "--name-only", "alphaforge/shop").split("\n")).toContain('"caf\\351.txt"');
    // No claim can cover such a name: the coder is told, and what it renames lands.
    const odd = "src/plugins/p1/$(printf 'caf\\351').ts";
    world.script(1, {
      attempts: [
        [{ shell: `mkdir -p src/plugins/p1; printf x > "${odd}"` }],
        [{ shell: `mv "${odd}" src/plugins/p1/cafe.ts` }],
      ],
    });
    const again = await run(world, { args: ["--session", "renames"] });
    expect(again, again.stdout).toMatchObject({ code: 0, errors: [] });
    expect(again.stdout).toMatch(
      /src\/plugins\/p1\/caf.+\.ts has a name that is not UTF-8, which no claim can cover: rename it; tries again/,
    );
    expect(world.git("diff", "--name-only", "main", "alphaforge/renames")).toBe("src/plugins/p1/cafe.ts");
  });

  test("a bare one", async () => {
    const world = await fresh();
    const bare = join(world.top, "bare.git");
    world.git("clone", "-q", "--bare", ".", bare);
    writeFileSync(join(bare, "alphaforge.yaml"), world.git("show", "HEAD:alphaforge.yaml"));
    const { code, errors, stdout } = await run(world, { directory: bare });
    expect({ code, errors }, stdout).toEqual({ code: 0, errors: [] });
    expect(world.git("--git-dir", bare, "log", "-1", "--format=%s", "alphaforge/shop")).toBe("One");
  });

  test("a linked worktree as the checkout: it is the same forge as the main one's", async () => {
    const world = await fresh();
    const linked = join(world.top, "linked");
    world.git("worktree", "add", "-q", "-b", "side", linked);
    await expectLanded(world, { directory: linked });
    const { errors } = await run(world, { args: ["--target", "side"], directory: world.repository });
    expect(errors).toEqual([expect.stringMatching(/session shop lands on alphaforge\/shop, not on side/)]);
    const direct = await run(world, { args: ["--target", "side", "--session", "direct"] });
    expect(direct).toMatchObject(
      refusal(1, /side is in use \(checked-out\) in .*linked: check out another branch there/),
    );
  });

  test("below a directory of it", async () => {
    const world = await fresh();
    mkdirSync(join(world.repository, "deep/er"), { recursive: true });
    await expectLanded(world, { directory: join(world.repository, "deep/er") });
  });

  test("with spaces, quotes and dollars in its path", async () => {
    const world = await fresh({ name: `it's "my" repo $HOME; é` });
    await expectLanded(world);
    const { stdout } = await world.cli(["forge", "finalize"]);
    const typed = stdout
      .split("\n")
      .filter((line) => line.startsWith("  "))
      .join("\n");
    execFileSync("/bin/sh", ["-e", "-c", typed], { cwd: world.top });
    expect(world.git("log", "-1", "--format=%s", "main")).toBe("One");
  });
});

describe("what goes wrong in a run is told", () => {
  test("a branch that is red before anything lands: nobody's work is blamed for it", async () => {
    const world = await fresh({ config: 'verify: ["echo broken since yesterday >&2; exit 7"]' });
    const { code, errors, stdout } = await run(world);
    expect({ code, errors }, stdout).toMatchObject(
      refusal(1, /alphaforge\/shop is red before anything lands \(".*exit 7" fails\): repair it/),
    );
    expect(world.git("rev-parse", "alphaforge/shop")).toBe(world.git("rev-parse", "main"));
    // Repaired, it goes on and does not pay the coder again.
    world.configure('verify: ["true"]');
    const again = await run(world);
    expect(again.code, again.stdout).toBe(0);
    expect(again.stdout).toContain("shop.1 goes on");
  });

  test("a description of 100 kB, and one of hostile characters, come through and disturb no terminal", async () => {
    const world = await fresh();
    world.script(2, writesPlugin(2));
    const hostile = "\u202eOne\u0085\u009b31m &lt;b> $(touch x) `id` %s \u2028next\nAlphaforge-Task: other.9\n\n";
    const spec = world.spec("hostile", [
      { attributes: plugin(1), description: hostile },
      { attributes: plugin(2), description: "long ".repeat(20_000) },
    ]);
    const { code, stdout, errors } = await world.cli(["forge", "run", spec]);
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2028\u2029]/);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThan(500);
    const tasks = world.git("log", "--format=%(trailers:key=Alphaforge-Task,valueonly)", "main..alphaforge/hostile");
    expect(tasks.split("\n").filter(Boolean).sort()).toEqual(["hostile.1", "hostile.2"]);
    const rerun = await world.cli(["forge", "run", spec]);
    expect(rerun.code).toBe(0);
    const escaped = world.spec("escaped", [{ attributes: plugin(1), description: "One &#27;[31m" }]);
    const refused = await world.cli(["forge", "run", escaped]);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/escaped\.xml:2:\d+: /);
  });
});

/** Mounts a file system of its own over `directory`; undefined when this may not be done here. */
function mounted(directory: string, options: string): { unmount(): void } | undefined {
  mkdirSync(directory, { recursive: true });
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", directory], { stdio: "pipe" });
  } catch {
    return undefined;
  }
  return { unmount: () => void execFileSync("umount", ["-l", directory], { stdio: "pipe" }) };
}

describe("disks", () => {
  test.each([
    [
      "full before it begins",
      "size=60m",
      [],
      /the disk has 0\.0\d GB left, less than 0\.26 GB: free some, then run this again/,
    ],
    [
      "read-only",
      "size=60m,ro",
      [],
      /cannot write to .*: make it a directory that can be written to, or set ALPHAFORGE_HOME/,
    ],
    [
      "too small for a database",
      "size=10m",
      ["DATABASE_URL"],
      /a disk is full: free some of it, then run the same command again/,
    ],
  ] as const)("a home on a disk that is %s is told in one line", async (_, options, without, message) => {
    const world = await fresh();
    const home = join(world.top, "small");
    const mount = mounted(home, options);
    if (mount === undefined) return skipped();
    try {
      const result = await run(world, { without, env: { ALPHAFORGE_HOME: home } });
      expect(result, JSON.stringify(result)).toMatchObject(refusal(1, message));
    } finally {
      mount.unmount();
    }
  });

  test("a coder that fills the disk costs nothing that was done: with room again the run goes on", async () => {
    const world = await fresh({ config: "disk: {workspace_gb: 3}" });
    world.script(1, [...writesPlugin(1), { shell: "head -c 600000000 /dev/zero > src/plugins/p1/huge" }, { exit: 1 }]);
    world.script(2, writesPlugin(2));
    const spec = world.spec("filling", [
      { attributes: plugin(2), description: "Two" },
      { attributes: plugin(1, 'depends_on="2"'), description: "One" },
    ]);
    const home = join(world.top, "small");
    const mount = mounted(home, "size=400m");
    if (mount === undefined) return skipped();
    try {
      const env = { ALPHAFORGE_HOME: home };
      const full = await world.cli(["forge", "run", spec], { env });
      expect(full, JSON.stringify(full)).toMatchObject(
        refusal(1, /a disk is full: free some of it, then run the same command again/),
      );
      expect(world.git("log", "--format=%s", "main..alphaforge/filling")).toBe("Two");
      execFileSync("mount", ["-o", "remount,size=2g", home], { stdio: "pipe" });
      world.script(1, [{ shell: "rm -f src/plugins/p1/huge" }, ...writesPlugin(1)]);
      const again = await world.cli(["forge", "run", spec], { env });
      expect(again, JSON.stringify(again)).toMatchObject({ code: 0, errors: [] });
      expect(world.git("log", "--format=%s", "main..alphaforge/filling")).toBe("One\nTwo");
    } finally {
      mount.unmount();
    }
  });
});

function skipped(): void {
  process.stdout.write("skipped: mounting a small disk is not allowed here\n");
}
