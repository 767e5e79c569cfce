import type { DiffSource, TrajectorySource } from "@alphaforge/corpus/trajectory";

/** Trajectories, and what goes with the place that they come from. */
export interface OpenTraces {
  readonly source: TrajectorySource;
  /** Absent where no repository is at hand. */
  readonly diffs?: DiffSource;
  /** Patterns of the repository's alphaforge.yaml, "kind=pattern". */
  readonly patterns: readonly string[];
}
