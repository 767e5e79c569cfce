import { join } from "node:path";
import type { AlertSink } from "@alphaforge/core/alerts/alert";
import { oneLine } from "@alphaforge/core/errors";
import { postgresJobs } from "@alphaforge/core/jobs/postgres-jobs";
import type { Store } from "@alphaforge/core/store/open-store";
import type { Logger } from "@alphaforge/core/telemetry/logger";
import type { DeskConfig } from "@alphaforge/desk/desk-config";
import { retentionJobs } from "@alphaforge/desk/retention/retention-jobs";
import type { DeskClock } from "@alphaforge/desk/run/desk-clock";
import { clock as wall } from "../system.ts";
import { deskFacts } from "./backup-subject.ts";
import { DESK_DATABASE } from "./desk-migrations.ts";
import { programVersion } from "./program-version.ts";
import { scheduledBackups } from "./scheduled-backups.ts";

export interface DeskJobs {
  /** Starts them, the first time that it is called. What is old is told by the desk's time, so that must be right. */
  begin(): void;
  close(): Promise<void>;
}

/** A desk's durable jobs: its retention, and its backups when its file asks for them. A store of jobs that fails is told, and ends no desk. */
export function deskJobs(desk: {
  readonly config: DeskConfig;
  readonly store: Store;
  readonly clock: DeskClock;
  readonly logger: Logger;
  readonly home: string;
  readonly stateDir: string;
  readonly sinks: readonly AlertSink[];
}): DeskJobs {
  const { config, store, clock, logger, home, stateDir, sinks } = desk;
  const jobs = postgresJobs({ url: store.url, logger });
  const askForPartitions = retentionJobs(jobs, {
    pool: store.pool,
    clock,
    deskSpeed: config.clock?.speed ?? 1,
    wall,
    settings: config.retention,
    logger,
  });
  const backups =
    config.backup &&
    scheduledBackups(jobs, {
      ...{ desk: config.name, store, wall, sinks, logger, ...config.backup },
      sources: DESK_DATABASE,
      facts: deskFacts,
      program: programVersion(),
      directory: join(home, "backups", "desk", config.name, "scheduled"),
      incidentsFile: join(stateDir, "backup-incidents.json"),
    });
  let begun: Promise<void> | undefined;
  const start = async (): Promise<void> => {
    await jobs.start();
    await askForPartitions();
    backups?.begin();
  };
  return {
    begin() {
      begun ??= start().catch((error: unknown) => logger.error("jobs.failed", { error: oneLine(error) }));
    },
    async close() {
      await begun;
      await Promise.all([backups?.close(), jobs.close()]);
    },
  };
}
