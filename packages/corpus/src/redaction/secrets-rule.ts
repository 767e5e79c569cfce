import { patternDetector, type RedactionRule } from "./rule.ts";

/** Quotes, also with the backslashes of a JSON string inside a string. */
const Q = String.raw`\\*["'\x60]?`;
/** Between a name and its value: `=`, `:`, `=>`, in any quoting. */
const IS = String.raw`${Q}\s*(?:=>|:=|[:=])\s*${Q}`;

const PRIVATE_KEY = "PRIVATE KEY";

const has = (pattern: RegExp) => (text: string) => pattern.test(text);
const both =
  (...patterns: readonly RegExp[]) =>
  (text: string) =>
    patterns.every((pattern) => pattern.test(text));

/** Two words written together, or with an underscore or a dash between. */
function joined(first: readonly string[], second: readonly string[]): string[] {
  return first.flatMap((a) => ["", "_", "-"].flatMap((between) => second.map((b) => a + between + b)));
}

/** A value that stands for a password that is elsewhere: `${PASSWORD}`, `<password>`, `****`, `%s`. */
function isPlaceholder(value: string): boolean {
  return /^(?:\$|<|\{|%[sv@{]|\*+$|\.{3}$|x{3,}$|X{3,}$|…)/.test(value);
}

/**
 * Credentials by their shape. Conservative where a shape alone proves little (a name must stand before it), but never
 * by demanding a word boundary: `xAKIA…` and `AKIA…_suffix` are found as well.
 */
export const secretsRule: RedactionRule = {
  name: "secrets",
  version: 1,
  detectors: [
    patternDetector({
      kind: "aws-access-key-id",
      needles: ["AKIA", "ASIA", "ABIA", "ACCA", "A3T", "AGPA", "AIDA", "AROA", "AIPA", "ANPA", "ANVA"],
      pattern: /(?:A3T[A-Z0-9]|A(?:KIA|SIA|BIA|CCA|GPA|IDA|ROA|IPA|NPA|NVA))[A-Z0-9]{16}/dg,
    }),
    patternDetector({
      kind: "aws-secret-access-key",
      needles: joined(["secret"], ["access"]),
      pattern: new RegExp(`secret[_-]?access[_-]?key${IS}([A-Za-z0-9/+]{40,})`, "dgi"),
    }),
    patternDetector({
      kind: "aws-session-token",
      needles: joined(["session"], ["token"]),
      pattern: new RegExp(`session[_-]?token${IS}([A-Za-z0-9/+=]{64,})`, "dgi"),
    }),
    patternDetector({
      kind: "github-token",
      needles: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
      pattern:
        /ghs_[0-9]{1,20}_[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{22,}/dg,
    }),
    patternDetector({
      kind: "gitlab-token",
      needles: "pat ptt dt rt rtr soat ft cbt agent oas imt ffct".split(" ").map((type) => `gl${type}-`),
      pattern: /gl(?:pat|ptt|dt|rt|rtr|soat|ft|cbt|agent|oas|imt|ffct)-[A-Za-z0-9_-]{20,}(?:\.[A-Za-z0-9_-]+)*/dg,
    }),
    patternDetector({ kind: "npm-token", needles: ["npm_"], pattern: /npm_[A-Za-z0-9]{36,}/dg }),
    patternDetector({
      kind: "npm-token",
      needles: ["_auth", "_password"],
      pattern: /:?_(?:authToken|auth|password)\s*=\s*\\*["']?([^\s"'\\]{8,})/dg,
      accept: (value) => !isPlaceholder(value),
    }),
    patternDetector({
      kind: "slack-token",
      needles: ["xox", "xapp-", "xwfp-"],
      pattern: /(?:xox[a-z]|xapp|xwfp)-[A-Za-z0-9-]{10,}|xoxe\.xox[a-z]-[A-Za-z0-9-]{10,}/dg,
      accept: has(/[0-9]/),
    }),
    patternDetector({
      kind: "slack-webhook",
      needles: ["hooks.slack.com"],
      pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/([A-Za-z0-9]+(?:\/[A-Za-z0-9]+)+)/dgi,
    }),
    patternDetector({
      kind: "stripe-key",
      needles: ["k_live_", "k_test_", "whsec_"],
      pattern: /(?:[sr]k_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{24,})/dg,
    }),
    patternDetector({ kind: "anthropic-key", needles: ["sk-ant-"], pattern: /sk-ant-[A-Za-z0-9_-]{16,}/dg }),
    patternDetector({
      kind: "openai-key",
      needles: ["sk-"],
      pattern: /sk-(?:proj|svcacct|admin|None|or-v1)-[A-Za-z0-9_-]{20,}/dg,
    }),
    patternDetector({
      // `task-`, `risk-` and their like end in "sk-" too: there, capitals and digits together give a key away.
      kind: "openai-key",
      needles: ["sk-"],
      pattern: /(?<![A-Za-z])sk-[A-Za-z0-9]{32,}|sk-(?=[a-z0-9]*[A-Z])(?=[A-Za-z]*[0-9])[A-Za-z0-9]{32,}/dg,
    }),
    patternDetector({
      kind: "google-key",
      needles: ["AIza", "ya29.", "GOCSPX-", "1//0"],
      pattern: /AIza[A-Za-z0-9_-]{35,}|ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,}|1\/\/0[A-Za-z0-9_-]{40,}/dg,
    }),
    patternDetector({
      kind: "huggingface-token",
      needles: ["hf_", "api_org_"],
      pattern: /(?:hf|api_org)_[A-Za-z0-9]{30,}/dg,
      accept: has(/[A-Z]/),
    }),
    patternDetector({
      kind: "alpaca-key",
      pattern: /(?<![A-Z0-9])(?:PK|AK|CK)[A-Z0-9]{18}(?![A-Z0-9])|(?<![A-Z0-9])PK[A-Z0-9]{24}(?![A-Z0-9])/dg,
      accept: both(/[0-9].*[0-9]/, /[A-Z].*[A-Z].*[A-Z]/),
    }),
    patternDetector({
      kind: "alpaca-key",
      needles: ["apca", "alpaca"],
      pattern: new RegExp(
        `(?:apca[_-]?api|alpaca)[A-Za-z0-9_-]{0,24}?(?:key|secret|id|token)[A-Za-z0-9_-]{0,10}${IS}([A-Za-z0-9]{16,})`,
        "dgi",
      ),
      accept: has(/[0-9]/),
    }),
    patternDetector({
      kind: "binance-key",
      needles: ["binance", "x-mbx-apikey"],
      pattern: new RegExp(
        `(?:binance[A-Za-z0-9_-]{0,24}?(?:key|secret|token)[A-Za-z0-9_-]{0,10}|x-mbx-apikey)${IS}([A-Za-z0-9]{32,})`,
        "dgi",
      ),
      accept: has(/[0-9]/),
    }),
    {
      gates: [{ needles: [PRIVATE_KEY], opens: (text) => text.includes(PRIVATE_KEY) }],
      find: privateKeys,
    },
    patternDetector({
      kind: "private-key",
      needles: joined(["private", "secret", "wallet", "signing"], ["key"]),
      pattern: new RegExp(
        `(?:private|secret|wallet|signing)[_-]?key${IS}((?:0x)?[0-9a-fA-F]{64})(?![0-9a-fA-F])`,
        "dgi",
      ),
    }),
    patternDetector({
      kind: "jwt",
      needles: ["eyJ"],
      pattern:
        /eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]*|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/dg,
    }),
    patternDetector({
      kind: "url-password",
      needles: ["://"],
      pattern: /(?<=[A-Za-z0-9]):\/\/[^\s/:@"'<>`]{0,256}:([^\s/"'<>`]{1,256})@/dg,
      accept: (value) => !isPlaceholder(value),
    }),
    patternDetector({
      // A database's password may hold a slash that nobody encoded; an address of a page with an @ in its path may not.
      kind: "url-password",
      needles: ["://"],
      pattern:
        /(?<=(?:postgres|postgresql|mysqlx?|mariadb|mongodb|rediss?|amqps?|clickhouse|mssql|sqlserver|oracle|cockroachdb)(?:\+[a-z]+)?):\/\/[^\s/:@"'<>`]{0,256}:([^\s"'<>`]{1,256}?)@[A-Za-z0-9.[-]/dgi,
      accept: (value) => !isPlaceholder(value) && !/^[0-9]{1,5}\//.test(value),
    }),
    patternDetector({
      kind: "authorization",
      needles: ["authorization"],
      pattern: new RegExp(
        String.raw`authorization${Q}\s*(?:=>|[:=,])\s*${Q}(?:f${Q})?(?:bearer|basic|token|digest|apikey|key|negotiate|aws4-hmac-sha256)\s+([A-Za-z0-9._~+/=:,-]{6,}(?: (?:SignedHeaders|Signature|Credential)=[^\s"'\x60\\]+)*)`,
        "dgi",
      ),
    }),
    patternDetector({
      kind: "authorization",
      needles: ["authorization"],
      pattern: new RegExp(String.raw`authorization${Q}\s*(?:=>|[:=,])\s*${Q}([A-Za-z0-9._~+/=-]{16,})`, "dgi"),
      accept: has(/[0-9]/),
    }),
    patternDetector({
      kind: "authorization",
      needles: ["bearer"],
      pattern: /bearer\s+([A-Za-z0-9._~+/-]{16,}=*)/dgi,
      accept: both(/[0-9]/, /[A-Za-z]/),
    }),
    patternDetector({
      kind: "api-key",
      needles: [
        ...joined(["api"], ["key", "token", "secret"]),
        ...joined(["client"], ["secret"]),
        ...joined(["secret"], ["key"]),
        ...joined(["access", "auth"], ["token"]),
      ],
      pattern: new RegExp(
        `(?:api[_-]?(?:key|token|secret)|client[_-]?secret|secret[_-]?key|access[_-]?token|auth[_-]?token)${IS}([A-Za-z0-9+/_=-]{20,})`,
        "dgi",
      ),
      // An identifier in camel or snake case has few digits; a random value of twenty letters and digits has several.
      accept: both(/[0-9].*[0-9].*[0-9]/, /[A-Za-z].*[A-Za-z].*[A-Za-z]/),
    }),
    patternDetector({
      kind: "password",
      needles: ["passw"],
      pattern: new RegExp(String.raw`(?:password|passwd)${Q}\s*[:=]\s*\\*["']([^\s"'\\]{8,128})\\*["']`, "dgi"),
      accept: (value) => !isPlaceholder(value) && /[0-9]/.test(value) && /[A-Za-z]/.test(value),
    }),
  ],
};

/** PEM blocks, line-numbered, indented or cut off; a header alone, as code that looks for one has it, is no key. */
function privateKeys(text: string): { start: number; end: number; kind: string }[] {
  const findings: { start: number; end: number; kind: string }[] = [];
  const header = /-----BEGIN[A-Z0-9 ]{0,40} ?PRIVATE KEY(?: BLOCK)?-----/g;
  for (let match = header.exec(text); match !== null; match = header.exec(text)) {
    const body = match.index + match[0].length;
    const dashes = text.indexOf("-----", body);
    const closed = dashes !== -1 && dashes - body <= 20_000 && text.startsWith("-----END", dashes);
    let end: number;
    if (closed) {
      const footer = text.indexOf("-----", dashes + 8);
      end = footer === -1 || footer - dashes > 80 ? dashes + 8 : footer + 5;
    } else {
      // Cut off: everything that a key's lines are made of, with what an editor's line numbers or a diff put before them.
      const rest = /^(?:[\s\\nr]*(?:\d{1,6}[\t→|: ]+)?[+\-> ]?[A-Za-z0-9+/=]{16,})+/.exec(
        text.slice(body, body + 20_000),
      );
      end = body + (rest?.[0].length ?? 0);
    }
    if (!/[A-Za-z0-9+/=]{16,}/.test(text.slice(body, closed ? dashes : end))) continue;
    findings.push({ start: match.index, end, kind: "private-key" });
    header.lastIndex = end;
  }
  return findings;
}
