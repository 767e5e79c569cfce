import type { Clock } from "../clock.ts";
import type { ModelRequest } from "./model.ts";
import { requestSlots } from "./request-slots.ts";

/** What all who ask a provider must heed: how many may ask at once, and that a model is not to be asked for a while. */
export interface RequestGate {
  /** How long "<provider>/<model>" is not to be asked, after a rate limit (ms); 0 when it may be. */
  closedFor(model: string): Promise<number>;
  /** Nobody asks `model` for so long (ms). A longer time that was told before stands. */
  close(model: string, ms: number): Promise<void>;
  /**
   * Runs `work`, which takes `limitMs` at most, once there is room. Rejects with the signal's reason, without having
   * begun, when it aborts before.
   */
  enter<T>(request: ModelRequest, limitMs: number, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
}

/** The gate of a process that asks its provider alone: `concurrency` at once, in the order in which they came. */
export function localGate({ clock, concurrency }: { clock: Clock; concurrency: number }): RequestGate {
  const slots = requestSlots(concurrency);
  /** When a model may be asked again. */
  const notBefore = new Map<string, number>();
  return {
    closedFor: async (model) => Math.max(0, (notBefore.get(model) ?? 0) - clock.now()),
    async close(model, ms) {
      notBefore.set(model, Math.max(notBefore.get(model) ?? 0, clock.now() + ms));
    },
    enter: (_request, _limitMs, signal, work) => slots.run(signal, work),
  };
}
