import { availableParallelism } from "node:os";
import type { Command } from "commander";
import type { App } from "../command.ts";
import { readConcurrency } from "../concurrency.ts";
import { clock } from "../system.ts";

/** Calls of one provider at a time: most of a call is waiting. */
const CALLS = 4;

/** `alphaforge worker`: does the jobs of a database until it is stopped. */
export function define(command: Command, app: App): void {
  command
    .description("do the jobs of sweeps and of a desk's agents; start as many as you like, on as many machines")
    .option(
      "--concurrency <n>",
      "backtests at a time; as many as the machine has processors when absent",
      readConcurrency,
    )
    .option("--calls <n>", `questions to one provider of models at a time; ${CALLS} when absent`, readConcurrency)
    .option("--desk <name>", "work on the database of this desk; without it, on that of DATABASE_URL")
    .option("--json", "one JSON document at the end: what was done")
    .addHelpText(
      "after",
      `
Asks models for a desk whose file says agents.askedBy: workers, with the keys in the environment of
this machine (ANTHROPIC_API_KEY and so on); a provider without a key here is left to other workers.
With DATABASE_URL the desk may run on another machine.

Does the backtests of sweeps. Candles come from this machine's archive ($ALPHAFORGE_HOME/candles),
which must hold the same on all.

Ctrl-C leaves what is under way to another worker; a killed worker's jobs are taken up by another
within half a minute.

Examples:
  alphaforge worker --desk arena
  DATABASE_URL=postgres://administrator@db.example.org/postgres alphaforge worker --desk arena
  DATABASE_URL=postgres://sweeper@db.example.org/sweeps alphaforge worker --concurrency 4`,
    )
    .action(async (options: { concurrency?: number; calls?: number; desk?: string; json?: boolean }) => {
      const { createLogger } = await import("@alphaforge/core/telemetry/logger");
      const { withWorkerDatabase } = await import("../compose/worker-database.ts");
      const { sweepJobs } = await import("../compose/sweep-jobs.ts");
      const { modelCallJobs } = await import("../compose/model-call-jobs.ts");
      const logger = createLogger({ level: app.config.logLevel, clock });
      const { concurrency = availableParallelism(), calls = CALLS } = options;
      const counts = await withWorkerDatabase(app.config, options.desk, async (store) => {
        const shared = { config: app.config, store, logger };
        const sweeps = sweepJobs({ ...shared, concurrency });
        const models = modelCallJobs({ ...shared, concurrency: calls });
        try {
          await Promise.all([sweeps.start(), models.start()]);
          logger.info("worker.started", { concurrency, calls, providers: models.providers });
          await new Promise<void>((resolve) => {
            if (app.signal.aborted) resolve();
            else app.signal.addEventListener("abort", () => resolve(), { once: true });
          });
        } finally {
          await Promise.all([sweeps.close(), models.close()]);
        }
        return Object.fromEntries([...sweeps.counts(), ...models.counts()]);
      });
      if (options.json) app.print(JSON.stringify(counts));
    });
}
