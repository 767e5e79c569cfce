import type { ObjectRoom } from "../git/object-room.ts";

/** A commit on a session's branch that the forge did not put there. */
export interface ForeignCommit {
  readonly commit: string;
  readonly author: string;
  readonly subject: string;
}

/**
 * Commits on `tip` and not on `since` that are none of `ours`, oldest first. By the record, not by trailers: whoever
 * writes a commit writes its trailers. Merges' second sides count.
 */
export async function foreignCommits(
  room: ObjectRoom,
  tip: string,
  { since, ours }: { readonly since: string; readonly ours: ReadonlySet<string> },
): Promise<readonly ForeignCommit[]> {
  const output = await room.git.text(["log", "--reverse", "--format=%H%x1f%an%x1f%s", tip, `^${since}`, "--"]);
  return output.split("\n").flatMap((line) => {
    const [commit = "", author = "", subject = ""] = line.split("\x1f");
    return commit === "" || ours.has(commit) ? [] : [{ commit, author, subject }];
  });
}
