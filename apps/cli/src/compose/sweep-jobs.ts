import { hostname } from "node:os";
import { oneLine } from "@alphaforge/core/errors";
import { failpoint } from "@alphaforge/core/failpoints";
import type { Jobs } from "@alphaforge/core/jobs/jobs";
import { postgresJobs } from "@alphaforge/core/jobs/postgres-jobs";
import type { Store } from "@alphaforge/core/store/open-store";
import type { Logger } from "@alphaforge/core/telemetry/logger";
import type { AppConfig } from "../config.ts";
import { clock } from "../system.ts";
import { sweepProcess } from "./sweep-process.ts";
import { claimUnfinished, finishRun, noteFailure, taskOf } from "./sweep-rows.ts";

const JOB = "sweep-backtest";
/** A long range of many symbols takes an hour on a slow machine. */
const TIME_LIMIT_MS = 6 * 3_600_000;

interface RunKey {
  readonly sweep: string;
  readonly run: number;
}

/**
 * The jobs of sweeps on a database: one per backtest, `concurrency` of them at a time in this process, none to only
 * send. A result that is there already is not made again; a job whose worker died is taken up by another, and whichever
 * of two results comes first stays.
 */
export function sweepJobs(options: {
  readonly config: AppConfig;
  readonly store: Store;
  readonly logger: Logger;
  readonly concurrency: number;
}): Jobs {
  const { config, store, logger, concurrency } = options;
  const { pool } = store;
  const worker = `${hostname()}/${process.pid}`;
  const jobs = postgresJobs({ url: store.url, logger });
  jobs.define<RunKey>({
    name: JOB,
    concurrency,
    retryDelayMs: 10_000,
    timeLimitMs: TIME_LIMIT_MS,
    async handle({ sweep, run }, { key, attempt, signal }) {
      const task = await taskOf(pool, sweep, run);
      if (task === undefined) return;
      logger.info("sweep.run.started", { key, attempt });
      failpoint("sweep.run");
      try {
        const result = await sweepProcess(config, task, signal);
        await finishRun(pool, { sweep, run, result, worker, at: clock.now() });
      } catch (error) {
        // What another worker shall do again has not failed.
        if (!signal.aborted) await noteFailure(pool, sweep, run, oneLine(error));
        throw error;
      }
      logger.info("sweep.run.finished", { key, attempt });
    },
  });
  return jobs;
}

/** Puts every run that has no result into the queue, once; gives how many were new to it. */
export async function sendSweep(jobs: Jobs, pool: Store["pool"], sweep: string): Promise<number> {
  let sent = 0;
  for (const { run, generation } of await claimUnfinished(pool, sweep)) {
    if (await jobs.send<RunKey>(JOB, { sweep, run }, { key: `${sweep}/${run}/${generation}` })) sent += 1;
  }
  return sent;
}
