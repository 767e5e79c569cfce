import type { TokenUsage } from "@alphaforge/core/llm/model";
import type { CoderEnd } from "../coder/run-coder.ts";
import type { Landing } from "../landing/candidate.ts";
import type { LandingIntent } from "../landing/landing-ledger.ts";
import type { Feature } from "../spec/feature.ts";
import type { CommandRun } from "../verify/run-command.ts";
import type { PortBlock } from "../workspace/port-leases.ts";
import type { Refusal } from "./refusal.ts";

/** Streams of a forge's log. What coders say is in `attempts/…` (recording/attempt-events.ts). */
export const sessionStream = (session: string): string => `sessions/${session}`;
export const taskStream = (task: string): string => `tasks/${task}`;
/** `branch` is a full ref name. */
export const branchStream = (branch: string): string => `landings/${branch}`;

/** A task's id: unique in its repository, and fit for a ref's name. */
export const taskId = (session: string, feature: number): string => `${session}.${feature}`;

/** A command's run without what it wrote, but for the end of that. */
export type RunNote = Pick<CommandRun, "command" | "outcome" | "code" | "ms"> & { readonly tail: string };

/** Everything that a forge writes down of what it was asked and what it did. Times are the events' own. */
export interface ForgeEvents {
  // Stream sessions/<session>
  "session.opened": {
    readonly session: string;
    /** The branch that `finalize` brings the session into, without refs/heads/. */
    readonly target: string;
    /** Its commit when the session was opened: all of the session's branches start there. */
    readonly since: string;
    /** Lands on the target itself, which nobody has checked out. */
    readonly directly: boolean;
    /** The spec's file as it was named. */
    readonly spec: string;
  };
  /** A branch was made for the session, or for one of its streams. `branch` is a full ref name. */
  "branch.opened": { readonly session: string; readonly branch: string; readonly stream?: string };
  "session.finalized": {
    readonly session: string;
    readonly branch: string;
    readonly target: string;
    readonly how: "fast-forward" | "merged" | "already-there";
    readonly commit?: string;
  };
  "run.started": {
    readonly session: string;
    readonly run: string;
    readonly pid: number;
    readonly coder: string;
    readonly model?: string;
    readonly concurrency: number;
    /** Coders are recorded: both flags are true. */
    readonly recorded: boolean;
  };
  /** "done": every task has its end. "stopped": told to. "failed": it could not go on, for this reason. */
  "run.ended": {
    readonly session: string;
    readonly run: string;
    readonly how: "done" | "stopped" | "failed";
    readonly reason?: string;
  };

  // Stream tasks/<task>
  /** A feature has become a task, or the spec says something else of one that has not landed: it begins anew. */
  "task.added": {
    readonly task: string;
    readonly session: string;
    /** Full ref name of the branch that it lands on. */
    readonly branch: string;
    readonly feature: Omit<Feature, "at">;
    readonly spec: string;
  };
  /** A person asked for it: attempts are counted anew. */
  "task.retried": { readonly task: string };
  /** Its dependencies have landed, it has its turn, and it asks for its claim. `claim` is the claim's id. */
  "claim.asked": { readonly task: string; readonly claim: string; readonly globs: readonly string[] };
  /** The claim was not granted at once. */
  "claim.waited": {
    readonly task: string;
    readonly claim: string;
    readonly position: number;
    readonly estimatedWaitMs: number;
    readonly blockers: readonly { readonly holder: string; readonly state: string; readonly path: string }[];
  };
  /** Its claim is granted and it has a slot. */
  "attempt.started": {
    readonly task: string;
    readonly attempt: number;
    readonly token: number;
    readonly claim: string;
    /** From asking for the claim to having claim and slot, in ms. */
    readonly waitedMs: number;
    /** The work was done by an earlier process: only landing it is left. */
    readonly landsOnly: boolean;
  };
  "workspace.opened": {
    readonly task: string;
    readonly attempt: number;
    readonly workspace: string;
    readonly directory: string;
    /** The branch's commit that the work counts from, and what was checked out. */
    readonly base: string;
    readonly start: string;
    readonly ports: PortBlock;
    readonly setup: readonly RunNote[];
  };
  "attempt.coded": {
    readonly task: string;
    readonly attempt: number;
    readonly isOk: boolean;
    readonly end: CoderEnd;
    readonly reason?: string;
    readonly usage: TokenUsage;
    readonly costUsd?: number;
    readonly model?: string;
    readonly startedAt: number;
    readonly endedAt: number;
    /** The last that the coder said. */
    readonly lastWords: string;
  };
  /** The work is safe under a ref of its own in the user's repository. */
  "attempt.kept": {
    readonly task: string;
    readonly attempt: number;
    readonly ref: string;
    readonly commit: string;
    /** Why the coder's own commits could not be read; its files are kept all the same. */
    readonly withoutHistory?: string;
  };
  "landing.queued": { readonly task: string; readonly attempt: number };
  /** It did not land. "again": another attempt follows. "failed": it was the last. */
  "attempt.refused": {
    readonly task: string;
    readonly attempt: number;
    readonly refusal: Refusal;
    readonly next: "again" | "failed";
    /** False for what is not the coder's doing, such as a killed process or a lost claim: it takes no try away. */
    readonly counts: boolean;
  };
  "task.landed": { readonly task: string; readonly branch: string } & Landing;
  /** Its commit is not on the branch any more: somebody took it away. It is to be done again. */
  "task.unlanded": { readonly task: string; readonly commit: string; readonly reason: string };

  // Stream landings/<branch>
  "landing.intended": LandingIntent;
  "landing.abandoned": { readonly intent: string; readonly reason: string };
  "landing.acknowledged": { readonly intent: string; readonly landed: readonly Landing[] };
  "verification.started": {
    readonly verification: string;
    readonly branch: string;
    readonly commit: string;
    /** The tasks that would land with it. */
    readonly tasks: readonly string[];
  };
  "verification.ended": {
    readonly verification: string;
    readonly branch: string;
    readonly commit: string;
    readonly tasks: readonly string[];
    readonly green: boolean;
    /** A command failed and then passed on the same tree. */
    readonly flaky: boolean;
    readonly ms: number;
    readonly runs: readonly RunNote[];
  };
}

export type ForgeEventType = keyof ForgeEvents;

/** An event as the log holds it, with its data's type. */
export type ForgeEvent = {
  [T in ForgeEventType]: { readonly seq: number; readonly at: number; readonly type: T; readonly data: ForgeEvents[T] };
}[ForgeEventType];

const TYPES: Readonly<Record<ForgeEventType, true>> = {
  "session.opened": true,
  "branch.opened": true,
  "session.finalized": true,
  "run.started": true,
  "run.ended": true,
  "task.added": true,
  "task.retried": true,
  "claim.asked": true,
  "claim.waited": true,
  "attempt.started": true,
  "workspace.opened": true,
  "attempt.coded": true,
  "attempt.kept": true,
  "landing.queued": true,
  "attempt.refused": true,
  "task.landed": true,
  "task.unlanded": true,
  "landing.intended": true,
  "landing.abandoned": true,
  "landing.acknowledged": true,
  "verification.started": true,
  "verification.ended": true,
};

/** All types, for reading a log without what coders said. */
export const FORGE_EVENT_TYPES = Object.keys(TYPES) as readonly ForgeEventType[];
