import { Argument, type Command } from "commander";
import type { App } from "../command.ts";

const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
type Shell = (typeof SHELLS)[number];

/** `alphaforge completion`: what makes the Tab key complete commands, options, desks, agents and more. */
export function define(command: Command, app: App): void {
  command
    .description("print what makes the Tab key complete commands in your shell")
    .addArgument(new Argument("<shell>", "your shell").choices(SHELLS))
    .option("--json", "print one JSON document, with the script in it")
    .addHelpText(
      "after",
      `
The script asks alphaforge, which must be in PATH, at every Tab; no database is started for it.

Examples:
  source <(alphaforge completion bash)                                  now, and in ~/.bashrc
  source <(alphaforge completion zsh)                                   now, and in ~/.zshrc
  alphaforge completion fish | source                                   now, and in config.fish
  alphaforge completion powershell | Out-String | Invoke-Expression     now, and in $PROFILE`,
    )
    .action(async (shell: Shell, { json }: { json?: boolean }) => {
      const { completionScript } = await import("../compose/completion-script.ts");
      const script = await completionScript(shell);
      app.print(json ? JSON.stringify({ shell, script }) : script);
    });
}
