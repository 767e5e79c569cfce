import { expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { memoryJobs } from "../jobs/memory-jobs.ts";
import { postgresJobs } from "../jobs/postgres-jobs.ts";
import { createLogger } from "../telemetry/logger.ts";
import { fixedClock } from "../testing/fixed-clock.ts";
import { freshDatabase } from "../testing/test-database.ts";
import type { Alert } from "./alert.ts";
import { describeAlertSink } from "./conformance.ts";
import { mailAlerts } from "./mail-alerts.ts";
import { patientAlerts } from "./patient-alerts.ts";
import { smtpReceiver } from "./smtp-receiver.fixture.ts";

const quiet = createLogger({ level: "silent", clock: systemClock });
const never = new AbortController().signal;
const ALERT: Alert = {
  source: "desk arena",
  key: "database",
  state: "raised",
  severity: "critical",
  text: "the database is gone",
  since: 0,
  at: 0,
};

describeAlertSink("patient alerts by mail", async () => {
  const receiver = await smtpReceiver();
  const jobs = memoryJobs({ clock: systemClock, wall: systemClock, logger: quiet });
  const sink = patientAlerts(jobs, mailAlerts(receiver.settings), systemClock);
  await jobs.start();
  return {
    sink,
    received: () => receiver.alerts(),
    async close() {
      await sink.settled();
      await jobs.close();
      await receiver.close();
    },
  };
});

test("what a mail server does not take for an hour arrives afterwards, once however often it was sent", async () => {
  const receiver = await smtpReceiver();
  const clock = fixedClock(0);
  const jobs = memoryJobs({ clock, wall: systemClock, logger: quiet });
  const sink = patientAlerts(jobs, mailAlerts(receiver.settings), systemClock);
  await jobs.start();
  try {
    receiver.answer = "refuse-message";
    for (let times = 0; times < 3; times++) await sink.send(ALERT, never);
    for (let minutes = 0; minutes < 60; minutes += 5) await clock.advance(5 * 60_000);
    expect(receiver.mails).toEqual([]);
    receiver.answer = "take";
    await expect
      .poll(async () => {
        await clock.advance(5 * 60_000);
        return receiver.alerts();
      })
      .toEqual([ALERT]);
    await jobs.idle();
    expect(receiver.alerts()).toEqual([ALERT]);
  } finally {
    await jobs.close();
    await receiver.close();
  }
});

test("what is under way when the program ends is kept, and the next process sends it", async () => {
  const receiver = await smtpReceiver();
  const database = await freshDatabase([]);
  const make = () => {
    const jobs = postgresJobs({ url: database.url, logger: quiet, pace: { poll: 0.5, supervise: 1, cron: 1 } });
    return { jobs, sink: patientAlerts(jobs, mailAlerts(receiver.settings), systemClock) };
  };
  try {
    const first = make();
    await first.jobs.start();
    receiver.answer = "hang";
    const stop = new AbortController();
    const sending = first.sink.send(ALERT, stop.signal);
    await expect.poll(() => receiver.open.size).toBe(1);
    stop.abort(new Error("the program ends"));
    await first.sink.settled();
    await sending;
    await first.jobs.close();
    receiver.answer = "take";
    const second = make();
    await second.jobs.start();
    // The first process may have taken it up before it was closed: then it is due again after its delay.
    await database.store.pool.query("UPDATE pgboss.job SET start_after = now() WHERE name = 'alert-mail'");
    await expect.poll(() => receiver.alerts(), { timeout: 30_000 }).toEqual([ALERT]);
    await second.jobs.close();
  } finally {
    await database.drop();
    await receiver.close();
  }
});

test("without a queue either, the failure is the mail server's", async () => {
  const receiver = await smtpReceiver();
  receiver.answer = "refuse-sender";
  const jobs = memoryJobs({ clock: systemClock, wall: systemClock, logger: quiet });
  const sink = patientAlerts(jobs, mailAlerts(receiver.settings), systemClock);
  await expect(sink.send(ALERT, never)).rejects.toThrow("the mail server refused the sender");
  await receiver.close();
});
