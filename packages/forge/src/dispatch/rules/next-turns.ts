import { PRIORITY_POINT_MS } from "../../claims/rules/claim.ts";
import type { DispatchTask } from "./dispatch-task.ts";
import { tailLengths } from "./tail-length.ts";

/**
 * How many usual durations each task that has to run behind one is worth. More than one: starting a long chain late
 * costs the whole session, starting a short one late costs nobody. With 1 the makespans of bench/scheduling.ts are up to
 * a fifth longer; from 4 on they do not get shorter.
 */
const BEHIND = 3;
/**
 * By how many usual durations a task may be ahead of another in the order, wait for a glob, and still be overtaken on
 * it. With 0 slots stay idle behind whoever waits for several globs (makespans twice as long); without a bound, who
 * claims much would wait for ever.
 */
const PATIENCE = 4 * BEHIND;

/**
 * Tasks whose turn it is to ask for their claim, first to last. A task has a turn when all its dependencies have
 * landed; of core tasks only one, and none while another is under way; and none while a task is under way that claims a
 * glob of the same text: it would only wait, and be in the way of others. (Globs that overlap and read differently are
 * left to the claims, which decide exactly.) Who goes first: a point of priority is worth a minute of having waited, as
 * in the claims' queue, and each task that has to run behind this one a few times as long as tasks usually take. All of
 * it is fixed from when a task is ready, but for the length of what waits behind it: as long as tasks are not added
 * faster than they land, whoever comes later falls behind sooner or later, and nobody waits for ever. `usualMs` is how
 * long a task takes.
 */
export function nextTurns(
  tasks: readonly DispatchTask[],
  { usualMs }: { readonly usualMs: number },
): readonly string[] {
  const tails = tailLengths(tasks);
  const turnOf = ({ id, priority, readySince = 0 }: DispatchTask): number =>
    readySince - priority * PRIORITY_POINT_MS - (tails.get(id) ?? 0) * BEHIND * usualMs;
  const ready = tasks
    .filter(({ state, readySince }) => state === "pending" && readySince !== undefined)
    .map((task) => ({ task, turn: turnOf(task) }))
    .sort((a, b) => a.turn - b.turn || a.task.index - b.task.index);
  const taken = new Rows();
  for (const task of tasks) if (task.state === "busy") taken.take(task, Number.NEGATIVE_INFINITY);
  const turns: string[] = [];
  for (const { task, turn } of ready) {
    // Whoever cannot go keeps what it waits for from those who are far behind it.
    const isFree = !taken.isTaken(task, turn);
    taken.take(task, isFree ? Number.NEGATIVE_INFINITY : turn + PATIENCE * usualMs);
    if (isFree) turns.push(task.id);
  }
  return turns;
}

/** What cannot be had by two at once: globs, each by its text, everything, and the place of the one core task. */
class Rows {
  /** From which turn on it is not to be had: the earliest of all who have it or wait for it. */
  readonly #from = new Map<string, number>();
  #all = Number.POSITIVE_INFINITY;
  #any = Number.POSITIVE_INFINITY;
  #core = Number.POSITIVE_INFINITY;

  take({ globs, isCore }: DispatchTask, from: number): void {
    if (isCore) this.#core = Math.min(this.#core, from);
    for (const glob of globs) {
      this.#any = Math.min(this.#any, from);
      if (glob === "**") this.#all = Math.min(this.#all, from);
      else this.#from.set(glob, Math.min(this.#from.get(glob) ?? Number.POSITIVE_INFINITY, from));
    }
  }

  isTaken({ globs, isCore }: DispatchTask, turn: number): boolean {
    if (isCore && turn >= this.#core) return true;
    return globs.some((glob) =>
      glob === "**"
        ? turn >= this.#any
        : turn >= this.#all || turn >= (this.#from.get(glob) ?? Number.POSITIVE_INFINITY),
    );
  }
}
