import { isDeepStrictEqual } from "node:util";
import { UserError } from "@alphaforge/core/errors";
import type { Feature, Spec } from "../spec/feature.ts";
import { findCycles } from "../spec/find-cycles.ts";
import { taskId, taskStream } from "./forge-events.ts";
import type { ForgeEntry } from "./forge-log.ts";
import type { TaskView } from "./task-view.ts";

export interface SessionPlan {
  /** What is to be written so that the session's tasks are what the spec says. */
  readonly entries: readonly ForgeEntry[];
  readonly added: readonly number[];
  /** Of tasks that have not landed: they begin anew. */
  readonly changed: readonly number[];
  /** Of tasks that have landed: nothing is done about them, and the user is told. */
  readonly changedAfterLanding: readonly number[];
}

/** Full ref name of the branch that a session, or one of its streams, lands on. */
export function sessionBranch(session: string, stream?: string): string {
  return `refs/heads/alphaforge/${session}${stream === undefined ? "" : `-${stream}`}`;
}

/**
 * What a spec makes of a session that may have tasks already: new features become tasks, changed ones begin anew unless
 * they have landed. Throws UserError for a dependency from one stream on another, since what it needs is not on its
 * branch, and for a circle, which the features of several specs can make together.
 */
export function planSession(
  { features }: Spec,
  at: { readonly session: string; readonly spec: string; readonly branchOf: (stream: string | undefined) => string },
  known: ReadonlyMap<string, TaskView>,
): SessionPlan {
  const { session, spec, branchOf } = at;
  const streams = new Map([...known.values()].map(({ feature }) => [feature.index, feature.stream]));
  for (const { index, stream } of features) streams.set(index, stream);
  for (const { index, stream, dependsOn } of features) {
    const other = dependsOn.find((dependency) => streams.get(dependency) !== stream);
    if (other === undefined || branchOf(stream) === branchOf(streams.get(other))) continue;
    throw new UserError(
      `feature ${index} (${named(stream)}) depends on ${other} (${named(streams.get(other))}), which lands on another branch: put both in one stream`,
    );
  }
  const needs = new Map([...known.values()].map(({ feature }) => [feature.index, feature.dependsOn]));
  for (const { index, dependsOn } of features) needs.set(index, dependsOn);
  const [circle] = findCycles(needs);
  if (circle !== undefined) {
    const way = [...circle, circle[0]].join(" → ");
    throw new UserError(
      `with the features that session ${session} has, these depend on each other in a circle: ${way}; take one dependency out`,
    );
  }
  const entries: ForgeEntry[] = [];
  const plan = { added: [] as number[], changed: [] as number[], changedAfterLanding: [] as number[] };
  for (const { at: _, ...feature } of features) {
    const task = taskId(session, feature.index);
    const view = known.get(task);
    if (view !== undefined && isSame(view.feature, feature)) continue;
    if (view?.state === "landed") {
      plan.changedAfterLanding.push(feature.index);
      continue;
    }
    (view === undefined ? plan.added : plan.changed).push(feature.index);
    const data = { task, session, branch: branchOf(feature.stream), feature, spec };
    entries.push({ stream: taskStream(task), type: "task.added", data });
  }
  return { entries, ...plan };
}

const named = (stream: string | undefined): string => (stream === undefined ? "no stream" : `stream ${stream}`);

/** Both as JSON: what was read back from a log has lost what is undefined. */
function isSame(a: Omit<Feature, "at">, b: Omit<Feature, "at">): boolean {
  return isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b)));
}
