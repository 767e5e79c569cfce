import type { Refusal } from "../sessions/refusal.ts";
import type { TaskView } from "../sessions/task-view.ts";

/** One attempt at a task, with its claim granted and a slot of its own. */
export interface AttemptOrder {
  readonly view: TaskView;
  /** 1 for the first. */
  readonly attempt: number;
  readonly token: number;
  /** An earlier process had the work done and kept: only landing it is left. */
  readonly landsOnly: boolean;
  /** Aborts when the run is stopped or the claim was lost; the reason says which. */
  readonly signal: AbortSignal;
  /** To be called once no coder works on it any more: the slot is another's then. */
  readonly freeSlot: () => void;
}

/** What became of an attempt. */
export type Verdict =
  | { readonly kind: "landed"; readonly commit: string }
  /** `counts`: it takes one of the task's tries away. */
  | { readonly kind: "refused"; readonly refusal: Refusal; readonly counts: boolean };

/**
 * Does an attempt, from its workspace to its landing. What goes wrong with the task is a verdict. Rejects when nothing
 * can be done for any task: no disk, no coder, a red or missing branch. The run ends then.
 */
export type AttemptWork = (order: AttemptOrder) => Promise<Verdict>;
