import type { ForgeEvent, RunNote } from "./forge-events.ts";

/** One verification of what would stand on a branch. JSON. */
export interface VerificationView {
  readonly verification: string;
  readonly branch: string;
  readonly commit: string;
  readonly tasks: readonly string[];
  readonly startedAt: number;
  readonly ended?: {
    readonly at: number;
    readonly green: boolean;
    readonly flaky: boolean;
    readonly runs: readonly RunNote[];
  };
}

/** The verification after one of its events; other events change nothing. */
export function verificationAfter(
  view: VerificationView | undefined,
  { type, at, data }: ForgeEvent,
): VerificationView | undefined {
  if (type === "verification.started") return { ...data, startedAt: at };
  if (type !== "verification.ended" || view === undefined) return view;
  const { green, flaky, runs } = data;
  return { ...view, ended: { at, green, flaky, runs } };
}
