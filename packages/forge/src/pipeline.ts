import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "@alphaforge/core/clock";
import { OperationalError } from "@alphaforge/core/errors";
import type { Coder } from "./coder/coder.ts";
import { writeGuard } from "./coder/guard/write-guard.ts";
import { type EarlierAttempt, preamble } from "./coder/preamble.ts";
import { type CoderLimits, type CoderResult, runCoder } from "./coder/run-coder.ts";
import type { AttemptOrder, AttemptWork, Verdict } from "./dispatch/attempt.ts";
import type { TaskBook } from "./dispatch/task-book.ts";
import { treeOf } from "./git/commit-tree.ts";
import { diffTrees } from "./git/diff-trees.ts";
import { readRef } from "./git/refs.ts";
import type { PathRules } from "./globs/path-rules.ts";
import type { Candidate } from "./landing/candidate.ts";
import type { Fence } from "./landing/combine.ts";
import type { LandingOutcome } from "./landing/landing-queue.ts";
import { outcomeRefusal } from "./landing/outcome-refusal.ts";
import type { AttemptRecorder } from "./recording/attempt-recorder.ts";
import { taskStream } from "./sessions/forge-events.ts";
import type { Refusal } from "./sessions/refusal.ts";
import { runNote } from "./sessions/run-note.ts";
import type { TaskView } from "./sessions/task-view.ts";
import { watchDisk } from "./workspace/disk-cap.ts";
import { type KeptWork, latestKeptWork } from "./workspace/kept-work.ts";
import { openWorkspace, type WorkspaceWish } from "./workspace/open-workspace.ts";
import { openingRefusal } from "./workspace/opening-refusal.ts";
import { retireWorkspace } from "./workspace/retire-workspace.ts";
import type { Workspace, WorkspaceContext } from "./workspace/workspace.ts";

export interface PipelineOptions {
  readonly book: TaskBook;
  readonly workspaces: WorkspaceContext;
  readonly setup: WorkspaceWish["setup"];
  readonly ports: WorkspaceWish["ports"];
  readonly diskCapBytes: number;
  readonly minFreeBytes: number;
  readonly coder: Coder;
  readonly limits: CoderLimits;
  /** Directory of the forge's own for homes and temporary files of coders. */
  readonly coders: string;
  /** The caller's environment, and the names in it that are let through to coders. */
  readonly caller: Readonly<Record<string, string | undefined>>;
  readonly passes: readonly string[];
  /** The repository's commands that verify everything: coders are told of them. */
  readonly verify: readonly string[];
  readonly rules: PathRules;
  readonly fence: Fence;
  /** Submits to the landing queue of a branch (full ref name). */
  readonly submit: (branch: string, candidate: Candidate) => Promise<LandingOutcome>;
  /** Absent when coders are not recorded. */
  readonly recorder?: (task: string, attempt: number) => AttemptRecorder;
  readonly clock: Clock;
}

const DISK_LOOKS_MS = 5_000;
const RECORDER_CLOSES_MS = 2_000;

/**
 * One attempt, stage by stage: workspace → coder → fence → verify → landing. Its claim is held from before to after.
 * Whatever happens in a workspace is kept before the workspace goes.
 */
export function attemptWork(options: PipelineOptions): AttemptWork {
  return async (order) => {
    if (order.landsOnly) return landKept(options, order);
    const { view } = order;
    const kept = await earlierWork(options, view);
    const isResumed = kept !== undefined && !hadConflict(view, kept);
    const opened = await openStage(options, order, isResumed ? kept : undefined);
    if ("refusal" in opened) return { kind: "refused", ...opened };
    const { workspace } = opened;
    const result = await coderStage(options, order, workspace, { kept, isResumed });
    const work = await keepStage(options, order, workspace);
    order.freeSlot();
    order.signal.throwIfAborted();
    if (result.refusal !== undefined) return { kind: "refused", refusal: result.refusal, counts: true };
    if (work === undefined) return { kind: "refused", refusal: NOTHING, counts: true };
    const { base, tree } = work;
    const refused = await fenceStage(options, order, { base, tree });
    if (refused !== undefined) return refused;
    return landStage(options, order, { base, tree, doneAt: result.endedAt });
  };
}

const NOTHING: Refusal = {
  stage: "coder",
  code: "nothing",
  reason: "the coder said that it is done and changed nothing",
};

/** What earlier attempts left; not what was done before the spec was changed, which is another task's work. */
async function earlierWork({ workspaces }: PipelineOptions, view: TaskView): Promise<KeptWork | undefined> {
  const { task, anewAfter = 0 } = view;
  const kept = await latestKeptWork(workspaces.git, workspaces.room, task);
  return kept !== undefined && kept.attempt > anewAfter ? kept : undefined;
}

/**
 * Whether this very work was found not to fit the branch any more, by the attempt that left it or by a later one that
 * left nothing: the next attempt begins anew, and is told where to look.
 */
function hadConflict({ attempts }: TaskView, { attempt }: KeptWork): boolean {
  return attempts.some((other) => other.attempt >= attempt && CONFLICTS.has(other.refusal?.code ?? ""));
}

const CONFLICTS = new Set(["conflict", "resume_conflict", "resume-base-gone", "base-gone"]);

async function openStage(
  { book, workspaces, setup, ports, diskCapBytes, minFreeBytes }: PipelineOptions,
  { view, attempt, signal }: AttemptOrder,
  resume: KeptWork | undefined,
): Promise<{ workspace: Workspace } | { refusal: Refusal; counts: boolean }> {
  const { task, branch } = view;
  const tip = await tipOf(workspaces, branch);
  const opened = await openWorkspace(workspaces, {
    ...{ id: `${task.replaceAll(".", "_")}_${attempt}`, task, attempt, tip, setup, ports, diskCapBytes, minFreeBytes },
    ...(resume === undefined ? {} : { resume: { base: resume.base, tree: resume.tree } }),
    signal,
  });
  if (opened.kind !== "ready") return openingRefusal(opened);
  const { workspace } = opened;
  const { id, directory, base, start } = workspace;
  await book.record({
    stream: taskStream(task),
    type: "workspace.opened",
    data: {
      ...{ task, attempt, workspace: id, directory, base, start, ports: workspace.ports },
      setup: opened.setup.map(runNote),
    },
  });
  return { workspace };
}

async function tipOf({ git }: WorkspaceContext, branch: string): Promise<string> {
  const tip = await readRef(git, branch);
  if (tip === undefined)
    throw new OperationalError(`${branch} does not exist any more: restore it, then run this again`);
  return tip;
}

/** Runs the coder to its end. What it did is in the workspace; the refusal says why it is not taken further. */
async function coderStage(
  options: PipelineOptions,
  { view, attempt, signal }: AttemptOrder,
  workspace: Workspace,
  earlier: { readonly kept: KeptWork | undefined; readonly isResumed: boolean },
): Promise<{ refusal?: Refusal; endedAt: number }> {
  const { book, workspaces, coder, limits, coders, caller, passes, clock, rules, diskCapBytes } = options;
  const { task, feature } = view;
  const own = join(coders, workspace.id);
  const prompt = promptOf(options, view, attempt, earlier);
  const recorder = options.recorder?.(task, attempt);
  recorder?.prompt(prompt);
  const guardSettings = coder.hasHooks
    ? await writeGuard({ directory: join(own, "guard"), workspace: workspace.directory, globs: feature.touches, rules })
    : undefined;
  const overDisk = new AbortController();
  const ended = new AbortController();
  const watching = watchDisk(workspace.home, {
    ...{ capBytes: diskCapBytes, everyMs: DISK_LOOKS_MS, clock, signal: ended.signal },
  }).then((bytes) => {
    if (bytes !== undefined) overDisk.abort();
  });
  // Awaited below, once the coder has ended: until then nobody else hears of it.
  watching.catch(() => overDisk.abort());
  const result = await runCoder({
    coder,
    launch: {
      ...{
        prompt,
        promptFile: join(own, "home", "prompt.md"),
        workspace: workspace.directory,
        home: join(own, "home"),
      },
      ...{ feature: feature.index, attempt },
      ...(guardSettings === undefined ? {} : { guardSettings }),
    },
    attemptId: attemptMark(workspaces.repositoryId, workspace.id),
    tmp: join(own, "tmp"),
    ...{ caller, passes, limits, clock, signal: AbortSignal.any([signal, overDisk.signal]) },
    environment: { PORT: String(workspace.ports.from), ALPHAFORGE_LAST_PORT: String(workspace.ports.to) },
    ...(recorder === undefined ? {} : { onLine: recorder.line }),
  }).finally(() => ended.abort());
  await watching;
  await recorder?.close(result, RECORDER_CLOSES_MS);
  if (result.end.how === "not-started") {
    // Nobody has been in it: there is nothing that the next run would have to find.
    await retireWorkspace(workspaces, workspace);
    throw new OperationalError(result.reason ?? `coder "${coder.name}" could not be started`);
  }
  const refusal = overDisk.signal.aborted ? OVER_DISK : coderRefusal(result);
  const { end, usage, costUsd, model, startedAt, endedAt, lastWords } = result;
  await book.record({
    stream: taskStream(task),
    type: "attempt.coded",
    data: {
      ...{ task, attempt, isOk: refusal === undefined, end, usage, startedAt, endedAt, lastWords },
      ...(refusal === undefined ? {} : { reason: refusal.reason }),
      ...(costUsd === undefined ? {} : { costUsd }),
      ...(model === undefined ? {} : { model }),
    },
  });
  await rm(own, { recursive: true, force: true, maxRetries: 3 });
  return { endedAt, ...(refusal === undefined ? {} : { refusal }) };
}

const OVER_DISK: Refusal = {
  ...{ stage: "coder", code: "over-disk-cap" },
  reason: "its workspace took more than disk.workspace_gb allows",
};

/** Names all that a workspace's coder starts: what a killed run left behind is found by it. */
export const attemptMark = (repositoryId: string, workspaceId: string): string => `${repositoryId}.${workspaceId}`;

function promptOf(
  { verify }: PipelineOptions,
  { feature, attempts: all, anewAfter = 0 }: TaskView,
  attempt: number,
  { kept, isResumed }: { readonly kept: KeptWork | undefined; readonly isResumed: boolean },
): string {
  const attempts = all.filter((other) => other.attempt > anewAfter && other.attempt < attempt);
  const conflicts = attempts.flatMap(({ refusal }) =>
    refusal !== undefined && CONFLICTS.has(refusal.code) ? (refusal.paths ?? []) : [],
  );
  const facts = { feature: { ...feature, at: { line: 1, column: 1 } }, attempt, verify };
  const refusal = attempts.at(-1)?.refusal;
  if (kept === undefined && refusal === undefined) return preamble(facts);
  const subjects = kept?.subjects.length === 0 ? ["Work that was not committed"] : (kept?.subjects ?? []);
  const earlier: EarlierAttempt = {
    committed: isResumed ? subjects : [],
    conflicts: [...new Set(conflicts)],
    ...(refusal === undefined ? {} : { failure: failureOf(refusal) }),
    ...(kept === undefined || isResumed ? {} : { kept: kept.commit }),
  };
  return preamble({ ...facts, earlier });
}

/** The reason names one file; the coder has to know of all. */
function failureOf({ stage, reason, output, paths = [] }: Refusal): NonNullable<EarlierAttempt["failure"]> {
  const said = output ?? (stage === "fence" && paths.length > 1 ? paths.join("\n") : undefined);
  return { stage, reason, ...(said === undefined ? {} : { output: said }) };
}

function coderRefusal({ end, isOk, reason = "the coder failed", stderr }: CoderResult): Refusal | undefined {
  if (isOk) return undefined;
  const code = end.how === "limit" ? `limit-${end.limit}` : end.how;
  return { stage: "coder", code, reason, ...(stderr === "" ? {} : { output: stderr }) };
}

/** Puts what is in the workspace under a keep ref, then removes it. undefined: there is nothing to land. */
async function keepStage(
  { book, workspaces }: PipelineOptions,
  { view: { task }, attempt }: AttemptOrder,
  workspace: Workspace,
): Promise<{ base: string; tree: string } | undefined> {
  const { base, start } = workspace;
  const kept = await retireWorkspace(workspaces, workspace);
  if (kept.kind === "gone") throw new OperationalError(`the workspace ${workspace.directory} is gone`);
  if (kept.kind === "nothing") {
    // What an earlier attempt left is all of it.
    return start === base ? undefined : { base, tree: await treeOf(workspaces.room, start) };
  }
  const { ref, commit, tree, withoutHistory } = kept;
  const data = { task, attempt, ref, commit, ...(withoutHistory === undefined ? {} : { withoutHistory }) };
  await book.record({ stream: taskStream(task), type: "attempt.kept", data });
  return { base, tree };
}

/** Looked at again on what would land; here, so that what cannot land is told without waiting for the queue. */
async function fenceStage(
  { workspaces, fence }: PipelineOptions,
  { view }: AttemptOrder,
  { base, tree }: { readonly base: string; readonly tree: string },
): Promise<Verdict | undefined> {
  const verdict = fence(await diffTrees(workspaces.room, base, tree), view.feature.touches);
  if (verdict.ok) return undefined;
  return { kind: "refused", ...outcomeRefusal({ kind: "outside-claim", refused: verdict.refused }) };
}

async function landStage(
  { book, submit }: PipelineOptions,
  { view, attempt, token }: AttemptOrder,
  { base, tree, doneAt }: Pick<Candidate, "base" | "tree" | "doneAt">,
): Promise<Verdict> {
  const { task, branch, feature } = view;
  await book.record({ stream: taskStream(task), type: "landing.queued", data: { task, attempt } });
  const [subject = "", ...body] = feature.description.split("\n");
  const outcome = await submit(branch, {
    ...{ task, attempt, token, base, tree, claim: feature.touches, doneAt },
    ...{ subject: subject.trim(), body: body.join("\n") },
  });
  if (outcome.kind === "landed") return { kind: "landed", commit: outcome.commit };
  return { kind: "refused", ...outcomeRefusal(outcome) };
}

/** Lands what an earlier process had done and kept. */
async function landKept(options: PipelineOptions, order: AttemptOrder): Promise<Verdict> {
  const { git, room } = options.workspaces;
  order.freeSlot();
  const kept = await latestKeptWork(git, room, order.view.task, order.attempt);
  if (kept === undefined) {
    const reason = `its kept work is gone: refs/alphaforge/keep/${order.view.task}/${order.attempt} was removed`;
    return { kind: "refused", refusal: { stage: "landing", code: "kept-work-gone", reason }, counts: false };
  }
  const refused = await fenceStage(options, order, kept);
  if (refused !== undefined) return refused;
  return landStage(options, order, { ...kept, doneAt: options.clock.now() });
}
