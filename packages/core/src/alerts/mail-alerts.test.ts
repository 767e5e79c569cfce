import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../errors.ts";
import type { Alert } from "./alert.ts";
import { describeAlertSink } from "./conformance.ts";
import { mailAlerts } from "./mail-alerts.ts";
import { mailOf } from "./mail-message.ts";
import { readMailSettings } from "./mail-settings.ts";
import { type SmtpReceiver, smtpReceiver } from "./smtp-receiver.fixture.ts";

describeAlertSink("alerts by mail", async () => {
  const receiver = await smtpReceiver();
  return { sink: mailAlerts(receiver.settings), received: () => receiver.alerts(), close: () => receiver.close() };
});

const ALERT: Alert = {
  source: "desk arena",
  key: "database",
  state: "raised",
  severity: "critical",
  text: "the database is gone",
  since: 0,
  at: 0,
};
const never = new AbortController().signal;

describe("a mail", () => {
  let receiver: SmtpReceiver;
  beforeEach(async () => {
    receiver = await smtpReceiver();
  });
  afterEach(() => receiver.close());

  const headersOf = (mail: string) => (mail.split("\r\n\r\n")[0] ?? "").replace(/\r\n[ \t]+/g, " ").split("\r\n");

  test("says in its subject who, how bad and what, and in its text the rest", async () => {
    await mailAlerts(receiver.settings).send({ ...ALERT, value: 3, threshold: 2 }, never);
    const [mail = ""] = receiver.mails;
    expect(headersOf(mail)).toEqual(
      expect.arrayContaining([
        "Subject: [desk arena] critical: the database is gone",
        "From: desk@example.org",
        "To: first@example.org, second@example.org",
        "Auto-Submitted: auto-generated",
      ]),
    );
    for (const line of ["incident   database", "value      3", "since      1970-01-01T00:00:00.000Z"]) {
      expect(mail).toContain(line);
    }
  });

  test("cannot be given a header by what an alert says", async () => {
    const evil = "gone\r\nBcc: thief@example.org\r\n\r\nbody\u2028X: y\u0085Z: z\u0000";
    await mailAlerts(receiver.settings).send({ ...ALERT, source: evil, key: evil, text: evil }, never);
    const names = headersOf(receiver.mails[0] ?? "").map((line) => line.split(":")[0]?.toLowerCase());
    expect(names).not.toContain("bcc");
    expect(names).not.toContain("x");
    expect(names.filter((name) => name === "subject")).toEqual(["subject"]);
    expect(receiver.alerts()).toEqual([{ ...ALERT, source: evil, key: evil, text: evil }]);
  });

  test("has the same message id when it is sent twice, and another for the recovery", async () => {
    const sink = mailAlerts(receiver.settings);
    for (const alert of [ALERT, { ...ALERT, at: 7 }, { ...ALERT, state: "recovered" as const }]) {
      await sink.send(alert, never);
    }
    const ids = receiver.mails.map((mail) => headersOf(mail).find((line) => line.startsWith("Message-ID:")));
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  test.each([
    [
      "refuse-sender",
      "the mail server refused the sender or a recipient: check ALERT_MAIL_FROM and ALERT_MAIL_TO (550)",
    ],
    [
      "refuse-one-recipient",
      "the mail server refused the sender or a recipient: check ALERT_MAIL_FROM and ALERT_MAIL_TO (550)",
    ],
    ["refuse-message", "the mail server refused the message: see its log (550)"],
    ["die", "the mail server did not take the alert"],
  ] as const)("that meets a server that answers with %s is a failure in our words", async (answer, expected) => {
    receiver.answer = answer;
    const failure = mailAlerts(receiver.settings).send(ALERT, never);
    await expect(failure).rejects.toThrow(expected);
    await expect(failure).rejects.not.toThrow(/hunter2|127\.0\.0\.1|example\.org/);
  });

  test("that is refused for its credentials says which setting to correct, and shows none", async () => {
    const settings = { ...receiver.settings, credentials: { user: "desk", password: "wrong-one" } };
    const failure = mailAlerts(settings).send(ALERT, never);
    await expect(failure).rejects.toThrow(
      "the mail server refused user and password: correct them in ALERT_SMTP_URL (535)",
    );
    await expect(failure).rejects.not.toThrow(/wrong-one|desk\b/);
  });

  test("is not sent in clear text to a server that must offer TLS and does not", async () => {
    const settings = { ...receiver.settings, tls: "starttls" as const };
    await expect(mailAlerts(settings).send(ALERT, never)).rejects.toThrow("offers no TLS that can be trusted");
    expect(receiver.mails).toEqual([]);
  });

  test("to a server that is not there is a failure that shows no address", async () => {
    await receiver.close();
    const failure = mailAlerts(receiver.settings).send(ALERT, never);
    await expect(failure).rejects.toThrow("check ALERT_SMTP_URL and that the server runs");
    await expect(failure).rejects.not.toThrow("127.0.0.1");
  });

  test("to a server that never answers is given up when the signal aborts, and its connection is closed", async () => {
    receiver.answer = "hang";
    const stop = new AbortController();
    const sending = mailAlerts(receiver.settings).send(ALERT, stop.signal);
    const reason = new Error("enough");
    setTimeout(() => stop.abort(reason), 200);
    await expect(sending).rejects.toBe(reason);
    await expect.poll(() => receiver.open.size).toBe(0);
  });
});

test("whatever an alert says, the subject is one line of at most 160 characters", () => {
  const text = fc.string({ unit: "binary", maxLength: 400 });
  fc.assert(
    fc.property(text, text, (source, said) => {
      const { subject } = mailOf({ ...ALERT, source, text: said });
      expect(subject).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      expect([...subject].length).toBeLessThanOrEqual(160);
    }),
  );
});

describe("the settings", () => {
  const all = {
    ALERT_SMTP_URL: "smtp://desk:hunter2@mail.example.org",
    ALERT_MAIL_FROM: "desk@example.org",
    ALERT_MAIL_TO: "a@example.org, b@example.org",
  };

  test("are absent when no variable is set, and read when all are", () => {
    expect(readMailSettings({})).toBeUndefined();
    expect(readMailSettings(all)).toEqual({
      host: "mail.example.org",
      port: 587,
      tls: "starttls",
      credentials: { user: "desk", password: "hunter2" },
      from: "desk@example.org",
      to: ["a@example.org", "b@example.org"],
    });
  });

  test.each([
    ["smtps://mail.example.org", { port: 465, tls: "implicit" }],
    ["smtp://mail.example.org:25?tls=off", { port: 25, tls: "off" }],
    ["smtp://localhost:2525", { host: "localhost", port: 2525, tls: "off" }],
    ["smtp://[::1]:2525", { host: "::1", tls: "off" }],
    ["smtp://127.evil.example.org", { tls: "starttls" }],
    ["smtp://a%40b:p%25%2F@mail.example.org", { credentials: { user: "a@b", password: "p%/" } }],
  ])("of %s have TLS unless this machine is meant or it is said otherwise", (ALERT_SMTP_URL, expected) => {
    expect(readMailSettings({ ...all, ALERT_SMTP_URL })).toMatchObject(expected);
  });

  test.each(Object.keys(all))("without %s are refused by its name", (name) => {
    const failing = () => readMailSettings({ ...all, [name]: undefined });
    expect(failing).toThrow(UserError);
    expect(failing).toThrow(`environment variable ${name}: is not set, but`);
  });

  test.each([
    ["ALERT_SMTP_URL", "http://hunter2"],
    ["ALERT_SMTP_URL", "hunter2"],
    ["ALERT_SMTP_URL", "smtp://desk@hunter2"],
    ["ALERT_SMTP_URL", "smtp://hunter2/path"],
    ["ALERT_SMTP_URL", "smtp://hunter2?logger=true"],
    ["ALERT_SMTP_URL", "smtps://hunter2?tls=off"],
    ["ALERT_SMTP_URL", "smtp://a:%zzhunter2@host"],
    ["ALERT_MAIL_FROM", "Desk <desk@example.org>"],
    ["ALERT_MAIL_FROM", "desk@example.org\r\nBcc: a@b"],
    ["ALERT_MAIL_TO", "a@example.org,,b@example.org"],
    ["ALERT_MAIL_TO", ""],
  ])("with %s = %j are refused by its name without showing a secret", (name, value) => {
    const failing = () => readMailSettings({ ...all, [name]: value });
    expect(failing).toThrow(new RegExp(`^environment variable ${name}: `));
    expect(failing).not.toThrow(/hunter2/);
  });
});
