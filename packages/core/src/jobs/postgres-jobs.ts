import { createHash } from "node:crypto";
import { type ConstructorOptions, type Job, PgBoss, type QueueOptions } from "pg-boss";
import { type Clock, systemClock } from "../clock.ts";
import { OperationalError, oneLine } from "../errors.ts";
import { assertJsonValue } from "../log/json-value.ts";
import type { Logger } from "../telemetry/logger.ts";
import { JobRunner, type KnownJob } from "./job-runner.ts";
import type { Jobs } from "./jobs.ts";

/** How often the database is asked, in seconds. */
export interface JobsPace {
  /** For a new job, per name: how long a job that was sent waits at most. */
  readonly poll: number;
  /** For jobs whose worker has died. */
  readonly supervise: number;
  /** For schedules; at most 45. A scheduled job begins up to two of these late. */
  readonly cron: number;
}

export interface PostgresJobsOptions {
  /** Of the database that holds the jobs, in a schema of their own. */
  readonly url: string;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly pace?: Partial<JobsPace>;
}

const SCHEMA = "pgboss";
const CONNECTIONS = 2;
const PACE: JobsPace = { poll: 5, supervise: 5, cron: 30 };
/** pg-boss takes no less. */
const HEARTBEAT_SECONDS = 10;
const REMEMBERED_SECONDS = 7 * 24 * 3600;
/** Of `close`: for handlers to end, and in all. */
const GRACE_MS = 1_200;
const CLOSE_MS = 1_800;
/** A database that is away fails several times a second. */
const REPEATED_ERROR_MS = 60_000;

/** What is stored: a scheduled job has no key of its own, and its id takes the place. */
interface Envelope {
  readonly key?: string;
  readonly data: unknown;
}

/** The same job sent twice is the same row. */
function idOf(name: string, key: string): string {
  const hex = createHash("sha256").update(`${name}\n${key}`).digest("hex");
  // RFC 9562, version 8: the other bits are ours.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Jobs in the desk's own database, through pg-boss on at most two connections of their own. The database's role needs
 * CREATE on the database for the first start and nothing more. A job whose worker was killed runs again after at most
 * its heartbeat (10 s) and the paces of supervision and polling; several machines may work on one database.
 */
export function postgresJobs({ url, logger, clock = systemClock, pace: given }: PostgresJobsOptions): Jobs {
  const pace = { ...PACE, ...given };
  const runner = new JobRunner(clock, logger);
  const boss = new PgBoss(bossOptions(url, pace));
  boss.on("error", reporter(clock, logger));
  boss.on("warning", ({ message }) => logger.warn("jobs.warned", { warning: message }));
  let started = false;
  let closed: Promise<void> | undefined;

  const serve = async (job: KnownJob): Promise<void> => {
    const queue: QueueOptions = {
      retryLimit: job.retries,
      retryDelay: job.retryDelayMs / 1000,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      // Only for a worker that beats but hangs: the runner gives up first.
      expireInSeconds: Math.ceil(job.timeLimitMs / 1000) + 60,
      deleteAfterSeconds: REMEMBERED_SECONDS,
    };
    await boss.createQueue(job.name, queue);
    await boss.updateQueue(job.name, queue);
    if (job.cron === undefined) await boss.unschedule(job.name);
    else await boss.schedule(job.name, job.cron.at, { data: job.cron.data }, { tz: "UTC", missed: "once" });
    if (job.concurrency === 0) return;
    const options = { pollingIntervalSeconds: pace.poll, localConcurrency: job.concurrency };
    await boss.work<Envelope>(job.name, options, ([first]) =>
      runner.attempt(job, (first as Job<Envelope>).data.data, contextOf(first as Job<Envelope>)),
    );
  };
  const shutDown = async (): Promise<void> => {
    runner.interrupt();
    if (!started) return;
    const late = new AbortController();
    const within = (ms: number) => clock.sleep(ms, late.signal).catch(() => undefined);
    // A worker that is told to stop takes no other job, so what is interrupted here is not taken up here again.
    const workers = Promise.all([...runner.jobs.keys()].map((name) => boss.offWork(name, { wait: true })));
    const end = async () => {
      await Promise.race([workers, within(GRACE_MS)]);
      await boss.stop({ graceful: false });
      return true;
    };
    const inTime = await Promise.race([end(), within(CLOSE_MS)]);
    late.abort();
    if (inTime !== true) logger.warn("jobs.closed_late", { error: "the database did not answer: its jobs run again" });
  };
  return {
    define(job) {
      if (started) throw new Error(`job ${job.name} was defined after the start`);
      runner.define(job);
    },
    async start() {
      started = true;
      try {
        await boss.start();
        for (const job of runner.jobs.values()) await serve(job);
      } catch (error) {
        await boss.stop({ graceful: false });
        throw new OperationalError(
          `the jobs of this database (schema ${SCHEMA}) cannot be used: check that it can be reached and that its role has CREATE on it`,
          { cause: error },
        );
      }
    },
    async send(name, data, { key }) {
      if (!started) throw new Error(`job ${name} was sent before the start`);
      runner.known(name);
      assertJsonValue(data, `data of job ${name}`);
      const envelope: Envelope = { key, data };
      return (await boss.send(name, envelope, { id: idOf(name, key) })) !== null;
    },
    counts: () => runner.counts,
    close() {
      closed ??= shutDown();
      return closed;
    },
  };
}

const contextOf = ({ id, data, retryCount, signal }: Job<Envelope>) => ({
  key: data.key ?? id,
  attempt: retryCount + 1,
  signal,
});

function bossOptions(url: string, pace: JobsPace): ConstructorOptions {
  return {
    connectionString: url,
    application_name: "alphaforge jobs",
    max: CONNECTIONS,
    schema: SCHEMA,
    superviseIntervalSeconds: pace.supervise,
    monitorIntervalSeconds: pace.supervise,
    cronMonitorIntervalSeconds: pace.cron,
    cronWorkerIntervalSeconds: pace.cron,
    // Nothing here uses flows, and a few rows bloat no index: both would be asked for all the time.
    flowIntervalSeconds: 3600,
    bamIntervalSeconds: 600,
    reindex: false,
    monitorVacuum: false,
  };
}

/** One line per error and minute, with how often it has come. */
function reporter(clock: Clock, logger: Logger): (error: Error) => void {
  let last = { line: "", at: Number.NEGATIVE_INFINITY };
  let repeated = 0;
  return (error) => {
    const line = oneLine(error);
    const now = clock.now();
    if (line === last.line && now - last.at < REPEATED_ERROR_MS) {
      repeated += 1;
      return;
    }
    logger.error("jobs.store_failed", { error: line, ...(repeated === 0 ? {} : { repeated }) });
    last = { line, at: now };
    repeated = 0;
  };
}
