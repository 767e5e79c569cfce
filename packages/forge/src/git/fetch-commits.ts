import type { Git, GitResult } from "./run-git.ts";

/**
 * Copies commits, with all they need, from a clone on this machine into the repository of `git`. No ref, FETCH_HEAD or
 * setting there changes. The clone's own configuration cannot forbid it.
 */
export function fetchCommits(git: Git, cloneGitDir: string, commits: readonly string[]): Promise<GitResult> {
  return git.run(
    [
      "fetch",
      "-q",
      "--no-tags",
      "--no-write-fetch-head",
      "--no-recurse-submodules",
      "--no-auto-maintenance",
      // Git clears its settings for this child: what keeps it from asking the clone's remotes has to be said again.
      "--upload-pack=GIT_ALLOW_PROTOCOL=none GIT_NO_LAZY_FETCH=1 git -c uploadpack.allowAnySHA1InWant=true -c core.fsmonitor=false upload-pack",
      cloneGitDir,
      ...commits,
    ],
    { fromDisk: true },
  );
}

/** Throws GitError unless everything that `commit` needs beyond `base` is there: update-ref looks at the commit alone. */
export async function requireComplete(git: Git, commit: string, base: string): Promise<void> {
  await git.bytes(["rev-list", "--objects", "--quiet", commit, `^${base}`]);
}
