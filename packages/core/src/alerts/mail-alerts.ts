import MailComposer from "nodemailer/lib/mail-composer";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { Alert, AlertSink } from "./alert.ts";
import { mailOf } from "./mail-message.ts";
import type { MailSettings } from "./mail-settings.ts";

/** Of inactivity, at any point of the conversation. Whoever sends has a limit of its own, by its signal. */
const SILENCE_MS = 60_000;

/**
 * Alerts as mails, each over a connection of its own: they are rare, and a connection that is kept is one that is dead
 * when it is needed. Where the server is and how to log in are credentials: no error names them, nor what it answered.
 */
export function mailAlerts(settings: MailSettings): AlertSink {
  return {
    name: "mail",
    async send(alert, signal) {
      signal.throwIfAborted();
      const message = await encoded(alert, settings);
      signal.throwIfAborted();
      await deliver(message, settings, signal);
    },
  };
}

function encoded(alert: Alert, { from, to }: MailSettings): Promise<Buffer> {
  const { subject, messageId, date, text, json } = mailOf(alert);
  const composer = new MailComposer({
    from,
    to: [...to],
    subject,
    messageId,
    date,
    text,
    // So that no out-of-office answers.
    headers: { "Auto-Submitted": "auto-generated" },
    attachments: [{ filename: "alert.json", contentType: "application/json", content: json }],
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: "win",
  });
  return new Promise((resolve, reject) => {
    composer.compile().build((error, message) => {
      if (error) reject(error);
      else resolve(message as Buffer);
    });
  });
}

/** Resolves when the server has taken the message for every recipient. */
function deliver(message: Buffer, settings: MailSettings, signal: AbortSignal): Promise<void> {
  const { host, port, tls, credentials, from, to } = settings;
  const connection = new SMTPConnection({
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "off",
    connectionTimeout: SILENCE_MS,
    greetingTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    logger: false,
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = (error: unknown) => reject(signal.aborted ? signal.reason : faultOf(error));
  const leave = () => fail(signal.reason);
  signal.addEventListener("abort", leave, { once: true });
  connection.on("error", fail);
  connection.on("end", () => fail(new Error("the connection ended")));
  const send = () => {
    connection.send({ from, to: [...to] }, message, (error, sent) => {
      if (error) fail(error);
      else if (sent.rejected.length > 0) fail({ code: "EENVELOPE", responseCode: codeOf(sent.rejectedErrors?.[0]) });
      else resolve();
    });
  };
  connection.connect((error) => {
    if (error) fail(error);
    else if (credentials === undefined) send();
    else {
      const { user, password } = credentials;
      connection.login({ credentials: { user, pass: password } }, (refusal) => (refusal ? fail(refusal) : send()));
    }
  });
  return promise.finally(() => {
    signal.removeEventListener("abort", leave);
    connection.close();
  });
}

const codeOf = (error: unknown): number | undefined => (error as { responseCode?: number } | undefined)?.responseCode;

const REMEDIES: Readonly<Record<string, string>> = {
  EAUTH: "refused user and password: correct them in ALERT_SMTP_URL",
  EENVELOPE: "refused the sender or a recipient: check ALERT_MAIL_FROM and ALERT_MAIL_TO",
  EMESSAGE: "refused the message: see its log",
  ETLS: "offers no TLS that can be trusted: use a server that does, or add ?tls=off to ALERT_SMTP_URL",
  EDNS: "has a name that is not known: correct ALERT_SMTP_URL",
};

/** A fault in our words: what the server said may repeat user name and address. */
function faultOf(error: unknown): Error {
  const { code = "no connection", syscall } = error as NodeJS.ErrnoException;
  const responseCode = codeOf(error);
  const answered = responseCode === undefined ? "" : ` (${responseCode})`;
  const remedy = REMEDIES[code];
  if (remedy !== undefined) return new Error(`the mail server ${remedy}${answered}`);
  const why =
    responseCode === undefined ? (syscall === undefined ? code : `${code} at ${syscall}`) : String(responseCode);
  return new Error(`the mail server did not take the alert (${why}): check ALERT_SMTP_URL and that the server runs`);
}
