import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "@alphaforge/core/clock";
import { OperationalError, UserError } from "@alphaforge/core/errors";
import picomatch from "picomatch";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fence } from "../fence/fence.ts";
import { failingGit } from "../git/failing-git.fixture.ts";
import { moveRef } from "../git/refs.ts";
import { repositoryFacts } from "../git/repository-facts.ts";
import { type Git, GitError, openGit } from "../git/run-git.ts";
import { author, type TempRepository, tempRepository, writeFiles } from "../git/temp-repository.fixture.ts";
import { reducedEnvironment } from "../verify/reduced-environment.ts";
import { verifyCommit } from "../verify/verify-commit.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { retireWorkspace } from "../workspace/retire-workspace.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { ready, wish, workspaceContext } from "../workspace/workspace-world.fixture.ts";
import { finalize } from "./finalize.ts";
import { LandingQueue } from "./landing-queue.ts";
import { branch, landingWorld, readingVerifier } from "./landing-world.fixture.ts";
import { MemoryLandingLedger } from "./memory-landing-ledger.ts";

let repository: TempRepository;
beforeEach(() => {
  repository = tempRepository();
});
afterEach(() => repository.remove());

const matches = (glob: string, path: string) => picomatch(glob, { dot: true })(path);

/** Everything between a branch and a landed commit, with the real parts. `git` is the port in the user's checkout. */
async function forgeOn(git: Git, state = repository.state) {
  const context = await workspaceContext(git, state);
  const { facts, room } = context;
  const since = await git.text(["rev-parse", "HEAD"]);
  const created = await moveRef(
    git,
    { ref: branch, to: since, from: undefined, reason: "r" },
    { ...facts, clock: systemClock },
  );
  if (!created.done) throw new Error("the branch is there already");
  const ledger = new MemoryLandingLedger(() => 1);
  const verify = (commit: string) =>
    verifyCommit(git, facts, commit, {
      ...{
        scratch: join(state, "scratch"),
        setup: [],
        commands: ['git status --porcelain | tee /dev/stderr | test -z "$(cat)"'],
      },
      ...{ env: reducedEnvironment(process.env), timeoutMs: 60_000, keepBytes: 1000, clock: systemClock },
    });
  const queue = new LandingQueue({
    ...{ git, room, commonDir: facts.commonDir, ledger, clock: systemClock, author, branch, since, verify },
    fence: (changes, claim) => fence(changes, claim, matches),
  });
  /** A coder's work, done in a workspace: kept, then submitted. */
  const land = async (task: string, work: (workspace: Workspace) => void, claim = ["**"]) => {
    const workspace = await ready(context, task, await git.text(["rev-parse", branch]));
    work(workspace);
    const kept = await retireWorkspace(context, workspace);
    if (kept.kind !== "kept") throw new Error(kept.kind);
    const { base } = workspace;
    const more = { subject: task, body: "", doneAt: 1_700_000_000_000 };
    return queue.submit({ task, attempt: 1, token: 1, base, tree: kept.tree, claim, ...more });
  };
  const finish = (target: string) =>
    finalize({
      ...{ git, room, commonDir: facts.commonDir, clock: systemClock, author, session: "alphaforge/s", target, verify },
      isVerified: () => true,
    });
  return { context, ledger, queue, land, finish };
}

/** As a coder does: it commits one file and leaves another uncommitted. */
function doWork({ directory, task }: Workspace): void {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: directory, stdio: "pipe" });
  writeFiles(directory, { [`${task}-committed.txt`]: "c\n" });
  git("add", "-A");
  git("commit", "-q", "-m", "work");
  writeFiles(directory, { [`${task}-dirty.txt`]: "d\n" });
}

/** One task from workspace to target, in whatever repository this is; the user's checkout stays as it is. */
async function requireLanding(user: (...args: string[]) => string, git: Git, state = repository.state): Promise<void> {
  user("branch", "release");
  const before = [user("status", "--porcelain"), user("rev-parse", "HEAD"), user("config", "--list", "--local")];
  const forge = await forgeOn(git, state);
  expect(await forge.land("t", doWork)).toMatchObject({ kind: "landed", verification: { green: true } });
  expect(await forge.finish("release")).toMatchObject({ kind: "fast-forward" });
  expect(user("show", "release:t-committed.txt")).toBe("c");
  expect(user("show", "release:t-dirty.txt")).toBe("d");
  expect([user("status", "--porcelain"), user("rev-parse", "HEAD"), user("config", "--list", "--local")]).toEqual(
    before,
  );
  expect(user("fsck", "--full", "--no-dangling")).toBe("");
}

describe("a task lands", () => {
  test.each([
    "with spaces and a 'quote'",
    'a "double" one and a back\\slash',
    "répertoire 日本語 🚀",
    "$HOME `id` ;& #x",
    "-starts-like-an-option",
    "semi:colon",
  ])("in a repository in the directory %s", async (name) => {
    const odd = tempRepository({ name });
    await requireLanding(odd.user, odd.git, odd.state);
    odd.remove();
  });

  test("where the user signs commits and has hooks that fail: neither runs", async () => {
    const ran = join(repository.state, "ran");
    const hooks = [
      "pre-commit",
      "commit-msg",
      "post-checkout",
      "reference-transaction",
      "post-index-change",
      "pre-push",
    ];
    const fail = { executable: `#!/bin/sh\necho "$0" >> ${ran}\nexit 1\n` };
    const settings = [
      ["commit.gpgsign", "true"],
      ["tag.gpgsign", "true"],
      ["gpg.program", join(repository.directory, ".git/hooks/pre-commit")],
    ];
    repository.user("branch", "early");
    for (const [name = "", value = ""] of settings) {
      repository.user("config", name, value);
      repository.user("config", "--global", name, value);
    }
    writeFiles(repository.directory, Object.fromEntries(hooks.map((hook) => [`.git/hooks/${hook}`, fail])));
    const forge = await forgeOn(repository.git);
    expect(await forge.land("t", doWork)).toMatchObject({ kind: "landed" });
    expect(await forge.finish("early")).toMatchObject({ kind: "fast-forward" });
    expect(existsSync(ran)).toBe(false);
    // They are no hooks that nothing would run.
    expect(() => repository.user("commit", "--allow-empty", "-m", "x")).toThrow();
    expect(readFileSync(ran, "utf8")).toContain("pre-commit");
  });

  test("where the user has set core.hooksPath and core.fsmonitor: nothing of it runs", async () => {
    const ran = join(repository.state, "ran");
    const hooks = join(repository.state, "hooks");
    const script = { executable: `#!/bin/sh\necho "$0" >> ${ran}\nexit 1\n` };
    writeFiles(hooks, { "reference-transaction": script, "post-checkout": script, fsmonitor: script });
    const forge = await forgeOn(repository.git);
    for (const scope of ["--local", "--global"]) {
      repository.user("config", scope, "core.hooksPath", hooks);
      repository.user("config", scope, "core.fsmonitor", join(hooks, "fsmonitor"));
    }
    expect(await forge.land("t", doWork)).toMatchObject({ kind: "landed" });
    expect(existsSync(ran)).toBe(false);
    repository.user("status");
    expect(() => repository.user("branch", "x")).toThrow();
    expect(readFileSync(ran, "utf8")).toMatch(/fsmonitor(.|\n)*reference-transaction/);
  });

  test.each([
    ["absolute", (objects: string) => objects],
    ["relative", () => "../../../user/.git/objects"],
  ])("in a repository that borrows its objects from another, which borrows too (%s)", async (_, written) => {
    const clone = (from: string, to: string) =>
      repository.user("clone", "-q", "--shared", from, join(repository.state, "..", to));
    const path = (name: string) => join(repository.state, "..", name);
    clone(repository.directory, "borrower");
    writeFileSync(
      join(path("borrower"), ".git/objects/info/alternates"),
      `${written(join(repository.directory, ".git/objects"))}\n`,
    );
    clone(path("borrower"), "borrowers-borrower");
    const last = path("borrowers-borrower");
    await requireLanding((...args) => repository.user("-C", last, ...args), repository.git.at(last));
  });

  test("from a linked worktree", async () => {
    const linked = join(repository.state, "linked");
    repository.user("worktree", "add", "-q", linked, "-b", "side");
    await requireLanding((...args) => repository.user("-C", linked, ...args), repository.git.at(linked));
    expect(repository.user("status", "--porcelain")).toBe("");
  });

  test("beside submodules that it leaves alone; one that changes a submodule is refused", async () => {
    const inner = tempRepository();
    const other = inner.commit("second");
    repository.user("-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.directory, "vendor/inner");
    repository.user("-C", "vendor/inner", "checkout", "-q", "HEAD~1");
    repository.commit("with a submodule");
    inner.remove();
    const forge = await forgeOn(repository.git);
    expect(await forge.land("t", doWork)).toMatchObject({ kind: "landed" });
    const moveSubmodule = ({ directory }: Workspace) => {
      execFileSync("git", ["update-index", "--cacheinfo", `160000,${other},vendor/inner`], { cwd: directory });
      execFileSync("git", ["commit", "-q", "-m", "moved"], { cwd: directory });
    };
    expect(await forge.land("u", moveSubmodule)).toMatchObject({
      kind: "outside-claim",
      refused: [{ path: "vendor/inner", reason: "is a submodule, which a task may not add, move or remove" }],
    });
  });

  test("with the bytes that its coder committed, under * text=auto and other line ends", async () => {
    // Committed before the rule was there, with its CRLF.
    repository.commit("old", { "old.txt": "1\r\n2\r\n" });
    const rules = "* text=auto\n*.bat eol=crlf\n*.bin -text\n";
    repository.commit("attributes", { ".gitattributes": rules, "run.bat": "a\r\nb\r\n" });
    const forge = await forgeOn(repository.git);
    let committed: Buffer[] = [];
    const paths = ["dos.txt", "new.bat", "raw.bin", "old.txt"];
    const outcome = await forge.land("t", ({ directory }) => {
      const git = (...args: string[]) => execFileSync("git", args, { cwd: directory, stdio: "pipe" });
      expect(git("status", "--porcelain").toString()).toBe("");
      writeFiles(directory, {
        "dos.txt": "a\r\nb\r\n",
        "new.bat": "x\r\ny\r\n",
        "raw.bin": "p\r\nq\n",
        "old.txt": "1\r\n2\r\n3\r\n",
      });
      git("add", "-A");
      git("commit", "-q", "-m", "work");
      committed = paths.map((path) => git("cat-file", "blob", `HEAD:${path}`));
    });
    expect(outcome).toMatchObject({ kind: "landed" });
    expect(committed.map(String)).toEqual(["a\nb\n", "x\ny\n", "p\r\nq\n", "1\r\n2\r\n3\r\n"]);
    for (const [index, path] of paths.entries()) {
      expect(await repository.git.bytes(["cat-file", "blob", `${branch}:${path}`])).toEqual(committed[index]);
    }
  });

  test("beside names that are not UTF-8, whose bytes stay; one that adds such a name is refused", async () => {
    const odd = Buffer.from([0x63, 0x61, 0x66, 0xe9]);
    writeFileSync(Buffer.concat([Buffer.from(`${repository.directory}/`), odd]), "kept\n");
    repository.commit("a name in Latin-1");
    const forge = await forgeOn(repository.git);
    expect(await forge.land("t", doWork)).toMatchObject({ kind: "landed" });
    const names = await repository.git.bytes(["ls-tree", "-z", "--name-only", branch]);
    expect(names.includes(Buffer.concat([Buffer.from([0]), odd, Buffer.from([0])]))).toBe(true);
    const add = ({ directory }: Workspace) =>
      writeFileSync(Buffer.concat([Buffer.from(`${directory}/x`), odd]), "new\n");
    expect(await forge.land("u", add)).toMatchObject({
      kind: "outside-claim",
      refused: [{ path: "xcaf\\351", reason: "has a name that is not UTF-8, which no claim can cover: rename it" }],
    });
  });
});

describe("a repository that belongs to another user", () => {
  // git's own test suite has it take every repository for another's by this variable.
  const another = { GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" };

  test("is refused with the remedy, and the remedy works", async () => {
    const git = repository.git.at(repository.directory, another);
    const refused = await repositoryFacts(git).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UserError);
    const remedy = `git config --global --add safe.directory '${repository.directory}'`;
    expect((refused as Error).message).toBe(
      `${repository.directory} belongs to another user, so git refuses it: if you trust it, run ${remedy}`,
    );
    execFileSync("/bin/sh", ["-c", remedy], { env: { PATH: process.env.PATH, HOME: repository.home } });
    expect(await repositoryFacts(git)).toMatchObject({ toplevel: repository.directory });
  });

  test.runIf(process.getuid?.() === 0)("and is trusted by its user is landed on", async () => {
    execFileSync("chown", ["-R", "12345:12345", repository.directory]);
    await expect(repository.facts()).rejects.toThrow("belongs to another user");
    repository.user("config", "--global", "--add", "safe.directory", repository.directory);
    await requireLanding(repository.user, repository.git);
  });
});

describe("a full disk, or a git that is killed,", () => {
  const openFailing = () => {
    const failing = failingGit(repository.state);
    return { failing, git: openGit({ directory: repository.directory, path: failing.path, home: repository.home }) };
  };

  test.each(["commit-tree", "merge-tree", "update-ref", ""])(
    "in the midst of a landing (%s) is told with the remedy; nothing is half-written, and the next run lands",
    async (command) => {
      const { failing, git } = openFailing();
      const world = await landingWorld(repository);
      const ledger = new MemoryLandingLedger(() => 1);
      const { verify } = readingVerifier(world.room, () => false);
      const facts = await repository.facts();
      const room = {
        ...world.room,
        git: git.at(world.room.directory, roomEnvironment(world.room.directory, facts.objects)),
      };
      const queue = new LandingQueue({ ...(await world.options(ledger, verify)), git, room });
      const base = { "src/a.txt": "1\n2\n3\n4\nlanded meanwhile\n" };
      world.moveBranch(base);
      const before = repository.user("rev-parse", branch);
      const candidates = await Promise.all(
        ["a", "b"].map((task) =>
          world.candidate(task, { "src/a.txt": `${task === "a" ? "A" : "1"}\n2\n${task === "b" ? "B" : "3"}\n4\n5\n` }),
        ),
      );
      failing.fillDisk(command);
      for (const candidate of candidates) {
        const failed = await queue.submit(candidate).catch((error: unknown) => error);
        expect(failed).toBeInstanceOf(GitError);
        expect((failed as Error).message).toMatch(
          /^git [a-z-]+: fatal: .*: make room on the disk, then run this again$/,
        );
      }
      expect(repository.user("rev-parse", branch)).toBe(before);
      expect(repository.user("fsck", "--full", "--no-dangling")).toBe("");
      expect(repository.user("status", "--porcelain")).toBe("");
      failing.mend();
      const outcomes = await Promise.all(candidates.map((candidate) => queue.submit(candidate)));
      expect(outcomes.map(({ kind }) => kind)).toEqual(["landed", "landed"]);
      expect(await ledger.open(branch)).toEqual([]);
      expect(repository.user("fsck", "--full", "--no-dangling")).toBe("");
    },
  );

  test("while a workspace is made leaves none, and while it is kept loses nothing of it", async () => {
    const { failing, git } = openFailing();
    const base = repository.user("rev-parse", "HEAD");
    const context = await workspaceContext(git, join(repository.state, "forge"));
    failing.fillDisk("reset");
    await expect(openWorkspace(context, wish("t", base))).rejects.toThrow("make room on the disk");
    expect(readdirSync(context.root)).toEqual([]);
    expect(readdirSync(context.portLeases)).toEqual([]);
    failing.mend();
    const workspace = await ready(context, "t", base);
    doWork(workspace);
    const committed = execFileSync("git", ["rev-parse", "HEAD"], { cwd: workspace.directory, encoding: "utf8" }).trim();
    for (const command of ["fetch", "read-tree", "update-index", "write-tree", "commit-tree", "update-ref"]) {
      failing.fillDisk(command);
      await expect(retireWorkspace(context, workspace)).rejects.toThrow("make room on the disk");
      failing.mend();
      failing.kill(command);
      await expect(retireWorkspace(context, workspace)).rejects.toThrow("killed by SIGKILL");
      failing.mend();
    }
    for (const command of ["rev-parse", "rev-list"]) {
      failing.kill(command);
      await expect(retireWorkspace(context, workspace)).rejects.toThrow("killed by SIGKILL");
      failing.mend();
    }
    expect(repository.user("for-each-ref", "refs/alphaforge/keep")).toBe("");
    failing.mend();
    const kept = await retireWorkspace(context, workspace);
    if (kept.kind !== "kept") throw new Error(kept.kind);
    expect(kept.withoutHistory).toBeUndefined();
    expect(repository.user("merge-base", "--is-ancestor", committed, kept.ref)).toBe("");
    expect(repository.user("show", `${kept.ref}:t-dirty.txt`)).toBe("d");
    expect(repository.user("fsck", "--full", "--no-dangling")).toBe("");
  });
});

describe("the branch that is landed on", () => {
  const open = async (during: () => void) => {
    const world = await landingWorld(repository);
    const ledger = new MemoryLandingLedger(() => 1);
    const { verify } = readingVerifier(world.room, () => false);
    let asked = 0;
    const options = await world.options(ledger, async (commit) => {
      if (asked++ === 0) during();
      return verify(commit);
    });
    return { world, ledger, queue: new LandingQueue(options) };
  };

  test("is missing: it is named, with what to type", async () => {
    const { world, queue } = await open(() => undefined);
    repository.user("update-ref", "-d", branch);
    await expect(queue.submit(await world.candidate("a", { a: "a" }))).rejects.toThrow(
      `${branch} does not exist any more: restore it (git branch alphaforge/s ${world.base}), then run this again`,
    );
  });

  test("is deleted in the midst of it: nobody's work is lost, and what is said restores it", async () => {
    const { world, ledger, queue } = await open(() => repository.user("branch", "-D", "alphaforge/s"));
    const tip = world.moveBranch({ "before.txt": "b" });
    const candidates = await Promise.all(["a", "b"].map((task) => world.candidate(task, { [task]: task })));
    const failed = await Promise.allSettled(candidates.map((candidate) => queue.submit(candidate)));
    for (const each of failed) {
      if (each.status === "fulfilled") throw new Error(each.value.kind);
      expect(each.reason).toBeInstanceOf(OperationalError);
      const remedy = /restore it \((git branch alphaforge\/s [0-9a-f]{40})\)/.exec(each.reason.message)?.[1] ?? "";
      expect(remedy).toContain(tip);
    }
    repository.user("branch", "alphaforge/s", tip);
    const outcomes = await Promise.all(candidates.map((candidate) => queue.submit(candidate)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(["landed", "landed"]);
    expect(world.landed()).toEqual(["proposal", "a", "b"]);
    expect(await ledger.open(branch)).toEqual([]);
  });

  test("is checked out in the midst of it: it is not moved under its user, and lands when they have left", async () => {
    const { world, ledger, queue } = await open(() => repository.user("checkout", "-q", "alphaforge/s"));
    const candidate = await world.candidate("a", { "src/a.txt": "changed\n" });
    const remedy = `alphaforge/s is in use (checked-out) in ${repository.directory}: check out another branch there, then run this again`;
    await expect(queue.submit(candidate)).rejects.toThrow(remedy);
    expect(repository.user("status", "--porcelain")).toBe("");
    expect(readFileSync(join(repository.directory, "src/a.txt"), "utf8")).toBe("1\n2\n3\n4\n5\n");
    repository.user("checkout", "-q", "main");
    expect(await queue.submit(candidate)).toMatchObject({ kind: "landed" });
    expect(await ledger.open(branch)).toEqual([]);
  });

  test("cannot be made beside a branch of the first half of its name: that one is named, at once", async () => {
    repository.user("branch", "alphaforge");
    const to = repository.user("rev-parse", "HEAD");
    const options = {
      clock: { now: () => 0, sleep: () => Promise.reject(new Error("waited")) },
      commonDir: (await repository.facts()).commonDir,
    };
    await expect(moveRef(repository.git, { ref: branch, to, from: undefined, reason: "r" }, options)).rejects.toThrow(
      `${branch} cannot be made while there is refs/heads/alphaforge: rename that one, then run this again`,
    );
  });
});

/** As openObjectRoom has it. */
const roomEnvironment = (directory: string, objects: string) => ({
  ...{ GIT_DIR: directory, GIT_OBJECT_DIRECTORY: objects },
  ...{ GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_ATTR_NOSYSTEM: "1", GIT_NO_REPLACE_OBJECTS: "1" },
});
