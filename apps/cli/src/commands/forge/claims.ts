import type { Command } from "commander";
import type { App } from "../../command.ts";

/** `alphaforge forge claims`: who holds what, and who waits for it. */
export function define(command: Command, app: App): void {
  command
    .description("list who has claimed what, and who waits for it")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Example:
  alphaforge forge claims
Held claims come first, by token; then those who wait, in the order of the queue. Times are UTC.`,
    )
    .action(async ({ json }: { json?: boolean }) => {
      const [{ listClaims }, { claimJson, claimsTable }, { clock }] = await Promise.all([
        import("../../compose/list-claims.ts"),
        import("../../reports/claim-lines.ts"),
        import("../../system.ts"),
      ]);
      const claims = await listClaims(app);
      app.print(json ? JSON.stringify({ claims: claims.map(claimJson) }) : claimsTable(claims, clock.now()));
    });
}
