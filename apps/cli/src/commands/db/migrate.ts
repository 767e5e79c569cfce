import type { Command } from "commander";
import type { App } from "../../command.ts";
import { DESK_DATABASE } from "../../compose/desk-migrations.ts";
import { withDeskStore } from "../../compose/desk-state.ts";

/** `alphaforge db migrate`: brings the database of a desk up to this program. */
export function define(command: Command, app: App): void {
  command
    .description("bring a desk's database up to this program")
    .argument("<desk>", "a desk, such as arena")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Each migration is applied once, in a transaction of its own. A desk does the same whenever it
starts.

Example:
  alphaforge db migrate arena`,
    )
    .action(async (name: string, { json }: { json?: boolean }) => {
      const { migrate } = await import("@alphaforge/core/store/migrations");
      const applied = await withDeskStore(app.config, name, (store) => migrate(store, DESK_DATABASE));
      if (json) app.print(JSON.stringify({ desk: name, applied }));
      else if (applied.length === 0) app.print(`the database of ${name} is up to date`);
      else app.print(applied.map((file) => `applied ${file}`).join("\n"));
    });
}
