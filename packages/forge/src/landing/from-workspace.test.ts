import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type TempRepository, tempRepository, writeFiles } from "../git/temp-repository.fixture.ts";
import { keepWork } from "../workspace/keep-work.ts";
import type { Workspace, WorkspaceContext } from "../workspace/workspace.ts";
import { ready, workspaceContext } from "../workspace/workspace-world.fixture.ts";
import { LandingQueue } from "./landing-queue.ts";
import { branch, type LandingWorld, landingWorld, readingVerifier } from "./landing-world.fixture.ts";
import { MemoryLandingLedger } from "./memory-landing-ledger.ts";

// What a coder does with a shell and a git of its own, from its workspace to the branch.

let repository: TempRepository;
let world: LandingWorld;
let context: WorkspaceContext;
const open = async (options: Parameters<typeof tempRepository>[0] = {}) => {
  repository = tempRepository(options);
  world = await landingWorld(repository);
  context = await workspaceContext(repository.git, repository.state);
};
beforeEach(() => open());
afterEach(() => repository.remove());

const shell = (workspace: Workspace, script: string) =>
  execFileSync("/bin/sh", ["-ec", script], { cwd: workspace.directory, encoding: "utf8" }).trimEnd();

/** Takes what a workspace holds to the branch, whatever its own history says. */
async function submit(workspace: Workspace, claim: readonly string[] = ["**"]) {
  const kept = await keepWork(context, workspace);
  if (kept.kind !== "kept") throw new Error(kept.kind);
  const ledger = new MemoryLandingLedger(() => 1);
  const { verify } = readingVerifier(world.room, () => false);
  const queue = new LandingQueue(await world.options(ledger, verify));
  return queue.submit({
    ...{ task: workspace.task, attempt: 1, token: 1, base: workspace.base, tree: kept.tree },
    ...{ claim, subject: workspace.task, body: "", doneAt: 0 },
  });
}
const onBranch = (path: string) => repository.user("show", `${branch}:${path}`);
const changed = () => repository.user("diff", "--name-only", world.base, branch).split("\n").filter(Boolean);

test("a coder that commits its old files as a merge of the newest commit reverts nothing that landed meanwhile", async () => {
  const workspace = await ready(context, "t", world.base);
  const newest = world.moveBranch({ "merged.txt": "landed\n", "src/a.txt": "1\n2\n3\n4\nlanded\n", "README.md": null });
  shell(workspace, `echo mine > mine.txt; git add -A; git commit -qm mine`);
  // To git, who merges these commits, everything that is missing here was taken out on purpose.
  shell(workspace, `git reset -q --soft $(git commit-tree HEAD^{tree} -p HEAD -p ${newest} -m "merge of all")`);
  expect(shell(workspace, `git merge-base HEAD ${newest}`)).toBe(newest);
  expect(await submit(workspace)).toMatchObject({ kind: "landed" });
  expect(changed()).toEqual(["README.md", "merged.txt", "mine.txt", "src/a.txt"]);
  expect(onBranch("merged.txt")).toBe("landed");
  expect(onBranch("src/a.txt")).toBe("1\n2\n3\n4\nlanded");
  expect(repository.user("ls-tree", "--name-only", branch)).not.toContain("README.md");
});

test("a coder that has really merged the newest commit lands its own change and needs no claim for the others'", async () => {
  const workspace = await ready(context, "t", world.base);
  const newest = world.moveBranch({ "merged.txt": "landed\n", "src/a.txt": "1\n2\n3\n4\nlanded\n" });
  shell(workspace, `echo mine > mine.txt; git add -A; git commit -qm mine; git merge -q --no-edit ${newest}`);
  expect(await submit(workspace, ["mine.txt"])).toMatchObject({ kind: "landed" });
  expect(repository.user("diff", "--name-only", `${branch}~1`, branch)).toBe("mine.txt");
});

test.each([
  ["sed", "sed -i s/hello/bye/ README.md", ["README.md"]],
  ["tee", "echo x | tee -a README.md > /dev/null", ["README.md"]],
  ["a here-document", "cat > src/new.ts <<'END'\nx\nEND", ["src/new.ts"]],
  ["mv", "mv src/a.txt docs/a.txt", ["src/a.txt"]],
  ["rm", "rm README.md", ["README.md"]],
  ["chmod", "chmod +x README.md", ["README.md"]],
  ["ln", "ln -s ../src docs/src", ["docs/src"]],
  [
    "a commit that hides it",
    "echo x > x; git add x; git commit -qm x; mkdir -p .git/info; echo '*' > .git/info/exclude",
    ["x"],
  ],
  [
    "an index that says nothing changed",
    "git update-index --skip-worktree README.md; echo x > README.md",
    ["README.md"],
  ],
  ["a directory swapped for a symlink", "rm -r docs; ln -s src docs", ["docs"]],
])("what %s writes outside of the claim is refused by name, and nothing lands", async (_, script, paths) => {
  const base = world.moveBranch({ "docs/own.md": "own\n" });
  const workspace = await ready(context, "t", base);
  shell(workspace, `${script}`);
  const outcome = await submit(workspace, ["docs/**"]);
  if (outcome.kind !== "outside-claim") throw new Error(outcome.kind);
  expect(outcome.refused.map(({ path }) => path)).toEqual(paths);
  expect(repository.user("rev-parse", branch)).toBe(base);
});

test("files land byte for byte under any line-end attribute, and those that nobody touched are not changed", async () => {
  // Written before the attributes came: git itself shows it as modified in every checkout.
  const dos = repository.commit("dos", { "old-dos.txt": "1\r\n2\r\n", "old-dos.auto": "1\r\n2\r\n" });
  const base = repository.proposal(dos, {
    ".gitattributes": "*.txt text\n*.auto text=auto\n*.crlf text eol=crlf\n*.raw -text\n",
    "a.crlf": "1\n2\n",
  });
  repository.user("update-ref", branch, base);
  const files = {
    "new.txt": "1\r\n2\r\n",
    "new.auto": "1\r\n2\r\n",
    "new.crlf": "1\r\n2\r\n",
    "new.raw": "1\r\n2\n",
    "no-end.md": "1\r\n2",
    "nul.md": "a\0b\r\n",
  };
  const workspace = await ready(context, "t", base);
  expect(await keepWork(context, workspace)).toEqual({ kind: "nothing" });
  writeFiles(workspace.directory, files);
  expect(await submit(workspace)).toMatchObject({ kind: "landed" });
  expect(repository.user("diff", "--name-only", base, branch).split("\n").sort()).toEqual(Object.keys(files).sort());
  const checkout = join(repository.state, "checkout");
  repository.user("worktree", "add", "-q", checkout, "--detach", branch);
  for (const [path, content] of Object.entries(files)) {
    const expected = path === "new.txt" || path === "new.auto" ? content.replaceAll("\r\n", "\n") : content;
    expect(readFileSync(join(checkout, path), "utf8"), path).toBe(expected);
  }
});
