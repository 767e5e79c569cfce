import { askGit } from "./ask-git.ts";
import type { ObjectRoom } from "./object-room.ts";

/** What was taken back on a branch. */
export interface Reverts {
  /** The commit that reverts this one; undefined where none does, or where that one has been reverted itself. */
  of(commit: string): string | undefined;
}

/**
 * Reads the commits on `tips` that are not on `since` for messages that say "This reverts commit <id>", as `git revert`
 * writes them. The message is all that is looked at: work that was undone by hand, or whose revert was squashed into a
 * commit that does not say so, is not seen.
 */
export async function findReverts(room: ObjectRoom, tips: readonly string[], since: string): Promise<Reverts> {
  if (tips.length === 0) return { of: () => undefined };
  // A history that was rewritten and pruned no longer has it: then all of it is read.
  const isThere = (await askGit(room.git, ["cat-file", "-e", `${since}^{commit}`])) !== undefined;
  const output = await room.git.text([
    ...["log", "-z", "--encoding=UTF-8", "--fixed-strings", "--grep=This reverts commit", "--format=%H%n%B"],
    ...[...tips, ...(isThere ? [`^${since}`] : []), "--"],
  ]);
  const reverts = output.split("\0").flatMap((entry) => {
    const [by = "", ...body] = entry.split("\n");
    return [...body.join("\n").matchAll(/This reverts commit\s+([0-9a-f]{7,64})\b/g)].map(([, id = ""]) => ({
      id,
      by,
    }));
  });
  // A commit can name only earlier ones, so this comes to an end.
  const of = (commit: string): string | undefined =>
    reverts.find(({ id, by }) => commit.startsWith(id) && by !== commit && of(by) === undefined)?.by;
  return { of };
}
