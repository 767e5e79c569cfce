import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { failpoint } from "@alphaforge/core/failpoints";
import { commitTree, treeOf } from "../git/commit-tree.ts";
import { fetchCommits, requireComplete } from "../git/fetch-commits.ts";
import { publish } from "../git/publish.ts";
import { moveRef } from "../git/refs.ts";
import { GitError, type GitResult, isOutsideFault } from "../git/run-git.ts";
import { snapshotTree } from "../git/snapshot.ts";
import { keepRef } from "./keep-ref.ts";
import type { Workspace, WorkspaceContext } from "./workspace.ts";

export type Kept =
  | {
      readonly kind: "kept";
      readonly ref: string;
      /** Its parents are the base and every commit that the coder made and nothing else leads to. */
      readonly commit: string;
      /** Everything that was in the workspace and not ignored. */
      readonly tree: string;
      readonly nested: readonly string[];
      /** Why the coder's own commits could not be read, when they could not; the files are kept all the same. */
      readonly withoutHistory?: string;
    }
  /** The workspace is as it was handed out. */
  | { readonly kind: "nothing" }
  | { readonly kind: "gone" };

const MAX_TIPS = 60;

/** A failure that is no fault of the clone's must not cost its history: the workspace stays and is kept another time. */
function clonesFault(result: Extract<GitResult, { ok: false }>): string {
  if (isOutsideFault(result)) throw new GitError(result);
  return result.line;
}

/** The coder's commits that no other commit leads to: branches, stashes, detached and amended ones. */
async function tipsIn(context: WorkspaceContext, workspace: Workspace) {
  const clone = context.git.at(workspace.directory, {
    GIT_DIR: join(workspace.directory, ".git"),
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
  });
  const head = await clone.run(["rev-parse", "--verify", "-q", "HEAD^{commit}"]);
  if (!head.ok) return { failed: clonesFault(head) };
  const made = await clone.run(["rev-list", "--all", "--reflog", "--parents", "HEAD", `^${workspace.start}`]);
  if (!made.ok) return { failed: clonesFault(made) };
  const rows = made.stdout
    .toString()
    .split("\n")
    .filter((line) => line !== "");
  const commits = rows.map((row) => row.split(" "));
  const parents = new Set(commits.flatMap(([, ...others]) => others));
  const tips = commits.flatMap(([commit = ""]) => (parents.has(commit) ? [] : [commit])).slice(0, MAX_TIPS);
  return { head: head.stdout.toString().trim(), tips };
}

/**
 * Puts all work of a workspace, committed or not, under a keep ref in the user's repository. The ref is only ever
 * created, never moved; keeping the same work again finds it there. Whoever works in the workspace must have ended.
 */
export async function keepWork(context: WorkspaceContext, workspace: Workspace): Promise<Kept> {
  const { git, room, facts, clock, identity } = context;
  const { task, attempt, directory, base, start, createdAt } = workspace;
  const found = await lstat(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (found?.isDirectory() !== true) return { kind: "gone" };
  const history = await tipsIn(context, workspace);
  let { failed, tips = [], head = start } = { failed: undefined, ...history };
  if (tips.length > 0) {
    const fetch = () => fetchCommits(room.git, join(directory, ".git"), [...new Set([head, ...tips])]);
    const first = await fetch();
    // A second time: git tells of a child of its that was killed as of one that could not read the clone.
    const fetched = first.ok || isOutsideFault(first) ? first : await fetch();
    if (!fetched.ok) ({ failed, tips, head } = { failed: clonesFault(fetched), tips: [], head: start });
  }
  // Files that the coder committed although they are ignored count as tracked.
  const tracked = tips.length > 0 ? head : start;
  const { tree, nested } = await snapshotTree(room, directory, tracked, start);
  if (tips.length === 0 && failed === undefined && tree === (await treeOf(room, start))) return { kind: "nothing" };
  const commit = await commitTree(room, {
    tree,
    parents: [base, ...tips],
    message: `Work on ${task}, attempt ${attempt}\n`,
    author: identity,
    at: createdAt,
  });
  const release = await publish(room, [commit], base);
  try {
    for (let copy = 1; ; copy++) {
      const ref = keepRef(task, attempt, copy);
      failpoint("keep.before-ref");
      const update = { ref, to: commit, from: undefined, reason: `alphaforge: keep ${task}` };
      const move = await moveRef(git, update, { clock, commonDir: facts.commonDir });
      failpoint("keep.after-ref");
      if (!move.done) continue;
      await requireComplete(git, commit, base);
      return { kind: "kept", ref, commit, tree, nested, ...(failed === undefined ? {} : { withoutHistory: failed }) };
    }
  } finally {
    await release();
  }
}
