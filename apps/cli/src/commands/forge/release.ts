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
Tokens and ids are listed by alphaforge forge claims.

Exit codes: 0 released, 1 it is not held any more (with how it ended), 2 asked wrongly.

Example:
  alphaforge forge release 17`,
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
