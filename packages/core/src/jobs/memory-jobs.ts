import type { Clock } from "../clock.ts";
import { assertJsonValue } from "../log/json-value.ts";
import type { Logger } from "../telemetry/logger.ts";
import { JobRunner, type KnownJob } from "./job-runner.ts";
import type { Jobs } from "./jobs.ts";

/** Jobs of one process that are gone with it: for tests and backtests. */
export interface MemoryJobs extends Jobs {
  /** Resolves when nothing is queued or running. */
  idle(): Promise<void>;
}

/** How long `close` waits for handlers to end, in the machine's milliseconds. */
const GRACE_MS = 1_500;

/** Jobs in memory. Schedules fire by `clock`; time limits and the grace of `close` go by `wall`. */
export function memoryJobs({ clock, wall, logger }: { clock: Clock; wall: Clock; logger: Logger }): MemoryJobs {
  const runner = new JobRunner(wall, logger);
  const keys = new Set<string>();
  const lanes = new Map<string, Promise<void>>();
  const stopped = new AbortController();
  let started = false;
  let closed: Promise<void> | undefined;

  const run = async (job: KnownJob, text: string, key: string): Promise<void> => {
    for (let attempt = 1; attempt <= job.retries + 1 && !runner.isClosing; attempt++) {
      try {
        await runner.attempt(job, JSON.parse(text), { key, attempt, signal: new AbortController().signal });
        return;
      } catch {
        if (attempt <= job.retries && job.retryDelayMs > 0) {
          // Cut short by `close`, after which there is no next attempt.
          await clock.sleep(job.retryDelayMs, stopped.signal).catch(() => undefined);
        }
        // Counted and logged by the runner; the next attempt is the answer.
      }
    }
  };
  const enqueue = (job: KnownJob, data: unknown, key: string): boolean => {
    assertJsonValue(data, `data of job ${job.name}`);
    const id = `${job.name}\n${key}`;
    if (keys.has(id)) return false;
    keys.add(id);
    if (job.concurrency === 0) return true;
    const text = JSON.stringify(data);
    lanes.set(
      job.name,
      (lanes.get(job.name) ?? Promise.resolve()).then(() => run(job, text, key)),
    );
    return true;
  };
  const keepTime = async (job: KnownJob): Promise<void> => {
    const { cron } = job;
    while (cron !== undefined && !stopped.signal.aborted) {
      const due = cron.times.next(clock.now());
      try {
        await clock.sleep(due - clock.now(), stopped.signal);
      } catch (error) {
        if (stopped.signal.aborted) return;
        throw error;
      }
      enqueue(job, cron.data, `cron:${due}`);
    }
  };
  const idle = async (): Promise<void> => {
    const waited = [...lanes.values()];
    await Promise.all(waited);
    if (waited.length !== lanes.size || waited.some((lane, index) => lane !== [...lanes.values()][index])) await idle();
  };
  const shutDown = async (): Promise<void> => {
    stopped.abort();
    runner.interrupt();
    const ended = new AbortController();
    await Promise.race([idle().then(() => ended.abort()), wall.sleep(GRACE_MS, ended.signal).catch(() => undefined)]);
  };
  return {
    define(job) {
      if (started) throw new Error(`job ${job.name} was defined after the start`);
      runner.define(job);
    },
    async start() {
      started = true;
      for (const job of runner.jobs.values()) void keepTime(job);
    },
    async send(name, data, { key }) {
      if (!started) throw new Error(`job ${name} was sent before the start`);
      return enqueue(runner.known(name), data, key);
    },
    counts: () => runner.counts,
    idle,
    close() {
      closed ??= shutDown();
      return closed;
    },
  };
}
