import { mkdir, mkdtemp, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@alphaforge/core/clock";
import { idFrom } from "@alphaforge/core/ids";
import type { RepositoryFacts } from "../git/repository-facts.ts";
import type { Git } from "../git/run-git.ts";
import { makeSharedClone } from "../git/shared-clone.ts";
import { endMarked } from "../processes/kept-process.ts";
import { removeTree } from "../processes/remove-tree.ts";
import { type CommandRun, runCommand } from "./run-command.ts";

export interface VerifyOptions {
  /** Directory of the forge's own that scratch checkouts are made in and removed from. */
  readonly scratch: string;
  /** Run first, once, and not retried: `npm ci`. */
  readonly setup: readonly string[];
  /** All must pass, in this order; the first that fails twice ends it. */
  readonly commands: readonly string[];
  /** As of `reducedEnvironment`. Without HOME they have one of their own, which goes when they have ended. */
  readonly env: Readonly<Record<string, string>>;
  /** Per command, milliseconds. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Bytes of output kept per run. */
  readonly keepBytes: number;
  readonly signal?: AbortSignal;
}

export interface Verification {
  readonly commit: string;
  readonly green: boolean;
  /** A command failed and then passed on the same tree: green, but not to be relied on. */
  readonly flaky: boolean;
  /** Every run in order, the failed ones of flaky commands included. */
  readonly runs: readonly CommandRun[];
}

const PREFIX = "verify-";

/** What the commands of a verification in `aside` bear, so that they are found after a crash. */
const markOf = (aside: string) => `verify-${idFrom("verify", aside)}`;

/** Ends and removes what killed processes left in `scratch`. Only for whoever is alone with it. */
export async function clearScratch(scratch: string): Promise<void> {
  await mkdir(scratch, { recursive: true });
  for (const name of await readdir(scratch)) {
    if (!name.startsWith(PREFIX)) continue;
    const aside = join(scratch, name);
    await endMarked(markOf(aside));
    await removeTree(aside);
  }
}

/**
 * Checks a commit out aside and runs the commands there. The checkout is a clone of its own that is removed at the end,
 * so the user's tree is never looked at and one verification leaves nothing for the next. Throws GitError when the
 * checkout cannot be made, and the signal's reason when it aborts.
 */
export async function verifyCommit(
  git: Git,
  facts: RepositoryFacts,
  commit: string,
  options: VerifyOptions,
): Promise<Verification> {
  const { scratch, setup, commands, env, timeoutMs, clock, keepBytes, signal } = options;
  signal?.throwIfAborted();
  await mkdir(scratch, { recursive: true });
  const aside = await mkdtemp(join(scratch, PREFIX));
  const directory = join(aside, "clone");
  // npm's cache lasts from one verification to the next: see reducedEnvironment.
  const own = { HOME: join(aside, "home"), npm_config_cache: join(scratch, "npm-cache") };
  const runs: CommandRun[] = [];
  let flaky = false;
  const passes = async (command: string) => {
    const run = await runCommand(command, {
      directory,
      // A command that looks for a repository finds this checkout or none.
      env: { ...own, ...env, GIT_CEILING_DIRECTORIES: aside },
      timeoutMs,
      clock,
      keepBytes,
      mark: markOf(aside),
      ...(signal === undefined ? {} : { signal }),
    });
    signal?.throwIfAborted();
    runs.push(run);
    return run.outcome === "passed";
  };
  try {
    await mkdir(own.HOME, { mode: 0o700 });
    await makeSharedClone(git, facts, {
      directory,
      branch: "verify",
      commit,
      identity: { name: "Alphaforge", email: "alphaforge@localhost" },
    });
    const result = (green: boolean): Verification => ({ commit, green, flaky: green && flaky, runs });
    for (const command of setup) if (!(await passes(command))) return result(false);
    for (const command of commands) {
      if (await passes(command)) continue;
      if (!(await passes(command))) return result(false);
      flaky = true;
    }
    return result(true);
  } finally {
    await removeTree(aside);
  }
}
