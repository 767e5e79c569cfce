import type { ForgeEvent } from "./forge-events.ts";

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

/** A session as its events have made it. JSON. */
export interface SessionView {
  readonly session: string;
  /** Without refs/heads/. */
  readonly target: string;
  readonly since: string;
  readonly directly: boolean;
  readonly spec: string;
  readonly openedAt: number;
  /** In the order in which they were made. */
  readonly branches: readonly BranchView[];
  /** The latest. One without an end, whose process is gone, was killed. */
  readonly run?: RunView;
}

/** The session after an event of its stream; undefined before its first. Other events change nothing. */
export function sessionAfter(view: SessionView | undefined, { type, at, data }: ForgeEvent): SessionView | undefined {
  if (type === "session.opened") return view ?? { ...data, openedAt: at, branches: [] };
  if (view === undefined) return undefined;
  switch (type) {
    case "branch.opened": {
      const { branch, stream } = data;
      if (view.branches.some((other) => other.branch === branch)) return view;
      return { ...view, branches: [...view.branches, { branch, ...(stream === undefined ? {} : { stream }) }] };
    }
    case "session.finalized": {
      const { target, how, commit } = data;
      const finalized = { target, how, at, ...(commit === undefined ? {} : { commit }) };
      const branches = view.branches.map((each) => (each.branch === data.branch ? { ...each, finalized } : each));
      return { ...view, branches };
    }
    case "run.started": {
      const { session: _, ...run } = data;
      return { ...view, run: { ...run, startedAt: at } };
    }
    case "run.ended": {
      if (view.run?.run !== data.run) return view;
      const { how, reason } = data;
      return { ...view, run: { ...view.run, ended: { at, how, ...(reason === undefined ? {} : { reason }) } } };
    }
    default:
      return view;
  }
}
