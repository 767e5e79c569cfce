import type { Command } from "commander";
import type { App } from "../../command.ts";
import { type TracesWanted, withTraces } from "../../compose/traces.ts";
import { table } from "../../table.ts";

/** `alphaforge traces stats`: what there is to export. */
export function define(command: Command, app: App): void {
  command
    .description("show what was recorded: attempts by outcome, agent and model, lengths, what formats do not show")
    .option("--from <file...>", "files with one trajectory per line; otherwise what the forge here has recorded")
    .option("--task <task...>", "of these tasks alone, such as shop.14")
    .option("--session <session...>", "of these sessions alone")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Example:
  alphaforge traces stats --session shop`,
    )
    .action(async ({ json, ...wanted }: TracesWanted & { json?: boolean }) => {
      const [{ corpusStats }, { findReaders }] = await Promise.all([
        import("@alphaforge/corpus/corpus-stats"),
        import("@alphaforge/corpus/readers/read-conversation"),
      ]);
      const readers = await findReaders();
      const stats = await withTraces(app, wanted, ({ source }) => corpusStats(source, readers));
      if (json) {
        app.print(JSON.stringify(stats));
        return;
      }
      app.print(
        `${stats.trajectories} trajectories of ${stats.tasks} tasks, ${stats.with_label} with what landed; ` +
          `${stats.messages} messages, ${stats.tool_calls} tool calls`,
      );
      if (stats.tokens_estimated === undefined) return;
      const { median, p90, most } = stats.tokens_estimated;
      app.print(
        `about ${median} tokens each (nine in ten below ${p90}, the longest ${most}); ${stats.over_8192_tokens} exceed 8192`,
      );
      const rows = (["outcomes", "agents", "models", "not_shown"] as const).flatMap((group) =>
        Object.entries(stats[group]).map(([name, count]) => [group.replace("_", " "), name, String(count)]),
      );
      app.print(table(["by", "what", "count"], rows));
    });
}
