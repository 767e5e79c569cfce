import { migrate } from "@alphaforge/core/store/migrations";
import type { Store } from "@alphaforge/core/store/open-store";
import { createLogger, type Logger } from "@alphaforge/core/telemetry/logger";
import type { AgentSeat } from "@alphaforge/desk/agents/agent";
import type { DeskConfig } from "@alphaforge/desk/desk-config";
import { DeskClock } from "@alphaforge/desk/run/desk-clock";
import { runDesk } from "@alphaforge/desk/run/desk-runner";
import type { DeskWatch } from "@alphaforge/desk/run/desk-watch";
import { needsHistory } from "@alphaforge/desk/run/history";
import type { VenueReport } from "@alphaforge/desk/venues/venue-plugin";
import type { App } from "../command.ts";
import { clock as wall } from "../system.ts";
import { openAlertSinks } from "./alert-sinks.ts";
import { type ConfiguredModels, configuredModels } from "./configured-models.ts";
import { tellingDatabaseTrouble } from "./database-trouble.ts";
import { deskJobs } from "./desk-jobs.ts";
import { DESK_DATABASE } from "./desk-migrations.ts";
import { withDeskWorker } from "./desk-worker.ts";
import { modelAgents } from "./model-agents.ts";
import { openDeskStore } from "./own-store.ts";
import { refuseRunningDesk } from "./refuse-running-desk.ts";
import { findSignals, seatsFor } from "./rules-agents.ts";
import { openVenue } from "./venue.ts";

export interface DeskProcessOptions {
  readonly app: App;
  readonly config: DeskConfig;
  readonly stateDir: string;
  /** Only go through simulated history, then end. */
  readonly historyOnly: boolean;
  /** Goes through simulated history in a process of its own, whose memory goes with it. */
  readonly replayHistory: () => Promise<void>;
}

/**
 * Opens everything that a desk needs, runs it until it is told to stop, and closes what was opened. What its file and
 * the environment have wrong is told before there is a database.
 */
export async function runDeskProcess(options: DeskProcessOptions): Promise<void> {
  const { app, config, stateDir } = options;
  const seats = await seatsFor(config);
  const models = configuredModels(app.config, config, seats);
  const logger = createLogger({ level: app.config.logLevel, clock: wall, fields: { desk: config.name } });
  const store = await openDeskStore(app.config, config.name, {
    applicationName: `alphaforge desk ${config.name}`,
    onConnectionLost: (error) => logger.error("store.connection.lost", { error }),
  });
  try {
    await tellingDatabaseTrouble(`the database of desk ${config.name}`, async () => {
      await refuseRunningDesk(store, { name: config.name, stateDir });
      await migrate(store, DESK_DATABASE, wall);
      await runWithVenue({ ...options, seats, models }, store, logger);
    });
  } finally {
    await store.close();
  }
}

interface Configured extends DeskProcessOptions {
  readonly seats: readonly AgentSeat[];
  readonly models: ConfiguredModels | undefined;
}

async function runWithVenue(options: Configured, store: Store, logger: Logger): Promise<void> {
  const { app, config, historyOnly, stateDir, seats, models } = options;
  const clock = new DeskClock(wall);
  const report: VenueReport = (event, fields) => logger.warn(event, fields);
  const { name, settings } = config.venue;
  const venue = await openVenue(name, { settings, clock, report }, app.config.venueSettings);
  try {
    const signals = await findSignals();
    const { signal } = app;
    const agents = models && modelAgents({ app: app.config, config, venue, store, models, logger, signal });
    const shared = { config, venue, store, clock, wall, seats, signals, logger, signal, historyOnly };
    const desk = { ...shared, ...(agents && { models: agents.services }) };
    try {
      if (historyOnly) return await runDesk(desk);
      const alerts = openAlertSinks(app.config, { url: store.url, logger });
      const { sinks } = alerts;
      await withDeskWorker(
        { app, config, stateDir, venue, store, clock, logger, models: agents?.priced ?? [], sinks },
        async ({ watch, requests, commands }) => {
          if (await needsHistory(store, config)) await options.replayHistory();
          if (signal.aborted) return;
          const jobs = deskJobs({ config, store, clock, logger, home: app.config.home, stateDir, sinks });
          const watched: DeskWatch = (activity) => {
            watch(activity);
            if (activity.kind === "phase" && activity.phase === "running") jobs.begin();
          };
          try {
            await runDesk({ ...desk, watch: watched, requests, commands });
          } finally {
            await jobs.close();
          }
        },
      ).finally(() => alerts.close());
    } finally {
      await agents?.close();
    }
  } finally {
    await venue.close();
  }
}
