/** What deciding about turns needs to know of a task. */
export interface DispatchTask {
  readonly id: string;
  /** Core tasks run one at a time. */
  readonly isCore: boolean;
  /** "busy": from asking for its claim to its landing or refusal. "ended": landed or failed. */
  readonly state: "pending" | "busy" | "ended";
  /** Ids of tasks that have to have landed before. */
  readonly dependsOn: readonly string[];
  /** Higher goes first. */
  readonly priority: number;
  /** Globs as written: equal texts are work that has to go one by one. */
  readonly globs: readonly string[];
  /** Clock time (ms) since when nothing but its turn was in its way; undefined while something is. */
  readonly readySince: number | undefined;
  /** Its place in the spec, the last resort of the order. */
  readonly index: number;
}
