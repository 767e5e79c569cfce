import type { Feature } from "../spec/feature.ts";
import { quoted, quotedName, quotedTail } from "./quoted.ts";

/** What an earlier attempt at the same task has left. */
export interface EarlierAttempt {
  /** Subjects of the commits that are already in the workspace, oldest first. */
  readonly committed: readonly string[];
  /** Why it did not land. */
  readonly failure?: {
    /** What turned it down: "verify", "fence", "coder", … */
    readonly stage: string;
    readonly reason: string;
    /** What the failing command wrote; only its end is shown. */
    readonly output?: string;
  };
  /** Files in which its work met others'. */
  readonly conflicts: readonly string[];
  /** The commit that earlier work is kept in, when it is not in the workspace: `git show` there can read it. */
  readonly kept?: string;
}

export interface PreambleFacts {
  readonly feature: Feature;
  /** 1 for the first. */
  readonly attempt: number;
  /** The repository's commands that verify everything; the feature's own follow them. */
  readonly verify: readonly string[];
  readonly earlier?: EarlierAttempt;
}

const MOST_COMMITS = 50;
const MOST_CONFLICTS = 100;
const OUTPUT = { lines: 60, characters: 8_000 };

/**
 * The prompt of an attempt. A function of its facts: same facts, same text. Whatever comes from outside — descriptions,
 * outputs, names of files and commits — is quoted so that it cannot pass for a line of ours.
 */
export function preamble({ feature, attempt, verify, earlier }: PreambleFacts): string {
  const commands = [...verify, ...feature.verify];
  const parts = [
    `# Feature ${feature.index}`,
    quoted(feature.description),
    ...(feature.acceptance.length === 0
      ? []
      : ["## It is done when", ...feature.acceptance.map((criterion) => quoted(criterion))]),
    "## What you may touch",
    `Only files that match one of these globs, from the root of the repository:`,
    list(feature.touches),
    "Work that touches any other file is turned down as a whole, however it was written, renames and deletions included. If you cannot do it within these files, say so and stop.",
    "## How it is verified",
    ...(commands.length === 0
      ? ["No command verifies it. Check your work yourself."]
      : ["These commands must succeed, on your work joined with what others have landed meanwhile:", list(commands)]),
    "Commit your work or leave it uncommitted: both are taken. Do not push, and do not change branches or the configuration of git.",
    ...(earlier === undefined ? [] : resumed(attempt, earlier)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function resumed(attempt: number, { committed, failure, conflicts, kept }: EarlierAttempt): readonly string[] {
  return [
    `## This is attempt ${attempt}`,
    ...(committed.length === 0
      ? [
          kept === undefined
            ? "Nothing of the earlier work is in the workspace: begin anew."
            : `The earlier work does not fit what has landed meanwhile, and is not in the workspace: begin anew. You can read it with git show ${kept}.`,
        ]
      : [
          "Earlier work is already committed in the workspace. Go on from it, do not do it again:",
          list(committed.slice(-MOST_COMMITS)),
          ...(committed.length > MOST_COMMITS ? [`(the last ${MOST_COMMITS} of ${committed.length})`] : []),
        ]),
    ...(failure === undefined
      ? []
      : [
          `The last attempt was turned down by ${quotedName(failure.stage)}:`,
          quoted(failure.reason),
          ...(failure.output === undefined || failure.output.trim() === ""
            ? []
            : ["What it wrote:", quotedTail(failure.output, OUTPUT)]),
        ]),
    ...(conflicts.length === 0
      ? []
      : [
          "It conflicted with work that has landed, in these files. Keep what landed:",
          list(conflicts.slice(0, MOST_CONFLICTS)),
          ...(conflicts.length > MOST_CONFLICTS ? [`(the first ${MOST_CONFLICTS} of ${conflicts.length})`] : []),
        ]),
  ];
}

const list = (names: readonly string[]): string => names.map((name) => `- ${quotedName(name)}`).join("\n");
