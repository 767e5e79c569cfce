/** What a handler is told besides its data. */
export interface JobContext {
  /**
   * The same on every attempt at this job, and of no other job: what the handler does outside must carry it, since a
   * job whose worker dies is run again from its start.
   */
  readonly key: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Aborts when the worker is closing, the time limit is over, or the job was given to another worker. */
  readonly signal: AbortSignal;
}

export interface JobDefinition<Data> {
  /** Lower-case letters, digits, dots and dashes; at most 50. It names the job in the store, so it must not change. */
  readonly name: string;
  /** Sends the job by itself: five cron fields in UTC of the machine's clock. Closes missed while down give one run. */
  readonly cron?: { readonly at: string; readonly data: Data };
  /** Attempts after the first that failed. Default 3. */
  readonly retries?: number;
  /** Waited between two attempts, in whole seconds as ms. Default 0. */
  readonly retryDelayMs?: number;
  /** At most so many of this name run in this process at a time. Default 1; 0 only sends, for others to do. */
  readonly concurrency?: number;
  /** After it the attempt counts as failed. Default 15 minutes. */
  readonly timeLimitMs?: number;
  handle(data: Data, context: JobContext): Promise<void>;
}

/** Attempts in this process since it started. */
export interface JobCounts {
  readonly done: number;
  readonly failed: number;
  /** Ended because the worker was closing; such a job runs again. */
  readonly interrupted: number;
}

/**
 * Work that outlives the process that asked for it. A job runs at least once: again, from its start, when it fails or
 * when its worker dies. One worker runs one job of a name at a time unless its definition says more; workers on several
 * machines share the names.
 */
export interface Jobs {
  /** Says how a job is done. Only before `start`; throws UserError for a name, cron or number that cannot be. */
  define<Data>(job: JobDefinition<Data>): void;
  /** Begins to work. Throws OperationalError when the store cannot be used. */
  start(): Promise<void>;
  /**
   * Puts a job in the queue, after `start`. False when this name has had this key before (it is remembered for seven
   * days after the job ended). Throws TypeError when `data` would not survive JSON, and rejects when the store fails:
   * then nobody knows whether it was stored, and sending it again under its key is safe.
   */
  send<Data>(name: string, data: Data, options: { readonly key: string }): Promise<boolean>;
  counts(): ReadonlyMap<string, JobCounts>;
  /**
   * Aborts what runs and lets go of the store, within two seconds; what did not end by then is run again elsewhere.
   * Safe to call twice, or without a start.
   */
  close(): Promise<void>;
}
