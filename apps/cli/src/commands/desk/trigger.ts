import { OperationalError, UserError } from "@alphaforge/core/errors";
import { RANKED_TIMEFRAMES } from "@alphaforge/desk/instrument/timeframe";
import type { Command } from "commander";
import type { App } from "../../command.ts";
import { askWorker } from "../../compose/worker-client.ts";
import { choices } from "../../nearest.ts";

/** `alphaforge desk trigger`: asks a running desk for a ranking now. */
export function define(command: Command, app: App): void {
  command
    .description("ask a running desk to rank a timeframe's latest close now")
    .argument("<desk>", "a desk, such as arena")
    .argument("<timeframe>", "a timeframe that the desk ranks, such as 1h")
    .option("--json", "print one JSON document, as POST /trigger answers it")
    .addHelpText(
      "after",
      `
The desk makes the ranking between two of its steps; alphaforge desk status tells what became of
it. It changes what is stored and shown, never a decision.

Example:
  alphaforge desk trigger arena 1h`,
    )
    .action(async (name: string, timeframe: string, { json }: { json?: boolean }) => {
      if (!RANKED_TIMEFRAMES.some((each) => each === timeframe)) {
        throw new UserError(
          `${JSON.stringify(timeframe)} is not a ranked timeframe: ${choices(timeframe, RANKED_TIMEFRAMES)}`,
        );
      }
      const path = `/trigger/${encodeURIComponent(timeframe)}`;
      const { status, body } = await askWorker(app.config, name, path, { post: true, signal: app.signal });
      if (status === 202) {
        const { run_id } = body as { run_id: string };
        app.print(json ? JSON.stringify(body) : `${name} will rank ${timeframe} as run ${run_id}`);
        return;
      }
      const { error } = body as { error: string };
      if (status === 404) throw new UserError(`${JSON.stringify(timeframe)}: ${error}`);
      const remedy = status === 401 ? "set WORKER_TOKEN to what the desk was started with, or unset it" : error;
      throw new OperationalError(`desk ${name} answered ${status}: ${remedy}`);
    });
}
