import { oneLine } from "@alphaforge/core/errors";
import { idFrom } from "@alphaforge/core/ids";
import { isConnectionLost } from "@alphaforge/core/store/connection-lost";
import { isStorageFull } from "@alphaforge/core/store/storage-full";
import type { Coder } from "@alphaforge/forge/coder/coder";
import { Orchestrator } from "@alphaforge/forge/dispatch/orchestrator";
import { type TaskBook, taskBook } from "@alphaforge/forge/dispatch/task-book";
import { fence } from "@alphaforge/forge/fence/fence";
import { type ObjectRoom, openObjectRoom } from "@alphaforge/forge/git/object-room";
import { readRef } from "@alphaforge/forge/git/refs";
import { userIdentity } from "@alphaforge/forge/git/user-identity";
import { matches } from "@alphaforge/forge/globs/matches";
import { type ForeignCommit, foreignCommits } from "@alphaforge/forge/landing/foreign-commits";
import { forgeLandingLedger } from "@alphaforge/forge/landing/forge-landing-ledger";
import type { LandContext } from "@alphaforge/forge/landing/land";
import { LandingQueue } from "@alphaforge/forge/landing/landing-queue";
import { attemptWork } from "@alphaforge/forge/pipeline";
import { attemptRecorder } from "@alphaforge/forge/recording/attempt-recorder";
import { mayRecord } from "@alphaforge/forge/recording/recording-gate";
import { type ForgeEvent, sessionStream, taskStream } from "@alphaforge/forge/sessions/forge-events";
import type { ForgeLog } from "@alphaforge/forge/sessions/forge-log";
import { recoverSession } from "@alphaforge/forge/sessions/recover-session";
import type { SessionView } from "@alphaforge/forge/sessions/session-view";
import type { TaskView } from "@alphaforge/forge/sessions/task-view";
import { reducedEnvironment } from "@alphaforge/forge/verify/reduced-environment";
import { sessionVerifier } from "@alphaforge/forge/verify/session-verifier";
import type { Verification } from "@alphaforge/forge/verify/verify-commit";
import type { WorkspaceContext } from "@alphaforge/forge/workspace/workspace";
import type { App } from "../command.ts";
import { childEnvironment } from "../config.ts";
import { clock } from "../system.ts";
import { forgeClaimStore, leaseMsOf } from "./forge-claim-store.ts";
import type { OpenForge } from "./forge-place.ts";
import type { OpenedSession } from "./forge-session.ts";

export interface ForgeRunOptions {
  readonly coder: Coder;
  readonly concurrency: number;
  /** Failed tasks are tried anew. */
  readonly retryFailed: boolean;
  /** Told of everything that happens, with the event's task after it. */
  readonly onEvent: (event: ForgeEvent, tasks: ReadonlyMap<string, TaskView>) => void;
}

export interface ForeignWork {
  /** Without refs/heads/. */
  readonly branch: string;
  readonly commits: readonly ForeignCommit[];
  /** Of the branch as it ends; absent when the forge landed its last commit, on top of these. */
  readonly isGreen?: boolean;
}

export interface ForgeRunResult {
  readonly how: "done" | "stopped";
  /** What others have put on the session's branches. */
  readonly foreign: readonly ForeignWork[];
  readonly tasks: readonly TaskView[];
  readonly session: SessionView;
}

const MINUTE = 60_000;
const GB = 1e9;
/** Bytes that a disk must have left for a workspace to be begun. */
const MIN_FREE = 256e6;
const KEPT_OUTPUT = 64 * 1024;

/** Wires the forge's parts for one session and runs it to its end. Only for whoever holds the orchestrator's lock. */
export async function runSession(
  app: App,
  open: OpenForge,
  opened: OpenedSession,
  options: ForgeRunOptions,
  signal: AbortSignal,
): Promise<ForgeRunResult> {
  const { config, facts, git, id, paths, forge: log, project } = open;
  const { session } = opened.session;
  const { coder, retryFailed, onEvent } = options;
  const run = idFrom("run", session, `${clock.now()}`, `${process.pid}`).slice(0, 8);
  const rules = { ignoresCase: facts.ignoresCase };
  const caller = childEnvironment(app.config);
  const env = reducedEnvironment(caller, config.environment);
  const room = await openObjectRoom(git, facts, paths.room);
  const identity = await userIdentity(git);
  const claims = forgeClaimStore(open);
  const folding = projecting(project);
  const known = new Map([...opened.reading.tasks].filter(([, view]) => view.session === session));
  const book = taskBook(...([known, log, clock.now] as const), (event) => {
    onEvent(event, book.tasks);
    folding.ask();
  });
  // What is written through the book is seen at once by whoever dispatches.
  const forge: ForgeLog = { ...log, write: book.record };
  const workspaces: WorkspaceContext = {
    ...{ git, facts, room, clock, repositoryId: id, root: paths.workspaces, portLeases: paths.portLeases, identity },
  };
  const setup = {
    ...{ commands: config.setup, env, timeoutMs: config.limits.verify_minutes * MINUTE, keepBytes: KEPT_OUTPUT },
  };
  const landing: LandContext = {
    ...{ git, room, commonDir: facts.commonDir, clock, ledger: forgeLandingLedger({ forge, claims }) },
  };
  const stop = new AbortController();
  const stopping = AbortSignal.any([signal, stop.signal]);
  try {
    const notOurs = await recoverSession({
      ...{ book, session: opened.session, claims, workspaces, landing, scratch: paths.scratch, coders: paths.coders },
    });
    if (facts.submodules.length > 0) {
      app.warn(`submodules (${facts.submodules.join(", ")}) are empty in workspaces unless setup fetches them`);
    }
    if (notOurs.length > 0) app.warn(`left as they are, since the forge did not make them: ${notOurs.join(", ")}`);
    if (retryFailed) await retryAll(book);
    const { training_traces: traces } = config;
    const isRecorded = mayRecord(
      { enabled: traces.enabled, acknowledgedTerms: traces.acknowledged_terms },
      (text) => void text.split("\n").forEach(app.warn),
    );
    const slots = Math.min(
      options.concurrency,
      Math.max(1, Math.floor(config.disk.total_gb / config.disk.workspace_gb)),
    );
    if (slots < options.concurrency) {
      app.warn(`${slots} coders at a time: more workspaces of ${config.disk.workspace_gb} GB are over disk.total_gb`);
    }
    const ports = { first: config.ports.first, last: 65_535, size: config.ports.per_workspace };
    const queues = new Map<string, LandingQueue>();
    const queueOf = (branch: string): LandingQueue => {
      const queue = queues.get(branch) ?? openQueue(branch);
      queues.set(branch, queue);
      return queue;
    };
    const verifierOf = (branch: string) =>
      sessionVerifier({
        ...{ git, facts, room, book, branch, since: opened.session.since, run, clock, env, signal: stopping },
        ...{ verify: config.verify, setup: config.setup, scratch: paths.scratch, keepBytes: KEPT_OUTPUT },
        timeoutMs: config.limits.verify_minutes * MINUTE,
      });
    const openQueue = (branch: string) =>
      new LandingQueue({
        ...{ ...landing, author: identity, branch, since: opened.session.since, fence: fenceBy(rules) },
        verify: verifierOf(branch),
      });
    const orchestrator = new Orchestrator({
      ...{
        book,
        claims,
        clock,
        concurrency: slots,
        attempts: config.limits.attempts,
        leaseMs: leaseMsOf(open),
        run,
        signal: stopping,
      },
      work: attemptWork({
        ...{ book, workspaces, setup, ports, coder, caller, rules, clock, coders: paths.coders },
        ...{ diskCapBytes: config.disk.workspace_gb * GB, minFreeBytes: MIN_FREE, limits: limitsOf(config.limits) },
        ...{ passes: config.environment, verify: config.verify, fence: fenceBy(rules) },
        submit: (branch, candidate) => queueOf(branch).submit(candidate),
        ...(isRecorded ? { recorder: recorderOf(app, open, coder) } : {}),
      }),
    });
    await book.record({
      stream: sessionStream(session),
      type: "run.started",
      data: {
        ...{ session, run, pid: process.pid, coder: coder.name, concurrency: slots, recorded: isRecorded },
        ...(config.coder.model === null ? {} : { model: config.coder.model }),
      },
    });
    const following = follow(log, opened.reading.lastSeq, stopping, (event) => {
      if (!concerns(event, session, book)) return;
      book.take(event);
      orchestrator.look();
    });
    // Without news from others it goes on; what they add is found by the next run.
    following.catch((error: unknown) => app.warn(`cannot hear of added tasks any more: ${oneLine(error)}`));
    const how = await orchestrator.run().catch(async (error: unknown) => {
      const data = { session, run, how: "failed", reason: oneLine(error) } as const;
      // A database that went away or is full takes no last word either: the next run finds this one without an end.
      if (!isConnectionLost(error) && !isStorageFull(error))
        await book.record({ stream: sessionStream(session), type: "run.ended", data });
      throw error;
    });
    const foreign = how === "stopped" ? [] : await foreignWork(open, room, opened.session, book, verifierOf);
    await book.record({ stream: sessionStream(session), type: "run.ended", data: { session, run, how } });
    const trouble = await folding.done();
    if (trouble !== undefined) app.warn(`pages are not up to date: ${oneLine(trouble)}`);
    return { how, foreign, tasks: [...book.tasks.values()], session: opened.session };
  } finally {
    stop.abort(new Error("the run has ended"));
    await claims.close();
    await folding.done();
  }
}

/** Commits that somebody else has put on the session's branches; a branch that ends with one is verified as it stands. */
async function foreignWork(
  { git }: OpenForge,
  room: ObjectRoom,
  { branches, since }: SessionView,
  { tasks }: TaskBook,
  verifierOf: (branch: string) => (commit: string) => Promise<Verification>,
): Promise<readonly ForeignWork[]> {
  const ours = new Set([...tasks.values()].flatMap(({ landed }) => landed?.commit ?? []));
  const found: ForeignWork[] = [];
  for (const { branch } of branches) {
    const tip = await readRef(git, branch);
    if (tip === undefined) continue;
    const commits = await foreignCommits(room, tip, { since, ours });
    if (commits.length === 0) continue;
    const name = branch.replace("refs/heads/", "");
    if (ours.has(tip)) found.push({ branch: name, commits });
    else found.push({ branch: name, commits, isGreen: (await verifierOf(branch)(tip)).green });
  }
  return found;
}

const fenceBy =
  (rules: { readonly ignoresCase: boolean }) =>
  (changes: Parameters<typeof fence>[0], claim: readonly string[]): ReturnType<typeof fence> =>
    fence(changes, claim, (glob, path) => matches(glob, path, rules));

function limitsOf(limits: OpenForge["config"]["limits"]) {
  const { minutes, idle_minutes, tokens, usd, output_mb } = limits;
  return {
    ...{ wallMs: minutes * MINUTE, idleMs: idle_minutes * MINUTE, tokens, costUsd: usd, outputBytes: output_mb * 1e6 },
  };
}

const recorderOf =
  (app: App, { log }: OpenForge, { name }: Coder) =>
  (task: string, attempt: number) =>
    attemptRecorder({
      ...{ log, clock, taskId: task, attempt, agent: name },
      onTrouble: (error) => app.warn(`recording ${task}: ${oneLine(error)}`),
    });

async function retryAll(book: TaskBook): Promise<void> {
  for (const { task, state } of [...book.tasks.values()]) {
    if (state === "failed") await book.record({ stream: taskStream(task), type: "task.retried", data: { task } });
  }
}

/** What others ask of a running session. All else that happens is written by this process. */
function concerns({ type, data }: ForgeEvent, session: string, book: TaskBook): boolean {
  if (type === "task.added") return data.session === session;
  return type === "task.retried" && book.tasks.get(data.task)?.state === "failed";
}

async function follow(log: ForgeLog, after: number, signal: AbortSignal, take: (event: ForgeEvent) => void) {
  for await (const event of log.tail(after + 1, signal)) take(event);
}

/**
 * Folds the log into tables while events come, one folding at a time. What one of them fails at, the next does; `done`
 * waits until all is folded and resolves with what the last one failed at.
 */
function projecting(project: () => Promise<void>) {
  let isAsked = false;
  let working: Promise<void> | undefined;
  let trouble: unknown;
  const work = async () => {
    // What is written together is folded together.
    await clock.sleep(20);
    while (isAsked) {
      isAsked = false;
      trouble = await project().catch((error: unknown) => error);
    }
    working = undefined;
  };
  return {
    ask() {
      isAsked = true;
      working ??= work();
    },
    async done(): Promise<unknown> {
      while (working !== undefined) await working;
      return trouble;
    },
  };
}
