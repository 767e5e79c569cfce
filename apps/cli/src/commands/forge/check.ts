import { OperationalError } from "@alphaforge/core/errors";
import type { Command } from "commander";
import type { App } from "../../command.ts";

/** `alphaforge forge check`: everything that is wrong with a spec. Needs neither a database nor git. */
export function define(command: Command, app: App): void {
  command
    .description("check a spec and report everything that is wrong with it")
    .argument("<file>", "the spec, an XML file")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Each problem is one line: file:line:column, what is wrong, what to do. Where plugins live is read
from the alphaforge.yaml of the repository that you are in.

Exit codes: 0 nothing is wrong, 1 something is, 2 asked wrongly.

Example:
  alphaforge forge check shop.xml`,
    )
    .action(async (file: string, { json }: { json?: boolean }) => {
      const [{ readForgeConfig }, { readSpecFile }, { counted, problemsText, specLines }] = await Promise.all([
        import("../../compose/forge-config-file.ts"),
        import("../../compose/forge-spec-file.ts"),
        import("../../reports/spec-lines.ts"),
      ]);
      const reading = readSpecFile(file, readForgeConfig(".").config.roots);
      if ("problems" in reading) {
        app.print(problemsText(file, reading.problems, json));
        throw new OperationalError(
          `${counted(reading.problems.length, "problem")} in ${file}: correct and check again`,
        );
      }
      app.print(
        json ? JSON.stringify({ file, problems: [], spec: reading.spec }) : specLines(file, reading.spec).join("\n"),
      );
    });
}
