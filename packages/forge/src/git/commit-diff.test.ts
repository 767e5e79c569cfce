import { execFileSync } from "node:child_process";
import { afterEach, beforeEach, expect, test } from "vitest";
import { commitDiff } from "./commit-diff.ts";
import { findReverts } from "./find-reverts.ts";
import { type ObjectRoom, openObjectRoom } from "./object-room.ts";
import { repositoryFacts } from "./repository-facts.ts";
import { openGit } from "./run-git.ts";
import { type TempRepository, tempRepository } from "./temp-repository.fixture.ts";

let repository: TempRepository;
let room: ObjectRoom;
beforeEach(async () => {
  repository = tempRepository();
  room = await repository.room();
});
afterEach(() => repository.remove());

const diffOf = async (commit: string, options = {}): Promise<string> => {
  const diff = await commitDiff(room, commit, options);
  if (diff?.kind !== "diff") throw new Error(`no diff: ${JSON.stringify(diff)}`);
  return diff.text;
};
const first = () => repository.user("rev-parse", "HEAD");

test("a commit's change against its first parent, the same whatever the user has set up", async () => {
  const commit = repository.commit("second", { "src/a.txt": "1\ntwo\n3\n4\n5\n", "src/new file.txt": "n" });
  const plain = await diffOf(commit);
  expect(plain.replaceAll(/^index .*\n/gm, "")).toBe(
    "diff --git a/src/a.txt b/src/a.txt\n--- a/src/a.txt\n+++ b/src/a.txt\n@@ -1,5 +1,5 @@\n 1\n-2\n+two\n 3\n 4\n 5\n" +
      "diff --git a/src/new file.txt b/src/new file.txt\nnew file mode 100644\n--- /dev/null\n+++ b/src/new file.txt\t\n" +
      "@@ -0,0 +1 @@\n+n\n\\ No newline at end of file\n",
  );
  for (const [key, value] of [
    ["diff.noprefix", "true"],
    ["diff.context", "0"],
    ["diff.external", "false"],
    ["diff.algorithm", "patience"],
    ["color.ui", "always"],
  ] as const) {
    repository.user("config", key, value);
  }
  repository.write({ ".gitattributes": "*.txt -diff\n", ".git/info/attributes": "*.txt binary\n" });
  expect(await diffOf(commit)).toBe(plain);
});

test("of a first commit everything is new; of a merge it is what came in; of an empty commit nothing", async () => {
  expect(await diffOf(first())).toContain("+++ b/README.md\n@@ -0,0 +1 @@\n+hello\n");
  const proposal = repository.proposal(first(), { "src/b.txt": "b\n" });
  repository.commit("mine", { "src/c.txt": "c\n" });
  repository.user("merge", "-q", "--no-ff", "-m", "merge", proposal);
  expect((await diffOf(first())).match(/^diff --git .*/gm)).toEqual(["diff --git a/src/b.txt b/src/b.txt"]);
  expect(await diffOf(repository.commit("nothing"))).toBe("");
});

test("there is no diff of a commit that is not there, of another object, or of what is no id", async () => {
  const tree = repository.user("rev-parse", "HEAD^{tree}");
  for (const id of ["0".repeat(40), "f".repeat(64), tree, "--all", "main", ""]) {
    expect(await commitDiff(room, id)).toBeUndefined();
  }
});

test("the border of a shallow clone is no first commit", async () => {
  repository.commit("second", { "src/a.txt": "2\n" });
  const shallow = `${repository.state}/shallow`;
  repository.user("clone", "-q", "--depth=1", `file://${repository.directory}`, shallow);
  const git = openGit({ directory: shallow, path: process.env.PATH ?? "", home: repository.state });
  const there = await openObjectRoom(git, await repositoryFacts(git), `${repository.state}/there.git`);
  expect(await commitDiff(there, first())).toBeUndefined();
});

test("a rename is named as one, with what changed in it", async () => {
  repository.user("mv", "src/a.txt", "src/z.txt");
  const text = await diffOf(repository.commit("moved", { "src/z.txt": "1\n2\n3\n4\n6\n" }));
  expect(text).toContain("rename from src/a.txt\nrename to src/z.txt\n");
  expect(text).toContain("-5\n+6\n");
});

test("binary files, and those with text that is not UTF-8, are named and not shown", async () => {
  const text = await diffOf(
    repository.commit("bytes", {
      "a.bin": Buffer.from([0, 1, 2]),
      "src/a.txt": Buffer.from("1\n2\nfa\xe7ade\n", "latin1"),
      "z.txt": "ünï\n",
    }),
  );
  expect(text).toContain("Binary files /dev/null and b/a.bin differ\n");
  expect(text).toContain("Binary files a/src/a.txt and b/src/a.txt differ\n");
  expect(text).toContain("+++ b/z.txt\n@@ -0,0 +1 @@\n+ünï\n");
  expect(text).not.toMatch(/fa.ade|--- a\/src\/a\.txt|\ufffd/);
});

test("names that are not UTF-8 are quoted as git does, others stay as they are", async () => {
  expect(await diffOf(repository.commit("umlaut", { "für.txt": "x\n" }))).toContain("+++ b/für.txt\n");
  const blob = repository.user("hash-object", "-w", "README.md");
  execFileSync("git", ["update-index", "-z", "--index-info"], {
    cwd: repository.directory,
    input: Buffer.from(`100644 ${blob}\tcaf\xe9.txt\0`, "latin1"),
  });
  repository.user("commit", "-q", "-m", "latin");
  expect(await diffOf(first())).toContain('+++ "b/caf\\351.txt"\n@@ -0,0 +1 @@\n+hello\n');
});

test("what is too large is said to be, and some of its files can be asked for by their names", async () => {
  const commit = repository.commit("large", {
    "big.txt": "x\n".repeat(10_000),
    "src/*.txt": "star\n",
    "src/b.txt": "b\n",
  });
  expect(await commitDiff(room, commit, { maxBytes: 1_000 })).toEqual({ kind: "too-large", maxBytes: 1_000 });
  const text = await diffOf(commit, { maxBytes: 1_000, paths: ["src/*.txt", "nowhere"] });
  expect(text.match(/^diff --git .*/gm)).toEqual(["diff --git a/src/*.txt b/src/*.txt"]);
});

test("a revert is seen by its message, until it is reverted itself", async () => {
  const since = first();
  const [kept, undone] = [repository.commit("kept", { a: "1\n" }), repository.commit("undone", { b: "1\n" })];
  const tip = () => first();
  expect((await findReverts(room, [tip()], since)).of(undone)).toBeUndefined();
  repository.user("revert", "--no-edit", undone);
  const revert = first();
  const reverts = await findReverts(room, [tip()], since);
  expect([reverts.of(undone), reverts.of(kept), reverts.of(revert)]).toEqual([revert, undefined, undefined]);
  repository.user("revert", "--no-edit", revert);
  expect((await findReverts(room, [tip()], since)).of(undone)).toBeUndefined();
  repository.commit(`again\n\nThis reverts commit ${undone.slice(0, 10)} (undone, 2026-01-01).`);
  expect((await findReverts(room, [tip()], since)).of(undone)).toBe(first());
  // Not on the branch that is asked about, or from before.
  expect((await findReverts(room, [undone], since)).of(undone)).toBeUndefined();
  expect((await findReverts(room, [tip()], tip())).of(undone)).toBeUndefined();
  expect((await findReverts(room, [], since)).of(undone)).toBeUndefined();
  expect((await findReverts(room, [tip()], "0".repeat(40))).of(undone)).toBe(first());
});
