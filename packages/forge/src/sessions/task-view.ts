import type { TokenUsage } from "@alphaforge/core/llm/model";
import type { Feature } from "../spec/feature.ts";
import type { ForgeEvent } from "./forge-events.ts";
import type { Refusal } from "./refusal.ts";

/**
 * "pending": its dependencies have not all landed, or it has had no turn. "waiting": for its claim. "working": an
 * attempt is under way. "landing": its work waits to be landed. "landed" is done: reachable on its branch. "failed": no
 * attempt is left; the refusal says why. Tasks behind a failed one stay pending: `blockedBy` says so.
 */
export type TaskState = "pending" | "waiting" | "working" | "landing" | "landed" | "failed";

export interface AttemptView {
  readonly attempt: number;
  readonly startedAt: number;
  readonly token: number;
  readonly waitedMs: number;
  /** How far it came. "coder": its coder works. "coded": its coder has ended. "ended": refused or landed. */
  readonly stage: "workspace" | "coder" | "coded" | "landing" | "ended";
  readonly workspace?: string;
  readonly directory?: string;
  readonly ports?: { readonly from: number; readonly to: number };
  readonly base?: string;
  /** The coder ended by itself and says that it is done. */
  readonly coderOk?: boolean;
  readonly usage?: TokenUsage;
  readonly costUsd?: number;
  readonly model?: string;
  readonly coderMs?: number;
  readonly keptRef?: string;
  readonly keptCommit?: string;
  readonly refusal?: Refusal;
  readonly counts?: boolean;
  readonly commit?: string;
  readonly endedAt?: number;
}

export interface ClaimWaitView {
  readonly position: number;
  readonly estimatedWaitMs: number;
  readonly blockers: readonly { readonly holder: string; readonly state: string; readonly path: string }[];
}

/** A task as its events have made it: what pages and commands show, and what a resumed run goes on from. JSON. */
export interface TaskView {
  readonly task: string;
  readonly session: string;
  readonly branch: string;
  readonly feature: Omit<Feature, "at">;
  readonly spec: string;
  readonly state: TaskState;
  readonly addedAt: number;
  /** When it came into its state. */
  readonly since: number;
  /** Attempts that count against the limit, since it was added or last retried. */
  readonly tries: number;
  /** While it waits. */
  readonly wait?: ClaimWaitView;
  /** Oldest first. */
  readonly attempts: readonly AttemptView[];
  /** Attempts up to this one were at what the spec said before it was changed: nothing goes on from them. */
  readonly anewAfter?: number;
  /** While landed. */
  readonly landed?: { readonly commit: string; readonly attempt: number; readonly token: number; readonly at: number };
  /** What was wrong with the last attempt; the reason, when it has failed. */
  readonly refusal?: Refusal;
}

/** The task after an event of its stream; `view` is undefined before its first. Other events change nothing. */
export function taskAfter(view: TaskView | undefined, { type, at, data }: ForgeEvent): TaskView | undefined {
  if (type === "task.added") {
    const { task, session, branch, feature, spec } = data;
    const { attempts = [], addedAt = at } = view ?? {};
    const before = Math.max(0, ...attempts.map(({ attempt }) => attempt));
    return {
      ...{ task, session, branch, feature, spec, state: "pending", addedAt, since: at, tries: 0, attempts },
      ...(before === 0 ? {} : { anewAfter: before }),
    };
  }
  if (view === undefined) return undefined;
  switch (type) {
    case "task.retried":
      return { ...without(view, "wait", "refusal"), state: "pending", since: at, tries: 0 };
    case "claim.asked":
      return { ...without(view, "wait"), state: "waiting", since: at };
    case "claim.waited": {
      const { position, estimatedWaitMs, blockers } = data;
      return { ...view, state: "waiting", wait: { position, estimatedWaitMs, blockers } };
    }
    case "attempt.started": {
      const { attempt, token, waitedMs, landsOnly } = data;
      const earlier = view.attempts.filter((other) => other.attempt !== attempt);
      const same = view.attempts.find((other) => other.attempt === attempt);
      const begun = landsOnly && same !== undefined ? same : { attempt, startedAt: at, stage: "workspace" as const };
      const attempts = [...earlier, { ...begun, token, waitedMs }];
      return { ...without(view, "wait"), state: "working", since: at, attempts };
    }
    case "workspace.opened": {
      const { workspace, directory, base, ports } = data;
      return withAttempt(view, data.attempt, { stage: "coder", workspace, directory, base, ports });
    }
    case "attempt.coded": {
      const { isOk, usage, costUsd, model, startedAt, endedAt } = data;
      return withAttempt(view, data.attempt, {
        ...{ stage: "coded", coderOk: isOk, usage, coderMs: endedAt - startedAt },
        ...(costUsd === undefined ? {} : { costUsd }),
        ...(model === undefined ? {} : { model }),
      });
    }
    case "attempt.kept":
      return withAttempt(view, data.attempt, { keptRef: data.ref, keptCommit: data.commit });
    case "landing.queued":
      return { ...withAttempt(view, data.attempt, { stage: "landing" }), state: "landing", since: at };
    case "attempt.refused": {
      const { attempt, refusal, next, counts } = data;
      const ended = withAttempt(view, attempt, { stage: "ended", refusal, counts, endedAt: at });
      const state = next === "failed" ? "failed" : "pending";
      return { ...without(ended, "wait"), state, since: at, refusal, tries: view.tries + (counts ? 1 : 0) };
    }
    case "task.landed": {
      const { attempt, token, commit } = data;
      const ended = withAttempt(view, attempt, { stage: "ended", commit, endedAt: at });
      return {
        ...without(ended, "wait", "refusal"),
        state: "landed",
        since: at,
        landed: { commit, attempt, token, at },
      };
    }
    case "task.unlanded":
      return { ...without(view, "landed"), state: "pending", since: at, tries: 0 };
    default:
      return view;
  }
}

function withAttempt(view: TaskView, attempt: number, change: Partial<AttemptView>): TaskView {
  const attempts = view.attempts.map((other) => (other.attempt === attempt ? { ...other, ...change } : other));
  return { ...view, attempts };
}

function without<K extends "wait" | "refusal" | "landed">(view: TaskView, ...keys: K[]): Omit<TaskView, K> {
  return Object.fromEntries(Object.entries(view).filter(([key]) => !keys.includes(key as K))) as Omit<TaskView, K>;
}

/**
 * For each task that cannot start, the failed tasks that it waits for, directly or through others that cannot start
 * either: what has landed, or still may, blocks nobody. `tasks` are those of one session.
 */
export function blockedBy(tasks: readonly TaskView[]): ReadonlyMap<string, readonly number[]> {
  const byIndex = new Map(tasks.map((task) => [task.feature.index, task]));
  const dependents = new Map<number, number[]>();
  for (const { feature, state } of tasks) {
    if (state !== "pending") continue;
    for (const dependency of feature.dependsOn) {
      const known = dependents.get(dependency);
      if (known === undefined) dependents.set(dependency, [feature.index]);
      else known.push(feature.index);
    }
  }
  const causes = new Map<number, number[]>();
  // From each failed task outwards, without recursion: a chain may be as long as a spec.
  for (const { feature, state } of tasks) {
    if (state !== "failed") continue;
    const reached = new Set<number>([feature.index]);
    for (const index of reached) for (const next of dependents.get(index) ?? []) reached.add(next);
    reached.delete(feature.index);
    for (const index of reached) causes.set(index, [...(causes.get(index) ?? []), feature.index]);
  }
  const blocked = [...byIndex].flatMap(([index, { task }]) => {
    const found = causes.get(index);
    return found === undefined ? [] : [[task, found.sort((a, b) => a - b)] as const];
  });
  return new Map(blocked);
}
