import type { HealthReport } from "@alphaforge/desk/api/health-report";
import type { Command } from "commander";
import type { App } from "../../command.ts";
import { askWorker } from "../../compose/worker-client.ts";
import { table } from "../../table.ts";

/** `alphaforge desk health`: what a running desk says of itself. */
export function define(command: Command, app: App): void {
  command
    .description("ask a running desk on this machine whether it is well")
    .argument("<desk>", "a desk, such as arena")
    .option("--json", "print one JSON document, as GET /health answers it")
    .addHelpText(
      "after",
      `
Exit codes: 0 the desk is well, 1 it is not, or does not run.

Example:
  alphaforge desk health arena`,
    )
    .action(async (name: string, { json }: { json?: boolean }) => {
      const { status, body } = await askWorker(app.config, name, "/health", { signal: app.signal });
      app.print(json ? JSON.stringify(body) : render(name, body as HealthReport));
      if (status !== 200) process.exitCode = 1;
    });
}

function render(name: string, health: HealthReport): string {
  const { status, uptime_seconds, active_agents, paused_agents, open_positions, last_runs, db_connection } = health;
  const head = `${name}: ${status}, up for ${uptime_seconds} s, database ${db_connection}`;
  if (last_runs === null) return head;
  const counts = `${active_agents} agents active, ${paused_agents} paused, ${open_positions} positions open`;
  const rows = Object.entries(last_runs).map(([timeframe, run]) => [
    timeframe,
    run.status,
    run.finished_at ?? "",
    run.duration_ms === null ? "" : `${run.duration_ms} ms`,
  ]);
  const runs = rows.length === 0 ? "no ranking yet" : table(["timeframe", "last run", "finished", "took"], rows);
  return `${head}\n${counts}\n${runs}`;
}
