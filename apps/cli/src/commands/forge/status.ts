import { UserError } from "@alphaforge/core/errors";
import type { Command } from "commander";
import type { App } from "../../command.ts";

interface Options {
  readonly json?: boolean;
  readonly watch?: boolean;
}

/** `alphaforge forge status`: what the forge of this repository does, and what is to be done. */
export function define(command: Command, app: App): void {
  command
    .description("what the forge does: sessions, tasks, waits, landings, claims, cost, and what to do next")
    .argument("[session]", "only this one")
    .option("--watch", "draw it again whenever something happens, until Ctrl-C")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Sessions that are over are one line each, unless one is named. Reads tables: works while a run goes on, and after it.

Example:
  alphaforge forge status shop --watch`,
    )
    .action((session: string | undefined, options: Options) => run(app, session, options));
}

async function run(app: App, session: string | undefined, { json = false, watch = false }: Options): Promise<void> {
  if (json && watch) throw new UserError("--watch does not go with --json: ask for the document again and again");
  if (watch && !process.stdout.isTTY) {
    throw new UserError("--watch draws on a terminal: leave it out, or use alphaforge forge log --follow");
  }
  const [{ withForge }, { forgeStatus }, { screenOf }] = await Promise.all([
    import("../../compose/forge-place.ts"),
    import("../../compose/forge-views-status.ts"),
    import("../../compose/forge-views-terminal.ts"),
  ]);
  await withForge(app, { mustExist: true }, async (forge) => {
    const status = forgeStatus(app, forge, session);
    if (json) return app.print(JSON.stringify(await status.document()));
    if (!watch) return app.print((await status.lines(screenOf())).join("\n"));
    const { watchForge } = await import("../../compose/forge-views-watch.ts");
    await watchForge(app, forge, (screen) => status.lines(screen));
  });
}
