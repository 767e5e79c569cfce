import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "@alphaforge/core/clock";
import { UserError } from "@alphaforge/core/errors";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commitTree, treeOf } from "./commit-tree.ts";
import { diffTrees } from "./diff-trees.ts";
import { failingGit } from "./failing-git.fixture.ts";
import { history } from "./history.ts";
import { mergeTrees } from "./merge-trees.ts";
import { openObjectRoom } from "./object-room.ts";
import { publish, releaseLeftovers } from "./publish.ts";
import { dropRef, isReachable, moveRef, readRef } from "./refs.ts";
import { repositoryFacts } from "./repository-facts.ts";
import { repositoryId } from "./repository-id.ts";
import { GitError, openGit } from "./run-git.ts";
import { snapshotTree } from "./snapshot.ts";
import { author, type Content, type TempRepository, tempRepository, writeFiles } from "./temp-repository.fixture.ts";
import { userIdentity } from "./user-identity.ts";
import { requireGitVersion } from "./version.ts";
import { branchInUse } from "./worktrees.ts";

let repository: TempRepository;
beforeEach(() => {
  repository = tempRepository();
});
afterEach(() => repository.remove());

/** Everything of the user's that the forge must leave as it is. */
const userState = () => ({
  index: readFileSync(join(repository.directory, ".git/index")).toString("hex"),
  config: readFileSync(join(repository.directory, ".git/config"), "utf8"),
  head: readFileSync(join(repository.directory, ".git/HEAD"), "utf8"),
  refs: repository.user("for-each-ref"),
  status: repository.user("--no-optional-locks", "status", "--porcelain"),
});

const LIST = Array.from({ length: 20 }, (_, i) => `${i}\n`).join("");

const fakeGit = (script: string) => {
  const bin = join(repository.state, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "git"), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, "git"), 0o755);
  return openGit({ directory: repository.directory, path: `${bin}:/usr/bin:/bin`, home: repository.state });
};

test("git 2.34 is refused with the remedy, and so is a missing git", async () => {
  const old = fakeGit("echo git version 2.34.1");
  await expect(requireGitVersion(old)).rejects.toThrow(/git 2\.34 is too old: install git 2\.38 or later/);
  await expect(requireGitVersion(old)).rejects.toThrow(UserError);
  const none = openGit({ directory: repository.directory, path: repository.state, home: repository.state });
  await expect(requireGitVersion(none)).rejects.toThrow(/install git 2\.38 or later/);
  expect((await requireGitVersion(repository.git))[0]).toBe(2);
});

test("a git that hangs is ended with its children, and one that floods is cut off", async () => {
  const slow = fakeGit("sleep 300 & echo $! > child; wait");
  const result = await slow.run(["status"], { timeoutMs: 300 });
  expect(result).toMatchObject({
    ok: false,
    reason: "timeout",
    line: "git status: ended after 300 ms without an answer",
  });
  const child = readFileSync(join(repository.directory, "child"), "utf8").trim();
  await expect
    .poll(() => existsSync(`/proc/${child}`) && !readFileSync(`/proc/${child}/stat`, "utf8").includes(") Z "))
    .toBe(false);
  const flood = await repository.git.run(["cat-file", "--batch-all-objects", "--batch"], { maxOutputBytes: 10 });
  expect(flood).toMatchObject({ ok: false, reason: "too-much-output" });
});

test("a git that is killed has given no answer: nothing is taken for bare, unborn, detached or case-sensitive", async () => {
  const failing = failingGit(repository.state);
  const git = openGit({ directory: repository.directory, path: failing.path, home: repository.home });
  const facts = await repositoryFacts(git);
  for (const command of ["symbolic-ref", "config", "rev-parse --verify", "rev-parse --show-toplevel", "ls-tree"]) {
    failing.kill(command);
    await expect(repositoryFacts(git), command).rejects.toThrow(/killed by SIGKILL/);
  }
  failing.kill("config");
  await expect(userIdentity(git)).rejects.toThrow(/killed by SIGKILL/);
  failing.kill("version");
  await expect(requireGitVersion(git)).rejects.toThrow(/killed by SIGKILL/);
  failing.mend();
  expect(await repositoryFacts(git)).toEqual(facts);
});

test("a failing command is data that ends in what git said", async () => {
  expect(await repository.git.run(["rev-parse", "--verify", "nowhere"])).toMatchObject({
    ok: false,
    reason: "exit",
    code: 128,
    line: "git rev-parse: fatal: Needed a single revision",
  });
});

test("facts: a plain repository, an unborn branch, a detached head, a bare and a shallow repository", async () => {
  const first = repository.user("rev-parse", "HEAD");
  expect(await repository.facts()).toMatchObject({
    toplevel: repository.directory,
    bare: false,
    shallow: false,
    head: { kind: "branch", branch: "main", sha: first },
    submodules: [],
  });
  repository.user("checkout", "-q", "--detach");
  expect((await repository.facts()).head).toEqual({ kind: "detached", sha: first });
  const empty = tempRepository({ empty: true });
  expect((await empty.facts()).head).toEqual({ kind: "unborn", branch: "main" });
  empty.remove();
  const bare = join(repository.state, "bare.git");
  repository.user("clone", "-q", "--bare", repository.directory, bare);
  expect(await repositoryFacts(repository.git.at(bare))).toMatchObject({ bare: true });
  const shallow = join(repository.state, "shallow");
  repository.user("checkout", "-q", "main");
  repository.commit("second", { b: "b" });
  repository.user("clone", "-q", "--depth=1", `file://${repository.directory}`, shallow);
  expect(await repositoryFacts(repository.git.at(shallow))).toMatchObject({ shallow: true });
  await expect(repositoryFacts(repository.git.at(repository.state))).rejects.toThrow(/is not in a git repository/);
});

test("facts: submodules are listed and a rebase under way is seen", async () => {
  const inner = tempRepository();
  repository.user("-c", "protocol.file.allow=always", "submodule", "add", "-q", inner.directory, "vendor/inner");
  repository.commit("with a submodule");
  inner.remove();
  expect((await repository.facts()).submodules).toEqual(["vendor/inner"]);
  repository.user("checkout", "-q", "-b", "side", "HEAD~1");
  repository.commit("side", { "src/a.txt": "side\n" });
  repository.user("checkout", "-q", "main");
  repository.commit("main", { "src/a.txt": "main\n" });
  repository.user("checkout", "-q", "side");
  expect(() => repository.user("rebase", "main")).toThrow();
  expect(await repository.facts()).toMatchObject({ underWay: "rebase", head: { kind: "detached" } });
});

test("everyone who asks at once gets the same repository id", async () => {
  const { commonDir } = await repository.facts();
  const ids = await Promise.all(Array.from({ length: 20 }, (_, i) => repositoryId(commonDir, `repository-${i}`)));
  expect(new Set(ids).size).toBe(1);
  expect(await repositoryId(commonDir, "another-one")).toBe(ids[0]);
});

test("a ref moves only from where it is said to stand", async () => {
  const options = { clock: systemClock, commonDir: (await repository.facts()).commonDir };
  const first = repository.user("rev-parse", "HEAD");
  const second = repository.commit("second", { b: "b" });
  const ref = "refs/heads/alphaforge/s";
  expect(await moveRef(repository.git, { ref, to: first, from: undefined, reason: "r" }, options)).toEqual({
    done: true,
  });
  expect(await moveRef(repository.git, { ref, to: second, from: undefined, reason: "r" }, options)).toEqual({
    done: false,
    now: first,
  });
  const third = repository.commit("third", { c: "c" });
  expect(await moveRef(repository.git, { ref, to: third, from: second, reason: "r" }, options)).toEqual({
    done: false,
    now: first,
  });
  expect(await moveRef(repository.git, { ref, to: second, from: first, reason: "r" }, options)).toEqual({ done: true });
  expect(await readRef(repository.git, ref)).toBe(second);
  expect(await isReachable(repository.git, first, ref)).toBe(true);
  expect(await isReachable(repository.git, second, first)).toBe(false);
});

test("a lock that a killed git left on the forge's own branch is removed; on the user's branch it is named", async () => {
  const { commonDir } = await repository.facts();
  const first = repository.user("rev-parse", "HEAD");
  const second = repository.commit("second", { b: "b" });
  const clock = { now: () => 0, sleep: async () => undefined };
  repository.user("update-ref", "refs/heads/alphaforge/s", first);
  writeFileSync(join(commonDir, "refs/heads/alphaforge/s.lock"), "");
  const ours = { ref: "refs/heads/alphaforge/s", to: second, from: first, reason: "r" };
  expect(await moveRef(repository.git, ours, { clock, commonDir })).toEqual({ done: true });
  const lock = join(commonDir, "refs/heads/main.lock");
  writeFileSync(lock, "");
  const theirs = { ref: "refs/heads/main", to: first, from: second, reason: "r" };
  await expect(moveRef(repository.git, theirs, { clock, commonDir })).rejects.toThrow(`remove ${lock}`);
  expect(existsSync(lock)).toBe(true);
  expect(await readRef(repository.git, theirs.ref)).toBe(second);
});

test("a ref is deleted once nobody holds a lock that it needs: never without it, and never another's ref", async () => {
  const { commonDir } = await repository.facts();
  const ref = "refs/alphaforge/work/t";
  repository.user("update-ref", ref, "HEAD");
  const packed = join(commonDir, "packed-refs.lock");
  repository.user("config", "core.packedRefsTimeout", "1");
  writeFileSync(packed, "");
  const clock = { now: () => 0, sleep: async () => undefined };
  await expect(dropRef(repository.git, ref, { clock, commonDir })).rejects.toThrow(`remove ${packed}`);
  expect(await readRef(repository.git, ref)).toBeDefined();
  let sleeps = 0;
  const sleep = async () => {
    if (++sleeps === 2) rmSync(packed);
  };
  await dropRef(repository.git, ref, { clock: { ...clock, sleep }, commonDir });
  expect(await readRef(repository.git, ref)).toBeUndefined();
  expect(sleeps).toBe(2);
  await dropRef(repository.git, ref, { clock, commonDir });
  repository.user("update-ref", ref, "HEAD");
  writeFileSync(join(commonDir, `${ref}.lock`), "");
  await dropRef(repository.git, ref, { clock, commonDir });
  expect(await readRef(repository.git, ref)).toBeUndefined();
  await expect(dropRef(repository.git, "refs/heads/main", { clock, commonDir })).rejects.toThrow(RangeError);
});

test("a git that is killed right after it moved a ref has moved it", async () => {
  const options = { clock: systemClock, commonDir: (await repository.facts()).commonDir };
  const real = execFileSync("/bin/sh", ["-c", "command -v git"], { encoding: "utf8" }).trim();
  const dying = fakeGit(`case " $* " in *" update-ref "*) ${real} "$@"; kill -9 $$ ;; *) exec ${real} "$@" ;; esac`);
  const to = repository.user("rev-parse", "HEAD");
  const update = { ref: "refs/heads/alphaforge/s", to, from: undefined, reason: "r" };
  expect(await moveRef(dying, update, options)).toEqual({ done: true });
  expect(await readRef(repository.git, update.ref)).toBe(to);
});

test("a partial clone is refused, for merges need what it lacks", async () => {
  const partial = join(repository.state, "partial");
  repository.user("config", "uploadpack.allowFilter", "true");
  repository.user("clone", "-q", "--filter=blob:none", `file://${repository.directory}`, partial);
  const facts = await repositoryFacts(repository.git.at(partial));
  expect(facts.partial).toBe(true);
  await expect(openObjectRoom(repository.git, facts, join(repository.state, "p.git"))).rejects.toThrow(/partial clone/);
});

test("peers §6: a repository that is reached through a symlink is the same repository", async () => {
  const link = join(repository.state, "link");
  symlinkSync(repository.directory, link);
  const facts = await repositoryFacts(repository.git.at(link));
  expect(facts).toEqual(await repository.facts());
  const { commonDir } = facts;
  expect(await branchInUse(repository.git.at(link), commonDir, "refs/heads/main")).toEqual({
    directory: repository.directory,
    by: "checked-out",
  });
});

test("a snapshot holds files whose names are not UTF-8, in a repository made inside the worktree too", async () => {
  const room = await repository.room();
  const base = repository.user("rev-parse", "HEAD");
  repository.user("init", "-q", "inner");
  const odd = Buffer.from([0x63, 0x61, 0x66, 0xe9]);
  for (const directory of ["", "inner/"]) {
    writeFileSync(Buffer.concat([Buffer.from(`${repository.directory}/${directory}`), odd]), "x");
  }
  const { tree } = await snapshotTree(room, repository.directory, base);
  const changes = await diffTrees(room, base, tree);
  expect(changes.map(({ path }) => path)).toEqual([
    { text: "caf\\351", exact: false },
    { text: "inner/caf\\351", exact: false },
  ]);
});

test("merging reports the conflicting files with their stages and leaves everything of the user's as it was", async () => {
  const room = await repository.room();
  const base = repository.user("rev-parse", "HEAD");
  const ours = repository.proposal(base, { "src/a.txt": "1\n2\nours\n4\n5\n", "x.txt": "x" });
  const theirs = repository.proposal(base, { "src/a.txt": "1\n2\ntheirs\n4\n5\n" });
  const disjoint = repository.proposal(base, { "y.txt": "y" });
  const before = userState();
  const clean = await mergeTrees(room, ours, disjoint);
  expect(clean.clean).toBe(true);
  const conflict = await mergeTrees(room, ours, theirs);
  expect(conflict).toMatchObject({ clean: false, paths: ["src/a.txt"] });
  if (conflict.clean) throw new Error("unreachable");
  expect(conflict.stages.map((stage) => stage.stage)).toEqual([1, 2, 3]);
  expect(conflict.messages).toEqual(["CONFLICT (content): Merge conflict in src/a.txt"]);
  expect(userState()).toEqual(before);
});

test.each<[string, Record<string, Content>, Record<string, Content>, string[]]>([
  ["both change a line", { "src/a.txt": "x\n" }, { "src/a.txt": "y\n" }, ["src/a.txt"]],
  ["one changes what the other deletes", { "src/a.txt": "x\n" }, { "src/a.txt": null }, ["src/a.txt"]],
  ["both add a file", { new: "x\n" }, { new: "y\n" }, ["new"]],
  ["both change bytes", { bin: Buffer.from([0, 2]) }, { bin: Buffer.from([0, 3]) }, ["bin"]],
  ["both rename one file", { list: null, one: LIST }, { list: null, two: LIST }, ["list", "one", "two"]],
  ["a file against a directory", { dir: "x\n" }, { "dir/inside": "y\n" }, ["dir~"]],
  ["links that lead apart", { link: { link: "a" } }, { link: { link: "b" } }, ["link"]],
  ["a link against a file", { new: { link: "a" } }, { new: "y\n" }, ["new"]],
])("a conflict is never told without its files: %s, also beside a dirty checkout", async (_, left, right, paths) => {
  const base = repository.commit("more", { bin: Buffer.from([0, 1]), list: LIST });
  const [ours, theirs] = [repository.proposal(base, left), repository.proposal(base, right)];
  repository.write({ "src/a.txt": "dirty\n", new: "untracked\n" });
  const before = userState();
  const merged = await mergeTrees(await repository.room(), ours, theirs);
  if (merged.clean) throw new Error("clean");
  for (const path of paths) expect(merged.paths.some((found) => found.startsWith(path))).toBe(true);
  expect(merged.messages.length).toBeGreaterThan(0);
  expect(userState()).toEqual(before);
});

test("a merge does not depend on the user's configuration, attributes or merge drivers", async () => {
  const base = repository.commit("attributes", { ".gitattributes": "*.txt merge=union\n" });
  const ours = repository.proposal(base, { "src/a.txt": "1\n2\nours\n4\n5\n" });
  const theirs = repository.proposal(base, { "src/a.txt": "1\n2\ntheirs\n4\n5\n" });
  repository.user("config", "merge.union.driver", "true");
  repository.user("config", "merge.directoryRenames", "true");
  writeFileSync(join(repository.directory, ".git/info/attributes"), "* merge=union\n");
  expect((await mergeTrees(await repository.room(), ours, theirs)).clean).toBe(false);
});

test("a directory that one side renamed does not pull the other side's new files along", async () => {
  const base = repository.commit("lib", { "lib/one": "one\n1\n2\n", "lib/two": "two\n3\n4\n" });
  const moved = repository.proposal(base, {
    "lib/one": null,
    "lib/two": null,
    "pkg/one": "one\n1\n2\n",
    "pkg/two": "two\n3\n4\n",
  });
  const added = repository.proposal(base, { "lib/three": "three\n" });
  const room = await repository.room();
  const merged = await mergeTrees(room, moved, added);
  if (!merged.clean) throw new Error("conflict");
  expect(await room.git.text(["ls-tree", "-r", "--name-only", merged.tree])).toContain("lib/three");
});

test("commits are a function of what they are made from", async () => {
  const room = await repository.room();
  const base = repository.user("rev-parse", "HEAD");
  const options = { tree: await treeOf(room, base), parents: [base], message: "m\n", author, at: 1_700_000_000_123 };
  expect(await commitTree(room, options)).toBe(await commitTree(room, options));
});

test("differences show both sides of a rename, modes, symlinks and names that are not UTF-8", async () => {
  const base = repository.commit("files", { "old.txt": "a\nb\nc\nd\ne\n", "run.sh": "#!/bin/sh\n" });
  const next = repository.proposal(base, {
    "old.txt": null,
    "new.txt": "a\nb\nc\nd\ne\n",
    "run.sh": { executable: "#!/bin/sh\n" },
    link: { link: "../outside" },
  });
  const changes = await diffTrees(await repository.room(), base, next);
  expect(changes.map((change) => [change.kind, change.from?.text, change.path.text, change.newMode])).toEqual([
    ["added", undefined, "link", "120000"],
    ["renamed", "old.txt", "new.txt", "100644"],
    ["modified", undefined, "run.sh", "100755"],
  ]);
  expect(changes[0]?.target).toEqual({ text: "../outside", exact: true });

  const blob = execFileSync("git", ["hash-object", "-w", "--stdin"], { cwd: repository.directory, input: "x" });
  const tree = execFileSync("git", ["mktree", "-z"], {
    cwd: repository.directory,
    input: Buffer.concat([Buffer.from(`100644 blob ${blob.toString().trim()}\tcaf`), Buffer.from([0xe9, 0])]),
  });
  const odd = await diffTrees(await repository.room(), base, tree.toString().trim());
  expect(odd.find((change) => change.kind === "added")?.path).toEqual({ text: "caf\\351", exact: false });
});

test("a snapshot has untracked files, no ignored ones, keeps CRLF, and leaves the worktree's index alone", async () => {
  const room = await repository.room();
  const base = repository.commit("ignore", { ".gitignore": "*.log\n", "gone.txt": "x", "kept.log.txt": "x" });
  repository.write({
    "gone.txt": null,
    "new/deep.txt": "n",
    "noise.log": "l",
    "dos.txt": "a\r\nb\r\n",
    "src/a.txt": "changed\n",
  });
  repository.user("update-index", "--assume-unchanged", "src/a.txt");
  const before = userState();
  const { tree, nested } = await snapshotTree(room, repository.directory, base);
  expect(nested).toEqual([]);
  expect((await room.git.text(["ls-tree", "-r", "--name-only", tree])).split("\n")).toEqual([
    ".gitignore",
    "README.md",
    "dos.txt",
    "kept.log.txt",
    "new/deep.txt",
    "src/a.txt",
  ]);
  expect((await room.git.bytes(["cat-file", "blob", `${tree}:dos.txt`])).toString()).toBe("a\r\nb\r\n");
  expect(await room.git.text(["cat-file", "blob", `${tree}:src/a.txt`])).toBe("changed");
  expect(userState()).toEqual(before);
});

test("a snapshot holds the files of a repository that was made inside the worktree, and runs no filter set there", async () => {
  const room = await repository.room();
  const base = repository.user("rev-parse", "HEAD");
  repository.user("init", "-q", "inner");
  repository.write({ "inner/code.ts": "export {};\n", "inner/.gitignore": "dist\n", "inner/dist/x": "x" });
  repository.user("config", "filter.evil.clean", `touch ${join(repository.state, "ran")}; cat`);
  repository.write({ ".gitattributes": "* filter=evil\n" });
  const { tree, nested } = await snapshotTree(room, repository.directory, base);
  expect(nested).toEqual(["inner"]);
  expect(await room.git.text(["ls-tree", "-r", "--name-only", tree, "inner/"])).toBe("inner/.gitignore\ninner/code.ts");
  expect(existsSync(join(repository.state, "ran"))).toBe(false);
});

test("a snapshot sees a directory that became a symlink and a file that became a directory", async () => {
  const room = await repository.room();
  const base = repository.user("rev-parse", "HEAD");
  writeFiles(repository.directory, { src: { link: "/etc" }, "README.md": null, "README.md/inside": "x" });
  const { tree } = await snapshotTree(room, repository.directory, base);
  const changes = await diffTrees(room, base, tree);
  expect(changes.map((change) => [change.kind, change.path.text])).toEqual([
    ["deleted", "README.md"],
    ["added", "README.md/inside"],
    ["added", "src"],
    ["deleted", "src/a.txt"],
  ]);
});

test("history lists what changed together, newest first, without merges", async () => {
  const first = repository.user("rev-parse", "HEAD");
  const second = repository.commit("second", { "b c.txt": "b", "é.txt": "e" });
  const third = repository.commit("third", { "b c.txt": null, "d.txt": "b" });
  repository.commit("empty");
  const entries = await history(repository.git, "refs/heads/main", 10);
  expect(entries.slice(1)).toEqual([
    { sha: third, files: ["b c.txt", "d.txt"] },
    { sha: second, files: ["b c.txt", "é.txt"] },
    { sha: first, files: ["README.md", "src/a.txt"] },
  ]);
  expect(entries[0]?.files).toEqual([]);
});

test("a branch is in use when a linked worktree has it, and while a rebase has only detached it", async () => {
  const { commonDir } = await repository.facts();
  repository.user("branch", "free");
  repository.user("worktree", "add", "-q", join(repository.state, "linked"), "-b", "side");
  expect(await branchInUse(repository.git, commonDir, "refs/heads/free")).toBeUndefined();
  expect(await branchInUse(repository.git, commonDir, "refs/heads/main")).toEqual({
    directory: repository.directory,
    by: "checked-out",
  });
  const linked = { directory: join(repository.state, "linked"), by: "checked-out" };
  expect(await branchInUse(repository.git, commonDir, "refs/heads/side")).toEqual(linked);
  repository.commit("main", { "src/a.txt": "main\n" });
  writeFiles(linked.directory, { "src/a.txt": "side\n" });
  repository.user("-C", linked.directory, "commit", "-qam", "side");
  expect(() => repository.user("-C", linked.directory, "rebase", "main")).toThrow();
  expect(await branchInUse(repository.git, commonDir, "refs/heads/side")).toEqual({ ...linked, by: "rebase" });
});

test("a branch that an open rebase of others will move with them is in use", async () => {
  const { commonDir } = await repository.facts();
  repository.user("checkout", "-q", "-b", "below");
  repository.commit("below", { "below.txt": "b\n" });
  repository.user("checkout", "-q", "-b", "above");
  repository.commit("above", { "src/a.txt": "above\n" });
  repository.user("checkout", "-q", "main");
  repository.commit("main", { "src/a.txt": "main\n" });
  repository.user("checkout", "-q", "above");
  expect(() => repository.user("rebase", "--update-refs", "main")).toThrow();
  expect(await branchInUse(repository.git, commonDir, "refs/heads/below")).toEqual({
    directory: repository.directory,
    by: "rebase",
  });
});

test("a repository of SHA-256 is worked in as it is: ids are 64 wide", async () => {
  const wide = tempRepository({ objectFormat: "sha256" });
  try {
    const facts = await wide.facts();
    expect(facts.objectFormat).toBe("sha256");
    const room = await wide.room();
    const base = wide.user("rev-parse", "HEAD");
    expect(base).toHaveLength(64);
    const merged = await mergeTrees(room, wide.proposal(base, { a: "a" }), wide.proposal(base, { b: "b" }));
    if (!merged.clean) throw new Error("conflict");
    const commit = await commitTree(room, { tree: merged.tree, parents: [base], message: "m\n", author, at: 0 });
    const ref = "refs/heads/alphaforge/s";
    await (await publish(room, [commit], base))();
    const options = { clock: systemClock, commonDir: facts.commonDir };
    const update = { ref, to: commit, from: undefined, reason: "r" };
    expect(await moveRef(wide.git, update, options)).toEqual({ done: true });
    expect(await readRef(wide.git, ref)).toBe(commit);
    const conflict = await mergeTrees(room, wide.proposal(base, { a: "a" }), wide.proposal(base, { a: "b" }));
    expect(conflict).toMatchObject({ clean: false, paths: ["a"] });
  } finally {
    wide.remove();
  }
});

test("what is made in the room is not in the user's repository until it is published, and no gc takes it from then on", async () => {
  const room = await repository.room();
  const base = repository.user("rev-parse", "HEAD");
  const tree = repository.user("rev-parse", `${repository.proposal(base, { a: "a" })}^{tree}`);
  const commit = await commitTree(room, { tree, parents: [base], message: "m\n", author, at: 0 });
  const gc = () => repository.user("gc", "-q", "--prune=now");
  expect(await readRef(repository.git, commit)).toBeUndefined();
  const release = await publish(room, [commit], base);
  gc();
  expect(await readRef(repository.git, commit)).toBe(commit);
  expect(repository.user("show", `${commit}:a`)).toBe("a");
  await release();
  gc();
  expect(await readRef(repository.git, commit)).toBeUndefined();
  await expect(publish(room, [commit], base)).rejects.toThrow(GitError);
  const again = await commitTree(room, {
    tree: await treeOf(room, base),
    parents: [base],
    message: "m\n",
    author,
    at: 0,
  });
  await publish(room, [again], base);
  await releaseLeftovers(room);
  gc();
  expect(await readRef(repository.git, again)).toBeUndefined();
  expect(await publish(room, [base], base)).toBeTypeOf("function");
});

test("twenty open the same object room at once", async () => {
  const facts = await repository.facts();
  const directory = join(repository.state, "shared.git");
  const rooms = await Promise.all(Array.from({ length: 20 }, () => openObjectRoom(repository.git, facts, directory)));
  const base = repository.user("rev-parse", "HEAD");
  for (const room of rooms) expect(await treeOf(room, base)).toBe(repository.user("rev-parse", "HEAD^{tree}"));
});
