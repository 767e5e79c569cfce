import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@alphaforge/core/errors";
import { askGit } from "./ask-git.ts";
import { gitPath, splitAtNul } from "./git-path.ts";
import { type Git, GitError } from "./run-git.ts";

export type Head =
  | { readonly kind: "branch"; readonly branch: string; readonly sha: string }
  /** A branch without a commit: the repository is new. */
  | { readonly kind: "unborn"; readonly branch: string }
  | { readonly kind: "detached"; readonly sha: string };

export interface RepositoryFacts {
  /** Absent in a bare repository. */
  readonly toplevel?: string;
  /** This worktree's own git directory. */
  readonly gitDir: string;
  /** The git directory that all worktrees share: objects, refs, config. */
  readonly commonDir: string;
  readonly objects: string;
  readonly objectFormat: string;
  readonly bare: boolean;
  readonly shallow: boolean;
  /** Cloned with --filter: objects are missing until somebody asks for them. */
  readonly partial: boolean;
  /** core.ignorecase: A and a are the same file. */
  readonly ignoresCase: boolean;
  readonly head: Head;
  /** Paths of submodules in HEAD. */
  readonly submodules: readonly string[];
  /** What the user has under way in this worktree; the forge never ends it. */
  readonly underWay?: "rebase" | "merge" | "cherry-pick" | "revert" | "bisect";
}

const UNDER_WAY = [
  ["rebase-merge", "rebase"],
  ["rebase-apply", "rebase"],
  ["MERGE_HEAD", "merge"],
  ["CHERRY_PICK_HEAD", "cherry-pick"],
  ["REVERT_HEAD", "revert"],
  ["BISECT_LOG", "bisect"],
] as const;

async function headOf(git: Git): Promise<Head> {
  const branch = await askGit(git, ["symbolic-ref", "-q", "HEAD"]);
  const sha = await askGit(git, ["rev-parse", "--verify", "-q", "HEAD^{commit}"]);
  if (branch !== undefined) {
    const name = branch.replace(/^refs\/heads\//, "");
    return sha === undefined ? { kind: "unborn", branch: name } : { kind: "branch", branch: name, sha };
  }
  if (sha === undefined) {
    throw new UserError(`HEAD of ${git.directory} names no commit: check out a branch, then run this again`);
  }
  return { kind: "detached", sha };
}

async function submodulesOf(git: Git): Promise<string[]> {
  const tree = await git.bytes(["ls-tree", "-r", "-z", "--full-tree", "HEAD"]);
  return splitAtNul(tree)
    .filter((entry) => entry.subarray(0, 6).toString() === "160000")
    .map((entry) => gitPath(entry.subarray(entry.indexOf(9) + 1)).text);
}

/** What the forge has to know of a repository. Throws UserError when the directory is in none. */
export async function repositoryFacts(git: Git): Promise<RepositoryFacts> {
  const asked = await git.run([
    "rev-parse",
    "--path-format=absolute",
    "--git-dir",
    "--git-common-dir",
    "--git-path",
    "objects",
    "--is-bare-repository",
    "--is-shallow-repository",
    "--show-object-format",
  ]);
  if (!asked.ok) {
    if (asked.reason !== "exit") throw new GitError(asked);
    const foreign = /dubious ownership in repository at '(.*)'/.exec(asked.stderr)?.[1];
    if (foreign !== undefined) {
      throw new UserError(
        `${foreign} belongs to another user, so git refuses it: if you trust it, run git config --global --add safe.directory '${foreign.replaceAll("'", "'\\''")}'`,
      );
    }
    if (!asked.stderr.includes("not a git repository")) throw new UserError(`${git.directory}: ${asked.line}`);
    throw new UserError(`${git.directory} is not in a git repository: change to one, or run "git init" there`);
  }
  const lines = asked.stdout.toString("utf8").trimEnd().split("\n");
  if (lines.length !== 6) {
    throw new UserError(`${git.directory} has a line break in its path: move the repository`);
  }
  const [gitDir = "", commonDir = "", objects = "", bare, shallow, objectFormat = "sha1"] = lines;
  const top = bare === "true" ? undefined : await git.run(["rev-parse", "--show-toplevel"]);
  // Not trimmed: a directory's name may begin or end with spaces.
  if (top?.ok === false && top.reason !== "exit") throw new GitError(top);
  const ignoreCase = await askGit(git, ["config", "--type=bool", "--get", "core.ignorecase"]);
  const promisor = await askGit(git, ["config", "--get-regexp", "^remote\\..*\\.promisor$"]);
  const head = await headOf(git);
  const underWay = UNDER_WAY.find(([file]) => existsSync(join(gitDir, file)))?.[1];
  return {
    ...(top?.ok ? { toplevel: top.stdout.toString("utf8").trimEnd() } : {}),
    gitDir,
    commonDir,
    objects,
    objectFormat,
    bare: bare === "true",
    shallow: shallow === "true",
    partial: promisor !== undefined,
    ignoresCase: ignoreCase === "true",
    head,
    submodules: head.kind === "unborn" ? [] : await submodulesOf(git),
    ...(underWay === undefined ? {} : { underWay }),
  };
}
