import { homedir } from "node:os";
import type { Command } from "commander";
import type { App } from "../command.ts";
import { childEnvironment } from "../config.ts";
import { portNumber } from "../port-number.ts";

/** `alphaforge doctor`: what is missing on this machine, and what to do about it. */
export function define(command: Command, app: App): void {
  command
    .description("say what is missing on this machine, and what to do about it")
    .option("--port <number>", "the port that the dashboard would have", portNumber, 3000)
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Each line is ok, advice or problem. A problem would stop alphaforge up or alphaforge forge run.
Starts nothing and writes nothing; keys and passwords are never shown.

Exit codes: 0 no problem, 1 at least one, 2 asked wrongly.

Example:
  alphaforge doctor`,
    )
    .action(async ({ port, json }: { port: number; json?: boolean }) => {
      const { examineMachine } = await import("../compose/doctor/examine-machine.ts");
      const { PATH = "", HOME = homedir() } = childEnvironment(app.config);
      const checks = await examineMachine({ config: app.config, path: PATH, userHome: HOME, port });
      const problems = checks.filter(({ state }) => state === "problem").length;
      if (json) app.print(JSON.stringify({ ok: problems === 0, checks }));
      else {
        for (const { state, name, text } of checks) app.print(`${state.padEnd(8)} ${name.padEnd(11)} ${text}`);
        app.print(problems === 0 ? "\nReady: alphaforge up starts a demo." : `\n${problems} to mend first.`);
      }
      if (problems > 0) process.exitCode = 1;
    });
}
