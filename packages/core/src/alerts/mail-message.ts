import { createHash } from "node:crypto";
import type { Alert } from "./alert.ts";

/** What one alert's mail consists of, before it is encoded. */
export interface MailMessage {
  readonly subject: string;
  readonly messageId: string;
  readonly date: Date;
  readonly text: string;
  /** The alert itself, for programs. */
  readonly json: string;
}

const SUBJECT_MOST = 160;

/** An alert's name: of its incident, and of which end of it is told. Two alerts with one name are one. */
export function alertKey({ source, key, since, state }: Alert): string {
  return `${source}/${key}/${since}/${state}`;
}

/**
 * The mail of an alert. The message id is a function of `alertKey`: a mail that went out twice, since nobody knew
 * whether it had the first time, is one to a mail program that looks. The subject is one line whatever the alert says.
 */
export function mailOf(alert: Alert): MailMessage {
  const { source, key, state, severity, text, value, threshold, since, at } = alert;
  const title = `[${source}] ${state === "raised" ? severity : "recovered"}: ${text}`;
  const time = (ms: number) => new Date(ms).toISOString();
  const lines = [
    text,
    "",
    `from       ${source}`,
    `incident   ${key}`,
    `state      ${state}`,
    `severity   ${severity}`,
    ...(value === undefined ? [] : [`value      ${value}`]),
    ...(threshold === undefined ? [] : [`threshold  ${threshold}`]),
    `since      ${time(since)}`,
    `told       ${time(at)}`,
  ];
  return {
    subject: oneHeaderLine(title),
    messageId: `<${createHash("sha256").update(alertKey(alert)).digest("hex").slice(0, 40)}@alphaforge.invalid>`,
    date: new Date(at),
    text: `${lines.join("\n")}\n`,
    json: JSON.stringify({ ...alert, since: time(since), at: time(at) }),
  };
}

/** Without line breaks and other control characters, Unicode's own line ends included: nothing of it can end a header. */
function oneHeaderLine(text: string): string {
  const line = text
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim();
  return [...line].length <= SUBJECT_MOST ? line : `${[...line].slice(0, SUBJECT_MOST - 1).join("")}…`;
}
