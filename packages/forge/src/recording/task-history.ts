import type { ForgeEvent } from "../sessions/forge-events.ts";
import type { Refusal } from "../sessions/refusal.ts";

/** A time that a task stood in the queue of its claim, for a reason. */
export interface Wait {
  readonly at: string;
  readonly position: number;
  readonly estimated_wait_ms: number;
  readonly blockers: readonly { readonly holder: string; readonly state: string; readonly path: string }[];
}

/** What a task went through, which its view, the state it is in, no longer shows. */
export interface TaskHistory {
  /** By attempt: the waits before it got its claim. */
  readonly waits: ReadonlyMap<number, readonly Wait[]>;
  /** All, oldest first; an attempt whose landing is tried again has several. */
  readonly refusals: readonly { readonly attempt: number; readonly refusal: Refusal }[];
  /** Why commits that had landed are not on the branch any more. */
  readonly takenAway: ReadonlyMap<string, string>;
}

/** Folds the events of one task's stream. */
export async function taskHistory(events: AsyncIterable<ForgeEvent>): Promise<TaskHistory> {
  const waits = new Map<number, Wait[]>();
  const refusals: { attempt: number; refusal: Refusal }[] = [];
  const takenAway = new Map<string, string>();
  let waiting: Wait[] = [];
  for await (const { type, at, data } of events) {
    if (type === "claim.waited") {
      const { position, estimatedWaitMs, blockers } = data;
      waiting.push({
        ...{ at: new Date(at).toISOString(), position, estimated_wait_ms: estimatedWaitMs },
        blockers: blockers.map(({ holder, ...blocker }) => ({ ...blocker, holder: nameless(holder) })),
      });
    } else if (type === "attempt.started") {
      waits.set(data.attempt, [...(waits.get(data.attempt) ?? []), ...waiting]);
      waiting = [];
    } else if (type === "attempt.refused") {
      refusals.push({ attempt: data.attempt, refusal: data.refusal });
    } else if (type === "task.unlanded") {
      takenAway.set(data.commit, data.reason);
    }
  }
  return { waits, refusals, takenAway };
}

/** Who holds a claim may be a person, whose name no trajectory needs. */
const nameless = (holder: string): string => (holder.startsWith("user/") ? "user" : holder);
