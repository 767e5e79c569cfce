import { UserError } from "@alphaforge/core/errors";
import type { App } from "../command.ts";
import type { OpenTraces } from "./traces-open.ts";

/** Of every export; records carry it. */
export const PROGRAM_VERSION = "0.1.0";

/** Which trajectories; without files, those of the forge of the repository that the command was called in. */
export interface TracesWanted {
  readonly from?: readonly string[];
  readonly task?: readonly string[];
  readonly session?: readonly string[];
}

/** Opens what was recorded for as long as `work` reads it. */
export async function withTraces<T>(
  app: App,
  wanted: TracesWanted,
  work: (traces: OpenTraces) => Promise<T>,
): Promise<T> {
  const { from, task, session } = wanted;
  if (from === undefined) {
    const { withRepositoryTraces } = await import("./traces-of-repository.ts");
    return withRepositoryTraces(
      app,
      { ...(task === undefined ? {} : { tasks: task }), ...(session === undefined ? {} : { sessions: session }) },
      work,
    );
  }
  if (task !== undefined || session !== undefined) {
    throw new UserError("--task and --session choose among a repository's traces: leave them out with --from");
  }
  const { trajectoryFiles } = await import("@alphaforge/corpus/trajectory-file");
  return work({ source: trajectoryFiles(from), patterns: [] });
}
