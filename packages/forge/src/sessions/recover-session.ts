import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { OperationalError } from "@alphaforge/core/errors";
import type { ClaimStore } from "../claims/claim-store.ts";
import type { TaskBook } from "../dispatch/task-book.ts";
import { askGit } from "../git/ask-git.ts";
import { isReachable, readRef } from "../git/refs.ts";
import type { Git } from "../git/run-git.ts";
import { findLandings } from "../landing/find-landings.ts";
import { type LandContext, recoverLandings } from "../landing/land.ts";
import { attemptMark } from "../pipeline.ts";
import { endMarked } from "../processes/kept-process.ts";
import { clearScratch } from "../verify/verify-commit.ts";
import { latestKeptWork } from "../workspace/kept-work.ts";
import { recoverWorkspaces } from "../workspace/retire-workspace.ts";
import type { WorkspaceContext } from "../workspace/workspace.ts";
import { taskStream } from "./forge-events.ts";
import type { ForgeEntry } from "./forge-log.ts";
import type { Refusal } from "./refusal.ts";
import type { SessionView } from "./session-view.ts";
import type { TaskView } from "./task-view.ts";

export interface RecoverOptions {
  readonly book: TaskBook;
  readonly session: SessionView;
  readonly claims: ClaimStore;
  readonly workspaces: WorkspaceContext;
  readonly landing: LandContext;
  readonly scratch: string;
  readonly coders: string;
}

const UNDER_WAY = new Set(["working", "landing"]);
/** Holders of claims that people have made begin with it. */
const PERSON = "user/";

/**
 * Settles what an earlier run left when it was killed: its coders and commands end, its work is kept, its claims are
 * given back, what it landed is known, and what it was doing is to be done again. Only for whoever is alone with the
 * repository. Returns directories among the workspaces that the forge did not make; they are left as they are.
 */
export async function recoverSession(options: RecoverOptions): Promise<readonly string[]> {
  const { book, claims, workspaces, scratch, coders, session, landing } = options;
  const left = await namesIn(workspaces.root);
  // Together: what ignores being asked to end is given seconds.
  await Promise.all(left.map((name) => endMarked(attemptMark(workspaces.repositoryId, name.replace(/[^\w.-]/g, "_")))));
  await clearScratch(scratch);
  await releaseTasks(claims);
  const { recovered, foreign } = await recoverWorkspaces(workspaces);
  for (const name of await namesIn(coders)) await rm(join(coders, name), { recursive: true, force: true });
  for (const { task, attempt, kept } of recovered) {
    if (kept.kind !== "kept" || !book.tasks.has(task)) continue;
    const { ref, commit, withoutHistory } = kept;
    const data = { task, attempt, ref, commit, ...(withoutHistory === undefined ? {} : { withoutHistory }) };
    await book.record({ stream: taskStream(task), type: "attempt.kept", data });
  }
  for (const { branch } of session.branches) await settleBranch(options, branch, landing);
  for (const view of book.tasks.values()) {
    if (UNDER_WAY.has(view.state)) await book.record(...(await keptEntry(options, view)), interruptedEntry(view));
  }
  return foreign;
}

/** Also of other sessions: nobody works for any task while this process is alone with the repository. */
async function releaseTasks(claims: ClaimStore): Promise<void> {
  const ofTasks = async () => (await claims.list()).filter(({ holder }) => !holder.startsWith(PERSON));
  // Those who wait go first: a claim that is released would be granted to them.
  for (const { id, state } of await ofTasks()) if (state === "waiting") await claims.withdraw(id);
  for (const claim of await ofTasks()) if (claim.state === "held") await claims.release(claim.token);
}

/** Work that was put under its ref by a process that died before it could write that down. */
async function keptEntry({ workspaces: { git, room } }: RecoverOptions, { task, attempts }: TaskView) {
  const last = attempts.at(-1);
  if (last === undefined || last.keptCommit !== undefined) return [];
  const kept = await latestKeptWork(git, room, task, last.attempt);
  if (kept === undefined) return [];
  const { attempt, ref, commit } = kept;
  return [{ stream: taskStream(task), type: "attempt.kept", data: { task, attempt, ref, commit } } as const];
}

async function namesIn(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
}

/** The branch decides what has landed; the record follows it. */
async function settleBranch({ book, session }: RecoverOptions, branch: string, landing: LandContext): Promise<void> {
  const { git, room } = landing;
  const tasks = () => [...book.tasks.values()].filter((view) => view.branch === branch);
  const tip = await readRef(git, branch);
  if (tip === undefined) {
    let last = session.since;
    for (const { landed } of tasks()) {
      if (landed !== undefined && (await isOn(git, last, landed.commit))) last = landed.commit;
    }
    throw new OperationalError(
      `${branch.replace("refs/heads/", "")} is gone: restore it with git branch ${branch.replace("refs/heads/", "")} ${last.slice(0, 12)}, or choose another --session`,
    );
  }
  await recoverLandings(landing, branch, tip);
  const there = new Map((await findLandings(room, tip, session.since)).map((found) => [found.task, found]));
  // Looked at only now: what was recovered has been written down already.
  for (const { task, landed } of tasks()) {
    const found = there.get(task);
    if (found !== undefined && landed?.commit !== found.commit) {
      const data = { branch, ...found };
      await book.record({ stream: taskStream(task), type: "task.landed", data });
    } else if (found === undefined && landed !== undefined && !(await isOn(git, landed.commit, tip))) {
      const reason = `commit ${landed.commit.slice(0, 12)} is not on ${branch.replace("refs/heads/", "")} any more`;
      await book.record({
        stream: taskStream(task),
        type: "task.unlanded",
        data: { task, commit: landed.commit, reason },
      });
    }
  }
}

/** A commit that was taken off a branch may be gone altogether, once git has cleaned up: then it is on none. */
async function isOn(git: Git, commit: string, tip: string): Promise<boolean> {
  for (const each of [commit, tip]) {
    if ((await askGit(git, ["cat-file", "-e", `${each}^{commit}`])) === undefined) return false;
  }
  return isReachable(git, commit, tip);
}

function interruptedEntry({ task, attempts, state }: TaskView): ForgeEntry {
  const attempt = attempts.at(-1)?.attempt ?? 0;
  const refusal: Refusal = {
    ...({ stage: state === "landing" ? "landing" : "coder", code: "interrupted" } as const),
    reason: "the process that ran it was killed",
  };
  return {
    ...{ stream: taskStream(task), type: "attempt.refused" },
    data: { task, attempt, refusal, next: "again", counts: false },
  };
}
