import { UserError } from "@alphaforge/core/errors";
import type { Command } from "commander";
import type { App } from "../../command.ts";
import { clock } from "../../system.ts";
import { utcTime } from "../../utc-time.ts";

interface Options {
  readonly venue?: string;
  readonly from?: number;
  readonly to?: number;
  readonly vary?: readonly string[];
  readonly status?: string | true;
  readonly json?: boolean;
}

/** `alphaforge desk sweep`: many backtests, one for each combination, done by workers. */
export function define(command: Command, app: App): void {
  command
    .description("queue one backtest for every combination of settings, for workers to do, and show what came of them")
    .argument("<desk>", "a desk, such as arena")
    .option(
      "--venue <name>",
      "whose prices: prices imported under this name (see data ls), or a venue of its own, such as simulated",
    )
    .option("--from <time>", "first day, such as 2024-01-01 (UTC)", utcTime)
    .option("--to <time>", "end of the range, such as 2026-01-01 (UTC)", utcTime)
    .option("--vary <parameter=a,b,…>", "values of one parameter; may be repeated", collect)
    .option("--status [sweep]", "queue nothing: show one sweep, or all of this desk")
    .option("--json", "one JSON document instead of a table")
    .addHelpText(
      "after",
      `
Parameters: agents and symbols (names joined by +), period (FROM/TO), fee (of the notional),
maxPositions, maxPositionShare, initialBalance (USDT), history (bars). Asked for again, a sweep
goes on with what it lacks. Backtests are done by alphaforge worker.

Examples:
  alphaforge desk sweep arena --venue binance --from 2024-01-01 --to 2025-01-01 \\
    --vary agents=momentum-1h,momentum-4h --vary fee=0.0002,0.0005
  alphaforge desk sweep arena --status`,
    )
    .action(async (desk: string, options: Options) => {
      const { withSweepDatabase } = await import("../../compose/sweep-database.ts");
      if (options.status !== undefined) {
        if (options.vary !== undefined) throw new UserError("--status queues nothing: leave --vary away");
        await withSweepDatabase(app.config, desk, ({ pool }) => show(app, desk, pool, options));
        return;
      }
      const plan = await planOf(app, desk, options);
      const { createLogger } = await import("@alphaforge/core/telemetry/logger");
      const { sendSweep, sweepJobs } = await import("../../compose/sweep-jobs.ts");
      const { addSweep } = await import("../../compose/sweep-rows.ts");
      const logger = createLogger({ level: app.config.logLevel, clock });
      const sent = await withSweepDatabase(app.config, desk, async (store) => {
        const jobs = sweepJobs({ config: app.config, store, logger, concurrency: 0 });
        try {
          await jobs.start();
          await addSweep(store.pool, desk, plan, clock.now());
          return await sendSweep(jobs, store.pool, plan.id);
        } finally {
          await jobs.close();
        }
      });
      const { id, runs } = plan;
      if (options.json) app.print(JSON.stringify({ sweep: id, desk, runs: runs.length, queued: sent }));
      else {
        app.print(`sweep ${id}: ${runs.length} backtests, ${sent} queued now`);
        app.print(`do them with alphaforge worker, then see alphaforge desk sweep ${desk} --status ${id}`);
      }
    });
}

async function planOf(app: App, desk: string, { venue, from, to, vary }: Options) {
  const { readDeskFile } = await import("../../compose/desk-files.ts");
  const { planSweep, readVariation } = await import("../../compose/sweep-plan.ts");
  const variations = (vary ?? []).map(readVariation);
  if (variations.length === 0) throw new UserError("say what to vary, such as --vary maxPositions=1,3,5");
  if (venue === undefined) throw new UserError("say whose prices with --venue, such as --venue simulated");
  const hasPeriods = variations.some(({ parameter }) => parameter === "period");
  if (!hasPeriods && (from === undefined || to === undefined)) {
    throw new UserError("say when with --from and --to, or with --vary period=2024-01-01/2024-07-01,…");
  }
  const config = readDeskFile(desk, app.config.home);
  const base = {
    desk: config.name,
    venue,
    venueSettings: config.venue.name === venue ? config.venue.settings : {},
    from: from ?? 0,
    to: to ?? 1,
    ...(config.strategies && { strategies: config.strategies }),
    history: config.history,
    ...config.risk,
    initialBalance: config.book.initialBalance,
  };
  return planSweep(base, variations);
}

type Pool = Parameters<Parameters<typeof import("../../compose/sweep-database.ts")["withSweepDatabase"]>[2]>[0]["pool"];

async function show(app: App, desk: string, pool: Pool, { status, json }: Options): Promise<void> {
  const { readRuns, readSweeps } = await import("../../compose/sweep-rows.ts");
  const { runLines, sweepLines } = await import("../../reports/sweep-lines.ts");
  const sweeps = await readSweeps(pool, desk);
  if (status === true) {
    if (json) app.print(JSON.stringify({ desk, sweeps }));
    else for (const line of sweepLines(desk, sweeps)) app.print(line);
    return;
  }
  const sweep = sweeps.find(({ id }) => id === status);
  if (sweep === undefined) {
    throw new UserError(
      `desk ${desk} has no sweep ${status}; it has ${sweeps.map(({ id }) => id).join(", ") || "none"}`,
    );
  }
  const runs = await readRuns(pool, sweep.id);
  if (json) app.print(JSON.stringify({ desk, ...sweep, runs }));
  else for (const line of runLines(sweep, runs)) app.print(line);
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
