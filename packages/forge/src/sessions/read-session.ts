import type { ForgeLog } from "./forge-log.ts";
import { type SessionView, sessionAfter } from "./session-view.ts";
import { type TaskView, taskAfter } from "./task-view.ts";

export interface SessionReading {
  /** All sessions of the forge, by name. */
  readonly sessions: ReadonlyMap<string, SessionView>;
  /** All tasks of all sessions, by id. */
  readonly tasks: ReadonlyMap<string, TaskView>;
  /** The last event that was read; 0 when there is none. */
  readonly lastSeq: number;
}

/** Folds a forge's log. */
export async function readSessions(log: Pick<ForgeLog, "read">): Promise<SessionReading> {
  const sessions = new Map<string, SessionView>();
  const tasks = new Map<string, TaskView>();
  let lastSeq = 0;
  for await (const event of log.read()) {
    lastSeq = event.seq;
    const { session, task } = event.data as { readonly session?: string; readonly task?: string };
    if (task !== undefined) {
      const view = taskAfter(tasks.get(task), event);
      if (view !== undefined) tasks.set(task, view);
    } else if (session !== undefined) {
      const view = sessionAfter(sessions.get(session), event);
      if (view !== undefined) sessions.set(session, view);
    }
  }
  return { sessions, tasks, lastSeq };
}
