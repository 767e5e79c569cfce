import type { Command } from "commander";
import type { App } from "../../command.ts";
import { commandAgent } from "../../compose/command-agent.ts";

/** `alphaforge desk resume`: let a paused agent of a running desk decide again. */
export function define(command: Command, app: App): void {
  command
    .description("let a paused agent of a running desk decide again")
    .argument("<desk>", "a desk, such as arena")
    .argument("<agent>", "an agent of the desk, such as momentum-1h")
    .option("--json", "print one JSON document, as POST /agents/<agent>/resume answers it")
    .addHelpText(
      "after",
      `
An agent that is halted stays so: a halt is no pause.

Example:
  alphaforge desk resume arena momentum-1h`,
    )
    .action(async (name: string, agent: string, { json }: { json?: boolean }) => {
      const answer = await commandAgent(app.config, name, agent, "resume", app.signal);
      const said =
        answer.status === "applied"
          ? `${agent} decides again from its next close on`
          : `${name} is busy and will resume ${agent}: command ${answer.id}`;
      app.print(json ? JSON.stringify(answer) : said);
    });
}
