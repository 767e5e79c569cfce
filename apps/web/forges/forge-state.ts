import type { ActivityKind } from "./activity-kinds.ts";
import type { AttemptView, RunView } from "./forge-view.ts";

/** "blocked": pending behind a failed task, so that it cannot start; otherwise as the forge says. */
export const TASK_STATES = ["landed", "landing", "working", "waiting", "pending", "blocked", "failed"] as const;
export type TaskState = (typeof TASK_STATES)[number];

/** "files": neither shape, goes by the files that it names. */
export type TaskKind = "core" | "plugin" | "files";

/** A refusal without what a command wrote. */
export interface RefusalFacts {
  readonly stage: string;
  readonly code: string;
  readonly reason: string;
  readonly paths: readonly string[];
  /** A failing command wrote something; it may hold secrets, so that it stays where it is. */
  readonly hasOutput: boolean;
}

/** What the graph and the table show of a task. */
export interface TaskNode {
  readonly task: string;
  readonly index: number;
  /** First line of the description. */
  readonly title: string;
  readonly kind: TaskKind;
  readonly plugin: string | null;
  readonly stream: string | null;
  readonly dependsOn: readonly number[];
  readonly state: TaskState;
  /** When it came into its state. */
  readonly since: number;
  readonly attempts: number;
  /** How far the attempt under way has come; null without one. */
  readonly stage: AttemptView["stage"] | null;
  /** The failed tasks that keep a blocked one from starting. */
  readonly blockedBy: readonly number[];
  /** What was wrong with the last attempt, while it has not landed. */
  readonly reason: string | null;
  /** While landed. */
  readonly commit: string | null;
}

/** "running": an orchestrator has the repository's lock. "killed": the run has no end, and nobody has the lock. */
export type RunState = "running" | "killed" | "done" | "stopped" | "failed";

export interface RunFacts extends Omit<RunView, "run" | "ended"> {
  readonly state: RunState;
  readonly endedAt: number | null;
  /** Why it could not go on. */
  readonly reason: string | null;
}

export interface SessionFacts {
  readonly session: string;
  readonly target: string;
  readonly directly: boolean;
  readonly spec: string;
  readonly openedAt: number;
  /** Without refs/heads/. */
  readonly branches: readonly {
    readonly branch: string;
    readonly stream: string | null;
    readonly finalized: { readonly how: string; readonly at: number; readonly commit: string | null } | null;
  }[];
  readonly run: RunFacts | null;
}

export interface Spent {
  readonly tokens: number;
  readonly dollars: number;
  /** Attempts whose coder said what they cost, of those whose coder has ended. */
  readonly priced: number;
  readonly coded: number;
}

export interface RunningCoder {
  readonly task: string;
  readonly title: string;
  readonly attempt: number;
  readonly stage: AttemptView["stage"];
  readonly startedAt: number;
  readonly workspace: string | null;
  readonly ports: { readonly from: number; readonly to: number } | null;
  readonly model: string | null;
  /** Of this attempt, as soon as its coder says so. */
  readonly dollars: number | null;
}

export interface HeldClaim {
  readonly id: string;
  readonly holder: string;
  readonly mode: string;
  readonly globs: readonly string[];
  readonly token: number;
  readonly grantedAt: number;
}

export interface WaitingClaim {
  readonly id: string;
  readonly holder: string;
  readonly mode: string;
  readonly globs: readonly string[];
  readonly requestedAt: number;
  /** In the queue of all who wait, from 1. */
  readonly position: number;
  /** As it was answered when it asked; null for what no task asked. */
  readonly answer: {
    readonly estimatedWaitMs: number;
    readonly blockers: readonly { readonly holder: string; readonly state: string; readonly path: string }[];
  } | null;
}

export interface Verification {
  readonly verification: string;
  readonly tasks: readonly string[];
  readonly commit: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** Null while it runs. */
  readonly outcome: "green" | "red" | "flaky" | null;
}

export interface Conflict {
  readonly task: string;
  readonly attempt: number;
  readonly code: string;
  readonly reason: string;
  readonly paths: readonly string[];
  readonly at: number;
}

export interface Landings {
  /** Tasks whose work waits to be landed, longest first. */
  readonly queue: readonly { readonly task: string; readonly title: string; readonly since: number }[];
  readonly running: readonly Verification[];
  /** Ended ones, latest first. */
  readonly verifications: readonly Verification[];
  /** Latest first. */
  readonly landed: readonly {
    readonly task: string;
    readonly title: string;
    readonly commit: string;
    readonly at: number;
  }[];
  readonly conflicts: readonly Conflict[];
}

/** One event in plain words: `kind` chooses the sentence, `values` fill it. */
export interface Activity {
  readonly seq: number;
  readonly at: number;
  readonly kind: ActivityKind;
  readonly values: Readonly<Record<string, string | number>>;
  /** What somebody or something gave as its reason. */
  readonly reason: string | null;
}

/** Everything on a forge's page. */
export interface ForgeState {
  readonly stamp: string;
  /** Latest first. */
  readonly sessions: readonly { readonly session: string; readonly openedAt: number }[];
  /** Null while there is none. */
  readonly session: SessionFacts | null;
  readonly tasks: readonly TaskNode[];
  readonly spent: Spent;
  readonly coders: readonly RunningCoder[];
  readonly held: readonly HeldClaim[];
  readonly waiting: readonly WaitingClaim[];
  readonly landings: Landings;
  readonly activity: readonly Activity[];
}

export interface AttemptFacts extends Omit<AttemptView, "refusal" | "usage"> {
  readonly tokens: number | null;
  readonly refusal: RefusalFacts | null;
}

/** One task, opened. */
export interface TaskDetails extends TaskNode {
  readonly description: string;
  readonly acceptance: readonly string[];
  readonly verify: readonly string[];
  readonly touches: readonly string[];
  readonly priority: number;
  readonly branch: string;
  readonly spec: string;
  readonly tries: number;
  readonly wait: WaitingClaim["answer"];
  /** Latest first. */
  readonly attemptList: readonly AttemptFacts[];
}
