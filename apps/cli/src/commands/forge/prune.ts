import { type Command, InvalidArgumentError } from "commander";
import type { App } from "../../command.ts";

interface Options {
  readonly olderThan: number;
  readonly unlanded?: boolean;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `alphaforge forge prune`: keep refs that have served their time. */
export function define(command: Command, app: App): void {
  command
    .description("remove old keep refs of tasks that have landed, and records of claims that ended long ago")
    .option("--older-than <time>", "only of attempts that began longer ago, such as 30d or 12h", readAge, 30 * DAY)
    .option("--unlanded", "also of tasks that have not landed: this may be the only copy of that work")
    .option("--dry-run", "remove nothing, and say what would be")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
What is under way is never touched. The commits themselves go when git's own gc finds that nothing leads to them.

Example:
  alphaforge forge prune --older-than 7d --dry-run`,
    )
    .action(async ({ olderThan, unlanded = false, dryRun = false, json }: Options) => {
      const [{ withForge }, { pruneForge }, { pruneLines }] = await Promise.all([
        import("../../compose/forge-place.ts"),
        import("../../compose/forge-prune.ts"),
        import("../../reports/forge-prune-lines.ts"),
      ]);
      await withForge(app, { mustExist: true }, async (forge) => {
        const pruned = await pruneForge(forge, { olderThanMs: olderThan, unlanded, dryRun });
        app.print(json ? JSON.stringify({ dryRun, ...pruned }) : pruneLines(pruned, { dryRun }).join("\n"));
      });
    });
}

const DAY = 86_400_000;
const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY };

function readAge(text: string): number {
  const [, count, unit] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (count === undefined || unit === undefined)
    throw new InvalidArgumentError("it is not a time such as 30d, 12h or 90m.");
  return Number(count) * (UNITS[unit] ?? DAY);
}
