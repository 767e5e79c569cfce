import type { Clock } from "@alphaforge/core/clock";
import { failpoint } from "@alphaforge/core/failpoints";
import { commitTree, type Identity } from "../git/commit-tree.ts";
import { requireComplete } from "../git/fetch-commits.ts";
import { mergeTrees } from "../git/merge-trees.ts";
import type { ObjectRoom } from "../git/object-room.ts";
import { publish } from "../git/publish.ts";
import { isReachable, moveRef, readRef } from "../git/refs.ts";
import type { Git } from "../git/run-git.ts";
import { branchInUse } from "../git/worktrees.ts";
import type { Verification } from "../verify/verify-commit.ts";

export type Finalized =
  | { readonly kind: "fast-forward" | "merged"; readonly commit: string }
  | { readonly kind: "already-there" }
  | { readonly kind: "missing"; readonly branch: string; readonly remedy: string }
  /** Somebody works on the target: these commands do it, and nothing has been touched. */
  | {
      readonly kind: "in-use";
      readonly directory: string;
      readonly by: "checked-out" | "rebase" | "bisect";
      readonly dirty: boolean;
      readonly todo: readonly string[];
    }
  | { readonly kind: "conflict"; readonly paths: readonly string[]; readonly remedy: string }
  | { readonly kind: "red"; readonly verification: Verification }
  | { readonly kind: "moved" };

export interface FinalizeOptions {
  readonly git: Git;
  readonly room: ObjectRoom;
  readonly commonDir: string;
  readonly clock: Clock;
  readonly author: Identity;
  /** Branch names, without refs/heads/. */
  readonly session: string;
  readonly target: string;
  /** This commit of the session's branch is as the forge has verified and landed it. */
  readonly isVerified: (commit: string) => boolean;
  /** Verifies the combination when it is no fast-forward, and a branch's end that the forge did not land. */
  readonly verify: (commit: string) => Promise<Verification>;
}

const shellWord = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/**
 * Brings a session's branch into its target: by fast-forward, else by a merge commit that was verified. So every landed
 * commit stays reachable. A target that is checked out anywhere, or that a rebase or bisection will come back to, is
 * never moved: its worktree would show all of the session as undone.
 */
export async function finalize(options: FinalizeOptions): Promise<Finalized> {
  const { git, room, commonDir, clock, author, session, target, isVerified, verify } = options;
  const ref = `refs/heads/${target}`;
  const source = await readRef(git, `refs/heads/${session}`);
  const from = await readRef(git, ref);
  if (source === undefined) {
    return { kind: "missing", branch: session, remedy: `no branch ${session}: see "git branch --list 'alphaforge/*'"` };
  }
  if (from === undefined) {
    return {
      kind: "missing",
      branch: target,
      remedy: `no branch ${target}: make it with "git branch ${shellWord(target)} COMMIT"`,
    };
  }
  if (await isReachable(git, source, from)) return { kind: "already-there" };
  // Somebody has put commits on it beside the forge: they go no further unverified, by whatever hand.
  if (!isVerified(source)) {
    const verification = await verify(source);
    if (!verification.green) return { kind: "red", verification };
  }
  const inUse = await branchInUse(git, commonDir, ref);
  if (inUse !== undefined) {
    const { directory, by } = inUse;
    const status = await git.at(directory).run(["status", "--porcelain", "--untracked-files=all"]);
    const dirty = !status.ok || status.stdout.length > 0;
    const first = {
      "checked-out": dirty ? ["git stash --include-untracked   # or commit what is there"] : [],
      rebase: ["finish or abort your rebase"],
      bisect: ["git bisect reset"],
    }[by];
    const todo = [
      `cd ${shellWord(directory)}`,
      ...first,
      `git merge ${shellWord(session)}`,
      ...(by === "checked-out" && dirty ? ["git stash pop"] : []),
    ];
    return { kind: "in-use", directory, by, dirty, todo };
  }
  const moveTo = async (kind: "fast-forward" | "merged", commit: string): Promise<Finalized> => {
    const update = { ref, to: commit, from, reason: `alphaforge: finalize ${session}` };
    failpoint("finalize.before-update-ref");
    const move = await moveRef(git, update, { clock, commonDir });
    failpoint("finalize.after-update-ref");
    return move.done ? { kind, commit } : { kind: "moved" };
  };
  if (await isReachable(git, from, source)) return moveTo("fast-forward", source);
  const merged = await mergeTrees(room, from, source);
  if (!merged.clean) {
    const remedy = `merge by hand: git switch ${shellWord(target)} && git merge ${shellWord(session)}`;
    return { kind: "conflict", paths: merged.paths, remedy };
  }
  const message = `Merge ${session} into ${target}\n`;
  const commit = await commitTree(room, {
    tree: merged.tree,
    parents: [from, source],
    message,
    author,
    at: clock.now(),
  });
  const release = await publish(room, [commit], from);
  try {
    const verification = await verify(commit);
    if (!verification.green) return { kind: "red", verification };
    await requireComplete(git, commit, from);
    return await moveTo("merged", commit);
  } finally {
    await release();
  }
}
