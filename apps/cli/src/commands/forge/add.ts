import { OperationalError } from "@alphaforge/core/errors";
import type { Command } from "commander";
import type { App } from "../../command.ts";

/** `alphaforge forge add`: more features for a session, running or not. */
export function define(command: Command, app: App): void {
  command
    .description("add features to a session; one that runs takes them up at once")
    .argument("<spec>", "a spec with the new features; they may depend on those that are there")
    .option("--session <name>", "which session (otherwise the only one, or the one that runs)")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
A feature with a number that the session has already replaces it, unless it has landed.

Example:
  alphaforge forge add more.xml --session shop`,
    )
    .action((spec: string, options: { session?: string; json?: boolean }) => add(app, spec, options));
}

async function add(
  app: App,
  file: string,
  { session: named, json }: { session?: string; json?: boolean },
): Promise<void> {
  const [
    { readSpecFile },
    { counted, listed, problemsText },
    { withForge },
    { addToSession, sessionToAddTo },
    { quoted },
  ] = await Promise.all([
    import("../../compose/forge-spec-file.ts"),
    import("../../reports/spec-lines.ts"),
    import("../../compose/forge-place.ts"),
    import("../../compose/forge-session.ts"),
    import("../../reports/forge-next-step.ts"),
  ]);
  await withForge(app, { mustExist: true }, async (forge) => {
    const { session, known, spec } = await sessionToAddTo(forge, named);
    const reading = readSpecFile(file, forge.config.roots, known);
    if ("problems" in reading) {
      app.print(problemsText(file, reading.problems, json));
      throw new OperationalError(`${counted(reading.problems.length, "problem")} in ${file}: correct and add again`);
    }
    const { added, changed, changedAfterLanding, isRunning } = await addToSession(forge, {
      ...{ session, spec: reading.spec, file, target: undefined },
    });
    if (json) {
      app.print(JSON.stringify({ session, added, changed, changedAfterLanding, isRunning }));
      return;
    }
    if (changedAfterLanding.length > 0) {
      app.warn(`features ${changedAfterLanding.join(", ")} have landed: give what is new a number of its own`);
    }
    if (added.length + changed.length === 0) app.print(`nothing new for session ${session} in ${file}`);
    if (added.length > 0) app.print(`added to session ${session}: ${listed(added)}`);
    if (changed.length > 0) app.print(`changed in session ${session}, to begin anew: ${listed(changed)}`);
    if (added.length + changed.length > 0) {
      app.print(
        isRunning
          ? "the run that is under way takes them up"
          : `start them: alphaforge forge run ${quoted(spec)} --session ${session}`,
      );
    }
  });
}
