import { visibleText } from "@alphaforge/desk/deciders/llm/visible-text";
import type { ForgeEvent, RunNote } from "@alphaforge/forge/sessions/forge-events";
import type { Refusal, RefusalStage } from "@alphaforge/forge/sessions/refusal";
import type { AttemptView, ClaimWaitView, TaskView } from "@alphaforge/forge/sessions/task-view";
import { duration, roughly } from "./forge-duration.ts";
import { dollars, tokenWords } from "./forge-spending.ts";

/** Of one line; what is cut is in `forge log TASK` in full. */
const LONGEST = 400;

/**
 * What happened, in one line of plain words. `task` is the event's task after it, for what the event does not hold: how
 * long the coder took and what it cost. Control characters in what coders and commands wrote are made visible.
 */
export function eventLine(event: ForgeEvent, task?: TaskView): string {
  return visibleText(words(event, task), LONGEST);
}

function words({ type, data }: ForgeEvent, task: TaskView | undefined): string {
  switch (type) {
    case "session.opened": {
      const { session, target, since, directly, spec } = data;
      const where = directly ? `on ${target} itself` : `for ${target}`;
      return `session ${session} opened ${where}: ${spec}, from ${shortCommit(since)} on`;
    }
    case "branch.opened":
      return `session ${data.session} lands${data.stream === undefined ? "" : ` stream ${data.stream}`} on ${shortBranch(data.branch)}`;
    case "session.finalized": {
      const { branch, target, how, commit } = data;
      const at = commit === undefined ? "" : ` (${shortCommit(commit)})`;
      if (how === "already-there") return `${target} has all of ${shortBranch(branch)} already${at}`;
      const moved = how === "merged" ? "merged into" : "brought into";
      return `${shortBranch(branch)} was ${moved} ${target}${how === "merged" ? "" : " by fast-forward"}${at}`;
    }
    case "run.started": {
      const { session, coder, model, concurrency, recorded } = data;
      const who = `${coder}${model === undefined ? "" : ` (${model})`}`;
      return `run of ${session} started: ${who}, up to ${concurrency} at a time, ${recorded ? "recorded" : "not recorded"}`;
    }
    case "run.ended": {
      const how = { done: "every task has its end", stopped: "it was stopped", failed: "it could not go on" }[data.how];
      return `run of ${data.session} ended: ${how}${data.reason === undefined ? "" : `: ${data.reason}`}`;
    }
    case "task.added":
      return `${data.task} added: ${firstLine(data.feature.description)}`;
    case "task.retried":
      return `${data.task} is to be tried anew`;
    case "claim.asked":
      return `${data.task} asks for ${data.globs.join(" ")}`;
    case "claim.waited":
      return `${data.task} waits for ${waitWords(data)}`;
    case "attempt.started": {
      const { task: id, attempt, landsOnly, waitedMs } = data;
      if (landsOnly) return `${id} goes on: what attempt ${attempt} made is to be landed`;
      const waited = waitedMs < 1000 ? "" : `, after ${duration(waitedMs)} of waiting`;
      return `${id} started (attempt ${attempt}${waited})`;
    }
    case "workspace.opened":
      return `${data.task} has its workspace: ${data.directory}, ports ${data.ports.from} to ${data.ports.to}`;
    case "attempt.coded": {
      const { task: id, attempt, isOk, reason, usage, costUsd, startedAt, endedAt } = data;
      const tokens = usage.input + usage.output + usage.cacheRead + usage.cacheWrite;
      const facts = [`attempt ${attempt}`, duration(endedAt - startedAt), ...(tokens > 0 ? [tokenWords(tokens)] : [])];
      if (costUsd !== undefined) facts.push(dollars(costUsd));
      const end = isOk ? "is written" : `was left by its coder: ${reason ?? "no reason is known"}`;
      return `${id} ${end} (${facts.join(", ")})`;
    }
    case "attempt.kept":
      return `${data.task} is kept under ${data.ref} (${shortCommit(data.commit)})`;
    case "landing.queued":
      return `${data.task} is queued to land (attempt ${data.attempt})`;
    case "attempt.refused": {
      const { task: id, refusal, next, counts } = data;
      const then = next === "failed" ? "that was its last try" : `tries again${counts ? "" : " (not counted)"}`;
      return `${id} ${refusalWords(refusal)}; ${then}`;
    }
    case "task.landed": {
      const { task: id, commit, attempt } = data;
      const made = task?.attempts.find((each) => each.attempt === attempt);
      return `${id} landed as ${shortCommit(commit)} (${[`attempt ${attempt}`, ...coderFacts(made)].join(", ")})`;
    }
    case "task.unlanded":
      return `${data.task} is not on its branch any more (${shortCommit(data.commit)}): ${data.reason}; it is done again`;
    case "landing.intended": {
      const { branch, from, to, landings } = data;
      const tasks = landings.map(({ task: id }) => id);
      return `about to move ${shortBranch(branch)} from ${shortCommit(from)} to ${shortCommit(to)} with ${someOf(tasks)}`;
    }
    case "landing.abandoned":
      return `the branch was not moved: ${data.reason}`;
    case "landing.acknowledged":
      return `the branch was moved: ${someOf(data.landed.map(({ task: id }) => id))}`;
    case "verification.started":
      return `verifying ${someOf(data.tasks)}${data.tasks.length > 1 ? " together" : ""}, as ${shortCommit(data.commit)}`;
    case "verification.ended":
      return verificationWords(data);
  }
}

function verificationWords(data: {
  readonly tasks: readonly string[];
  readonly green: boolean;
  readonly flaky: boolean;
  readonly ms: number;
  readonly runs: readonly RunNote[];
}): string {
  const of = `verification of ${someOf(data.tasks)}`;
  const took = `(${duration(data.ms)})`;
  if (data.green)
    return `${of} is green ${took}${data.flaky ? "; flaky: a command failed and then passed on the same tree" : ""}`;
  const bad = data.runs.findLast(({ outcome }) => outcome !== "passed");
  return `${of} is red ${took}${bad === undefined ? "" : `: ${bad.command} ${outcomeWords(bad)}`}`;
}

/** How a command ended: "failed with 1", "took too long". */
export function outcomeWords({ outcome, code }: Pick<RunNote, "outcome" | "code">): string {
  if (outcome === "failed") return code < 0 ? "was killed" : `failed with ${code}`;
  return { passed: "passed", "timed-out": "took too long", aborted: "was stopped", "not-started": "did not start" }[
    outcome
  ];
}

const REFUSED: Readonly<Record<RefusalStage, string>> = {
  claim: "stopped at its claim",
  workspace: "stopped in its workspace",
  coder: "stopped at its coder",
  fence: "turned down by the fence",
  verify: "turned down by verification",
  landing: "turned down by the landing",
};

/** "turned down by the fence: src/x.ts is outside the claim". */
export function refusalWords({ stage, code, reason }: Refusal): string {
  // The run came to an end, and the task is not to blame.
  return `${code === "interrupted" ? "was interrupted" : REFUSED[stage]}: ${reason}`;
}

/** "src/core/a.ts (shop.4, about 3 min)": what a claim waits for, whose that is, and for how long as far as is known. */
export function waitWords({ blockers, estimatedWaitMs, position }: ClaimWaitView): string {
  const paths = [...new Set(blockers.map(({ path }) => path))];
  const holders = [...new Set(blockers.map(({ holder }) => holder))];
  const turn = position > 1 ? [`place ${position}`] : [];
  const facts = [someOf(holders), ...turn, ...(estimatedWaitMs > 0 ? [roughly(estimatedWaitMs)] : [])];
  return `${someOf(paths)} (${facts.join(", ")})`;
}

/** How long a coder worked and what it cost, as far as is known. */
export function coderFacts(attempt: AttemptView | undefined): readonly string[] {
  const { coderMs, costUsd } = attempt ?? {};
  return [...(coderMs === undefined ? [] : [duration(coderMs)]), ...(costUsd === undefined ? [] : [dollars(costUsd)])];
}

/** Seven digits, as git shortens them. */
export function shortCommit(commit: string): string {
  return commit.slice(0, 7);
}

/** A full ref name as people write it. */
export function shortBranch(ref: string): string {
  return ref.replace(/^refs\/heads\//, "");
}

const MOST_NAMED = 3;

/** "shop.1, shop.2, shop.3 and 4 more". */
export function someOf(names: readonly string[]): string {
  if (names.length === 0) return "nothing";
  const more = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** The first line that says something. */
export function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] ?? "";
}
