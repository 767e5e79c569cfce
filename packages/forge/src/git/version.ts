import { OperationalError, UserError } from "@alphaforge/core/errors";
import { type Git, GitError } from "./run-git.ts";

/** merge-tree --write-tree, which builds merges without a worktree, came with 2.38. */
const NEEDED = [2, 38] as const;

/** The version of git as [major, minor]. Throws UserError when it is missing or older than 2.38. */
export async function requireGitVersion(git: Git): Promise<readonly [number, number]> {
  const result = await git.run(["version"]);
  if (!result.ok) {
    if (result.reason === "signal") throw new GitError(result);
    throw new UserError(`git cannot be run (${result.line}): install git 2.38 or later and put it on the PATH`);
  }
  const said = result.stdout.toString("utf8").trim();
  const match = /^git version (\d+)\.(\d+)/.exec(said);
  if (match === null)
    throw new OperationalError(`"${said}" is not a version of git: put git 2.38 or later on the PATH`);
  const [major, minor] = [Number(match[1]), Number(match[2])];
  if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
    throw new UserError(`git ${major}.${minor} is too old: install git 2.38 or later (found "${said}")`);
  }
  return [major, minor];
}
