/** The stage that turned an attempt down; the forge's sentence, from claiming on. */
export type RefusalStage = "claim" | "workspace" | "coder" | "fence" | "verify" | "landing";

/** Why an attempt did not land. Data: shown to people, given to the next attempt, exported with its trajectory. */
export interface Refusal {
  readonly stage: RefusalStage;
  /** For programs: "resume_conflict", "setup-failed", "outside-claim", "red", "conflict", "limit", "interrupted", … */
  readonly code: string;
  /** For people: one line that names what is wrong. */
  readonly reason: string;
  /** Files that it is about: in conflict, or outside the claim. */
  readonly paths?: readonly string[];
  /** The end of what a failing command wrote. Raw: redacted before it leaves this machine, pages included. */
  readonly output?: string;
}
