import { deleteRef } from "../git/refs.ts";
import type { Git } from "../git/run-git.ts";

export interface ExpireKeepsOptions {
  /** In the user's repository. */
  readonly git: Git;
  /** Only what was begun longer ago than this, ms. */
  readonly olderThanMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Tasks whose work is reachable on its branch. */
  readonly landed: ReadonlySet<string>;
  /** Tasks that are under way: what is kept of them may be about to land, and stays whatever else is asked for. */
  readonly underWay: ReadonlySet<string>;
  /** Also those of tasks that have not landed: the only copy of that work. Default false. */
  readonly all?: boolean;
  /** Removes nothing and tells what it would. Default false. */
  readonly dryRun?: boolean;
}

/** A keep ref, of which task's attempt it is, and since when. */
export interface KeepRef {
  readonly ref: string;
  readonly commit: string;
  readonly task: string;
  readonly attempt: number;
  /** When the attempt's workspace was made, ms since the epoch, to the second: the commit's date. */
  readonly at: number;
}

export interface ExpiredKeeps {
  readonly removed: readonly KeepRef[];
  /** "young": not old enough. "unlanded": its task has not landed. "under-way": of a task that is. "moved": somebody moved it meanwhile. */
  readonly kept: readonly (KeepRef & { readonly why: "young" | "unlanded" | "under-way" | "moved" })[];
}

const PREFIX = "refs/alphaforge/keep/";

/** All keep refs by name. What stands below their prefix and was not named by the forge is left out. */
export async function listKeeps(git: Git): Promise<readonly KeepRef[]> {
  const listed = await git.text(["for-each-ref", "--format=%(objectname) %(committerdate:unix) %(refname)", PREFIX]);
  return listed.split("\n").flatMap((line) => {
    const [, commit, seconds, task, attempt] =
      /^([0-9a-f]+) (\d+) refs\/alphaforge\/keep\/([^/]+)\/(\d+)(?:-\d+)?$/.exec(line) ?? [];
    if (commit === undefined || task === undefined) return [];
    const ref = line.slice(line.lastIndexOf(" ") + 1);
    return [{ ref, commit, task, attempt: Number(attempt), at: Number(seconds) * 1000 }];
  });
}

/**
 * Removes keep refs that have served their time: those of landed tasks, whose work is on a branch, and with `all` those
 * of the others. Each is deleted only as long as it stands where it was seen. Their objects go with git's own gc.
 */
export async function expireKeeps(options: ExpireKeepsOptions): Promise<ExpiredKeeps> {
  const { git, olderThanMs, now, landed, underWay, all = false, dryRun = false } = options;
  const removed: KeepRef[] = [];
  const kept: ExpiredKeeps["kept"][number][] = [];
  for (const keep of await listKeeps(git)) {
    if (underWay.has(keep.task)) kept.push({ ...keep, why: "under-way" });
    else if (now - keep.at <= olderThanMs) kept.push({ ...keep, why: "young" });
    else if (!all && !landed.has(keep.task)) kept.push({ ...keep, why: "unlanded" });
    else if (dryRun || (await deleteRef(git, keep.ref, keep.commit)).done) removed.push(keep);
    else kept.push({ ...keep, why: "moved" });
  }
  return { removed, kept };
}
