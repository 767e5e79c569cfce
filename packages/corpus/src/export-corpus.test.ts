import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DecisionSample } from "./decision-sample.ts";
import { type ExportRequest, exportCorpus } from "./export-corpus.ts";
import { DEFAULT_SPLITS, parseSplits, splitOf } from "./filters/split.ts";
import { mergeCorpora } from "./merge-corpora.ts";
import { findProjectors } from "./projectors/projector.ts";
import { findReaders } from "./readers/read-conversation.ts";
import { customRule } from "./redaction/custom-rule.ts";
import { Redactor } from "./redaction/redactor.ts";
import { standardRules } from "./redaction/standard-rules.ts";
import { syntheticSecrets } from "./redaction/synthetic-secrets.fixture.ts";
import { type Sample, sampleOfDecision, sampleOfTrajectory } from "./sample.ts";
import { attempts, DIFF, trajectory } from "./trajectories.fixture.ts";
import type { Trajectory } from "./trajectory.ts";

const [readers, projectors] = await Promise.all([findReaders(), findProjectors()]);
const secretOf = (name: string, seed?: string): string =>
  syntheticSecrets(seed).find((secret) => secret.name === name)?.secret as string;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "alphaforge-corpus-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
function run(items: readonly (Trajectory | Sample)[], more: Partial<ExportRequest> = {}) {
  const format = more.format ?? "openai";
  return exportCorpus({
    samples: each(items.map((item) => ("kind" in item ? item : sampleOfTrajectory(readers, item)))),
    file: join(directory, "corpus.jsonl"),
    format,
    projector: projectors.get(format) as NonNullable<ReturnType<typeof projectors.get>>,
    projection: { arguments: "string" },
    redactor: new Redactor(standardRules()),
    filter: {},
    dedupe: "both",
    splits: DEFAULT_SPLITS,
    includeDiff: true,
    programVersion: "9.9",
    now: 0,
    ...more,
  });
}
// biome-ignore lint/suspicious/noExplicitAny: records of every format
const records = (file = "corpus.jsonl"): any[] =>
  readFileSync(join(directory, file), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

test.each(["openai", "sharegpt", "chatml", "raw", "atif"])(
  "every %s record says where it comes from",
  async (format) => {
    const manifest = await run(
      Object.values(attempts).map((a) => ({ ...a, finalDiff: `${DIFF}${a.agent}` })),
      { format },
    );
    expect(manifest).toMatchObject({ records: 4, read: 4, repeated: 0, with_diff: 4, agents: { claude: 1, codex: 1 } });
    for (const record of records()) {
      expect(format === "atif" ? record.extra : record).toMatchObject({
        outcome: "landed",
        prompt: "Add a greeting",
        final_diff: expect.stringContaining("+const a = 2;"),
        provenance: {
          program_version: "9.9",
          redaction: ["secrets@1", "secretlint-recommended-13@1", "usernames@1"],
          started_at: "1970-01-01T00:00:01.000Z",
        },
      });
    }
    expect(readdirSync(directory).sort()).toEqual(["corpus.jsonl", "corpus.jsonl.manifest.json"]);
  },
);

test("diffs come through the port, and records are compared by them also when they do not carry them", async () => {
  const landed = (taskId: string, mergeCommitSha: string) => trajectory("make", [], { taskId, mergeCommitSha });
  const asked: string[] = [];
  const diffs = {
    read: async (commit: string) => {
      asked.push(commit);
      return commit.slice(1);
    },
  };
  const manifest = await run([landed("a", "1x"), landed("b", "2y"), landed("c", "3x")], { diffs, includeDiff: false });
  expect(asked).toEqual(["1x", "2y", "3x"]);
  expect(manifest).toMatchObject({ records: 2, repeated: 1 });
  expect(records()[0]).not.toHaveProperty("final_diff");
});

test("two attempts that differ in a secret alone are one; two that landed nothing are two", async () => {
  const attempt = (seed: string, finalDiff?: string) =>
    trajectory("make", [seed === "b" ? secretOf("npm", "z") : ""], {
      prompt: `use ${secretOf("github ghp", seed)}`,
      ...(finalDiff === undefined ? {} : { finalDiff: `+${finalDiff}` }),
    });
  expect(await run([attempt("a", secretOf("npm", "a")), attempt("b", secretOf("npm", "b"))])).toMatchObject({
    records: 1,
  });
  expect(await run([attempt("a"), attempt("b")])).toMatchObject({ records: 2 });
  expect(await run([attempt("a"), attempt("b")], { dedupe: "prompt" })).toMatchObject({ records: 1 });
  expect(await run([attempt("a", "x"), attempt("b", "x")], { dedupe: "none" })).toMatchObject({ records: 2 });
});

test("filters look at outcome, agent, model and start", async () => {
  const all = Object.values(attempts);
  expect(await run(all, { filter: { models: ["gemini-test-1"] } })).toMatchObject({ records: 1, filtered: 3 });
  expect(await run(all, { filter: { agents: ["codex"], outcomes: ["landed"] } })).toMatchObject({ records: 1 });
  expect(await run(all, { filter: { since: 1_001 } })).toMatchObject({ records: 0 });
  expect(await run(all, { filter: { until: 1_001 } })).toMatchObject({ records: 4 });
});

describe("nothing is written", () => {
  const kept = () => existsSync(join(directory, "corpus.jsonl"));

  test("when something is left after redaction: the record is named, the secret is not", async () => {
    const shy = new Redactor([customRule(["shy=(?<!x)y", "loud=x"])]);
    const failing = run([trajectory("make", [], { taskId: "good" }), trajectory("make", ["xy"], { taskId: "bad" })], {
      redactor: shy,
    });
    await expect(failing).rejects.toThrow(/nothing was exported: task bad, attempt 1: .*shy is left/);
    expect(readdirSync(directory)).toEqual([]);
  });

  test("when pieces of raw messages make a secret together", async () => {
    const secret = secretOf("anthropic");
    const say = (content: string) => ({ type: "message", role: "assistant", content, delta: true });
    const cut = trajectory("gemini", [say(secret.slice(0, 12)), say(secret.slice(12))]);
    await expect(run([cut], { format: "raw" })).rejects.toThrow(/pieces of messages together make .*anthropic-key/);
    expect(kept()).toBe(false);
    await run([cut]);
    expect(readFileSync(join(directory, "corpus.jsonl"), "utf8")).not.toContain(secret.slice(12));
  });

  test("when the source fails in the middle, and an older corpus stays as it was", async () => {
    await run([trajectory("make", ["old"])]);
    const before = readFileSync(join(directory, "corpus.jsonl"), "utf8");
    const samples = (async function* () {
      yield sampleOfTrajectory(readers, trajectory("make", ["new"]));
      throw new Error("gone");
    })();
    await expect(run([], { samples })).rejects.toThrow("gone");
    expect(readFileSync(join(directory, "corpus.jsonl"), "utf8")).toBe(before);
    expect(readdirSync(directory)).toHaveLength(2);
  });
});

test("a secret in the prompt keeps no format from being exported", async () => {
  const secret = secretOf("anthropic");
  await run([trajectory("make", [`you said ${secret}`], { prompt: `use ${secret}` })], { format: "raw" });
  const text = readFileSync(join(directory, "corpus.jsonl"), "utf8");
  expect(text).toContain("use <REDACTED:anthropic-key:1>");
  expect(text).not.toContain(secret);
});

test("secrets leave neither in ids, context nor reasons", async () => {
  const secret = secretOf("slack");
  await run([
    trajectory("make", [secret], { taskId: secret, reason: secret, context: { base: { [secret]: secret } } }),
  ]);
  expect(readFileSync(join(directory, "corpus.jsonl"), "utf8")).not.toContain(secret);
});

// Fractions by Python's hashlib: 0.7914, 0.0904, 0.9053, 0.8879.
test("the split is a function of the task's id, in the shares that were asked for", () => {
  expect(["a", "task-3", "task-5", "task-9"].map((id) => splitOf(id, DEFAULT_SPLITS))).toEqual([
    "train",
    "train",
    "test",
    "val",
  ]);
  const ids = Array.from({ length: 20_000 }, (_, i) => `task-${i}`);
  const share = (name: string) => ids.filter((id) => splitOf(id, DEFAULT_SPLITS) === name).length / ids.length;
  expect(share("train")).toBeCloseTo(0.8, 1);
  expect(share("test")).toBeCloseTo(0.1, 1);
  expect(parseSplits("train=0.5,test=0.5")).toEqual([
    ["train", 0.5],
    ["test", 0.5],
  ]);
  expect(() => parseSplits("train=0.5")).toThrow(/add up to 0.5/);
  expect(() => parseSplits("train")).toThrow(/name=share/);
});

test("a trading decision is a record labelled with what it brought", async () => {
  const decision: DecisionSample = {
    id: "d1",
    agent: "momentum-1h",
    model: "m",
    at: 5,
    prompt: "You trade.",
    context: { price: 1 },
    reply: '{"action":"buy"}',
    action: { action: "buy", symbol: "BTCUSDT" },
    realised: { profit: -2, fraction: -0.01, closedAt: 9, closedBy: "stop" },
  };
  await run([sampleOfDecision(decision)]);
  expect(records()[0]).toMatchObject({
    kind: "decision",
    outcome: "loss",
    label: { action: { action: "buy" }, realised: { profit: -2, closedBy: "stop" } },
    messages: [
      { role: "system" },
      { role: "user", content: '{"price":1}' },
      { role: "assistant", content: '{"action":"buy"}' },
    ],
  });
});

describe("merge", () => {
  const corpus = (name: string, items: readonly Trajectory[], more: Partial<ExportRequest> = {}) =>
    run(items, { file: join(directory, name), project: name, ...more });
  const merge = (...names: readonly string[]) =>
    mergeCorpora({
      files: names.map((name) => join(directory, name)),
      out: join(directory, "all.jsonl"),
      dedupe: "both",
      programVersion: "9.9",
      now: 0,
    });
  const item = (taskId: string, finalDiff: string) => trajectory("make", [], { taskId, finalDiff });

  test("takes the first of what is alike across files, and says what came from where", async () => {
    await corpus("one", [item("a", "+1"), item("b", "+2")]);
    await corpus("two", [item("c", "+2"), item("a", "+3")]);
    expect(await merge("one", "two")).toMatchObject({
      records: 3,
      same_id: 0,
      sources: [
        { file: "one", project: "one", taken: 2, repeated: 0 },
        { file: "two", project: "two", taken: 1, repeated: 1 },
      ],
    });
    expect(records("all.jsonl").map(({ id }) => id)).toEqual(["one/a#1", "one/b#1", "two/a#1"]);
  });

  test("refuses corpora that are not alike, or not what their manifests say", async () => {
    await corpus("one", [item("a", "+1")]);
    await corpus("open", [item("b", "+2")], { redactor: new Redactor([]) });
    await expect(merge("one", "open")).rejects.toThrow(/open does not go with .*one: its redaction is \[\]/);
    await corpus("raw", [item("b", "+2")], { format: "raw" });
    await expect(merge("one", "raw")).rejects.toThrow(/its format is "raw", not "openai"/);
    await corpus("two", [item("b", "+2")]);
    rmSync(join(directory, "two.manifest.json"));
    await expect(merge("one", "two")).rejects.toThrow(/cannot read .*two.manifest.json/);
    expect(existsSync(join(directory, "all.jsonl"))).toBe(false);
  });
});
