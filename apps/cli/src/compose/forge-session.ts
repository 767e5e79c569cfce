import { basename } from "node:path";
import { OperationalError, UserError } from "@alphaforge/core/errors";
import { moveRef, readRef } from "@alphaforge/forge/git/refs";
import { branchInUse } from "@alphaforge/forge/git/worktrees";
import { sessionStream } from "@alphaforge/forge/sessions/forge-events";
import { planSession, type SessionPlan, sessionBranch } from "@alphaforge/forge/sessions/plan-session";
import { readSessions, type SessionReading } from "@alphaforge/forge/sessions/read-session";
import type { BranchView, SessionView } from "@alphaforge/forge/sessions/session-view";
import type { Spec } from "@alphaforge/forge/spec/feature";
import { clock } from "../system.ts";
import { aloneWithForge, isOrchestrated } from "./forge-lock.ts";
import type { ForgePlace, OpenForge } from "./forge-place.ts";

const NAME = /^[a-z0-9][a-z0-9-]{0,60}$/;

/** "shop" for specs/Shop.xml; throws UserError when a name cannot be made of it. */
export function sessionNameOf(file: string): string {
  const name = basename(file)
    .replace(/\.[^.]*$/, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return requireSessionName(name === "" ? file : name);
}

export function requireSessionName(name: string): string {
  if (NAME.test(name)) return name;
  throw new UserError(
    `${JSON.stringify(name)} is no session's name: use lower-case letters, digits and dashes with --session`,
  );
}

/** The branch that sessions are brought into unless it is named: as configured, else the one that is checked out. */
export function targetOf({ config, facts: { head }, directory }: ForgePlace): string {
  if (head.kind === "unborn") {
    throw new UserError(`${directory} has no commit: make a first one, then run this again`);
  }
  if (config.target !== null) return config.target;
  if (head.kind === "branch") return head.branch;
  throw new UserError(
    `HEAD is detached in ${directory}: check out a branch, or set target in alphaforge.yaml, then run this again`,
  );
}

/** The session that features are added to, and the numbers that it has. Throws UserError when that is not clear. */
export async function sessionToAddTo(
  { forge }: OpenForge,
  named: string | undefined,
): Promise<{ readonly session: string; readonly known: readonly number[]; readonly spec: string }> {
  const { sessions, tasks } = await readSessions(forge);
  const all = [...sessions.values()];
  const open = all.filter((view) => !isFinalized(view));
  const running = open.filter(({ run }) => run !== undefined && run.ended === undefined);
  const likely = [running, open, all].find(({ length }) => length > 0) ?? [];
  const [only, ...others] = named === undefined ? likely : all.filter(({ session }) => session === named);
  if (only === undefined) {
    const names = all.map(({ session }) => session).join(", ");
    throw new UserError(
      named === undefined
        ? "there is no session: start one with alphaforge forge run SPEC"
        : `there is no session ${JSON.stringify(named)}${names === "" ? "" : `: use one of ${names}`}; start one with alphaforge forge run SPEC`,
    );
  }
  if (others.length > 0) {
    const names = [only, ...others].map(({ session }) => session).join(", ");
    throw new UserError(`there are several sessions (${names}): say which with --session`);
  }
  const { session, spec } = only;
  const known = [...tasks.values()].filter((view) => view.session === session).map(({ feature }) => feature.index);
  return { session, known, spec };
}

/** Adds a spec's features to a session that there is, whoever runs it. */
export async function addToSession(
  forge: OpenForge,
  wish: SessionWish,
): Promise<SessionPlan & { readonly isRunning: boolean }> {
  const isRunning = await isOrchestrated(forge);
  // A run that is under way has opened the branches that it knows of; one for a new stream is opened by the next.
  if (!isRunning) return aloneWithForge(forge, async () => ({ ...(await openSession(forge, wish)), isRunning }));
  const { session, spec, file } = wish;
  const { sessions, tasks } = await readSessions(forge.forge);
  const view = sessions.get(session);
  if (view === undefined) throw new UserError(`there is no session ${session}`);
  const branchOf = (stream: string | undefined) =>
    view.directly ? `refs/heads/${view.target}` : sessionBranch(session, stream);
  for (const { index, stream } of spec.features) {
    if (view.branches.some(({ branch }) => branch === branchOf(stream))) continue;
    throw new UserError(
      `feature ${index} is of stream ${stream ?? "none"}, which has no branch yet: add it when the run has ended`,
    );
  }
  const known = new Map([...tasks].filter(([, task]) => task.session === session));
  const plan = planSession(spec, { session, spec: file, branchOf }, known);
  if (plan.entries.length > 0) await forge.forge.write(...plan.entries);
  await forge.project();
  return { ...plan, isRunning };
}

export interface SessionWish {
  readonly session: string;
  readonly spec: Spec;
  readonly file: string;
  /** Land on this branch itself. */
  readonly target: string | undefined;
}

export interface OpenedSession extends SessionPlan {
  readonly reading: SessionReading;
  readonly session: SessionView;
  /** It was there before. */
  readonly isResumed: boolean;
}

/**
 * Opens a session, or one that there is already, and makes its tasks what the spec says. Everything is checked before
 * anything is written; a killed opening is gone on with by the next. Only for whoever is alone with the repository.
 */
export async function openSession(forge: OpenForge, wish: SessionWish): Promise<OpenedSession> {
  const { git, facts, forge: log } = forge;
  const { session, spec, file, target } = wish;
  const before = await readSessions(log);
  const found = before.sessions.get(session);
  if (found !== undefined && target !== undefined && !(found.directly && found.target === target)) {
    throw new UserError(
      `session ${session} lands on ${found.directly ? found.target : sessionBranch(session).replace("refs/heads/", "")}, not on ${target}: leave --target out, or choose another --session`,
    );
  }
  const into = found?.target ?? target ?? targetOf(forge);
  const since = found?.since ?? (await readRef(git, `refs/heads/${into}`));
  if (since === undefined) {
    throw new UserError(
      `there is no branch ${into}: make it with git branch ${into}, or set target in alphaforge.yaml`,
    );
  }
  const directly = found?.directly ?? target !== undefined;
  const branchOf = (stream: string | undefined) => (directly ? `refs/heads/${into}` : sessionBranch(session, stream));
  if (directly) await refuseInUse(forge, branchOf(undefined));
  const known = new Map([...before.tasks].filter(([, view]) => view.session === session));
  const plan = planSession(spec, { session, spec: file, branchOf }, known);
  const streams = new Set(directly ? [undefined] : spec.features.map(({ stream }) => stream));
  const missing = [...streams].filter(
    (stream) => !(found?.branches.some(({ branch }) => branch === branchOf(stream)) ?? false),
  );
  if (!directly) for (const stream of missing) await refuseForeign(forge, before, wish, branchOf(stream), since);
  for (const branch of found?.branches ?? []) await restoreFinalized(forge, branch, into);
  if (found === undefined) {
    const data = { session, target: into, since, directly, spec: file };
    await log.write({ stream: sessionStream(session), type: "session.opened", data });
  }
  for (const stream of missing) {
    const branch = branchOf(stream);
    if (!directly) {
      const update = { ref: branch, to: since, from: undefined, reason: `alphaforge: session ${session}` };
      await moveRef(git, update, { clock, commonDir: facts.commonDir });
    }
    const data = { session, branch, ...(stream === undefined ? {} : { stream }) };
    await log.write({ stream: sessionStream(session), type: "branch.opened", data });
  }
  if (plan.entries.length > 0) await log.write(...plan.entries);
  // Read again: what others have added meanwhile is in it, and the run follows the log from there on.
  const reading = await readSessions(log);
  const view = reading.sessions.get(session);
  if (view === undefined) throw new Error(`session ${session} was opened and is not there`);
  return { ...plan, reading, session: view, isResumed: found !== undefined };
}

const isFinalized = ({ branches }: SessionView): boolean =>
  branches.length > 0 && branches.every(({ finalized }) => finalized !== undefined);

/** A branch that was deleted after it was finalized: what has landed on it is on the target, and goes on from there. */
async function restoreFinalized({ git, facts }: ForgePlace, { branch, finalized }: BranchView, target: string) {
  if (finalized === undefined || (await readRef(git, branch)) !== undefined) return;
  const to = await readRef(git, `refs/heads/${target}`);
  if (to === undefined) return;
  const update = { ref: branch, to, from: undefined, reason: "alphaforge: go on after finalizing" };
  await moveRef(git, update, { clock, commonDir: facts.commonDir });
}

async function refuseInUse({ git, facts }: ForgePlace, branch: string): Promise<void> {
  const inUse = await branchInUse(git, facts.commonDir, branch);
  if (inUse === undefined) return;
  const name = branch.replace("refs/heads/", "");
  throw new OperationalError(
    `${name} is in use (${inUse.by}) in ${inUse.directory}: check out another branch there, or leave --target out`,
  );
}

/** A branch of that name that another session, or nobody of ours, has made. */
async function refuseForeign(
  { git }: ForgePlace,
  { sessions }: SessionReading,
  { session }: SessionWish,
  branch: string,
  since: string,
): Promise<void> {
  const tip = await readRef(git, branch);
  if (tip === undefined) return;
  const owner = [...sessions.values()].find(({ branches }) => branches.some((other) => other.branch === branch));
  // Made by an opening of this very session that was killed.
  if (owner === undefined && sessions.has(session) && tip === since) return;
  const whose = owner === undefined ? "which no session of this forge has made" : `which is session ${owner.session}'s`;
  throw new UserError(
    `there is a branch ${branch.replace("refs/heads/", "")} already, ${whose}: choose another --session`,
  );
}
