import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { TaskView } from "@alphaforge/forge/sessions/task-view";
import { type CoderStory, MARKS, type TurnedDown } from "./coders.ts";
import { BRANCH, VERIFY, type World } from "./world.ts";

/** Everything of tasks and branch that is not as it should be after the run, each in one line. */
export function wrongsOf(
  world: World,
  tasks: readonly TaskView[],
  stories: ReadonlyMap<number, CoderStory>,
): readonly string[] {
  const byIndex = new Map(tasks.map((task) => [task.feature.index, task]));
  const missing = [...stories.keys()].filter((index) => !byIndex.has(index));
  return [
    ...missing.map((index) => `feature ${index} has become no task`),
    ...tasks.flatMap((task) => {
      const story = stories.get(task.feature.index);
      return story === undefined ? [`${task.task} is in no story`] : wrongsOfTask(world, task, story);
    }),
    ...wrongsOfOrder(byIndex),
    ...wrongsOfBranch(world, tasks),
    ...(existsSync(join(world.marks, MARKS.hookRan)) ? ["a hook ran: the user's, or one that a coder installed"] : []),
  ];
}

function wrongsOfTask({ git }: World, task: TaskView, { lands, turnedDown }: CoderStory): string[] {
  const wrongs: string[] = [];
  const expected = lands ? "landed" : "failed";
  if (task.state !== expected) wrongs.push(`${task.task} is ${task.state}, not ${expected}: ${said(task.refusal)}`);
  const refusals = task.attempts.flatMap(({ refusal }) => refusal ?? []);
  const wanted = turnedDown.map(said).join("; ");
  if (refusals.map(said).join("; ") !== wanted) {
    wrongs.push(`${task.task} was turned down by "${refusals.map(said).join("; ")}", not by "${wanted}"`);
  }
  turnedDown.forEach(({ paths = [] }, index) => {
    const named = refusals[index]?.paths ?? [];
    if (named.join() !== paths.join())
      wrongs.push(`${task.task}: its refusal names ${named.join(", ")}, not ${paths.join(", ")}`);
  });
  const landings = git("log", "--format=%H", `--grep=^Alphaforge-Task: ${task.task}$`, BRANCH)
    .split("\n")
    .filter(Boolean);
  if (landings.length !== (lands ? 1 : 0)) wrongs.push(`${task.task} is on the branch ${landings.length} times`);
  if (lands && landings[0] !== task.landed?.commit) wrongs.push(`${task.task} says that it landed as another commit`);
  // What a coder wrote is not lost, landed or not; one that hangs has written nothing.
  const hasWritten = refusals[0]?.code !== "limit-idleMs";
  if (hasWritten && git("for-each-ref", `refs/alphaforge/keep/${task.task}/1`) === "") {
    wrongs.push(`${task.task}: what its first attempt wrote is not kept`);
  }
  return wrongs;
}

const said = (refusal: TurnedDown | undefined) =>
  refusal === undefined ? "nothing" : `${refusal.stage}/${refusal.code}`;

/** Priority first, and nobody before what it depends on has landed. */
function wrongsOfOrder(tasks: ReadonlyMap<number, TaskView>): string[] {
  const startOf = (index: number) => tasks.get(index)?.attempts[0]?.startedAt ?? Number.NaN;
  const wrongs: string[] = [];
  for (const index of tasks.keys()) {
    if (startOf(11) > startOf(index)) wrongs.push(`feature ${index} started before 11, which has priority`);
  }
  for (const { task, feature } of tasks.values()) {
    for (const other of feature.dependsOn) {
      if (!(startOf(feature.index) >= (tasks.get(other)?.landed?.at ?? Number.NaN))) {
        wrongs.push(`${task} started before feature ${other}, which it depends on, had landed`);
      }
    }
  }
  return wrongs;
}

/** The branch as anybody else would get it: green, and written by the user and the colleague alone. */
function wrongsOfBranch({ directory, repository, environment, git }: World, tasks: readonly TaskView[]): string[] {
  const wrongs: string[] = [];
  const authors = [...new Set(git("log", "--format=%an", `main..${BRANCH}`).split("\n"))].sort().join(", ");
  if (authors !== "Ada, Grace") wrongs.push(`the branch has commits of ${authors}`);
  const fresh = join(directory, "fresh");
  const options = { env: environment, encoding: "utf8", stdio: "pipe" } as const;
  execFileSync("git", ["clone", "-q", "--branch", BRANCH.replace("refs/heads/", ""), repository, fresh], options);
  const landed = tasks.filter(({ state }) => state === "landed");
  for (const command of [VERIFY, ...landed.flatMap(({ feature }) => feature.verify)]) {
    try {
      execFileSync("/bin/sh", ["-c", command], { ...options, cwd: fresh });
    } catch (error) {
      wrongs.push(`the branch is red: ${command}: ${(error as { stdout?: string }).stdout ?? error}`);
    }
  }
  return wrongs;
}
