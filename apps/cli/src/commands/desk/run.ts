import { join } from "node:path";
import type { Command } from "commander";
import type { App } from "../../command.ts";

export function define(command: Command, app: App): void {
  command
    .description("run one desk in the foreground, without the dashboard")
    .argument("<desk>", "a desk, such as arena")
    .option("--attached", "end when standard input closes: for a process that starts this one")
    .option("--history-only", "go through simulated history, then end")
    .addHelpText(
      "after",
      `
Logs to standard output, as JSON. Ends with Ctrl-C; the same command goes on from there.

Example:
  alphaforge desk run arena`,
    )
    .action(async (desk: string, options: { attached?: boolean; historyOnly?: boolean }) => {
      const { readDeskFile } = await import("../../compose/desk-files.ts");
      const { runDeskProcess } = await import("../../compose/desk-process.ts");
      const { spawnDesk } = await import("../../compose/desk-child.ts");
      const config = readDeskFile(desk, app.config.home);
      const signal = options.attached ? AbortSignal.any([app.signal, inputClosed()]) : app.signal;
      try {
        await runDeskProcess({
          app: { ...app, signal },
          config,
          stateDir: join(app.config.home, "desks", config.name),
          historyOnly: options.historyOnly ?? false,
          replayHistory: () => spawnDesk({ app, name: desk, historyOnly: true, signal }).ended,
        });
      } finally {
        // A pipe that is listened to keeps a process alive that has nothing left to do.
        process.stdin.destroy();
      }
    });
}

/** Aborts when whoever holds the other end of standard input is gone. */
function inputClosed(): AbortSignal {
  const controller = new AbortController();
  const gone = (): void => controller.abort(new Error("the process that started this desk is gone"));
  process.stdin.on("end", gone).on("close", gone).on("error", gone).resume();
  return controller.signal;
}
