import type { Command } from "commander";
import type { App } from "../../command.ts";
import { commandAgent } from "../../compose/command-agent.ts";

/** `alphaforge desk pause`: let an agent of a running desk decide nothing until it is resumed. */
export function define(command: Command, app: App): void {
  command
    .description("let an agent of a running desk decide nothing until it is resumed")
    .argument("<desk>", "a desk, such as arena")
    .argument("<agent>", "an agent of the desk, such as momentum-1h")
    .option("--json", "print one JSON document, as POST /agents/<agent>/pause answers it")
    .addHelpText(
      "after",
      `
Stops and targets of what it holds go on, and its twins stand still with it. It stays paused over
a restart.

Example:
  alphaforge desk pause arena momentum-1h`,
    )
    .action(async (name: string, agent: string, { json }: { json?: boolean }) => {
      const answer = await commandAgent(app.config, name, agent, "pause", app.signal);
      const said =
        answer.status === "applied"
          ? `${agent} is paused`
          : `${name} is busy and will pause ${agent}: command ${answer.id}`;
      app.print(json ? JSON.stringify(answer) : said);
    });
}
