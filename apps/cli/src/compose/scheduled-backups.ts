import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AlertSink } from "@alphaforge/core/alerts/alert";
import { incidentFile } from "@alphaforge/core/alerts/incident-file";
import { Incidents } from "@alphaforge/core/alerts/incidents";
import type { Clock } from "@alphaforge/core/clock";
import { oneLine } from "@alphaforge/core/errors";
import type { Jobs } from "@alphaforge/core/jobs/jobs";
import { runDueLoop } from "@alphaforge/core/schedule/due-loop";
import { type BackupFacts, writeBackup } from "@alphaforge/core/store/backup/write-backup";
import type { MigrationSource } from "@alphaforge/core/store/migrations";
import type { Store } from "@alphaforge/core/store/open-store";
import type { Logger } from "@alphaforge/core/telemetry/logger";

const JOB = "backup";
const LOOK_MS = 60_000;
/** Of the last alert, when the desk ends. */
const CLOSE_MS = 1_000;

export interface ScheduledBackupsOptions {
  readonly desk: string;
  readonly store: Store;
  readonly sources: readonly MigrationSource[];
  readonly facts: BackupFacts;
  readonly program: string;
  /** Only these backups lie there; the oldest beyond `keep` are removed. */
  readonly directory: string;
  /** ms between two. */
  readonly every: number;
  readonly keep: number;
  /** The machine's. */
  readonly wall: Clock;
  readonly sinks: readonly AlertSink[];
  readonly incidentsFile: string;
  readonly logger: Logger;
}

export interface ScheduledBackups {
  /** Looks every minute for what is due, from now on; after `jobs.start()`. */
  begin(): void;
  close(): Promise<void>;
}

/**
 * Defines the job that backs a desk up once in every `every` of the machine's clock, also when the desk was down when
 * it was due: the slot is the job's key. One that failed is tried three times more, and an alert stands until the next
 * one succeeds.
 */
export function scheduledBackups(jobs: Jobs, options: ScheduledBackupsOptions): ScheduledBackups {
  const { desk, store, sources, facts, program, directory, every, keep, wall, sinks, incidentsFile, logger } = options;
  const stop = new AbortController();
  let looking: Promise<void> | undefined;
  const memory = incidentFile(incidentsFile);
  const incidents = new Incidents({ source: `desk ${desk}`, sinks, clock: wall, logger, memory });
  jobs.define<{ readonly slot: number }>({
    name: JOB,
    retries: 3,
    retryDelayMs: 5 * 60_000,
    timeLimitMs: 3_600_000,
    async handle({ slot }, { signal }) {
      const started = wall.now();
      try {
        const path = scheduledPath(directory, desk, slot * every);
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        // A job runs again when its worker died after the file had its name.
        if (!readdirSync(directory).includes(scheduledName(desk, slot * every))) {
          const connect = () => store.connect();
          const subject = { kind: "desk", name: desk, connect, sources, facts, program } as const;
          const { bytes } = await writeBackup({ ...subject, path, clock: wall, signal });
          logger.info("backup.written", { file: path, bytes, ms: wall.now() - started });
        }
        for (const name of outdated(directory, desk, keep)) {
          rmSync(join(directory, name));
          logger.info("backup.removed", { file: join(directory, name) });
        }
        incidents.update([]);
      } catch (error) {
        if (!signal.aborted) {
          const text = `the backup of ${new Date(slot * every).toISOString()} failed: ${oneLine(error)}`;
          incidents.update([{ key: "backup.failed", severity: "critical", text }]);
        }
        throw error;
      }
    },
  });
  return {
    begin() {
      looking ??= runDueLoop({
        clock: wall,
        intervalMs: LOOK_MS,
        due(now) {
          const slot = Math.floor(now / every);
          return [{ name: JOB, run: async () => void (await jobs.send(JOB, { slot }, { key: String(slot) })) }];
        },
        onError: (error) => logger.error("backup.unsent", { error: oneLine(error) }),
        signal: stop.signal,
      });
    },
    async close() {
      stop.abort(new Error("the desk ends"));
      await looking;
      await incidents.close(CLOSE_MS);
    },
  };
}

function scheduledName(desk: string, time: number): string {
  return `${desk}-${new Date(time).toISOString().slice(0, 13).replaceAll("-", "")}00Z.afbackup`;
}

function scheduledPath(directory: string, desk: string, time: number): string {
  return join(directory, scheduledName(desk, time));
}

/** The oldest beyond `keep`: the names sort by time. Whatever else lies in the directory is not looked at. */
function outdated(directory: string, desk: string, keep: number): readonly string[] {
  const ours = readdirSync(directory).filter(
    (name) => name.startsWith(`${desk}-`) && /^\d{8}T\d{4}Z\.afbackup$/.test(name.slice(desk.length + 1)),
  );
  return ours.sort().slice(0, Math.max(0, ours.length - keep));
}
