import { lintSource } from "@secretlint/core";
import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import type { Detector, Finding, Gate, RedactionRule } from "./rule.ts";

/** The preset's rules but one: a comment in the text that switches rules off must not switch off ours. */
const RULES = rules
  .filter((rule) => rule.meta.id !== "@secretlint/secretlint-rule-filter-comments")
  .map((rule) => ({ id: rule.meta.id, rule }));

/**
 * What every rule of the preset needs to find anything: without one of these the preset is not asked, which costs a
 * tenth of a millisecond per text. A test holds it against the preset itself.
 */
const NEEDED: readonly { readonly needles: readonly string[]; readonly pattern: RegExp }[] = [
  {
    needles: ["A3T", "AKIA", "AGPA", "AIDA", "AROA", "AIPA", "ANPA", "ANVA", "ASIA"],
    pattern: /(?:A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA)[A-Z0-9]{16}/,
  },
  { needles: ["secret"], pattern: /(?:SECRET|secret|Secret)_?(?:ACCESS|access|Access)_?(?:KEY|key|Key)/ },
  {
    needles: ["account"],
    pattern: /(?:ACCOUNT|account|Account)_?(?:ID|id|Id)?["']?\s*(?:=>|[:=])\s*["']?[0-9]{4}/,
  },
  { needles: ["hooks.slack.com"], pattern: /hooks\.slack\.com/i },
  { needles: ["://"], pattern: /:\/\/[-a-zA-Z0-9_]{1,256}:[-a-zA-Z0-9_]{1,256}@/ },
  { needles: ["://"], pattern: /(?:mongodb(?:\+srv)?|mysqlx?|postgres(?:ql)?):\/\/[^:/\s]{1,100}:[^@/\s]{1,200}@/i },
];

/** What tokens of the other rules begin with or hold, as it stands. */
const LITERALS = (
  "npm_ gsk_ hf_ lin_api_ ntn_ shppa_ shpca_ shpat_ shpss_ sk_live_ sk_test_ rk_live_ " +
  "rk_test_ ghp_ gho_ ghu_ ghs_ ghr_ github_pat_ glpat- glc_ glsa_ ops_ vcp_ " +
  "vci_ vca_ vcr_ vck_ dapi dckr_pat_ figd_ cfk_ cfut_ cfat_ tskey- hvs. " +
  "hvb. hvr. SG. xoxb- xoxp- xapp- xoxa- xoxo- xoxr- sk-ant-api0 T3BlbkFJ"
)
  .split(" ")
  .concat("PRIVATE KEY");

const gates: readonly Gate[] = [
  ...NEEDED.map(({ needles, pattern }) => ({ needles, opens: (text: string) => pattern.test(text) })),
  ...LITERALS.map((literal) => ({ needles: [literal], opens: (text: string) => text.includes(literal) })),
];

export const presetDetector: Detector = { gates, find: lint };

/** secretlint's recommended preset, in process. Its version is in the name, for what it finds changes with it. */
export const secretlintRule: RedactionRule = {
  name: "secretlint-recommended-13",
  version: 1,
  detectors: [presetDetector],
};

/** What the preset finds in a text. */
export async function lint(text: string): Promise<readonly Finding[]> {
  const result = await lintSource({
    // Rules for kinds of files look at the name; a record is none of them.
    source: { filePath: "record.txt", content: text, contentType: "text", ext: ".txt" },
    options: { config: { rules: RULES }, noPhysicFilePath: true },
  });
  return result.messages.map((message) => {
    const [start, end] = message.range;
    const kind = message.ruleId.replace(/^.*secretlint-rule-/, "").replace(/[^a-z0-9]+/g, "-");
    const [from, to] = core(text.slice(start, end), kind);
    return { start: start + from, end: start + to, kind };
  });
}

/** The part of a finding that is the secret: the preset's ranges take quotes and names with them, which must stay. */
function core(found: string, kind: string): readonly [number, number] {
  const host = found.includes("://") ? found.indexOf("@") : -1;
  const tail = host === -1 ? -1 : found.slice(host).search(/["'`\\<>]/);
  const end = tail === -1 ? found.replace(/["'\\]+$/, "").length : host + tail;
  const value = kind === "aws" ? /[A-Za-z0-9/+=-]{1,40}$/.exec(found.slice(0, end)) : null;
  return [value?.index ?? (/^["'\\]*/.exec(found)?.[0].length as number), end];
}
