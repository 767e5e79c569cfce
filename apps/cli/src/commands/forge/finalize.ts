import { OperationalError } from "@alphaforge/core/errors";
import type { Command } from "commander";
import type { App } from "../../command.ts";

/** `alphaforge forge finalize`: a session's branch into its target. */
export function define(command: Command, app: App): void {
  command
    .description("bring what a session has landed into its target branch")
    .argument("[session]", "which one, when there are several")
    .option("--target <branch>", "in place of the one that the session was opened for")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
By fast-forward where that is possible, else by a merge that has been verified. A target that is
checked out anywhere is not touched: you are told what to type there. Commit hooks and signing are
skipped.

Exit codes: 0 all was brought in, 1 something was not, 2 asked wrongly.

Example:
  alphaforge forge finalize shop`,
    )
    .action((session: string | undefined, options: { target?: string; json?: boolean }) => run(app, session, options));
}

async function run(
  app: App,
  session: string | undefined,
  { target, json }: { target?: string; json?: boolean },
): Promise<void> {
  const [{ withForge }, { aloneWithForge }, { finalizeSession }, { finalizedLines, isBrought }] = await Promise.all([
    import("../../compose/forge-place.ts"),
    import("../../compose/forge-lock.ts"),
    import("../../compose/forge-finalize.ts"),
    import("../../reports/forge-finalized-lines.ts"),
  ]);
  const done = await withForge(app, { mustExist: true }, (forge) =>
    aloneWithForge(forge, () => finalizeSession(app, forge, { session, target })),
  );
  if (json) app.print(JSON.stringify({ session: done.session.session, branches: done.branches }));
  else for (const line of done.branches.flatMap(finalizedLines)) app.print(line);
  const left = done.branches.find(({ result }) => !isBrought(result));
  if (left !== undefined) throw new OperationalError(`${left.branch} was not brought into ${left.target}`);
}
