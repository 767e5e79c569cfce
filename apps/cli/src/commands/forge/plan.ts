import { OperationalError } from "@alphaforge/core/errors";
import type { Command } from "commander";
import type { App } from "../../command.ts";
import { readConcurrency } from "../../concurrency.ts";

/** `alphaforge forge plan`: what a spec will do before anything is run. */
export function define(command: Command, app: App): void {
  command
    .description("show what a spec will do: the graph, the claims, what may run together, what may collide")
    .argument("<file>", "the spec, an XML file")
    .option("--concurrency <n>", "coders at a time (otherwise as alphaforge.yaml says)", readConcurrency)
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Claims are compared exactly, by whether some path matches both. Files that the latest 2,000
commits of the repository that you are in changed together are a second sign. Nothing is run and
nothing is written.

Exit codes: 0 the plan is shown, 1 the spec has problems, 2 asked wrongly.

Example:
  alphaforge forge plan shop.xml --concurrency 8`,
    )
    .action(async (file: string, options: { concurrency?: number; json?: boolean }) => {
      const [
        { readForgeConfig },
        { readSpecFile },
        { counted, problemsText },
        { planSpec },
        { planLines },
        { readRepositoryPast },
        { makespanBound },
      ] = await Promise.all([
        import("../../compose/forge-config-file.ts"),
        import("../../compose/forge-spec-file.ts"),
        import("../../reports/spec-lines.ts"),
        import("../../compose/forge-plan.ts"),
        import("../../reports/plan-lines.ts"),
        import("../../compose/forge-history.ts"),
        import("@alphaforge/forge/plan/makespan-bound"),
      ]);
      const { config } = readForgeConfig(".");
      const reading = readSpecFile(file, config.roots);
      if ("problems" in reading) {
        app.print(problemsText(file, reading.problems, options.json));
        throw new OperationalError(`${counted(reading.problems.length, "problem")} in ${file}: correct and plan again`);
      }
      const concurrency = options.concurrency ?? config.concurrency;
      const { rules, history } = await readRepositoryPast(process.cwd(), app.config);
      const coupling = "unread" in history ? undefined : history;
      const plan = planSpec(reading.spec, rules, coupling);
      const bound = makespanBound(reading.spec, { durationOf: () => 1, slots: concurrency });
      app.print(
        options.json
          ? JSON.stringify({ file, concurrency, rules, history, bound, ...plan })
          : planLines({ file, plan, concurrency, bound, history }).join("\n"),
      );
    });
}
