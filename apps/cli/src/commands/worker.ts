import { availableParallelism } from "node:os";
import type { Command } from "commander";
import type { App } from "../command.ts";
import { readConcurrency } from "../concurrency.ts";
import { clock } from "../system.ts";

/** `alphaforge worker`: does the jobs of a database until it is stopped. */
export function define(command: Command, app: App): void {
  command
    .description("do the backtests of sweeps; start as many as you like, on as many machines")
    .option(
      "--concurrency <n>",
      "backtests at a time; as many as the machine has processors when absent",
      readConcurrency,
    )
    .option("--desk <name>", "whose embedded database holds the jobs; not with DATABASE_URL")
    .option("--json", "one JSON document at the end: what was done")
    .addHelpText(
      "after",
      `
Works on the database of DATABASE_URL. Candles come from this machine's archive
($ALPHAFORGE_HOME/candles), which must hold the same on all. Ctrl-C leaves what is under way to
another worker; a killed worker's jobs are taken up by another within half a minute.

Examples:
  DATABASE_URL=postgres://sweeper@db.example.org/sweeps alphaforge worker --concurrency 4
  alphaforge worker --desk arena`,
    )
    .action(async (options: { concurrency?: number; desk?: string; json?: boolean }) => {
      const { createLogger } = await import("@alphaforge/core/telemetry/logger");
      const { withSweepDatabase } = await import("../compose/sweep-database.ts");
      const { sweepJobs } = await import("../compose/sweep-jobs.ts");
      const logger = createLogger({ level: app.config.logLevel, clock });
      const counts = await withSweepDatabase(app.config, options.desk, async (store) => {
        const jobs = sweepJobs({
          ...{ config: app.config, store, logger },
          concurrency: options.concurrency ?? availableParallelism(),
        });
        try {
          await jobs.start();
          logger.info("worker.started", { concurrency: options.concurrency ?? availableParallelism() });
          await new Promise<void>((resolve) => {
            if (app.signal.aborted) resolve();
            else app.signal.addEventListener("abort", () => resolve(), { once: true });
          });
        } finally {
          await jobs.close();
        }
        return Object.fromEntries(jobs.counts());
      });
      if (options.json) app.print(JSON.stringify(counts));
    });
}
