/** The forge's views as its tables hold them (JSON), as far as pages read them. Times are ms since the epoch. */
export interface SessionView {
  readonly session: string;
  /** Without refs/heads/. */
  readonly target: string;
  readonly since: string;
  readonly directly: boolean;
  readonly spec: string;
  readonly openedAt: number;
  readonly branches: readonly BranchView[];
  readonly run?: RunView;
}

export interface BranchView {
  /** Full ref name. */
  readonly branch: string;
  readonly stream?: string;
  readonly finalized?: { readonly target: string; readonly how: string; readonly commit?: string; readonly at: number };
}

export interface RunView {
  readonly run: string;
  readonly pid: number;
  readonly coder: string;
  readonly model?: string;
  readonly concurrency: number;
  readonly recorded: boolean;
  readonly startedAt: number;
  readonly ended?: { readonly at: number; readonly how: "done" | "stopped" | "failed"; readonly reason?: string };
}

export type StoredState = "pending" | "waiting" | "working" | "landing" | "landed" | "failed";

export interface RefusalView {
  readonly stage: string;
  readonly code: string;
  readonly reason: string;
  readonly paths?: readonly string[];
  /** Raw: whether it is there may be said, what is in it never leaves the server. */
  readonly output?: string;
}

export interface UsageView {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export interface AttemptView {
  readonly attempt: number;
  readonly startedAt: number;
  readonly token: number;
  readonly waitedMs: number;
  readonly stage: "workspace" | "coder" | "coded" | "landing" | "ended";
  readonly workspace?: string;
  readonly ports?: { readonly from: number; readonly to: number };
  readonly base?: string;
  readonly coderOk?: boolean;
  readonly usage?: UsageView;
  readonly costUsd?: number;
  readonly model?: string;
  readonly coderMs?: number;
  readonly keptRef?: string;
  readonly keptCommit?: string;
  readonly refusal?: RefusalView;
  readonly counts?: boolean;
  readonly commit?: string;
  readonly endedAt?: number;
}

export interface TaskView {
  readonly task: string;
  readonly session: string;
  readonly branch: string;
  readonly feature: {
    readonly index: number;
    readonly shape?: "plugin" | "core";
    readonly plugin?: string;
    readonly dependsOn: readonly number[];
    readonly touches: readonly string[];
    readonly priority: number;
    readonly stream?: string;
    readonly description: string;
    readonly acceptance: readonly string[];
    readonly verify: readonly string[];
  };
  readonly spec: string;
  readonly state: StoredState;
  readonly since: number;
  readonly tries: number;
  readonly wait?: {
    readonly position: number;
    readonly estimatedWaitMs: number;
    readonly blockers: readonly { readonly holder: string; readonly state: string; readonly path: string }[];
  };
  readonly attempts: readonly AttemptView[];
  readonly landed?: { readonly commit: string; readonly attempt: number; readonly token: number; readonly at: number };
  readonly refusal?: RefusalView;
}

export interface VerificationView {
  readonly verification: string;
  readonly branch: string;
  readonly commit: string;
  readonly tasks: readonly string[];
  readonly startedAt: number;
  readonly ended?: { readonly at: number; readonly green: boolean; readonly flaky: boolean };
}
