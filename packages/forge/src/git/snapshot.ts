import { lstat, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { splitAtNul } from "./git-path.ts";
import type { ObjectRoom } from "./object-room.ts";
import { type Git, GitError } from "./run-git.ts";

export interface Snapshot {
  readonly tree: string;
  /** Repositories that were found inside the worktree; their files are in the tree as plain files. */
  readonly nested: readonly string[];
}

/** Files and symlinks below a directory, as bytes relative to `root`, without what is named .git. */
async function filesBelow(root: Buffer, directory: Buffer): Promise<Buffer[]> {
  const slash = Buffer.from("/");
  const found: Buffer[] = [];
  for (const entry of await readdir(Buffer.concat([root, slash, directory]), {
    withFileTypes: true,
    encoding: "buffer",
  })) {
    if (entry.name.toString("latin1").toLowerCase() === ".git") continue;
    const path = Buffer.concat([directory, directory.at(-1) === 0x2f ? Buffer.alloc(0) : slash, entry.name]);
    if (entry.isDirectory()) found.push(...(await filesBelow(root, path)));
    else if (entry.isFile() || entry.isSymbolicLink()) found.push(path);
  }
  return found;
}

const joined = (paths: readonly Buffer[]) => Buffer.concat(paths.flatMap((path) => [path, Buffer.from([0])]));

/**
 * Entries of `base` that `git` would store anew although the file is what a checkout of `base` writes: files that are
 * older than the attribute by which their line ends are stored now. Git shows them as modified in every checkout, and
 * nobody who works there has changed them.
 */
async function untouched(room: ObjectRoom, workTree: string, git: Git, base: string, aside: string): Promise<Buffer[]> {
  const differing = splitAtNul(
    await git.bytes(["diff-index", "--cached", "-z", "--raw", "--full-index", "--no-renames", "--diff-filter=M", base]),
  );
  const entries: { mode: string; id: string; path: Buffer }[] = [];
  for (let at = 0; at + 1 < differing.length; at += 2) {
    const [mode = "", newMode, id = ""] = (differing[at]?.toString() ?? "").slice(1).split(" ");
    if (mode === newMode && mode.startsWith("100")) entries.push({ mode, id, path: differing[at + 1] as Buffer });
  }
  if (entries.length === 0) return [];
  const atBase = room.over(workTree, join(aside, "base-index"));
  await atBase.bytes(["read-tree", base]);
  const out = join(aside, "base/");
  await atBase.bytes(["checkout-index", "-q", "-z", "--stdin", `--prefix=${out}`], {
    input: joined(entries.map(({ path }) => path)),
  });
  const same: Buffer[] = [];
  for (const { mode, id, path } of entries) {
    const there = await readFile(Buffer.concat([Buffer.from(`${workTree}/`), path]));
    if (!there.equals(await readFile(Buffer.concat([Buffer.from(out), path])))) continue;
    same.push(Buffer.concat([Buffer.from(`${mode} ${id}\t`), path]));
  }
  return same;
}

/** Entries of a tree that stand for a repository of their own. */
async function gitlinksOf(room: ObjectRoom, treeish: string): Promise<Buffer[]> {
  const entries = splitAtNul(await room.git.bytes(["ls-tree", "-r", "-z", "--full-tree", treeish]));
  return entries
    .filter((entry) => entry.subarray(0, 6).toString() === "160000")
    .map((entry) => entry.subarray(entry.indexOf(9) + 1));
}

/**
 * The tree of everything in `workTree` that is not ignored, untracked files included. `base` says what was tracked: a
 * file in it counts although an ignore rule matches it. Submodules are those of `start`; a repository that was committed
 * since is taken as files, for nobody else has its commits. Neither the worktree's index nor its configuration is read or
 * written: a coder can set "assume unchanged" or a filter there, and the tree must show what is on the disk.
 */
export async function snapshotTree(
  room: ObjectRoom,
  workTree: string,
  base: string,
  start: string = base,
): Promise<Snapshot> {
  if (!(await lstat(workTree)).isDirectory()) throw new Error(`${workTree} is no directory`);
  const aside = await mkdtemp(join(room.directory, "index-"));
  const git = room.over(workTree, join(aside, "index"));
  try {
    await git.bytes(["read-tree", base]);
    if (base !== start) {
      const known = new Set((await gitlinksOf(room, start)).map((path) => path.toString("latin1")));
      const made = (await gitlinksOf(room, base)).filter((path) => !known.has(path.toString("latin1")));
      if (made.length > 0)
        await git.bytes(["update-index", "--force-remove", "-z", "--stdin"], { input: joined(made) });
    }
    await git.bytes(["add", "-u", "."]);
    const same = await untouched(room, workTree, git, base, aside);
    if (same.length > 0) await git.bytes(["update-index", "-z", "--index-info"], { input: joined(same) });
    const untracked = splitAtNul(await git.bytes(["ls-files", "-o", "-z", "--exclude-standard"]));
    // A directory in this list is a repository of its own: git would store its commit's name and none of its files.
    const nested = untracked.filter((path) => path.at(-1) === 0x2f);
    const files = untracked.filter((path) => path.at(-1) !== 0x2f);
    for (const directory of nested) {
      const inside = await filesBelow(Buffer.from(workTree), directory);
      const checked = await git.run(["check-ignore", "-z", "--stdin", "--no-index"], { input: joined(inside) });
      if (!checked.ok && !(checked.reason === "exit" && checked.code === 1)) throw new GitError(checked);
      const ignored = new Set(splitAtNul(checked.stdout).map((path) => path.toString("latin1")));
      files.push(...inside.filter((path) => !ignored.has(path.toString("latin1"))));
    }
    if (files.length > 0) await git.bytes(["update-index", "--add", "-z", "--stdin"], { input: joined(files) });
    return { tree: await git.text(["write-tree"]), nested: nested.map((path) => path.toString("utf8").slice(0, -1)) };
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}
