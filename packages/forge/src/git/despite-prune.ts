import { GitError } from "./run-git.ts";

const TRIES = 3;

/**
 * Runs `work`, which writes objects and then a ref that leads to them, and again when git fails in it: a `git gc
 * --prune=now` of the user's takes what no ref leads to yet. `again` is true from the second time on.
 */
export async function despitePrune<T>(work: (again: boolean) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work(attempt > 1);
    } catch (error) {
      if (!(error instanceof GitError) || attempt === TRIES) throw error;
    }
  }
}
