import type { ForgeEvent } from "../sessions/forge-events.ts";
import type { ForgeEntry, ForgeLog } from "../sessions/forge-log.ts";
import { type TaskView, taskAfter } from "../sessions/task-view.ts";

/** The tasks of a session as their events have made them. What is recorded is durable before it is seen. */
export interface TaskBook {
  readonly tasks: ReadonlyMap<string, TaskView>;
  /** Writes events and folds them; `onEvent` is told of each. */
  record(...entries: readonly ForgeEntry[]): Promise<void>;
  /** Folds an event that somebody else has written. */
  take(event: ForgeEvent): void;
}

export function taskBook(
  known: ReadonlyMap<string, TaskView>,
  log: Pick<ForgeLog, "write">,
  now: () => number,
  onEvent: (event: ForgeEvent) => void,
): TaskBook {
  const tasks = new Map(known);
  const take = (event: ForgeEvent) => {
    const { task } = event.data as { readonly task?: string };
    if (task !== undefined) {
      const view = taskAfter(tasks.get(task), event);
      if (view !== undefined) tasks.set(task, view);
    }
    onEvent(event);
  };
  return {
    tasks,
    take,
    async record(...entries) {
      await log.write(...entries);
      // The log knows the seq; whoever folds in this process needs none.
      for (const { type, data } of entries) take({ seq: 0, at: now(), type, data } as ForgeEvent);
    },
  };
}
