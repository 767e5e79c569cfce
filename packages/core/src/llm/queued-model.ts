import type { Clock } from "../clock.ts";
import { oneLine } from "../errors.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Store } from "../store/open-store.ts";
import type { Logger } from "../telemetry/logger.ts";
import { type Failed, type FailureKind, type Model, type ModelReply, type ModelRequest, NO_USAGE } from "./model.ts";
import { defineModelCalls, type ModelCallJob, modelCallJob } from "./model-call-jobs.ts";
import { readReplyText, replyText, requestText } from "./model-call-text.ts";
import { ModelCalls, type StoredReply } from "./model-calls.ts";
import { PROVIDER_NAMES, type ProviderName, providerNamed } from "./open-models.ts";
import { orAbort } from "./or-abort.ts";
import { ReplyBell } from "./reply-bell.ts";

export interface QueuedModelOptions {
  /** Not started yet; this model's alone. */
  readonly jobs: Jobs;
  /** Where the calls are, and the jobs. */
  readonly store: Pick<Store, "pool" | "connect">;
  /** The machine's: for waits. */
  readonly clock: Clock;
  readonly logger: Logger;
  /** Requests at once to one provider, over all workers. */
  readonly concurrency: number;
  /** What a person does when no worker takes a call up, with the provider in it. */
  readonly remedy: (provider: string) => string;
  /** How long an answer is waited for, in all (ms). Default 3 min. */
  readonly withinMs?: number;
  /** The same for a new prompt (ms). Default 8 min. */
  readonly evolutionWithinMs?: number;
}

/** A model that leaves asking to workers. */
export interface QueuedModel extends Model {
  /** Before the first question. Throws OperationalError when the jobs of the database cannot be used. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** Two attempts of 30 s (of 3 min for a new prompt), and two minutes for a worker to come, or to take over. */
const WITHIN_MS = 180_000;
const EVOLUTION_WITHIN_MS = 480_000;
const AGAIN_MS = 1_000;
/** As long as the queue remembers what was sent: until then a call is not begun anew by mistake. */
const REMEMBERED_DAYS = 7;
const DAY_MS = 86_400_000;
/** A parse error spells out everything that it expected. */
const LONGEST_FAULT = 150;

/**
 * The desk's side of models that workers ask (model-call-worker.ts is theirs), on any machine, with keys of their own.
 * A question is a row under its call's id and a job that names it; the first reply that is written into the row is the
 * answer. A desk that was killed finds it there when it asks again. What no worker has answered in time is a failure
 * that says so. A reply's `latencyMs` is counted from the question on, the wait for a worker included: nobody could
 * have acted on it before.
 */
export function queuedModel(options: QueuedModelOptions): QueuedModel {
  const { jobs, store, clock, logger, concurrency, remedy } = options;
  const { withinMs = WITHIN_MS, evolutionWithinMs = EVOLUTION_WITHIN_MS } = options;
  const calls = new ModelCalls(store.pool);
  const bell = new ReplyBell({ calls, connect: () => store.connect(), clock, logger });
  let forgotAt = Number.NEGATIVE_INFINITY;
  defineModelCalls(jobs, PROVIDER_NAMES);

  return {
    start: () => jobs.start(),
    async ask(request, signal) {
      signal.throwIfAborted();
      const provider = providerNamed(request.model);
      if ("reason" in provider) return failure("refused", provider.reason);
      const within = request.task === "evolution" ? evolutionWithinMs : withinMs;
      const stop = new AbortController();
      try {
        return await orAbort(signal, () => ask(request, provider.name, within, AbortSignal.any([signal, stop.signal])));
      } finally {
        stop.abort();
      }
    },
    async close() {
      await Promise.all([bell.close(), jobs.close()]);
    },
  };

  async function ask(
    request: ModelRequest,
    provider: ProviderName,
    withinMs: number,
    signal: AbortSignal,
  ): Promise<ModelReply> {
    const { callId, tool } = request;
    const text = requestText(request, concurrency);
    const late = AbortSignal.any([signal, timeUp(withinMs, signal)]);
    const trouble = await put();
    const reply = trouble === undefined ? await bell.replyTo(callId, late) : undefined;
    signal.throwIfAborted();
    const stored = reply ?? (await giveUp(callId, provider, withinMs, trouble));
    if (!("reply" in stored)) return stored;
    try {
      return readReplyText(tool, stored.reply, stored.latencyMs);
    } catch (error) {
      const remedy = "run the same version of this program on all machines";
      return failure(
        "garbled",
        `a worker's reply cannot be read: ${remedy} (${oneLine(error).slice(0, LONGEST_FAULT)})`,
      );
    }

    /** Until it is in the queue, or the time is over: then why it is not. */
    async function put(): Promise<string | undefined> {
      for (;;) {
        try {
          await forgetOld();
          const generation = await calls.put({ callId, provider, request: text, withinMs });
          await jobs.send<ModelCallJob>(modelCallJob(provider), { callId }, { key: `${callId}/${generation}` });
          return undefined;
        } catch (error) {
          logger.warn("model.call.unsent", { call: callId, error: oneLine(error) });
          const isOver = await clock.sleep(AGAIN_MS, late).then(
            () => false,
            () => true,
          );
          if (isOver) return oneLine(error);
        }
      }
    }
  }

  /** Once a day. */
  async function forgetOld(): Promise<void> {
    const now = clock.now();
    if (now - forgotAt < DAY_MS) return;
    await calls.forget(REMEMBERED_DAYS);
    forgotAt = now;
  }

  /** Aborts when the time is over; not when `signal` has aborted before. */
  function timeUp(ms: number, signal: AbortSignal): AbortSignal {
    const up = new AbortController();
    void clock.sleep(ms, signal).then(
      () => up.abort(new Error("the time is over")),
      () => undefined, // it was answered, or is no longer asked
    );
    return up.signal;
  }

  /** Writes that there is no answer, unless one has come at the last moment. */
  async function giveUp(
    callId: string,
    provider: string,
    withinMs: number,
    trouble: string | undefined,
  ): Promise<StoredReply | Failed> {
    const time = `within ${withinMs / 1000} s`;
    if (trouble !== undefined) return failure("unavailable", `the question was not taken ${time}: ${trouble}`);
    try {
      const worker = await calls.workerOf(callId);
      const reason =
        worker === undefined
          ? `no worker answered ${time}: ${remedy(provider)}`
          : `worker ${worker} took the question up and did not answer ${time}`;
      await calls.reply(callId, replyText(failure("timeout", reason)));
      const [stored] = await calls.replies([callId]);
      return stored ?? failure("timeout", reason);
    } catch (error) {
      return failure("unavailable", `no answer could be read ${time}: ${oneLine(error)}`);
    }
  }
}

function failure(kind: FailureKind, reason: string): Failed {
  return { kind: "failed", failure: kind, reason, latencyMs: 0, attempts: 0, usage: NO_USAGE };
}
