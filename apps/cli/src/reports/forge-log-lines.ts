import type { ForgeEvent } from "@alphaforge/forge/sessions/forge-events";
import type { TaskView } from "@alphaforge/forge/sessions/task-view";
import { day, time } from "./forge-attempt-lines.ts";
import { eventLine } from "./forge-event-line.ts";
import { hanging } from "./forge-wrap.ts";

export interface LogOptions {
  readonly width: number;
  /** Takes out what must not leave the database. */
  readonly redact: (line: string) => Promise<string>;
  readonly taskOf: (event: ForgeEvent) => TaskView | undefined;
}

/** Gives an event's lines: the day where another begins, then time and words. */
export function logPrinter({ width, redact, taskOf }: LogOptions) {
  let today = "";
  return async (event: ForgeEvent): Promise<readonly string[]> => {
    const line = eventLine(event, taskOf(event));
    // Where a workspace lies is the forge's word, and there to be copied: no user's name is taken out of it.
    const safe = event.type === "workspace.opened" ? line : await redact(line);
    const date = day(event.at);
    const head = date === today ? [] : [`${date} (UTC)`];
    today = date;
    return [...head, ...hanging(`${time(event.at)}  `, safe, width)];
  };
}
