import type { Orchestration } from "@alphaforge/forge/sessions/orchestration";
import type { SessionView } from "@alphaforge/forge/sessions/session-view";
import { blockedBy, type TaskView } from "@alphaforge/forge/sessions/task-view";

/** What a person does next with a session: what for, and the command. None while it runs, or when all is done. */
export interface NextStep {
  readonly why: string;
  readonly command: string;
}

/** `tasks` are those of the session. */
export function nextSteps(session: SessionView, tasks: readonly TaskView[], now: Orchestration): readonly NextStep[] {
  if (now === "running") return [];
  const run = `alphaforge forge run ${quoted(session.spec)} --session ${quoted(session.session)}`;
  const blocked = blockedBy(tasks);
  const failed = tasks.filter(({ state }) => state === "failed");
  const left = tasks.filter(({ state, task }) => state !== "landed" && state !== "failed" && !blocked.has(task));
  if (left.length > 0) return [{ why: now === "never" ? "start it" : "go on, with the same command", command: run }];
  const [first] = failed;
  const retry =
    first === undefined
      ? []
      : [
          { why: `see why ${first.task} failed`, command: `alphaforge forge log ${quoted(first.task)}` },
          { why: "try what failed anew", command: `${run} --retry-failed` },
        ];
  const finalize = isUnfinalized(session, tasks)
    ? [
        {
          why: `bring what landed into ${session.target}`,
          command: `alphaforge forge finalize ${quoted(session.session)}`,
        },
      ]
    : [];
  return failed.length > 0 ? [...retry, ...finalize] : finalize;
}

/** Something has landed on a branch of the session since that was last brought into its target. */
function isUnfinalized({ branches, directly }: SessionView, tasks: readonly TaskView[]): boolean {
  if (directly) return false;
  return tasks.some(({ branch, landed }) => {
    if (landed === undefined) return false;
    const brought = branches.find((each) => each.branch === branch)?.finalized?.at;
    return brought === undefined || landed.at > brought;
  });
}

/** A word as a shell takes it. */
export function quoted(word: string): string {
  return /^[\w./@%+=:,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
