import type { DispatchTask } from "./dispatch-task.ts";

/**
 * For each task that has not ended, how many tasks have to run one after another from its start on, itself included: the
 * longest chain of tasks that wait for it, or the row of those that share a glob with it or are core as it is. Who has
 * the longest tail delays the end most by waiting.
 */
export function tailLengths(tasks: readonly DispatchTask[]): ReadonlyMap<string, number> {
  const open = tasks.filter(({ state }) => state !== "landed" && state !== "failed");
  const rows = new Map<string, number>();
  let core = 0;
  for (const { isCore, globs } of open) {
    if (isCore) core += 1;
    for (const glob of new Set(globs)) rows.set(glob, (rows.get(glob) ?? 0) + 1);
  }
  const alone = rows.get("**") ?? 0;
  const own = ({ isCore, globs }: DispatchTask): number =>
    Math.max(isCore ? core : 1, ...globs.map((glob) => (glob === "**" ? alone : (rows.get(glob) ?? 0) + alone)));

  const dependents = new Map<string, DispatchTask[]>();
  for (const task of open) {
    for (const dependency of task.dependsOn) {
      const list = dependents.get(dependency);
      if (list === undefined) dependents.set(dependency, [task]);
      else list.push(task);
    }
  }
  const tails = new Map<string, number>();
  for (const root of open) {
    // By hand, deepest first: a chain may be as long as a spec, and longer than the stack.
    const path = [root];
    for (let task = path.at(-1); task !== undefined; task = path.at(-1)) {
      const behind = dependents.get(task.id) ?? [];
      const unknown = tails.has(task.id) ? undefined : behind.find(({ id }) => !tails.has(id));
      if (unknown !== undefined) {
        path.push(unknown);
        continue;
      }
      if (!tails.has(task.id)) {
        const longest = behind.reduce((most, { id }) => Math.max(most, tails.get(id) ?? 0), 0);
        tails.set(task.id, Math.max(1 + longest, own(task)));
      }
      path.pop();
    }
  }
  return tails;
}
