const CREDENTIAL =
  /pass(word|wd|phrase)?$|secret|token$|api[-_]?key|private[-_]?key|access[-_]?key|credential|authorization|cookie|database[-_]?url|dsn$|(webhook|smtp)[-_]?url/i;

/** True when a field of this name is likely to hold a credential: its value is neither logged nor quoted in an error. */
export function isCredentialName(name: string): boolean {
  return CREDENTIAL.test(name);
}

/** Hides user and password inside any URL in `text`: `postgres://u:p@host` becomes `postgres://[redacted]@host`. */
export function withoutUrlCredentials(text: string): string {
  return text.includes("@") ? text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@]*:[^/\s]*@/gi, "$1[redacted]@") : text;
}
