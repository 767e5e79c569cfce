import type { Pool } from "pg";
import type { Clock } from "../clock.ts";
import { oneLine } from "../errors.ts";
import { failpoint } from "../failpoints.ts";
import type { JobContext, Jobs } from "../jobs/jobs.ts";
import { isConnectionLost } from "../store/connection-lost.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { ExchangeRecorder } from "./exchange-recorder.ts";
import type { ModelReply } from "./model.ts";
import { defineModelCalls, type ModelCallJob } from "./model-call-jobs.ts";
import { readRequest, replyText } from "./model-call-text.ts";
import { ModelCalls } from "./model-calls.ts";
import { askableProviders, type ModelEndpoints, openModels, type ProviderName } from "./open-models.ts";
import { postgresGate } from "./postgres-gate.ts";

export interface ModelCallWorkerOptions {
  /** Not started yet. */
  readonly jobs: Jobs;
  readonly pool: Pool;
  /** The machine's. */
  readonly clock: Clock;
  readonly logger: Logger;
  /** With this machine's own keys. Providers that lack theirs are left to other workers. */
  readonly endpoints: ModelEndpoints;
  readonly recorder?: ExchangeRecorder;
  /** Names this process to people: "host/4711". */
  readonly worker: string;
  /** Calls at once of one provider, in this process. */
  readonly concurrency: number;
}

const STORE_AGAIN_MS = 500;

/**
 * Defines the jobs of a worker that asks models for a desk (queued-model.ts is the desk's side), and gives the
 * providers that it can ask. A call whose worker dies is asked again by another; of two replies the first counts.
 */
export function modelCallWorker(options: ModelCallWorkerOptions): readonly ProviderName[] {
  const { jobs, pool, clock, logger, endpoints, recorder, worker, concurrency } = options;
  const calls = new ModelCalls(pool);
  const providers = askableProviders(endpoints);
  defineModelCalls(jobs, providers, { concurrency, handle });
  return providers;

  async function handle({ callId }: ModelCallJob, { attempt, signal }: JobContext): Promise<void> {
    const call = await calls.take(callId, worker);
    if (call === undefined) return;
    const { request, concurrency: overAll } = readRequest(callId, call.request);
    const { remainingMs } = call;
    logger.info("model.call.started", { call: callId, model: request.model, attempt });
    const over = new AbortController();
    const late = new AbortController();
    void clock.sleep(remainingMs, over.signal).then(
      () => late.abort(new Error("nobody waits for the answer any longer")),
      () => undefined, // it came in time
    );
    try {
      const onTrouble = (error: Error) => logger.warn("model.call.untold", { call: callId, error: oneLine(error) });
      const model = openModels({
        ...{ endpoints, models: [], clock, ...(recorder && { recorder }) },
        gate: postgresGate({ pool, clock, concurrency: overAll, onTrouble }),
        // What would have to be waited for longer is better told than waited for.
        maxWaitMs: remainingMs,
      });
      const reply = await model.ask(request, AbortSignal.any([signal, late.signal]));
      failpoint("model-call.before-reply");
      const counts = await store(callId, reply, signal);
      logger.info("model.call.finished", { call: callId, kind: reply.kind, counts });
    } catch (error) {
      if (!late.signal.aborted || signal.aborted) throw error;
      logger.warn("model.call.late", { call: callId });
    } finally {
      over.abort();
    }
  }

  /** It is paid for: a database that is away for a moment must not lose it. */
  async function store(callId: string, reply: ModelReply, signal: AbortSignal): Promise<boolean> {
    for (;;) {
      try {
        return await calls.reply(callId, replyText(reply));
      } catch (error) {
        if (!isConnectionLost(error)) throw error;
        logger.warn("model.call.unstored", { call: callId, error: oneLine(error) });
        await clock.sleep(STORE_AGAIN_MS, signal);
      }
    }
  }
}
