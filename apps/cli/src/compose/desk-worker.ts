import type { AlertSink } from "@alphaforge/core/alerts/alert";
import { incidentFile } from "@alphaforge/core/alerts/incident-file";
import type { Store } from "@alphaforge/core/store/open-store";
import type { Logger } from "@alphaforge/core/telemetry/logger";
import { serveWorker, type Worker } from "@alphaforge/desk/api/serve-worker";
import { rankedTimeframesOf } from "@alphaforge/desk/api/worker-api";
import { removeWorkerFile, writeWorkerFile } from "@alphaforge/desk/api/worker-file";
import { ensureToken } from "@alphaforge/desk/api/worker-token";
import type { DeskConfig } from "@alphaforge/desk/desk-config";
import type { DeskClock } from "@alphaforge/desk/run/desk-clock";
import type { Venue } from "@alphaforge/desk/venues/venue";
import type { App } from "../command.ts";
import { newSecret, clock as wall } from "../system.ts";
import { workerPaths } from "./worker-paths.ts";

/** Serves a desk's API while `work` goes on, and tells how it ended. */
export async function withDeskWorker(
  desk: {
    readonly app: App;
    readonly config: DeskConfig;
    readonly stateDir: string;
    readonly venue: Venue;
    readonly store: Store;
    readonly clock: DeskClock;
    readonly logger: Logger;
    /** That an agent may be given. */
    readonly models: readonly string[];
    /** Where its alerts go. */
    readonly sinks: readonly AlertSink[];
  },
  work: (worker: Worker) => Promise<void>,
): Promise<void> {
  const { app, config, stateDir, venue, store, clock, logger, models, sinks } = desk;
  const { workerPort, workerToken } = app.config;
  const paths = workerPaths(stateDir);
  const worker = await serveWorker({
    desk: config.name,
    venue: venue.traits.name,
    timeframes: rankedTimeframesOf(venue.traits.timeframes),
    maxPositions: config.risk.maxPositions,
    budget: config.agents.budget,
    models,
    newId: newSecret,
    pool: store.pool,
    clock,
    wall,
    logger,
    port: workerPort,
    token: workerToken ?? ensureToken(paths.token, newSecret),
    sinks,
    memory: incidentFile(paths.incidents),
  });
  try {
    const started_at = new Date(wall.now()).toISOString();
    writeWorkerFile(paths.file, { url: worker.url, pid: process.pid, started_at });
    await work(worker);
  } catch (error) {
    removeWorkerFile(paths.file);
    await worker.close(error);
    throw error;
  }
  removeWorkerFile(paths.file);
  await worker.close();
}
