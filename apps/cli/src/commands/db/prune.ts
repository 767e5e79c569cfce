import { OperationalError } from "@alphaforge/core/errors";
import type { RetentionReport } from "@alphaforge/desk/retention/retention-report";
import type { Command } from "commander";
import type { App } from "../../command.ts";
import { readDeskFile } from "../../compose/desk-files.ts";
import { readDesk, withDeskStore } from "../../compose/desk-state.ts";
import { size } from "../../format.ts";
import { clock as wall } from "../../system.ts";

/** `alphaforge db prune`: what a running desk does at night, now. */
export function define(command: Command, app: App): void {
  command
    .description("drop what a desk does not keep any longer")
    .argument("<desk>", "a desk, such as arena")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
A running desk does this by itself at 03:00 UTC; days are set under retention in its file.
Decisions, trades, ledgers and the event log are kept for ever.

Example:
  alphaforge db prune arena`,
    )
    .action(async (name: string, { json }: { json?: boolean }) => {
      const { retention: settings } = readDeskFile(name, app.config.home);
      // Also makes sure that this database is that desk's.
      const clock = await readDesk(app.config, name, async (client) => {
        const { rows } = await client.query<{ deskTime: number; speed: number }>(
          `SELECT desk_time AS "deskTime", speed FROM desk_clock`,
        );
        if (rows[0] === undefined) {
          throw new OperationalError(`desk ${name} has not run yet; start it with alphaforge up --desk ${name}`);
        }
        return rows[0];
      });
      const { runRetention } = await import("@alphaforge/desk/retention/run-retention");
      const report = await withDeskStore(app.config, name, ({ pool }) =>
        runRetention(pool, {
          // Where the desk last was, which is never ahead of where it is.
          deskNow: clock.deskTime,
          deskSpeed: clock.speed,
          settings,
          wall,
          signal: new AbortController().signal,
        }),
      );
      app.print(json ? JSON.stringify({ desk: name, ...report }) : render(name, report));
    });
}

function render(name: string, { made, dropped, deleted, kept, postponed, skipped }: RetentionReport): string {
  if (skipped !== undefined) return `${name}: nothing pruned, ${skipped}`;
  return [
    ...made.map(({ partition }) => `made ${partition}`),
    ...dropped.map(({ partition, bytes }) => `dropped ${partition} (${size(bytes)})`),
    ...deleted.map(({ table, rows }) => `deleted ${rows} rows of ${table}`),
    ...postponed.map(({ partition, why }) => `postponed ${partition}: ${why}; run this again later`),
    ...kept.map(({ partition, why }) => `kept ${partition}: ${why}`),
    ...(dropped.length + deleted.length + postponed.length === 0 ? [`${name}: nothing is out of its time`] : []),
  ].join("\n");
}
