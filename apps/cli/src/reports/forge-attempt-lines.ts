import { visibleText } from "@alphaforge/desk/deciders/llm/visible-text";
import type { AttemptView, TaskView } from "@alphaforge/forge/sessions/task-view";
import { duration } from "./forge-duration.ts";
import { refusalWords, shortBranch, shortCommit } from "./forge-event-line.ts";
import { spendingOf, spendingWords } from "./forge-spending.ts";
import { hanging } from "./forge-wrap.ts";

/** One attempt with what was asked and said, as far as it is recorded; safe to show. */
export interface AttemptStory {
  readonly attempt: AttemptView;
  readonly prompt?: string;
  readonly agent?: string;
  readonly lastWords?: string;
  /** Why the coder's end was not a good one. */
  readonly coderReason?: string;
  /** Every message after the prompt. */
  readonly said?: readonly { readonly at: number; readonly payload: unknown }[];
}

/** Of one quoted text; the whole is in --json. */
const LONGEST = 20_000;
const LONGEST_MESSAGE = 4_000;

/** A task and all of its attempts, in full. */
export function attemptLines(
  task: TaskView,
  stories: readonly AttemptStory[],
  { width }: { readonly width: number },
): readonly string[] {
  const { feature, branch, state, tries } = task;
  const facts = [
    ...(feature.dependsOn.length === 0 ? [] : [`after ${feature.dependsOn.join(", ")}`]),
    `claims ${feature.touches.join(" ")}`,
    `lands on ${shortBranch(branch)}`,
  ];
  return [
    ...hanging(`${task.task} ${state}  `, visibleText(facts.join("; "), 2_000), width),
    ...quoted(feature.description, LONGEST),
    ...stories.flatMap((story) => ["", ...storyLines(task, story, width)]),
    ...(stories.length === 0 ? ["", "no attempt yet"] : []),
    ...(state === "failed" ? ["", `given up after ${tries} ${tries === 1 ? "try" : "tries"}`] : []),
  ];
}

function storyLines({ task }: TaskView, story: AttemptStory, width: number): readonly string[] {
  const { attempt, prompt, agent, lastWords, coderReason, said } = story;
  const { startedAt, endedAt, refusal, commit, keptRef, base, directory, stage, coderMs, model } = attempt;
  const until = endedAt === undefined ? `so far: ${stage}` : `to ${time(endedAt)}`;
  const coder = [agent, model].filter((word) => word !== undefined).join(", ");
  const took = coderMs === undefined ? [] : [`${duration(coderMs)}, ${spendingWords(spendingOf([attempt]))}`];
  return [
    `attempt ${attempt.attempt}  ${day(startedAt)} ${time(startedAt)} ${until} UTC, token ${attempt.token}`,
    ...(prompt === undefined ? ["  prompt: not recorded"] : ["  prompt:", ...quoted(prompt, LONGEST)]),
    ...(coder === "" && took.length === 0 ? [] : hanging("  coder: ", [coder || "ended", ...took].join(": "), width)),
    ...(coderReason === undefined ? [] : hanging("  its end: ", visibleText(coderReason, LONGEST_MESSAGE), width)),
    ...(said === undefined ? [] : ["  it said:", ...said.flatMap(messageLines)]),
    ...(lastWords === undefined ? [] : ["  its last words:", ...quoted(lastWords, LONGEST)]),
    ...(commit === undefined ? [] : [`  landed as ${shortCommit(commit)}: git show ${commit}`]),
    ...(refusal === undefined || commit !== undefined
      ? []
      : [
          ...hanging("  ", visibleText(refusalWords(refusal), LONGEST_MESSAGE), width),
          ...(refusal.paths ?? []).slice(0, 50).map((path) => `    ${visibleText(path, 400)}`),
          ...(refusal.output === undefined ? [] : quoted(refusal.output, LONGEST)),
        ]),
    ...(keptRef === undefined ? [] : keptLines(keptRef, base)),
    ...(keptRef === undefined && endedAt === undefined && directory !== undefined
      ? [`  ${task} works in ${visibleText(directory, 4096)}`]
      : []),
  ];
}

/** Everything that was in the workspace, committed or not, against what the work began from; and the coder's commits. */
function keptLines(ref: string, base: string | undefined): readonly string[] {
  const from = base === undefined ? `${ref}^` : shortCommit(base);
  return [`  kept: git diff ${from} ${ref}`, `        git log ${from}..${ref}`];
}

/** Test runners colour what they print: colours hide nothing, and written out they would hide the rest. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences begin with one
const COLOUR = /\u001b\[[\d;]*m/g;

/** Each line behind a bar, so that nothing in it passes for the report's own words. */
function quoted(text: string, limit: number): readonly string[] {
  const lines = visibleText(text.replace(COLOUR, "").replace(/\n+$/, ""), limit, "lines").split("\n");
  return lines.map((line) => `    │ ${line}`.trimEnd());
}

function messageLines({ at, payload }: { readonly at: number; readonly payload: unknown }): readonly string[] {
  const text = typeof payload === "string" ? payload : JSON.stringify(payload);
  return [`    │ ${time(at)} ${visibleText(text, LONGEST_MESSAGE)}`];
}

/** "2026-03-02", UTC. */
export function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** "09:05:24", UTC. */
export function time(at: number): string {
  return new Date(at).toISOString().slice(11, 19);
}
