import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { customRule } from "./custom-rule.ts";
import { EscapedTooDeeply } from "./escapes.ts";
import { Redactor, SecretLeft } from "./redactor.ts";
import { standardRules } from "./standard-rules.ts";
import { syntheticSecrets } from "./synthetic-secrets.fixture.ts";

const redactor = new Redactor(standardRules());
const secrets = syntheticSecrets();
const line = async (value: unknown): Promise<string> => (await redactor.redact(value)).line;
const token = (seed: string): string =>
  syntheticSecrets(seed).find(({ name }) => name === "github ghp")?.secret as string;

describe.each(secrets.map((secret) => [secret.name, secret] as const))("%s", (_, { secret, text, bare }) => {
  const pieces = secret.split("\n").filter((piece) => !piece.includes("-----"));
  const expectGone = (output: string): void => {
    for (const piece of pieces) expect(output).not.toContain(piece);
    for (const piece of pieces) expect(output).not.toContain(JSON.stringify(piece).slice(1, -1));
    expect(output).toMatch(/<REDACTED:[a-z0-9-]+:\d+>/);
  };

  test("is taken out of a value", async () => expectGone(await line({ a: [`before ${text} after`] })));
  test("is taken out of a key", async () => expectGone(await line({ [`x ${text} y`]: 1 })));

  test("is taken out of JSON inside JSON inside a string, which stays JSON", async () => {
    const inner = { command: `run\n"${text}"\tnow`, deep: JSON.stringify({ again: text }) };
    const output = await line({ arguments: JSON.stringify(inner) });
    expectGone(output);
    const outer = JSON.parse(JSON.parse(output).arguments);
    expect(Object.keys(outer)).toEqual(["command", "deep"]);
    expect(Object.keys(JSON.parse(outer.deep))).toEqual(["again"]);
  });

  test("is taken out when its letters are written as \\u escapes", async () => {
    const escaped = [...text].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
    const output = await line({ arguments: `{"a":"${escaped}"}` });
    expect(output).not.toContain(escaped);
    expect(JSON.parse(JSON.parse(output).arguments).a).toContain("<REDACTED:");
  });

  test.runIf(bare)("is taken out next to other identifiers", async () => {
    expectGone(await line(`x${text}`));
    expectGone(await line(`${text}_suffix`));
    expectGone(await line(`_${text}-x`));
    expectGone(await line(`${text}${text}`));
  });
});

test("a longer match is taken whole although a shorter one lies in it", async () => {
  const password = token("inner");
  const url = ["postgres", "://app:", password, "@db.internal/prod"].join("");
  const output = await line(url);
  expect(output).not.toContain(password.slice(4));
  expect(output.match(/<REDACTED/g)).toHaveLength(1);
});

test("one secret has one marker within a record, two have two", async () => {
  const [a, b] = [token("a"), token("b")];
  const { value } = await redactor.redact({ x: `${a} ${b}`, y: JSON.stringify({ z: a }) });
  expect(value).toEqual({
    x: "<REDACTED:github-token:1> <REDACTED:github-token:2>",
    y: '{"z":"<REDACTED:github-token:1>"}',
  });
});

test("a key with a line break and one with its escape are one secret", async () => {
  const key = secrets.find(({ name }) => name === "RSA private key")?.text as string;
  const { value } = await redactor.redact([key, JSON.stringify({ key })]);
  expect(value).toEqual(["<REDACTED:private-key:1>", '{"key":"<REDACTED:private-key:1>"}']);
});

test("a secret by its name is found where name and value are two strings", async () => {
  const secret = secrets.find(({ name }) => name === "binance secret")?.secret as string;
  expect(await line({ env: { BINANCE_SECRET_KEY: secret } })).not.toContain(secret);
  expect(await line({ env: { BINANCE_SECRET_KEYS: [secret] } })).not.toContain(secret);
  expect(await line({ Authorization: `Bearer ${secret}` })).not.toContain(secret);
});

test("a private key that was cut off is taken out up to where it was cut", async () => {
  const key = secrets.find(({ name }) => name === "RSA private key")?.text as string;
  const numbered = key.split("\n").map((text, i) => `${i + 1}\t${text}`);
  const output = await line({ cut: numbered.slice(0, 5).join("\n"), whole: numbered.join("\n") });
  for (const text of key.split("\n").slice(1, -1)) expect(output).not.toContain(text);
});

test("markers are left as they are, also beside words that make a secret of what follows", async () => {
  const value = {
    a: "Authorization: Bearer <REDACTED:authorization:1>",
    b: "postgres://u:<REDACTED:url-password:2>@host/db",
    api_key: "<REDACTED:api-key>",
    path: "/home/<REDACTED:username:1>/x",
  };
  expect(await redactor.redact(value)).toMatchObject({ value, counts: {} });
  const fresh = await redactor.redact({ old: "<REDACTED:github-token:7>", now: token("new") });
  expect(fresh.value).toEqual({ old: "<REDACTED:github-token:7>", now: "<REDACTED:github-token:8>" });
});

test.each([
  "export const apiKey = process.env.API_KEY;",
  'const password = "changeme";',
  "https://example.com/home/page and src/home/index.ts and /Users/Shared/x",
  "http://localhost:4873/@scope/package",
  "task-0123456789abcdef0123456789abcdef01234567",
  "commit 3b18e512dba79e4c8300dd08aeb37f8e728b8dad",
  "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
  'if (text.startsWith("-----BEGIN PRIVATE KEY-----")) throw new Error("no");',
  "Authorization: required",
  "bearer authentication is described below",
  "postgres://localhost:5432/db",
  ["postgres://app:$", "{PASSWORD}@host/db"].join(""),
  "git@github.com:owner/repo.git",
  "token = generateAccessTokenForUser(request)",
  "npm_config_registry npm_lifecycle_event sk-learn hf_hub_download",
])("%s stays as it is", async (text) => {
  expect(await redactor.redact({ text })).toMatchObject({ value: { text }, counts: {} });
});

test("a comment that tells secretlint to look away changes nothing", async () => {
  const groq = ["gs", "k_", "a1B2".repeat(13)].join("");
  expect(await line(`// secretlint-disable\n${groq}`)).not.toContain(groq);
});

test("the user's own patterns are taken out, groups alone where there are any", async () => {
  const own = new Redactor([...standardRules(), customRule(["customer=CUST-[0-9]+", "host=ssh (\\S+)\\.corp"])]);
  expect((await own.redact("CUST-12 at ssh db7.corp")).value).toBe(
    "<REDACTED:customer:1> at ssh <REDACTED:host:1>.corp",
  );
  expect(() => customRule(["Customer=x"])).toThrow(/kind=pattern/);
  expect(() => customRule(["a=("])).toThrow(/no regular expression/);
  expect(() => customRule(["a=x*"])).toThrow(/empty text/);
});

test("what is left after redaction refuses the record", async () => {
  // A pattern that depends on what stands around finds anew what the first replacement laid bare.
  const shy = new Redactor([customRule(["shy=(?<!x)y", "loud=x"])]);
  await expect(shy.redact("xy")).rejects.toThrow(SecretLeft);
});

test("text that is escaped without end refuses the record", async () => {
  await expect(redactor.redact(`\\${"u005c".repeat(40)}n`)).rejects.toThrow(EscapedTooDeeply);
  await expect(redactor.redact("\\".repeat(5000))).resolves.toMatchObject({ counts: {} });
});

test("keys that no assignment would keep are kept", async () => {
  const value = JSON.parse(`{"__proto__": "/home/somebody/x", "constructor": 1}`);
  expect(await line(value)).toBe('{"__proto__":"/home/<REDACTED:username:1>/x","constructor":1}');
});

test("whatever stands around it and however often it is encoded, a secret is gone and the JSON inside stays JSON", async () => {
  const runs = SOAK ? 20_000 : 1_000;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...secrets.filter(({ bare }) => bare)),
      fc.string({ unit: fc.constantFrom("a", '"', "\\", "\n", " ", "{", ":", "é", "\\u00", "<", "n"), maxLength: 12 }),
      fc.string({ unit: fc.constantFrom('"', "\\", "\n", " ", "}", "é", "/", ">"), maxLength: 12 }),
      fc.integer({ min: 0, max: 4 }),
      async ({ text, secret }, before, after, depth) => {
        let value: unknown = { content: before + text + after };
        for (let i = 0; i < depth; i += 1) value = { content: JSON.stringify(value) };
        let { value: output } = await redactor.redact(value);
        for (let i = 0; i < depth; i += 1) output = JSON.parse((output as { content: string }).content);
        const { content } = output as { content: string };
        for (const piece of secret.split("\n").filter((part) => !part.includes("-----"))) {
          expect(content).not.toContain(piece);
        }
      },
    ),
    { numRuns: runs },
  );
  tellCounts("redaction", `${runs} secrets in texts and encodings, none left`);
});
