import type { Pruned } from "../compose/forge-prune.ts";
import { day } from "./forge-attempt-lines.ts";
import { counted } from "./spec-lines.ts";

/** What was removed, and why the rest was not. */
export function pruneLines(
  { removed, kept, endedClaims }: Pruned,
  { dryRun }: { readonly dryRun: boolean },
): readonly string[] {
  const of = (why: Pruned["kept"][number]["why"]) => kept.filter((each) => each.why === why).length;
  const reasons = [
    [of("young"), "not old enough"],
    [of("unlanded"), "of tasks that have not landed (--unlanded)"],
    [of("under-way"), "of tasks under way"],
    [of("moved"), "moved by somebody meanwhile"],
  ] as const;
  const left = reasons.flatMap(([count, why]) => (count === 0 ? [] : [`${count} ${why}`]));
  return [
    ...removed.map(({ ref, at }) => `${dryRun ? "would remove" : "removed"} ${ref} of ${day(at)}`),
    ...(removed.length === 0 ? [`no keep ref ${dryRun ? "would be" : "was"} removed`] : []),
    ...(kept.length === 0 ? [] : [`${counted(kept.length, "keep ref")} left: ${left.join(", ")}`]),
    ...(endedClaims === 0 ? [] : [`removed the records of ${counted(endedClaims, "ended claim")}`]),
  ];
}
