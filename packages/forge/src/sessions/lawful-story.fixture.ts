import fc from "fast-check";
import { OUTSIDE, RED, storyteller, type TimedEntry, TOO_LONG } from "./forge-story.fixture.ts";
import type { TaskState } from "./task-view.ts";

interface Told {
  state: TaskState;
  attempt: number;
  /** How far its attempt came. */
  stage: number;
}

/**
 * Random histories of one session that an orchestrator could have written: tasks are tried, turned down, landed, taken
 * away again, retried and said anew; runs are killed and resumed. What a choice means depends on where its task stands.
 */
export const lawfulStory: fc.Arbitrary<readonly TimedEntry[]> = fc
  .record({
    tasks: fc.integer({ min: 1, max: 5 }),
    choices: fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 60 }),
  })
  .map(({ tasks, choices }) => {
    const s = storyteller();
    const told: Told[] = Array.from({ length: tasks }, () => ({ state: "pending", attempt: 0, stage: 0 }));
    const dependsOn = (index: number) => (index > 1 ? [index - 1] : []);
    const story: TimedEntry[] = [
      ...s.opened(),
      s.run(0, 1),
      ...told.map((_, at) => s.added(0, at + 1, { dependsOn: dependsOn(at + 1) })),
    ];
    choices.forEach(([which, choice], step) => {
      const index = 1 + (which % tasks);
      const task = told[index - 1] as Told;
      const minute = 1 + step;
      const pick = <T>(...options: readonly T[]): T => options[choice % options.length] as T;
      const refuse = (last: boolean): void => {
        const refusal = pick(RED, OUTSIDE, TOO_LONG);
        story.push(s.refused(minute, index, task.attempt, refusal, last ? "failed" : "again", choice % 3 > 0));
        task.state = last ? "failed" : "pending";
      };
      if (task.state === "pending") {
        if (pick(true, true, true, false)) {
          story.push(s.asked(minute, index, task.attempt + 1));
          task.state = "waiting";
        } else story.push(s.added(minute, index, { description: `Said anew ${step}` }));
      } else if (task.state === "waiting") {
        if (pick(true, false)) {
          task.attempt++;
          task.stage = 0;
          task.state = "working";
          story.push(s.started(minute, index, task.attempt));
        } else story.push(s.waited(minute, index, [1 + (choice % tasks)], undefined, task.attempt + 1));
      } else if (task.state === "working") {
        const stages = [s.workspace, s.coded, s.kept, s.queued];
        const next = stages[task.stage];
        if (next === undefined || choice % 7 === 0) refuse(choice % 2 === 0);
        else {
          story.push(next(minute, index, task.attempt));
          task.stage++;
          if (task.stage === stages.length) task.state = "landing";
        }
      } else if (task.state === "landing") {
        const verification = `v${step}`;
        const green = pick(true, true, false);
        story.push(s.verifying(minute, verification, [index]));
        // A run that was killed while it verified: the next one lands what was made.
        if (choice % 5 === 0) {
          story.push(s.run(minute, step, `run-${step}`), s.asked(minute, index, task.attempt));
          story.push(s.started(minute, index, task.attempt, true), s.queued(minute, index, task.attempt));
          return;
        }
        story.push(s.verified(minute, verification, [index], green));
        if (green) {
          story.push(s.landed(minute, index, task.attempt));
          task.state = "landed";
        } else refuse(choice % 2 === 0);
      } else if (task.state === "landed") {
        if (choice % 4 !== 0) story.push(s.finalized(minute));
        else {
          story.push(s.unlanded(minute, index));
          task.state = "pending";
        }
      } else {
        story.push(s.retried(minute, index));
        task.state = "pending";
      }
    });
    return story;
  });
