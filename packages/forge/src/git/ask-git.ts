import { type Git, GitError } from "./run-git.ts";

/**
 * What a command says that answers "no" by failing, as `rev-parse --verify` does: its output without the space around it,
 * or undefined for no. Throws GitError when it was killed or could not be run, for that is no answer: taken for one, it
 * would make a repository bare, a branch unborn, or a landing undone.
 */
export async function askGit(git: Git, args: readonly string[]): Promise<string | undefined> {
  const result = await git.run(args);
  if (result.ok) return result.stdout.toString("utf8").trim();
  if (result.reason !== "exit") throw new GitError(result);
  return undefined;
}
