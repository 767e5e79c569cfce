import type { Command } from "commander";
import type { App } from "../../command.ts";
import { findDeskFiles, hasDeskState, readDeskFile } from "../../compose/desk-files.ts";
import { table } from "../../table.ts";

/** `alphaforge desk ls`: the desks that are configured. */
export function define(command: Command, app: App): void {
  command
    .description("list the desks that are configured")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Desks are desks/NAME.yaml of this checkout and desks/NAME/desk.yaml in $ALPHAFORGE_HOME; the
latter wins where both have a name. A desk has state once it has run.

Example:
  alphaforge desk ls`,
    )
    .action(({ json }: { json?: boolean }) => {
      const { home, databaseUrl } = app.config;
      const desks = findDeskFiles(home).map(({ name, path }) => {
        const { venue, strategies, agents } = readDeskFile(name, home);
        const state = databaseUrl === undefined ? (hasDeskState(home, name) ? "yes" : "none") : "in DATABASE_URL";
        const models = agents.models ?? null;
        return { name, venue: venue.name, strategies: strategies ?? "all", models, state, file: path };
      });
      if (json) {
        app.print(JSON.stringify({ home, desks }));
        return;
      }
      if (desks.length === 0) {
        app.print("no desk is configured; write desks/<name>.yaml");
        return;
      }
      app.print(
        table(
          ["desk", "venue", "strategies", "decided by", "state", "file"],
          desks.map(({ name, venue, strategies, models, state, file }) => [
            name,
            venue,
            typeof strategies === "string" ? strategies : strategies.join(", "),
            models?.trade ?? "rules",
            state,
            file,
          ]),
        ),
      );
    });
}
