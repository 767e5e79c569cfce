import type { AlertSink } from "@alphaforge/core/alerts/alert";
import { logAlerts } from "@alphaforge/core/alerts/log-alerts";
import { mailAlerts } from "@alphaforge/core/alerts/mail-alerts";
import { patientAlerts } from "@alphaforge/core/alerts/patient-alerts";
import { webhookAlerts } from "@alphaforge/core/alerts/webhook-alerts";
import { oneLine } from "@alphaforge/core/errors";
import { postgresJobs } from "@alphaforge/core/jobs/postgres-jobs";
import type { Logger } from "@alphaforge/core/telemetry/logger";
import type { AppConfig } from "../config.ts";
import { clock as wall } from "../system.ts";

export interface AlertSinks {
  readonly sinks: readonly AlertSink[];
  /** After the last alert: puts away what no mail server took. */
  close(): Promise<void>;
}

/**
 * Where a desk's alerts go, as the environment says: the log, always; a webhook; mail. Mail has jobs of its own beside
 * the desk's, which begin before it runs and end after it.
 */
export function openAlertSinks(config: AppConfig, { url, logger }: { url: string; logger: Logger }): AlertSinks {
  const { alertWebhookUrl, alertMail } = config;
  const sinks = [logAlerts(logger), ...(alertWebhookUrl === undefined ? [] : [webhookAlerts(alertWebhookUrl)])];
  if (alertMail === undefined) return { sinks, close: async () => undefined };
  const jobs = postgresJobs({ url, logger });
  const mail = patientAlerts(jobs, mailAlerts(alertMail), wall);
  // Without its queue a mail is tried at once all the same.
  const started = jobs.start().catch((error: unknown) => logger.error("jobs.failed", { error: oneLine(error) }));
  return {
    sinks: [...sinks, mail],
    async close() {
      await mail.settled();
      await started;
      await jobs.close();
    },
  };
}
