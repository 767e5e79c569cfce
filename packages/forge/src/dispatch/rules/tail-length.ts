import type { DispatchTask } from "./dispatch-task.ts";

/**
 * For each task that has not ended, how many tasks have to run one after another from its start on, itself included: the
 * longest chain of tasks that wait for it, or the row of those that share a glob with it or are core as it is. Who has
 * the longest tail delays the end most by waiting. Linear in tasks, dependencies and globs; tasks that wait for each
 * other in a circle count as if nothing waited for them.
 */
export function tailLengths(tasks: readonly DispatchTask[]): ReadonlyMap<string, number> {
  const open = new Map(tasks.filter(({ state }) => state !== "ended").map((task) => [task.id, task]));
  const rowOf = rowLengths([...open.values()]);
  const behind = new Map<string, number>();
  for (const { dependsOn } of open.values()) {
    for (const dependency of dependsOn) behind.set(dependency, (behind.get(dependency) ?? 0) + 1);
  }
  const tails = new Map([...open.values()].map((task) => [task.id, rowOf(task)]));
  // From the ends of the chains to their beginnings; without recursion, since a chain may be longer than the stack.
  const known = [...open.values()].filter(({ id }) => !behind.has(id));
  for (const { id, dependsOn } of known) {
    const tail = 1 + (tails.get(id) ?? 0);
    for (const dependency of dependsOn) {
      const task = open.get(dependency);
      if (task === undefined) continue;
      if (tail > (tails.get(dependency) ?? 0)) tails.set(dependency, tail);
      const left = (behind.get(dependency) ?? 0) - 1;
      behind.set(dependency, left);
      if (left === 0) known.push(task);
    }
  }
  return tails;
}

/** How many have to go one by one with a task: of those who are core, or claim a glob of the same text. */
function rowLengths(open: readonly DispatchTask[]): (task: DispatchTask) => number {
  const rows = new Map<string, number>();
  let core = 0;
  for (const { isCore, globs } of open) {
    if (isCore) core += 1;
    for (const glob of new Set(globs)) rows.set(glob, (rows.get(glob) ?? 0) + 1);
  }
  const alone = rows.get("**") ?? 0;
  return ({ isCore, globs }) => {
    let longest = isCore ? core : 1;
    for (const glob of globs) longest = Math.max(longest, (rows.get(glob) ?? 0) + (glob === "**" ? 0 : alone));
    return longest;
  };
}
