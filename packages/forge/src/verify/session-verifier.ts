import type { Clock } from "@alphaforge/core/clock";
import type { TaskBook } from "../dispatch/task-book.ts";
import type { ObjectRoom } from "../git/object-room.ts";
import type { RepositoryFacts } from "../git/repository-facts.ts";
import type { Git } from "../git/run-git.ts";
import { findLandings } from "../landing/find-landings.ts";
import { branchStream } from "../sessions/forge-events.ts";
import { runNote } from "../sessions/run-note.ts";
import { type Verification, type VerifyOptions, verifyCommit } from "./verify-commit.ts";

export interface SessionVerifierOptions extends Omit<VerifyOptions, "commands" | "clock"> {
  readonly git: Git;
  readonly facts: RepositoryFacts;
  readonly room: ObjectRoom;
  readonly book: TaskBook;
  /** Full ref name. */
  readonly branch: string;
  /** Where the session began: what landed after it belongs to it. */
  readonly since: string;
  /** The repository's own commands. */
  readonly verify: readonly string[];
  /** Makes this run's verifications other than an earlier run's. */
  readonly run: string;
  readonly clock: Clock;
}

/**
 * Verifies what would stand on a session's branch: the repository's commands, then those of every feature that is in it,
 * landed before ones too, since a later landing can break an earlier feature. Each verification is written down.
 */
export function sessionVerifier(options: SessionVerifierOptions): (commit: string) => Promise<Verification> {
  const { git, facts, room, book, branch, since, verify, run, clock, setup, ...rest } = options;
  let count = 0;
  return async (commit) => {
    const there = await findLandings(room, commit, since);
    const features = there.flatMap(({ task }) => book.tasks.get(task)?.feature ?? []);
    const commands = [...new Set([...verify, ...features.flatMap((feature) => feature.verify)])];
    // Nothing to run needs no checkout.
    if (commands.length === 0) return { commit, green: true, flaky: false, runs: [] };
    count += 1;
    const tasks = there.map(({ task }) => task).filter((task) => book.tasks.get(task)?.state !== "landed");
    const about = { verification: `${run}-${branch.split("/").at(-1)}-${count}`, branch, commit, tasks };
    await book.record({ stream: branchStream(branch), type: "verification.started", data: about });
    const began = clock.now();
    const verification = await verifyCommit(git, facts, commit, { ...rest, setup, commands, clock });
    const { green, flaky, runs } = verification;
    await book.record({
      stream: branchStream(branch),
      type: "verification.ended",
      data: { ...about, green, flaky, ms: clock.now() - began, runs: runs.map(runNote) },
    });
    return verification;
  };
}
