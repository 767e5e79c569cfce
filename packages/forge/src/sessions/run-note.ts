import type { CommandRun } from "../verify/run-command.ts";
import type { RunNote } from "./forge-events.ts";

/** Characters of a command's output that an event holds. */
const TAIL = 8_000;

/** The end of what a command wrote. */
export function forgeRunTail({ output: { head, tail, dropped } }: CommandRun): string {
  const whole = dropped > 0 ? `${head}\n… ${dropped} bytes …\n${tail}` : head + tail;
  return whole.length <= TAIL ? whole : whole.slice(-TAIL);
}

/** What is written down of a command's run. */
export function runNote(run: CommandRun): RunNote {
  const { command, outcome, code, ms } = run;
  return { command, outcome, code, ms, tail: forgeRunTail(run) };
}
