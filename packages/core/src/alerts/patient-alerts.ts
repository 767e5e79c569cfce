import type { Clock } from "../clock.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { Alert, AlertSink } from "./alert.ts";
import { withDeadline } from "./deadline.ts";
import { alertKey } from "./mail-message.ts";

/** Less than whoever sends allows: what it did not take must be put away before that is over. */
const AT_ONCE_MS = 6_000;
const RETRY_MS = 5 * 60_000;
/** A day of it. */
const RETRIES = 288;

export interface PatientAlerts extends AlertSink {
  /** Resolves when what is being put away has been, or could not be. */
  settled(): Promise<void>;
}

/**
 * A sink that tries at once and, when that fails, puts the alert into the queue, where it is tried every five minutes
 * for a day, also by the next process. Not through the queue at first: that the database is gone, or the desk is about
 * to end, must be told without either. An alert has one name (`alertKey`), so it waits once however often it is sent;
 * a recovery may overtake the alert that waits. Define before `jobs.start()`.
 */
export function patientAlerts(jobs: Jobs, sink: AlertSink, clock: Clock): PatientAlerts {
  const job = `alert-${sink.name}`;
  const under = new Set<Promise<unknown>>();
  jobs.define<Alert>({
    name: job,
    retries: RETRIES,
    retryDelayMs: RETRY_MS,
    timeLimitMs: 60_000,
    handle: (alert, { signal }) => sink.send(alert, signal),
  });
  const sendOrKeep = async (alert: Alert, signal: AbortSignal): Promise<void> => {
    try {
      await withDeadline({ clock, ms: AT_ONCE_MS, what: `sending to ${sink.name}`, signal }, (either) =>
        sink.send(alert, either),
      );
    } catch (error) {
      await jobs.send(job, { ...alert }, { key: alertKey(alert) }).catch((unkept: unknown) => {
        throw new Error(error instanceof Error ? error.message : String(error), { cause: unkept });
      });
    }
  };
  return {
    name: sink.name,
    send(alert, signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      const sending = sendOrKeep(alert, signal);
      const over = sending.catch(() => undefined).finally(() => under.delete(over));
      under.add(over);
      return sending;
    },
    async settled() {
      await Promise.all(under);
    },
  };
}
