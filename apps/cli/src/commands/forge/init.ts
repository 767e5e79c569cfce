import type { Command } from "commander";
import type { App } from "../../command.ts";

/** `alphaforge forge init`: a commented alphaforge.yaml. */
export function define(command: Command, app: App): void {
  command
    .description("write a commented alphaforge.yaml into the repository's root")
    .option("--json", "ask nothing, and print one JSON document")
    .addHelpText(
      "after",
      `
On a terminal it asks whether coders may be recorded, and offers the commands that the repository's files suggest.
Otherwise nothing is recorded and no command is chosen. A file that is there is never overwritten (exit code 2).

Example:
  cd my-repository && alphaforge forge init`,
    )
    .action(async ({ json }: { json?: boolean }) => {
      const [{ initForge }, { onTerminal }] = await Promise.all([
        import("../../compose/forge-init.ts"),
        import("../../compose/forge-init-questions.ts"),
      ]);
      const isAsked = json !== true && process.stdin.isTTY && process.stdout.isTTY;
      const result = isAsked
        ? await onTerminal(app.signal, (ask) => initForge(app, ask))
        : await initForge(app, undefined);
      if (json) return app.print(JSON.stringify(result));
      const { initLines } = await import("../../reports/forge-init-lines.ts");
      app.print(initLines(result).join("\n"));
    });
}
