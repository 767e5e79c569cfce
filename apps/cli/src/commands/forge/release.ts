import type { Command } from "commander";
import type { App } from "../../command.ts";

/** `alphaforge forge release`: gives claimed paths back before their time. */
export function define(command: Command, app: App): void {
  command
    .description("release a claim, so that whoever waits for its paths goes on")
    .argument("<token>", "the claim's token, or the id of one that still waits")
    .option("--force", "release it although a task works under it; that work will not land")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Example:
  alphaforge forge release 17
Tokens and ids are listed by alphaforge forge claims. A token that is not held any more is exit code 1, with how it ended.`,
    )
    .action(async (token: string, { force, json }: { force?: boolean; json?: boolean }) => {
      const [{ releaseForUser }, { claimJson }] = await Promise.all([
        import("../../compose/release-for-user.ts"),
        import("../../reports/claim-lines.ts"),
      ]);
      const claim = await releaseForUser(app, token, force === true);
      app.print(json ? JSON.stringify({ released: claimJson(claim) }) : `released ${token}: ${claim.globs.join(" ")}`);
    });
}
