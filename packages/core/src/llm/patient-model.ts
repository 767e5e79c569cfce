import type { Clock } from "../clock.ts";
import { addUsage } from "./add-usage.ts";
import { type Failed, type FailureKind, type Model, type ModelReply, type ModelRequest, NO_USAGE } from "./model.ts";
import type { Attempt, ModelProvider } from "./model-provider.ts";
import { orAbort } from "./or-abort.ts";
import { localGate, type RequestGate } from "./request-gate.ts";
import { retryAfterMs } from "./retry-after.ts";

export interface PatienceOptions {
  readonly provider: ModelProvider;
  /** The machine's: for time limits and waits. */
  readonly clock: Clock;
  /** Of one attempt (ms). Default 30 s. */
  readonly timeoutMs?: number;
  /** Of one attempt at a new prompt: a long text, for which no candle waits (ms). Default 3 min. */
  readonly evolutionTimeoutMs?: number;
  /** Requests at once, where there is no `gate`. Default 4. */
  readonly concurrency?: number;
  /** Shared with others who ask the same provider; by default this model asks it alone. */
  readonly gate?: RequestGate;
  /** What one call may spend waiting for rate limits, in all (ms). Default 5 min. */
  readonly maxWaitMs?: number;
}

const TIMEOUTS_BEFORE_FAILURE = 2;
const BACKOFF_MS = [1000, 2000, 4000];
/** Where a provider says "too many" and not for how long. */
const DEFAULT_WAIT_MS = 60_000;
/** "Retry-After: 0" costs no waiting time: without a count it could go on for ever. */
const MAX_LIMITS = 10;

/**
 * Asks until there is an answer or no hope of one: an attempt that takes too long is made once more; a provider that
 * fails is asked three times more, after 1, 2 and 4 s; a rate limit is waited for, by all who ask the same model; a
 * refusal is final. An answer that is invalid or cannot be read has been paid for, and is not asked for again.
 * `model` of a request is "<provider>/<model>", of which the provider sees what follows the slash.
 */
export function patientModel(options: PatienceOptions): Model {
  const { provider, clock, timeoutMs = 30_000, evolutionTimeoutMs = 180_000 } = options;
  const { concurrency = 4, maxWaitMs = 300_000 } = options;
  const gate = options.gate ?? localGate({ clock, concurrency });

  return { ask: (request, signal) => orAbort(signal, () => ask(request, signal)) };

  async function ask(request: ModelRequest, signal: AbortSignal): Promise<ModelReply> {
    const model = request.model.slice(request.model.indexOf("/") + 1);
    let [usage, attempts, timeouts, breaks, limits, waited] = [NO_USAGE, 0, 0, 0, 0, 0];
    let startedAt: number | undefined;
    let limitReason = `${provider.name} has asked to wait`;
    const asked = () => ({ latencyMs: startedAt === undefined ? 0 : clock.now() - startedAt, attempts, usage });
    const failed = (failure: FailureKind, reason: string): Failed => ({ kind: "failed", failure, reason, ...asked() });

    for (;;) {
      const wait = await gate.closedFor(request.model);
      if (wait > 0) {
        waited += wait;
        if (waited > maxWaitMs) {
          return failed("rate-limit", `${limitReason}; it is to be asked again in ${Math.ceil(wait / 1000)} s`);
        }
        await clock.sleep(wait, signal);
        // It may have been put off again in the meantime.
        continue;
      }
      const attempt = await gate.enter(request, limitOf(request), signal, async () => {
        // While this one stood in line, another may have been told to wait.
        if ((await gate.closedFor(request.model)) > 0) return undefined;
        startedAt ??= clock.now();
        attempts++;
        const outcome = await attemptInTime(request, model, attempts, signal);
        // Before the slot is handed on: who gets it must know.
        if (outcome.kind === "rate-limited") {
          await gate.close(request.model, retryAfterMs(outcome.retryAfter, clock.now()) ?? DEFAULT_WAIT_MS);
        }
        return outcome;
      });
      if (attempt === undefined) continue;
      if (attempt.kind === "late") {
        timeouts++;
        if (timeouts === TIMEOUTS_BEFORE_FAILURE) return failed("timeout", `${attempt.reason}, ${timeouts} times`);
        continue;
      }
      usage = addUsage(usage, attempt.usage);
      switch (attempt.kind) {
        case "answered":
        case "invalid":
          return { ...attempt, ...asked() };
        case "refused":
        case "garbled":
          return failed(attempt.kind, attempt.reason);
        case "broken": {
          const pause = BACKOFF_MS[breaks++];
          if (pause === undefined) return failed("unavailable", attempt.reason);
          await clock.sleep(pause, signal);
          break;
        }
        case "rate-limited": {
          limitReason = attempt.reason;
          if (++limits > MAX_LIMITS) return failed("rate-limit", limitReason);
          break;
        }
      }
    }
  }

  function limitOf({ task }: ModelRequest): number {
    return task === "evolution" ? evolutionTimeoutMs : timeoutMs;
  }

  async function attemptInTime(
    request: ModelRequest,
    model: string,
    attempt: number,
    signal: AbortSignal,
  ): Promise<Attempt | { kind: "late"; reason: string }> {
    const done = new AbortController();
    const late = new AbortController();
    const limit = limitOf(request);
    const timer = clock.sleep(limit, done.signal).then(
      () => late.abort(),
      () => undefined, // done: the sleep was ended
    );
    const either = AbortSignal.any([signal, late.signal]);
    try {
      return await orAbort(either, () => provider.attempt(request, model, attempt, either));
    } catch (error) {
      if (late.signal.aborted && !signal.aborted) {
        return { kind: "late", reason: `${provider.name} did not answer within ${limit / 1000} s` };
      }
      throw error;
    } finally {
      done.abort();
      await timer;
    }
  }
}
