import type { Clock } from "../clock.ts";
import { OperationalError, oneLine, UserError } from "../errors.ts";
import { assertJsonValue } from "../log/json-value.ts";
import type { Logger } from "../telemetry/logger.ts";
import { type Cron, parseCron } from "./cron.ts";
import type { JobContext, JobCounts, JobDefinition } from "./jobs.ts";

const NAME = /^[a-z0-9][a-z0-9.-]{0,49}$/;
const DEFAULT_RETRIES = 3;
const DEFAULT_TIME_LIMIT_MS = 15 * 60_000;

/** A definition that was checked. */
export interface KnownJob {
  readonly name: string;
  readonly cron: { readonly at: string; readonly times: Cron; readonly data: unknown } | undefined;
  readonly retries: number;
  readonly retryDelayMs: number;
  readonly concurrency: number;
  readonly timeLimitMs: number;
  readonly handle: (data: unknown, context: JobContext) => Promise<void>;
}

/** What both adapters share: the definitions, one attempt at a job, and what became of it. */
export class JobRunner {
  readonly jobs = new Map<string, KnownJob>();
  readonly counts = new Map<string, JobCounts>();
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #closing = new AbortController();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  define<Data>(job: JobDefinition<Data>): void {
    const { name, cron, retries = DEFAULT_RETRIES, timeLimitMs = DEFAULT_TIME_LIMIT_MS } = job;
    const { retryDelayMs = 0, concurrency = 1 } = job;
    if (!NAME.test(name)) throw new UserError(`job "${name}" must be lower-case letters, digits, dots and dashes`);
    if (this.jobs.has(name)) throw new UserError(`job ${name} is defined twice`);
    if (!Number.isInteger(retries) || retries < 0)
      throw new UserError(`job ${name}: retries ${retries} must be 0 or more`);
    if (!Number.isInteger(retryDelayMs / 1000) || retryDelayMs < 0)
      throw new UserError(`job ${name}: retry delay ${retryDelayMs} ms must be whole seconds`);
    if (!Number.isInteger(concurrency) || concurrency < 0)
      throw new UserError(`job ${name}: concurrency ${concurrency} must be 0 or more`);
    if (!(timeLimitMs >= 1000)) throw new UserError(`job ${name}: time limit ${timeLimitMs} ms must be 1000 or more`);
    if (cron !== undefined) assertJsonValue(cron.data, `data of job ${name}`);
    this.jobs.set(name, {
      name,
      retries,
      retryDelayMs,
      concurrency,
      timeLimitMs,
      cron: cron === undefined ? undefined : { ...cron, times: parseCron(cron.at) },
      handle: (data, context) => job.handle(data as Data, context),
    });
    this.counts.set(name, { done: 0, failed: 0, interrupted: 0 });
  }

  /** The job of that name; throws UserError when it was not defined. */
  known(name: string): KnownJob {
    const job = this.jobs.get(name);
    if (job !== undefined) return job;
    throw new UserError(`job "${name}" is not defined; there are: ${[...this.jobs.keys()].join(", ") || "none"}`);
  }

  get isClosing(): boolean {
    return this.#closing.signal.aborted;
  }

  /** Aborts the attempts that run. Whoever waits for them decides how long. */
  interrupt(): void {
    this.#closing.abort(new Error("the worker is closing"));
  }

  /**
   * One attempt. Rejects when it failed, after it was counted and logged. One that is over its time, or that another
   * worker has been given, is no longer waited for; one that is interrupted may still end well.
   */
  async attempt(job: KnownJob, data: unknown, { key, attempt, signal }: JobContext): Promise<void> {
    const over = new AbortController();
    const limit = new AbortController();
    const abandoned = AbortSignal.any([signal, limit.signal]);
    void this.#clock.sleep(job.timeLimitMs, over.signal).then(
      () => limit.abort(new OperationalError(`it took longer than ${job.timeLimitMs / 1000} s`)),
      () => undefined,
    );
    const abandon = new Promise<never>((_, reject) => {
      abandoned.addEventListener("abort", () => reject(abandoned.reason), { once: true, signal: over.signal });
    });
    const context: JobContext = { key, attempt, signal: AbortSignal.any([abandoned, this.#closing.signal]) };
    try {
      await Promise.race([job.handle(data, context), abandon]);
      this.#count(job, "done");
    } catch (error) {
      if (this.isClosing) {
        this.#count(job, "interrupted");
        this.#logger.info("job.interrupted", { job: job.name, key, attempt });
      } else {
        this.#count(job, "failed");
        const left = Math.max(0, job.retries + 1 - attempt);
        this.#logger.error("job.failed", { job: job.name, key, attempt, attempts_left: left, error: oneLine(error) });
      }
      throw error;
    } finally {
      over.abort();
    }
  }

  #count(job: KnownJob, what: keyof JobCounts): void {
    const counts = this.counts.get(job.name) as JobCounts;
    this.counts.set(job.name, { ...counts, [what]: counts[what] + 1 });
  }
}
