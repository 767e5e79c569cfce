import { PRIORITY_POINT_MS } from "../../claims/rules/claim.ts";
import type { DispatchTask } from "./dispatch-task.ts";
import { tailLengths } from "./tail-length.ts";

/**
 * Tasks whose turn it is to ask for their claim, first to last. A task has a turn when all its dependencies have
 * landed; of core tasks only one, and none while another is under way. Who goes first: a point of priority is worth a
 * minute of having waited (as in the claims' queue), and each task that has to run behind this one is worth as long as
 * tasks usually take, so that long chains begin early. All of it is fixed from when a task is ready, but for the length
 * of what waits behind it: whoever comes later falls behind sooner or later, and nobody waits for ever.
 */
export function nextTurns(
  tasks: readonly DispatchTask[],
  { usualMs }: { readonly usualMs: number },
): readonly string[] {
  const tails = tailLengths(tasks);
  const turnOf = ({ id, priority, readySince = 0 }: DispatchTask): number =>
    readySince - priority * PRIORITY_POINT_MS - (tails.get(id) ?? 0) * usualMs;
  const ready = tasks
    .filter((task) => isReady(task))
    .map((task) => ({ task, turn: turnOf(task) }))
    .sort((a, b) => a.turn - b.turn || a.task.index - b.task.index)
    .map(({ task }) => task);
  const isCoreUnderWay = tasks.some(({ isCore, state }) => isCore && state === "busy");
  const core = isCoreUnderWay ? undefined : ready.find(({ isCore }) => isCore);
  return ready.filter((task) => !task.isCore || task === core).map(({ id }) => id);
}

/** Nothing but its turn is in its way. */
export function isReady({ state, readySince }: DispatchTask): boolean {
  return state === "pending" && readySince !== undefined;
}
