import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gitPath, splitAtNul } from "./git-path.ts";
import type { Git } from "./run-git.ts";

export interface Worktree {
  readonly directory: string;
  /** Full ref name; absent when its HEAD is detached. */
  readonly branch?: string;
  readonly bare: boolean;
}

/** All worktrees of a repository, the main one first. */
export async function listWorktrees(git: Git): Promise<Worktree[]> {
  const pieces = splitAtNul(await git.bytes(["worktree", "list", "--porcelain", "-z"]));
  const found: { directory: string; branch?: string; bare: boolean }[] = [];
  for (const piece of pieces) {
    const line = gitPath(piece).text;
    const last = found.at(-1);
    if (line.startsWith("worktree ")) found.push({ directory: line.slice("worktree ".length), bare: false });
    else if (last !== undefined && line.startsWith("branch ")) last.branch = line.slice("branch ".length);
    else if (last !== undefined && line === "bare") last.bare = true;
  }
  return found;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

export interface Occupied {
  readonly directory: string;
  /** "checked-out", or what the user has under way there that will come back to the branch. */
  readonly by: "checked-out" | "rebase" | "bisect";
}

/**
 * Where a branch (full ref name) is in use: checked out, or detached by a rebase or bisection that will move it in the
 * end. Such a branch is never moved by the forge.
 */
export async function branchInUse(git: Git, commonDir: string, ref: string): Promise<Occupied | undefined> {
  const worktrees = await listWorktrees(git);
  const checkedOut = worktrees.find((worktree) => worktree.branch === ref && !worktree.bare);
  if (checkedOut !== undefined) return { directory: checkedOut.directory, by: "checked-out" };
  const linked = await readdir(join(commonDir, "worktrees")).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const places = [
    { gitDir: commonDir, directory: worktrees[0]?.directory ?? commonDir },
    ...(await Promise.all(
      linked.map(async (name) => {
        const gitDir = join(commonDir, "worktrees", name);
        const link = await textOf(join(gitDir, "gitdir"));
        return { gitDir, directory: link?.replace(/\/\.git$/, "") ?? gitDir };
      }),
    )),
  ];
  for (const { gitDir, directory } of places) {
    for (const file of ["rebase-merge/head-name", "rebase-apply/head-name"]) {
      if ((await textOf(join(gitDir, file))) === ref) return { directory, by: "rebase" };
    }
    // Branches that the rebase takes along: three lines each, the first is the name.
    const along = (await textOf(join(gitDir, "rebase-merge/update-refs")))?.split("\n") ?? [];
    if (along.some((line, index) => index % 3 === 0 && line === ref)) return { directory, by: "rebase" };
    const bisected = await textOf(join(gitDir, "BISECT_START"));
    if (bisected !== undefined && `refs/heads/${bisected}` === ref) return { directory, by: "bisect" };
  }
  return undefined;
}
