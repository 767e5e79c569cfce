import { type Command, InvalidArgumentError } from "commander";
import type { App } from "../../command.ts";

/** `alphaforge forge dashboard`: the forge's page. */
export function define(command: Command, app: App): void {
  command
    .description("show the forge of this repository as a page: tasks, coders, claims, landings, as they happen")
    .option("--port <number>", "the page's port on this machine", readPort, 3000)
    .addHelpText(
      "after",
      `
Only reads, and only this machine can open it. It may run beside forge run, and shows earlier sessions without it.

Example:
  alphaforge forge dashboard --port 3001`,
    )
    .action(async ({ port }: { port: number }) => {
      const { showForge } = await import("../../compose/forge-dashboard.ts");
      await showForge(app, port);
    });
}

function readPort(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 65_535) return value;
  throw new InvalidArgumentError(`expected a port from 1 to 65535, got ${text}`);
}
