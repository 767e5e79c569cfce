import { isIP } from "node:net";
import { UserError } from "../errors.ts";

/** Where alerts are mailed, and how. */
export interface MailSettings {
  readonly host: string;
  readonly port: number;
  /** "implicit" from the first byte (smtps), "starttls" or nothing is sent, "off" in clear text. */
  readonly tls: "implicit" | "starttls" | "off";
  readonly credentials?: { readonly user: string; readonly password: string };
  readonly from: string;
  readonly to: readonly string[];
}

/** The environment's three variables, as they stand there. */
export interface MailVariables {
  readonly ALERT_SMTP_URL?: string | undefined;
  readonly ALERT_MAIL_FROM?: string | undefined;
  readonly ALERT_MAIL_TO?: string | undefined;
}

/** One address without a display name. What a header or an SMTP command could be split by is not in it. */
const ADDRESS = /^[^\s<>()[\]\\,;:"@\p{Cc}]+@[^\s<>()[\]\\,;:"@\p{Cc}]+$/u;
const PORTS = { "smtp:": 587, "smtps:": 465 } as const;

/**
 * The settings that the three variables make together; undefined when none is set. Throws a UserError that names the
 * variable which is missing or wrong; the URL, which may hold a password, is not echoed. Without `?tls=off` a host that
 * is not this machine is only talked to under TLS.
 */
export function readMailSettings(variables: MailVariables): MailSettings | undefined {
  const names = ["ALERT_SMTP_URL", "ALERT_MAIL_FROM", "ALERT_MAIL_TO"] as const;
  const given = names.filter((name) => variables[name] !== undefined);
  if (given.length === 0) return undefined;
  const missing = names.find((name) => variables[name] === undefined);
  if (missing !== undefined) {
    throw wrong(missing, `is not set, but ${given.join(" and ")} ${given.length === 1 ? "is" : "are"}: set all three`);
  }
  const { ALERT_SMTP_URL = "", ALERT_MAIL_FROM = "", ALERT_MAIL_TO = "" } = variables;
  const to = ALERT_MAIL_TO.split(",").map((address) => address.trim());
  const bad = to.find((address) => !ADDRESS.test(address));
  if (!ADDRESS.test(ALERT_MAIL_FROM)) throw wrong("ALERT_MAIL_FROM", notAnAddress(ALERT_MAIL_FROM));
  if (bad !== undefined) throw wrong("ALERT_MAIL_TO", notAnAddress(bad));
  return { ...readServer(ALERT_SMTP_URL), from: ALERT_MAIL_FROM, to };
}

function readServer(text: string): Pick<MailSettings, "host" | "port" | "tls" | "credentials"> {
  const remedy = "write smtp://user:password@host:587 or smtps://user:password@host:465";
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "smtp:" && url.protocol !== "smtps:") || url.hostname === "") {
    throw wrong("ALERT_SMTP_URL", `is no URL of a mail server: ${remedy}`);
  }
  const { protocol, username, password, pathname, searchParams, hash } = url;
  const host = decodeURIComponent(url.hostname).replace(/^\[(.*)\]$/, "$1");
  const unknown = [...searchParams].find(([name, value]) => name !== "tls" || value !== "off");
  if (unknown !== undefined || hash !== "" || !/^\/?$/.test(pathname)) {
    throw wrong("ALERT_SMTP_URL", `may have nothing after host and port but ?tls=off: ${remedy}`);
  }
  if (protocol === "smtps:" && searchParams.has("tls")) {
    throw wrong("ALERT_SMTP_URL", "says both smtps and tls=off: choose one");
  }
  if ((username === "") !== (password === "")) {
    throw wrong("ALERT_SMTP_URL", `has a user without a password, or a password without a user: ${remedy}`);
  }
  const isPlain = searchParams.has("tls") || isLoopback(host);
  const credentials = { user: decoded(username), password: decoded(password) };
  return {
    host,
    port: url.port === "" ? PORTS[protocol] : Number(url.port),
    tls: protocol === "smtps:" ? "implicit" : isPlain ? "off" : "starttls",
    ...(username === "" ? {} : { credentials }),
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong("ALERT_SMTP_URL", 'holds a "%" that encodes nothing: write %25 for a "%" in user or password');
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

const notAnAddress = (text: string) => `has ${JSON.stringify(text)}: write addresses such as desk@example.org`;

function wrong(name: keyof MailVariables, what: string): UserError {
  return new UserError(`environment variable ${name}: ${what}`);
}
