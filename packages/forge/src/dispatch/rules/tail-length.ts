import type { DispatchTask } from "./dispatch-task.ts";

/**
 * For each task that has not ended, how many tasks have to run one after another from its start on, itself included:
 * along the chain of tasks that wait for it, where each counts with the row of those that have to go one by one with it,
 * since they are core as it is or claim a glob of the same text. An estimate from above: of a row, all are taken to go
 * first. Who has the longest tail delays the end most by waiting. Linear in tasks, dependencies and globs; tasks that
 * wait for each other in a circle count as if nothing waited for them.
 */
export function tailLengths(tasks: readonly DispatchTask[]): ReadonlyMap<string, number> {
  const open = tasks.filter(({ state }) => state !== "ended");
  const rows = rowLengths(open);
  const positions = new Map(open.map(({ id }, position) => [id, position]));
  const needs = open.map(({ dependsOn }) => dependsOn.flatMap((dependency) => positions.get(dependency) ?? []));
  const behind = new Uint32Array(open.length);
  for (const needed of needs) for (const position of needed) behind[position] = (behind[position] ?? 0) + 1;
  const longest = new Float64Array(open.length);
  // From the ends of the chains to their beginnings; without recursion, since a chain may be longer than the stack.
  const known = [...open.keys()].filter((position) => behind[position] === 0);
  for (const position of known) {
    const tail = (rows[position] ?? 1) + (longest[position] ?? 0);
    for (const dependency of needs[position] ?? []) {
      if (tail > (longest[dependency] ?? 0)) longest[dependency] = tail;
      const left = (behind[dependency] ?? 0) - 1;
      behind[dependency] = left;
      if (left === 0) known.push(dependency);
    }
  }
  return new Map(open.map(({ id }, position) => [id, (rows[position] ?? 1) + (longest[position] ?? 0)]));
}

/** For each, how many have to go one by one with it. */
function rowLengths(open: readonly DispatchTask[]): readonly number[] {
  const rows = new Map<string, number>();
  let core = 0;
  for (const { isCore, globs } of open) {
    if (isCore) core += 1;
    // A glob that is named twice is one.
    for (const [at, glob] of globs.entries()) if (globs.indexOf(glob) === at) rows.set(glob, (rows.get(glob) ?? 0) + 1);
  }
  return open.map(({ isCore, globs }) => {
    let longest = isCore ? core : 1;
    for (const glob of globs) longest = Math.max(longest, rows.get(glob) ?? 0);
    return longest;
  });
}
