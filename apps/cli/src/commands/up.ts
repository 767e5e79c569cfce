import type { Command } from "commander";
import type { App } from "../command.ts";
import { portNumber } from "../port-number.ts";

export function define(command: Command, app: App): void {
  command
    .description("start desks and the dashboard; on a new machine that is a demo on the simulated market")
    .option("--desk <name...>", "only these desks; all that are configured otherwise")
    .option("--port <number>", "the dashboard's port on this machine", portNumber, 3000)
    .addHelpText(
      "after",
      `
Desks are the files desks/NAME.yaml of this checkout and desks/NAME/desk.yaml in $ALPHAFORGE_HOME.
The first start of the demo goes through its history and builds the dashboard, which takes a few
minutes. Runs until Ctrl-C; the same command goes on from there.

Exit codes: 0 ended by Ctrl-C, 1 a desk or the dashboard ended by itself, 2 asked wrongly.

Examples:
  alphaforge up
  alphaforge up --desk arena --port 8080`,
    )
    .action(async (options: { desk?: string[]; port: number }) => {
      const { bringUp } = await import("../compose/bring-up.ts");
      await bringUp({ app, port: options.port, names: options.desk });
    });
}
