import type { Command } from "commander";
import type { App } from "../../command.ts";
import { portNumber } from "../../port-number.ts";

/** `alphaforge forge dashboard`: the forge's page. */
export function define(command: Command, app: App): void {
  command
    .description("show the forge of this repository as a page: tasks, coders, claims, landings, as they happen")
    .option("--port <number>", "the page's port on this machine", portNumber, 3000)
    .addHelpText(
      "after",
      `
Only reads, and only this machine can open it. It may run beside forge run, and shows earlier
sessions without it.

Example:
  alphaforge forge dashboard --port 3001`,
    )
    .action(async ({ port }: { port: number }) => {
      const { showForge } = await import("../../compose/forge-dashboard.ts");
      await showForge(app, port);
    });
}
