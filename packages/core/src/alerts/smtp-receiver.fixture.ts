import type { AddressInfo, Socket } from "node:net";
import { SMTPServer } from "smtp-server";
import type { Alert } from "./alert.ts";
import type { MailSettings } from "./mail-settings.ts";

export interface SmtpReceiver {
  readonly settings: MailSettings;
  /** What came, as it came, in order. */
  readonly mails: readonly string[];
  /** The alerts that the mails carry. */
  alerts(): readonly Alert[];
  /** How the next mails are met. "take" at first. */
  answer: "take" | "refuse-sender" | "refuse-one-recipient" | "refuse-message" | "hang" | "die";
  /** Connections that have not ended. */
  readonly open: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** A mail server on loopback, for tests, which wants user "desk" and password "hunter2". */
export async function smtpReceiver(): Promise<SmtpReceiver> {
  const mails: string[] = [];
  const open = new Set<Socket>();
  const refusal = () => Object.assign(new Error("hunter2 is not welcome"), { responseCode: 550 });
  const server = new SMTPServer({
    disabledCommands: ["STARTTLS"],
    authOptional: false,
    allowInsecureAuth: true,
    logger: false,
    onAuth({ username, password }, _session, done) {
      if (username === "desk" && password === "hunter2") done(null, { user: username });
      else done(Object.assign(new Error("no such user as desk"), { responseCode: 535 }));
    },
    onMailFrom(_address, _session, done) {
      if (receiver.answer === "refuse-sender") done(refusal());
      else done();
    },
    onRcptTo({ address }, _session, done) {
      if (receiver.answer === "refuse-one-recipient" && address.startsWith("second")) done(refusal());
      else done();
    },
    onData(stream, _session, done) {
      let mail = "";
      stream.setEncoding("utf8").on("data", (text: string) => {
        mail += text;
      });
      if (receiver.answer === "die") for (const socket of open) socket.destroy();
      stream.on("end", () => {
        if (receiver.answer === "hang") return;
        if (receiver.answer === "refuse-message") done(refusal());
        else {
          mails.push(mail);
          done();
        }
      });
    },
  });
  server.on("error", () => undefined); // connections that tests cut
  server.server.on("connection", (socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const receiver: SmtpReceiver = {
    settings: {
      host: "127.0.0.1",
      port,
      tls: "off",
      credentials: { user: "desk", password: "hunter2" },
      from: "desk@example.org",
      to: ["first@example.org", "second@example.org"],
    },
    mails,
    alerts: () => mails.map(alertIn),
    answer: "take",
    open,
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return receiver;
}

function alertIn(mail: string): Alert {
  const part = mail.split(/\r\n--/).find((each) => each.includes("Content-Type: application/json"));
  const body = part?.split("\r\n\r\n")[1];
  if (body === undefined) throw new Error(`this mail carries no alert: ${mail}`);
  const encoding = /Content-Transfer-Encoding: (\S+)/.exec(part ?? "")?.[1];
  const { since, at, ...rest } = JSON.parse(Buffer.from(body, encoding === "base64" ? "base64" : "utf8").toString());
  return { ...rest, since: Date.parse(since), at: Date.parse(at) };
}
