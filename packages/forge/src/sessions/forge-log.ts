import type { Clock } from "@alphaforge/core/clock";
import type { EventLog } from "@alphaforge/core/log/event-log";
import { FORGE_EVENT_TYPES, type ForgeEvent, type ForgeEvents, type ForgeEventType } from "./forge-events.ts";

/** One event to write, to its stream. `id` makes writing it again do nothing. */
export type ForgeEntry = {
  [T in ForgeEventType]: {
    readonly stream: string;
    readonly type: T;
    readonly data: ForgeEvents[T];
    readonly id?: string;
  };
}[ForgeEventType];

/** A forge's own events in its log, typed. */
export interface ForgeLog {
  /** Appends all or none; durable when it resolves. */
  write(...entries: readonly ForgeEntry[]): Promise<void>;
  /** From `fromSeq` on, what there is now; without what coders said. */
  read(options?: { fromSeq?: number; stream?: string }): AsyncIterable<ForgeEvent>;
  /** What there is from `fromSeq` on and what comes, other processes' included, until the signal aborts. */
  tail(fromSeq: number, signal: AbortSignal): AsyncIterable<ForgeEvent>;
}

/** `onWrite` is told after each write: whoever keeps projections folds then. */
export function forgeLog(log: EventLog, clock: Clock, onWrite: () => void = () => undefined): ForgeLog {
  const known: ReadonlySet<string> = new Set(FORGE_EVENT_TYPES);
  return {
    async write(...entries) {
      const at = clock.now();
      const batches = entries.map(({ stream, type, data, id }) => ({
        stream,
        expectedVersion: "any" as const,
        events: [{ type, at, data, ...(id === undefined ? {} : { id }) }],
      }));
      await log.appendMany(batches);
      onWrite();
    },
    async *read(options = {}) {
      for await (const event of log.read({ ...options, types: FORGE_EVENT_TYPES }))
        yield event as unknown as ForgeEvent;
    },
    async *tail(fromSeq, signal) {
      for await (const event of log.tail(fromSeq, signal)) {
        if (known.has(event.type)) yield event as unknown as ForgeEvent;
      }
    },
  };
}
