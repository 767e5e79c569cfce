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
/** What is over by itself: a lock, a directory that the user's gc has just removed, a ref that moved and is back. */
const MAY_PASS =
  /\.lock': (File exists|No such file)|blocking reference|but expected|reference already exists|unable to resolve/;
const TRIES = 8;

export interface RefUpdate {
  readonly ref: string;
  readonly to: string;
  /** Where it must stand now; undefined: it must not exist. */
  readonly from: string | undefined;
  /** For the reflog. */
  readonly reason: string;
}

interface RefOptions {
  readonly clock: Clock;
  readonly commonDir: string;
}

/**
 * Runs a command that changes `ref`, and again while somebody else holds a lock that it needs, about 5 s in all; a lock
 * on a ref of the forge's own that has not changed by then is removed. Nothing is ever done without the lock. After
 * each failure `look` may find that there is nothing left to do: its answer ends it. Throws OperationalError when another ref's name is
 * in the way.
 */
async function changeRef<T>(
  git: Git,
  ref: string,
  command: readonly string[],
  { clock, commonDir }: RefOptions,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const lock = join(commonDir, `${ref}.lock`);
  const lockSeen = async () => {
    const found = await lockAt(lock);
    return found === undefined ? undefined : `${found.ino}:${found.mtimeMs}`;
  };
  let firstLock: string | undefined;
  failpoint("git.before-update-ref");
  for (let attempt = 1; ; attempt++) {
    const startedAt = clock.now();
    const result = await git.run(command);
    failpoint("git.after-update-ref");
    if (result.ok) return undefined;
    const wasKilled = result.reason === "signal";
    if (wasKilled) await removeOrphaned(join(commonDir, "packed-refs.lock"), startedAt, clock);
    const found = await look();
    if (found !== undefined) return found;
    const blocking = /'(refs\/[^']+)' exists; cannot create/.exec(result.stderr)?.[1];
    if (blocking !== undefined) {
      throw new OperationalError(
        `${ref} cannot be made while there is ${blocking}: rename that one, then run this again`,
      );
    }
    const mayPass = wasKilled ? attempt < TRIES : result.reason === "exit" && MAY_PASS.test(result.stderr);
    if (!mayPass) throw new GitError(result);
    const seen = await lockSeen();
    firstLock ??= seen;
    if (attempt >= TRIES) {
      if (!OURS.test(ref) || seen === undefined || seen !== firstLock) {
        const named = /'([^']+\.lock)'/.exec(result.stderr)?.[1] ?? lock;
        throw new OperationalError(`${result.line}: if no git runs there, remove ${named} and run this again`);
      }
      await rm(lock, { force: true });
      firstLock = undefined;
      if (attempt > TRIES) throw new GitError(result);
    }
    await clock.sleep(20 * 2 ** attempt);
  }
}

async function lockAt(lock: string): Promise<{ readonly ino: number; readonly mtimeMs: number } | undefined> {
  return stat(lock).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}

/** Longer than anybody holds the lock of packed-refs, who packs a million of them included. */
const STANDS_STILL_MS = 2_500;
/** By which a file's time may be behind the clock. */
const COARSE_MS = 100;

/**
 * Removes a lock that a git of ours has left which was started then and has just been killed: it is no older than that
 * git, and nobody lets go of it. Left where it is it would stop the user's own git, too.
 */
async function removeOrphaned(lock: string, startedAt: number, clock: Clock): Promise<void> {
  const found = await lockAt(lock);
  if (found === undefined || found.mtimeMs < startedAt - COARSE_MS) return;
  await clock.sleep(STANDS_STILL_MS);
  const now = await lockAt(lock);
  if (now?.ino === found.ino && now.mtimeMs === found.mtimeMs) await rm(lock, { force: true });
}

/** Compare and swap. Throws GitError when the new commit does not exist or the disk refuses. */
export async function moveRef(git: Git, update: RefUpdate, options: RefOptions): Promise<RefMove> {
  const { ref, to, from, reason } = update;
  const expected = from ?? "0".repeat(to.length);
  const command = ["update-ref", "--create-reflog", "-m", reason, "--no-deref", ref, to, expected];
  const found = await changeRef<RefMove>(git, ref, command, options, async () => {
    const now = await readRef(git, ref);
    // A git that was killed right after its work, or somebody who did the same: it stands where it was to go.
    if (now === to) return { done: true };
    return now === from ? undefined : { done: false, now };
  });
  return found ?? { done: true };
}

/** Deletes a ref of the forge's own, wherever it stands; nothing happens when there is none. */
export async function dropRef(git: Git, ref: string, options: RefOptions): Promise<void> {
  if (!OURS.test(ref)) throw new RangeError(`${ref} is not the forge's to delete`);
  const command = ["update-ref", "--no-deref", "-d", ref];
  await changeRef(git, ref, command, options, async () => ((await readRef(git, ref)) === undefined ? true : undefined));
}

/** True when `sha` is `ref` or an ancestor of it: what "landed" means. */
export async function isReachable(git: Git, sha: string, ref: string): Promise<boolean> {
  const result = await git.run(["merge-base", "--is-ancestor", sha, ref]);
  if (result.ok) return true;
  if (result.reason === "exit" && result.code === 1) return false;
  throw new GitError(result);
}

/**
 * Compare and delete, reflog included: only while the ref stands at `from`. A ref that is gone is deleted. Throws
 * GitError when somebody holds its lock or the disk refuses.
 */
export async function deleteRef(git: Git, ref: string, from: string): Promise<RefMove> {
  const result = await git.run(["update-ref", "--no-deref", "-d", ref, from]);
  if (result.ok) return { done: true };
  const now = await readRef(git, ref);
  if (now === undefined) return { done: true };
  if (now !== from) return { done: false, now };
  throw new GitError(result);
}
