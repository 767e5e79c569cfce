import { execFile, execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "@alphaforge/core/clock";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TempRepository, tempRepository, writeFiles } from "../git/temp-repository.fixture.ts";
import { reducedEnvironment } from "../verify/reduced-environment.ts";
import { diskUse, watchDisk } from "./disk-cap.ts";
import { keepRef } from "./keep-ref.ts";
import { keepWork } from "./keep-work.ts";
import { openWorkspace } from "./open-workspace.ts";
import { leasePorts, releaseDeadPorts, releasePorts } from "./port-leases.ts";
import { recoverWorkspaces, retireWorkspace } from "./retire-workspace.ts";
import type { Workspace, WorkspaceContext } from "./workspace.ts";
import { ready, wish, workspaceContext } from "./workspace-world.fixture.ts";

let repository: TempRepository;
let context: WorkspaceContext;
let base: string;
beforeEach(async () => {
  repository = tempRepository();
  base = repository.user("rev-parse", "HEAD");
  repository.user("branch", "alphaforge/s");
  context = await workspaceContext(repository.git, repository.state);
});
afterEach(() => repository.remove());

/** The coder's git, in its workspace. */
const coder = (workspace: Workspace, ...args: string[]) =>
  execFileSync("git", args, {
    cwd: workspace.directory,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  }).trimEnd();
const kept = (ref: string, path: string) => repository.user("show", `${ref}:${path}`);
const refs = () =>
  repository.user("for-each-ref", "--format=%(refname)", "refs/alphaforge").split("\n").filter(Boolean);
const left = () => (existsSync(context.root) ? readdirSync(context.root) : []);

test("a coder can move no ref and change no setting of the user's from its workspace, and is handed no remote", async () => {
  const workspace = await ready(context, "t", base);
  const before = [repository.user("for-each-ref"), readFileSync(join(repository.directory, ".git/config"), "utf8")];
  coder(workspace, "config", "core.hooksPath", "/tmp/evil");
  coder(workspace, "branch", "-f", "main");
  coder(workspace, "commit", "-q", "--allow-empty", "-m", "mine");
  coder(workspace, "update-ref", "refs/heads/alphaforge/s", "HEAD");
  coder(workspace, "gc", "-q", "--prune=now");
  expect(() => coder(workspace, "push", "origin", "HEAD:main")).toThrow();
  expect(coder(workspace, "remote")).toBe("");
  // Who takes the place that its objects are borrowed from for the user's repository comes back to its own.
  const objects = join(workspace.directory, ".git/objects");
  const borrowed = resolve(objects, readFileSync(join(objects, "info/alternates"), "utf8").trim());
  coder(workspace, "push", "-q", dirname(borrowed), "HEAD:refs/heads/pushed");
  expect(coder(workspace, "for-each-ref", "--format=%(refname)", "refs/heads/pushed")).toBe("refs/heads/pushed");
  expect([repository.user("for-each-ref"), readFileSync(join(repository.directory, ".git/config"), "utf8")]).toEqual(
    before,
  );
  expect(repository.user("fsck", "--connectivity-only")).toBe("");
});

test("peers §6: making and retiring a workspace writes nothing into the user's configuration, index or branches", async () => {
  const snapshot = () => [
    repository.user("for-each-ref", "refs/heads", "refs/remotes", "refs/tags"),
    readFileSync(join(repository.directory, ".git/config"), "utf8"),
    readFileSync(join(repository.directory, ".git/index"), "hex"),
    existsSync(join(repository.directory, ".git/FETCH_HEAD")),
    repository.user("worktree", "list"),
  ];
  const before = snapshot();
  const workspace = await ready(context, "t", base);
  writeFiles(workspace.directory, { "new.txt": "n" });
  coder(workspace, "add", "-A");
  coder(workspace, "commit", "-q", "-m", "mine");
  await retireWorkspace(context, workspace);
  expect(snapshot()).toEqual(before);
});

test("peers §3.5: a workspace starts at the branch as it is now, not at the user's checkout or what is dirty in it", async () => {
  repository.write({ "README.md": "dirty\n", "untracked.txt": "u" });
  const tip = repository.proposal(base, { "landed.txt": "l\n" });
  repository.user("update-ref", "refs/heads/alphaforge/s", tip);
  const workspace = await ready(context, "t", tip);
  expect(readdirSync(workspace.directory).sort()).toEqual([".git", "README.md", "landed.txt", "src"]);
  expect(readFileSync(join(workspace.directory, "README.md"), "utf8")).toBe("hello\n");
  expect(coder(workspace, "rev-parse", "HEAD")).toBe(tip);
});

test("an earlier attempt's work comes back on top of the branch as it is now, and a conflict is told before anything is made", async () => {
  const tip = repository.proposal(base, { "landed.txt": "l\n", "src/a.txt": "1\n2\n3\n4\nlanded\n" });
  const tree = (files: Record<string, string>) =>
    repository.user("rev-parse", `${repository.proposal(base, files)}^{tree}`);
  const resumed = await ready(context, "t", tip, { attempt: 2, resume: { base, tree: tree({ "mine.txt": "m\n" }) } });
  expect(readFileSync(join(resumed.directory, "mine.txt"), "utf8")).toBe("m\n");
  expect(readFileSync(join(resumed.directory, "landed.txt"), "utf8")).toBe("l\n");
  expect(resumed.base).toBe(tip);
  const conflicting = wish("u", tip, { resume: { base, tree: tree({ "src/a.txt": "1\n2\n3\n4\nmine\n" }) } });
  expect(await openWorkspace(context, conflicting)).toEqual({
    kind: "resume_conflict",
    paths: ["src/a.txt"],
    messages: ["CONFLICT (content): Merge conflict in src/a.txt"],
  });
  expect(left()).toEqual(["t"]);
});

test("peers §3.6: uncommitted, untracked, committed, stashed and amended work is all kept before a workspace goes", async () => {
  const workspace = await ready(context, "t", base);
  writeFiles(workspace.directory, { "amended.txt": "first version" });
  coder(workspace, "add", "-A");
  coder(workspace, "commit", "-q", "-m", "first");
  const first = coder(workspace, "rev-parse", "HEAD");
  writeFiles(workspace.directory, { "amended.txt": "second version" });
  coder(workspace, "commit", "-q", "-a", "--amend", "-m", "second");
  writeFiles(workspace.directory, { "src/a.txt": "stashed\n" });
  coder(workspace, "stash", "-q");
  const stash = coder(workspace, "rev-parse", "stash");
  coder(workspace, "checkout", "-q", "-b", "aside");
  writeFiles(workspace.directory, { "aside.txt": "aside" });
  coder(workspace, "add", "-A");
  coder(workspace, "commit", "-q", "-m", "aside");
  const aside = coder(workspace, "rev-parse", "HEAD");
  coder(workspace, "checkout", "-q", "task/t");
  writeFiles(workspace.directory, { "dirty.txt": "dirty", "README.md": "changed\n" });
  const result = await retireWorkspace(context, workspace);
  if (result.kind !== "kept") throw new Error(result.kind);
  expect(result.ref).toBe("refs/alphaforge/keep/t/1");
  expect(kept(result.ref, "dirty.txt")).toBe("dirty");
  expect(kept(result.ref, "README.md")).toBe("changed");
  expect(kept(result.ref, "amended.txt")).toBe("second version");
  expect(left()).toEqual([]);
  repository.user("gc", "-q", "--prune=now");
  for (const commit of [first, stash, aside]) {
    expect(repository.user("merge-base", "--is-ancestor", commit, result.ref)).toBe("");
  }
  expect(repository.user("fsck", "--full", "--no-dangling")).toBe("");
});

test("peers §3.6: the files are kept although the workspace's .git is gone", async () => {
  const workspace = await ready(context, "t", base);
  writeFiles(workspace.directory, { "work.txt": "w" });
  rmSync(join(workspace.directory, ".git"), { recursive: true });
  const result = await retireWorkspace(context, workspace);
  expect(result).toMatchObject({ kind: "kept", withoutHistory: expect.stringContaining("not a git repository") });
  expect(kept("refs/alphaforge/keep/t/1", "work.txt")).toBe("w");
});

test("peers §3.6: what status would hide is kept: assume-unchanged files and committed files that are ignored", async () => {
  const workspace = await ready(context, "t", base);
  writeFiles(workspace.directory, { ".gitignore": "*.gen\n", "x.gen": "generated" });
  coder(workspace, "add", "-f", "x.gen", ".gitignore");
  coder(workspace, "commit", "-q", "-m", "generated");
  coder(workspace, "update-index", "--assume-unchanged", "README.md");
  writeFiles(workspace.directory, { "README.md": "hidden\n", "y.gen": "ignored" });
  const result = await keepWork(context, workspace);
  if (result.kind !== "kept") throw new Error(result.kind);
  expect(kept(result.ref, "README.md")).toBe("hidden");
  expect(repository.user("ls-tree", "--name-only", result.commit).split("\n")).toContain("x.gen");
  expect(repository.user("ls-tree", "--name-only", result.commit).split("\n")).not.toContain("y.gen");
});

test("no setting, exclude file or attribute of the coder's hides its work", async () => {
  const workspace = await ready(context, "t", base);
  for (const setting of ["status.showUntrackedFiles=no", "core.excludesFile=/dev/stdin", "core.fileMode=false"]) {
    coder(workspace, "config", ...setting.split("="));
  }
  writeFiles(workspace.directory, {
    ".git/info/exclude": "*\n",
    ".git/info/attributes": "* filter=gone\n",
    "untracked.txt": "u",
    "src/deep/untracked.txt": "u",
    "README.md": { executable: "hello\n" },
  });
  expect(coder(workspace, "status", "--porcelain")).toBe("");
  const result = await retireWorkspace(context, workspace);
  if (result.kind !== "kept") throw new Error(result.kind);
  expect(repository.user("diff", "--name-only", base, result.ref).split("\n")).toEqual([
    "README.md",
    "src/deep/untracked.txt",
    "untracked.txt",
  ]);
});

test("a repository that the coder made inside its workspace is kept with what is dirty in it", async () => {
  const workspace = await ready(context, "t", base);
  const inner = join(workspace.directory, "inner");
  coder(workspace, "init", "-q", "inner");
  writeFiles(inner, { "committed.txt": "1\n", ".gitignore": "built\n" });
  coder(workspace, "-C", inner, "add", "-A");
  coder(workspace, "-C", inner, "-c", "user.name=c", "-c", "user.email=c@example.org", "commit", "-qm", "inner");
  writeFiles(inner, { "committed.txt": "2\n", "untracked.txt": "u", built: "b" });
  // As a submodule in all but name: git would store the commit's id and no file.
  coder(workspace, "add", "inner");
  coder(workspace, "commit", "-qm", "with inner");
  const result = await retireWorkspace(context, workspace);
  if (result.kind !== "kept") throw new Error(result.kind);
  expect(kept(result.ref, "inner/committed.txt")).toBe("2");
  expect(kept(result.ref, "inner/untracked.txt")).toBe("u");
  expect(repository.user("ls-tree", "-r", result.ref)).not.toMatch(/160000|built/);
});

test.each([
  ["a file that names", (git: string, users: string) => writeFileSync(git, `gitdir: ${users}\n`)],
  ["a symlink to", (git: string, users: string) => symlinkSync(users, git)],
])("a workspace whose .git is %s the user's repository goes without it", async (_, replace) => {
  const workspace = await ready(context, "t", base);
  repository.user("branch", "other", repository.proposal(base, { "other.txt": "o" }));
  rmSync(join(workspace.directory, ".git"), { recursive: true });
  replace(join(workspace.directory, ".git"), join(repository.directory, ".git"));
  writeFiles(workspace.directory, { "work.txt": "w" });
  const before = [repository.user("for-each-ref", "refs/heads"), repository.user("status", "--porcelain")];
  const result = await retireWorkspace(context, workspace);
  if (result.kind !== "kept") throw new Error(result.kind);
  expect(repository.user("diff", "--name-only", base, result.ref)).toBe("work.txt");
  expect([repository.user("for-each-ref", "refs/heads"), repository.user("status", "--porcelain")]).toEqual(before);
  expect(repository.user("fsck", "--no-dangling")).toBe("");
  expect(left()).toEqual([]);
});

test("what the coder sets in its clone runs nothing when its work is kept", async () => {
  const workspace = await ready(context, "t", base);
  const ran = join(repository.state, "ran");
  const script = join(repository.state, "evil");
  writeFileSync(script, `#!/bin/sh\ntouch ${ran}\nexit 1\n`);
  chmodSync(script, 0o755);
  writeFiles(workspace.directory, { "work.txt": "w" });
  coder(workspace, "add", "-A");
  coder(workspace, "commit", "-qm", "w");
  // A commit that is not there, and a remote that promises to have it.
  const tree = coder(workspace, "rev-parse", "HEAD^{tree}");
  const text = `tree ${tree}\nparent ${"1".repeat(40)}\nauthor a <a@b> 0 +0000\ncommitter a <a@b> 0 +0000\n\nx\n`;
  const input = execFileSync("git", ["hash-object", "-t", "commit", "-w", "--stdin", "--literally"], {
    cwd: workspace.directory,
    input: text,
    encoding: "utf8",
  }).trim();
  coder(workspace, "update-ref", "HEAD", input);
  const settings = {
    "core.repositoryFormatVersion": "1",
    "extensions.partialClone": "evil",
    "remote.evil.promisor": "true",
    "remote.evil.url": `ext::${script}`,
    "remote.evil.uploadpack": script,
    "protocol.allow": "always",
    "protocol.ext.allow": "always",
    "core.fsmonitor": script,
    "core.hooksPath": repository.state,
    "core.sshCommand": script,
    "core.alternateRefsCommand": script,
    "uploadpack.packObjectsHook": script,
    "diff.external": script,
    "gpg.program": script,
  };
  for (const [key, value] of Object.entries(settings)) coder(workspace, "config", key, value);
  const result = await retireWorkspace(context, workspace);
  expect(result).toMatchObject({ kind: "kept", withoutHistory: expect.any(String) });
  expect(kept("refs/alphaforge/keep/t/1", "work.txt")).toBe("w");
  expect(existsSync(ran)).toBe(false);
});

test("a keep ref is created and never moved: the same work finds it, other work gets another", async () => {
  const workspace = await ready(context, "t", base);
  writeFiles(workspace.directory, { "a.txt": "1" });
  const first = await keepWork(context, workspace);
  expect(await keepWork(context, workspace)).toEqual(first);
  writeFiles(workspace.directory, { "a.txt": "2" });
  expect(await keepWork(context, workspace)).toMatchObject({ ref: "refs/alphaforge/keep/t/1-2" });
  expect(kept("refs/alphaforge/keep/t/1", "a.txt")).toBe("1");
  expect(() => keepRef("a..b", 1)).toThrow(RangeError);
});

test("a workspace in which nothing was done leaves no ref", async () => {
  expect(await retireWorkspace(context, await ready(context, "t", base))).toEqual({ kind: "nothing" });
  expect(refs()).toEqual([]);
  expect(left()).toEqual([]);
});

test("peers §3.6: cleanup removes only what the forge made", async () => {
  const workspace = await ready(context, "t", base);
  const precious = join(repository.state, "precious");
  mkdirSync(precious);
  writeFileSync(join(precious, "file"), "x");
  mkdirSync(join(context.root, "users-own"));
  symlinkSync(precious, join(context.root, "link"));
  writeFiles(workspace.directory, { out: { link: precious } });
  expect((await recoverWorkspaces(context)).foreign.sort()).toEqual(["link", "users-own"]);
  expect(left().sort()).toEqual(["link", "users-own"]);
  expect(readFileSync(join(precious, "file"), "utf8")).toBe("x");

  const other = await ready(context, "u", base);
  await expect(retireWorkspace({ ...context, repositoryId: "another-repository" }, other)).rejects.toThrow(
    /was not made by the forge/,
  );
  writeFileSync(join(other.home, "notes.txt"), "mine");
  await expect(retireWorkspace(context, other)).rejects.toThrow(/holds notes\.txt/);
  expect(existsSync(join(other.home, "notes.txt"))).toBe(true);
});

test("write-protected directories that a tool made do not stop the cleanup", async () => {
  const workspace = await ready(context, "t", base);
  writeFiles(workspace.directory, { "cache/deep/file": "x" });
  chmodSync(join(workspace.directory, "cache/deep"), 0o500);
  chmodSync(join(workspace.directory, "cache"), 0o500);
  await retireWorkspace(context, workspace);
  expect(left()).toEqual([]);
});

test("setup runs in the workspace with its port; a setup that fails leaves nothing behind", async () => {
  const setup = { ...wish("t", base).setup, commands: ["echo $PORT > port.txt"] };
  const workspace = await ready(context, "t", base, { setup });
  expect(readFileSync(join(workspace.directory, "port.txt"), "utf8").trim()).toBe(String(workspace.ports.from));
  const failing = await openWorkspace(
    context,
    wish("u", base, { setup: { ...setup, commands: ["echo no >&2; exit 1"] } }),
  );
  expect(failing).toMatchObject({ kind: "setup-failed", setup: [{ outcome: "failed", output: { head: "no\n" } }] });
  expect(left()).toEqual(["t"]);
  expect(readdirSync(context.portLeases)).toHaveLength(1);
});

test("setup commands have a home of their own, which is gone before anybody works, and a cache for npm that lasts", async () => {
  const env = reducedEnvironment({ ...process.env, HOME: "/users/home", NPM_TOKEN: "planted" });
  const commands = [
    'env > env.txt; mkdir -p "$HOME/.cache"; mkdir -p "$npm_config_cache"; touch "$npm_config_cache/x"',
  ];
  const workspace = await ready(context, "t", base, { setup: { ...wish("t", base).setup, commands, env } });
  const seen = readFileSync(join(workspace.directory, "env.txt"), "utf8");
  expect(seen).not.toMatch(/planted|users\/home/);
  expect(seen).toContain(`HOME=${workspace.home}/`);
  expect(readdirSync(workspace.home).sort()).toEqual(["clone", "marker.json"]);
  expect(readdirSync(join(context.root, ".npm-cache"))).toEqual(["x"]);
  await retireWorkspace(context, workspace);
  expect((await recoverWorkspaces(context)).foreign).toEqual([]);
  expect(left()).toEqual([".npm-cache"]);
});

test("a full disk, a workspace over its cap and a machine without free ports are refused with the reason", async () => {
  expect(await openWorkspace(context, wish("t", base, { minFreeBytes: 2 ** 60 }))).toMatchObject({ kind: "disk-full" });
  expect(await openWorkspace(context, wish("t", base, { diskCapBytes: 10 }))).toMatchObject({
    kind: "over-disk-cap",
    capBytes: 10,
  });
  const range = { first: 20_000, last: 20_004, size: 10 };
  expect(await openWorkspace(context, wish("t", base, { ports: range }))).toEqual({ kind: "no-free-ports", range });
  expect(left()).toEqual([]);
});

test("the watch tells when a workspace grows over its cap, and ends when asked", async () => {
  const workspace = await ready(context, "t", base);
  const stop = new AbortController();
  const capBytes = (await diskUse(workspace.home)) + 500_000;
  const watching = watchDisk(workspace.home, { capBytes, everyMs: 5, clock: systemClock, signal: stop.signal });
  writeFileSync(join(workspace.directory, "big"), Buffer.alloc(1_000_000, 1));
  expect(await watching).toBeGreaterThan(capBytes);
  const quiet = watchDisk(workspace.home, { capBytes: 2 ** 40, everyMs: 5, clock: systemClock, signal: stop.signal });
  stop.abort();
  expect(await quiet).toBeUndefined();
});

test("port blocks: none is leased twice, none with a port in use, and a dead holder's is given back", async () => {
  const directory = join(repository.state, "leases");
  const range = { first: 23_000, last: 23_399, size: 10 };
  const server = createServer();
  const busy = await new Promise<number | undefined>((resolve) => {
    server.once("error", () => resolve(undefined));
    server.listen({ port: 23_005, host: "127.0.0.1" }, () => resolve(23_005));
  });
  const blocks = await Promise.all(Array.from({ length: 20 }, () => leasePorts(directory, repository.state, range)));
  const starts = blocks.map((block) => block?.from);
  expect(new Set(starts).size).toBe(20);
  if (busy !== undefined) expect(starts).not.toContain(23_000);
  server.close();
  const [first] = blocks;
  if (first === undefined) throw new Error("no block");
  await releasePorts(directory, "somebody else", first);
  expect(readdirSync(directory)).toContain(String(first.from));
  await releasePorts(directory, repository.state, first);
  expect(readdirSync(directory)).not.toContain(String(first.from));
  const dead = await leasePorts(directory, join(repository.state, "gone"), range);
  await releaseDeadPorts(directory);
  expect(readdirSync(directory)).not.toContain(String(dead?.from));
  expect(readdirSync(directory)).toHaveLength(19);
});

test("twenty workspaces start at once beside the user's gc and an open rebase, which goes on afterwards", async () => {
  repository.user("checkout", "-q", "-b", "side");
  repository.commit("side", { "src/a.txt": "side\n" });
  repository.user("checkout", "-q", "main");
  repository.commit("main", { "src/a.txt": "main\n" });
  repository.user("checkout", "-q", "side");
  expect(() => repository.user("rebase", "main")).toThrow();
  const heads = repository.user("for-each-ref", "refs/heads");
  const gc = new Promise<void>((resolve, reject) => {
    execFile("git", ["gc", "-q"], { cwd: repository.directory }, (error) => (error ? reject(error) : resolve()));
  });
  const opened = await Promise.all(Array.from({ length: 20 }, (_, i) => ready(context, `t${i}`, base)));
  await gc;
  expect(new Set(opened.map(({ ports }) => ports.from)).size).toBe(20);
  for (const workspace of opened) writeFiles(workspace.directory, { [`${workspace.id}.txt`]: "w" });
  await Promise.all(opened.map((workspace) => retireWorkspace(context, workspace)));
  expect(refs()).toHaveLength(20);
  expect(left()).toEqual([]);
  expect(repository.user("for-each-ref", "refs/heads")).toBe(heads);
  expect(repository.user("status")).toContain("rebase in progress");
  writeFiles(repository.directory, { "src/a.txt": "both\n" });
  repository.user("add", "-A");
  repository.user("-c", "core.editor=true", "rebase", "--continue");
  expect(repository.user("fsck", "--full", "--no-dangling")).toBe("");
});

test("submodules stay as they are and a shallow repository works", async () => {
  const inner = tempRepository();
  repository.user("-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.directory, "vendor/inner");
  const tip = repository.commit("with a submodule");
  const workspace = await ready(context, "t", tip);
  expect(await keepWork(context, workspace)).toEqual({ kind: "nothing" });
  inner.remove();

  const shallow = join(repository.state, "shallow");
  repository.user("clone", "-q", "--depth=1", `file://${repository.directory}`, shallow);
  const inShallow = await workspaceContext(repository.git.at(shallow), join(repository.state, "shallow-state"));
  const second = await ready(inShallow, "s", tip);
  writeFiles(second.directory, { "work.txt": "w" });
  coder(second, "add", "work.txt");
  coder(second, "commit", "-q", "-m", "w");
  expect(await retireWorkspace(inShallow, second)).toMatchObject({ kind: "kept" });
  // A room that has lain still for long: its leftovers are taken away, and where history ends is still known.
  const still = await workspaceContext(repository.git.at(shallow), join(repository.state, "still-state"));
  await recoverWorkspaces(still);
  expect(await still.room.git.text(["rev-list", "--count", tip])).toBe("1");
});

test.each(["keep.before-ref", "keep.after-ref", "workspace.before-remove", "workspace.after-remove"])(
  "killed at %s, no work is lost and the next process finishes",
  async (point) => {
    const workspace = await ready(context, "t", base);
    writeFiles(workspace.directory, { "committed.txt": "c" });
    coder(workspace, "add", "-A");
    coder(workspace, "commit", "-q", "-m", "c");
    writeFiles(workspace.directory, { "dirty.txt": "d" });
    const script = fileURLToPath(new URL("./recover.fixture.ts", import.meta.url));
    const run = (spec: string) =>
      spawnSync(process.execPath, [script, repository.directory, repository.state, repository.state, spec], {
        encoding: "utf8",
      });
    expect(run(`${point}=kill`).signal).toBe("SIGKILL");
    const again = run("");
    expect(again.stderr).toBe("");
    const expected = { "workspace.before-remove": [["t", "was-kept"]], "workspace.after-remove": [] }[point] ?? [
      ["t", "kept"],
    ];
    expect(JSON.parse(again.stdout)).toEqual(expected);
    expect(refs()).toEqual(["refs/alphaforge/keep/t/1"]);
    expect(kept("refs/alphaforge/keep/t/1", "committed.txt")).toBe("c");
    expect(kept("refs/alphaforge/keep/t/1", "dirty.txt")).toBe("d");
    expect(left()).toEqual([]);
    expect(readdirSync(context.portLeases)).toEqual([]);
  },
);

test("a workspace that a killed process was still making is removed without a keep ref", async () => {
  const workspace = await ready(context, "t", base);
  const marker = join(workspace.home, "marker.json");
  writeFileSync(marker, readFileSync(marker, "utf8").replace('"ready"', '"making"'));
  mkdirSync(join(context.root, ".new-u"));
  // What is half made is nothing to the user's git.
  repository.user("-c", "protocol.file.allow=always", "fetch", "-q", repository.directory, "main");
  repository.user("gc", "-q", "--prune=now");
  expect(repository.user("worktree", "list").split("\n")).toHaveLength(1);
  const { recovered, foreign } = await recoverWorkspaces(context);
  expect(recovered).toEqual([{ id: "t", task: "t", attempt: 1, kept: { kind: "unused" } }]);
  expect(foreign).toEqual([]);
  expect(left()).toEqual([]);
  expect(refs()).toEqual([]);
});

test("the pin of a workspace that somebody removed by hand is taken away, those of others stay", async () => {
  const [gone, stays] = [await ready(context, "gone", base), await ready(context, "stays", base)];
  expect(refs()).toEqual(["refs/alphaforge/work/gone", "refs/alphaforge/work/stays"]);
  rmSync(gone.home, { recursive: true });
  await ready(context, "gone", repository.proposal(base, { "x.txt": "x" }));
  rmSync(gone.home, { recursive: true });
  writeFiles(stays.directory, { "w.txt": "w" });
  rmSync(join(stays.home, "marker.json"));
  expect((await recoverWorkspaces(context)).foreign).toEqual(["stays"]);
  expect(refs()).toEqual(["refs/alphaforge/work/stays"]);
});
