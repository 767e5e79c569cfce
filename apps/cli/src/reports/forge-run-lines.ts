import { visibleText } from "@alphaforge/desk/deciders/llm/visible-text";
import type { ForgeEvent, ForgeEventType } from "@alphaforge/forge/sessions/forge-events";
import type { SessionView } from "@alphaforge/forge/sessions/session-view";
import { blockedBy, type TaskView } from "@alphaforge/forge/sessions/task-view";
import { duration } from "./forge-duration.ts";
import { eventLine, shortBranch } from "./forge-event-line.ts";
import { nextSteps } from "./forge-next-step.ts";
import { spendingOf, spendingWords } from "./forge-spending.ts";

/** What goes without saying: it is said by what follows it, or only of use to who looks for it in the log. */
const QUIET: ReadonlySet<ForgeEventType> = new Set<ForgeEventType>([
  "task.added",
  "claim.asked",
  "workspace.opened",
  "attempt.kept",
  "landing.queued",
  "landing.intended",
  "landing.acknowledged",
  "verification.started",
]);

/**
 * One short line for a person who watches a run; undefined for what is not worth one. With `task`, the event's task
 * after it, a landing also says how long its coder took and what it cost.
 */
export function runLine(event: ForgeEvent, task?: TaskView): string | undefined {
  if (QUIET.has(event.type)) return undefined;
  // Its refusal, or its landing, says the same.
  if (event.type === "attempt.coded" && !event.data.isOk) return undefined;
  if (event.type === "verification.ended" && event.data.green && !event.data.flaky) return undefined;
  if (event.type === "run.ended" && event.data.how === "done") return undefined;
  return eventLine(event, task);
}

/** "4 working, 2 landing, 7 landed of 20": the live line. `tasks` are those of one session. */
export function runStatusLine(tasks: readonly TaskView[], now: number): string {
  const blocked = blockedBy(tasks);
  const inState = (state: TaskView["state"]) => tasks.filter((task) => task.state === state);
  const working = inState("working");
  const oldest = working.reduce<TaskView | undefined>(
    (a, b) => (a === undefined || b.since < a.since ? b : a),
    undefined,
  );
  const pending = inState("pending").length - blocked.size;
  const counts: readonly (readonly [number, string])[] = [
    [working.length, `working${oldest === undefined ? "" : ` (${oldest.task} for ${duration(now - oldest.since)})`}`],
    [inState("waiting").length, "waiting"],
    [inState("landing").length, "landing"],
    [pending, "to come"],
    [inState("failed").length, "failed"],
    [blocked.size, "blocked"],
  ];
  const said = counts.flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`]));
  return [...said, `${inState("landed").length} landed of ${tasks.length}`].join(", ");
}

/** How a run has ended, for a person: what landed, what did not and why, what it took, and what to do next. */
export function runSummary(tasks: readonly TaskView[], session: SessionView): string[] {
  const blocked = blockedBy(tasks);
  const failed = tasks.filter(({ state }) => state === "failed");
  const open = tasks.filter(({ state, task }) => !["landed", "failed"].includes(state) && !blocked.has(task));
  return [
    ...landedLines(tasks, session),
    ...failed.map(({ task, refusal, tries }) => {
      const reason = refusal === undefined ? "no reason is known" : `${refusal.stage}: ${refusal.reason}`;
      return `  ${visibleText(`${task} failed after ${tries} ${tries === 1 ? "try" : "tries"}, ${reason}`, 400)}`;
    }),
    ...[...blocked].map(([task, causes]) => `  ${task} blocked by ${causes.join(", ")}`),
    ...(open.length === 0 ? [] : [`  not finished: ${open.map(({ task }) => task).join(", ")}`]),
    spendingWords(spendingOf(tasks.flatMap(({ attempts }) => attempts))),
    ...nextSteps(session, tasks, "ended").map(({ why, command }) => `${why}: ${command}`),
  ];
}

function landedLines(tasks: readonly TaskView[], { session, branches }: SessionView): readonly string[] {
  const counts = branches.map(({ branch }) => {
    const own = tasks.filter((task) => task.branch === branch);
    return { branch, total: own.length, landed: own.filter(({ state }) => state === "landed").length };
  });
  const [only] = counts;
  if (only !== undefined && counts.length === 1) {
    return [`${session}: ${only.landed} of ${tasks.length} landed on ${shortBranch(only.branch)}`];
  }
  const landed = tasks.filter(({ state }) => state === "landed").length;
  return [
    `${session}: ${landed} of ${tasks.length} landed`,
    ...counts.map((each) => `  ${each.landed} of ${each.total} on ${shortBranch(each.branch)}`),
  ];
}
