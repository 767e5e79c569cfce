import type { Command } from "commander";
import type { App } from "../../command.ts";
import { archiveRoot, withArchive } from "../../compose/archive.ts";
import { minute } from "../../format.ts";
import { table } from "../../table.ts";

/** `alphaforge data ls`: what the archive holds, one line per file. */
export function define(command: Command, app: App): void {
  command
    .description("list what the archive holds")
    .option("--venue <venue>", "only this venue")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Times are UTC; of candles they are open times. A gap is a hole in the time grid, however many
candles it lacks.

Example:
  alphaforge data ls --venue binance-perp`,
    )
    .action(async ({ venue, json }: { venue?: string; json?: boolean }) => {
      const all = await withArchive(app.config.home, (archive) => archive.list());
      const entries = all.filter((entry) => venue === undefined || entry.venue === venue);
      const root = archiveRoot(app.config.home);
      if (json) {
        app.print(JSON.stringify({ root, entries }));
        return;
      }
      if (entries.length === 0) {
        app.print(
          `the archive ${root} has nothing${venue === undefined ? "" : ` of venue ${venue}`}; fill it with alphaforge data import`,
        );
        return;
      }
      app.print(
        table(
          ["venue", "kind", "symbol", "timeframe", "from", "to", "rows", "gaps", "lacking"],
          entries.map((entry) => [
            entry.venue,
            entry.kind,
            entry.symbol,
            entry.timeframe ?? "",
            minute(entry.first),
            minute(entry.last),
            String(entry.rows),
            String(entry.gaps),
            String(entry.missing),
          ]),
        ),
      );
    });
}
