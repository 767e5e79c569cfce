import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@alphaforge/core/clock";
import { OperationalError } from "@alphaforge/core/errors";
import { failpoint } from "@alphaforge/core/failpoints";
import { type Git, GitError } from "./run-git.ts";

/** The commit that a full ref name ("refs/heads/main") stands at; undefined when there is no such ref. */
export async function readRef(git: Git, ref: string): Promise<string | undefined> {
  const result = await git.run(["rev-parse", "--verify", "-q", `${ref}^{commit}`]);
  if (result.ok) return result.stdout.toString().trim();
  if (result.reason !== "exit" || result.code !== 1) throw new GitError(result);
  return undefined;
}

/** Refs below a prefix ("refs/alphaforge/keep") with what they stand at. */
export async function listRefs(git: Git, prefix: string): Promise<{ ref: string; sha: string }[]> {
  const listed = await git.text(["for-each-ref", "--format=%(objectname) %(refname)", prefix]);
  return listed
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => ({ sha: line.slice(0, line.indexOf(" ")), ref: line.slice(line.indexOf(" ") + 1) }));
}

export type RefMove =
  | { readonly done: true }
  /** It stands elsewhere; `now` is where, undefined when it does not exist. */
  | { readonly done: false; readonly now: string | undefined };

/** Only the forge writes these, so a lock that stands still there was left by a git that was killed. */
const OURS = /^refs\/(heads\/alphaforge|alphaforge)\//;
const TRIES = 8;

export interface RefUpdate {
  readonly ref: string;
  readonly to: string;
  /** Where it must stand now; undefined: it must not exist. */
  readonly from: string | undefined;
  /** For the reflog. */
  readonly reason: string;
}

/**
 * Compare and swap. While somebody else holds the ref's lock it waits, about 5 s in all; a lock on a ref of the forge's
 * own that has not changed by then is removed. Throws GitError when the new commit does not exist or the disk refuses.
 */
export async function moveRef(
  git: Git,
  update: RefUpdate,
  options: { clock: Clock; commonDir: string },
): Promise<RefMove> {
  const { ref, to, from, reason } = update;
  const lock = join(options.commonDir, `${ref}.lock`);
  const lockSeen = async () => {
    const found = await stat(lock).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw error;
    });
    return found === undefined ? undefined : `${found.ino}:${found.mtimeMs}`;
  };
  let firstLock: string | undefined;
  failpoint("git.before-update-ref");
  for (let attempt = 1; ; attempt++) {
    const result = await git.run([
      "update-ref",
      "--create-reflog",
      "-m",
      reason,
      "--no-deref",
      ref,
      to,
      from ?? "0".repeat(to.length),
    ]);
    failpoint("git.after-update-ref");
    if (result.ok) return { done: true };
    const now = await readRef(git, ref);
    // A git that was killed right after its work, or somebody who did the same: it stands where it was to go.
    if (now === to) return { done: true };
    if (now !== from) return { done: false, now };
    if (result.reason !== "exit" || !/\.lock|cannot lock ref/.test(result.stderr)) throw new GitError(result);
    const seen = await lockSeen();
    firstLock ??= seen;
    if (attempt >= TRIES) {
      if (!OURS.test(ref) || seen === undefined || seen !== firstLock) {
        throw new OperationalError(`${result.line}: if no git runs there, remove ${lock} and run this again`);
      }
      await rm(lock, { force: true });
      firstLock = undefined;
      if (attempt > TRIES) throw new GitError(result);
    }
    await options.clock.sleep(20 * 2 ** attempt);
  }
}

/** True when `sha` is `ref` or an ancestor of it: what "landed" means. */
export async function isReachable(git: Git, sha: string, ref: string): Promise<boolean> {
  const result = await git.run(["merge-base", "--is-ancestor", sha, ref]);
  if (result.ok) return true;
  if (result.reason === "exit" && result.code === 1) return false;
  throw new GitError(result);
}
