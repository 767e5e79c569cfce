import { askGit } from "./ask-git.ts";
import type { ObjectRoom } from "./object-room.ts";
import { GitError } from "./run-git.ts";

export interface CommitDiffOptions {
  /** These files alone, by their exact names; of a rename between one of them and another file, one side shows. */
  readonly paths?: readonly string[];
  /** Default 4 MiB of diff. */
  readonly maxBytes?: number;
}

export type CommitDiff =
  /** Empty where the commit changes nothing. */
  { readonly kind: "diff"; readonly text: string } | { readonly kind: "too-large"; readonly maxBytes: number };

const DEFAULT_MAX_BYTES = 4 * 2 ** 20;

/**
 * What a commit changes against its first parent, as a unified diff with three lines of context and git's `a/`, `b/`.
 * The room has no attributes and no configuration, so it is the same whoever asks. Files that git takes for binary, and
 * those whose changed lines are not UTF-8, are named ("Binary files a/x and b/x differ") and not shown: a text cannot
 * hold their bytes. Renames are found from half of a file's lines on, and named as such. Names that are not UTF-8 are
 * quoted as git does, and so are then all of the diff's that are not ASCII. undefined when there is no such commit, or
 * its parent lies beyond the border of a shallow clone.
 */
export async function commitDiff(
  room: ObjectRoom,
  commit: string,
  { paths, maxBytes = DEFAULT_MAX_BYTES }: CommitDiffOptions = {},
): Promise<CommitDiff | undefined> {
  if (!/^[0-9a-f]{7,64}$/.test(commit)) return undefined;
  const found = await room.git.run(["cat-file", "commit", commit]);
  if (!found.ok) {
    if (found.reason !== "exit") throw new GitError(found);
    return undefined;
  }
  const parent = /^tree .*\nparent ([0-9a-f]+)\n/.exec(found.stdout.toString("latin1"))?.[1];
  const between = parent === undefined ? ["--root", "--no-commit-id", commit] : [parent, commit];
  const ask = (quotePath: boolean) =>
    room.git.run(
      [
        ...["-c", `core.quotePath=${quotePath}`, "--literal-pathspecs", "diff-tree", "-r", "-p", "-M", "--full-index"],
        ...["--no-ext-diff", "--no-textconv", ...between, "--", ...(paths ?? [])],
      ],
      { maxOutputBytes: maxBytes },
    );
  for (const quotePath of [false, true]) {
    const result = await ask(quotePath);
    if (!result.ok) {
      if (result.reason === "too-much-output") return { kind: "too-large", maxBytes };
      if (parent !== undefined && (await askGit(room.git, ["cat-file", "-e", parent])) === undefined) return undefined;
      throw new GitError(result);
    }
    const parts = filesOf(result.stdout).map(textOf);
    if (!parts.includes(undefined)) return { kind: "diff", text: parts.join("") };
  }
  throw new Error(`git quoted no name of ${commit}, and one of them is not UTF-8`);
}

const BEGIN = Buffer.from("\ndiff --git ");

/** The diff of each file. A line of a file's contents has a sign before it, so none begins like this. */
function filesOf(diff: Buffer): Buffer[] {
  const files: Buffer[] = [];
  for (let from = 0; from < diff.length; ) {
    const next = diff.indexOf(BEGIN, from);
    const end = next === -1 ? diff.length : next + 1;
    files.push(diff.subarray(from, end));
    from = end;
  }
  return files;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** A file's diff; undefined when its name is not UTF-8. */
function textOf(file: Buffer): string | undefined {
  const whole = decoded(file);
  if (whole !== undefined) return whole;
  const hunks = file.indexOf("\n@@ ");
  const head = decoded(hunks === -1 ? file : file.subarray(0, hunks + 1));
  if (head === undefined) return undefined;
  return head.replace(
    /^--- (.*?)\t?\n\+\+\+ (.*?)\t?\n/m,
    (_, before: string, after: string) => `Binary files ${before} and ${after} differ\n`,
  );
}

function decoded(bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
