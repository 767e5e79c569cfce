import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "@alphaforge/core/clock";
import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import { syntheticSecrets } from "@alphaforge/corpus/redaction/synthetic-secrets.fixture";
import { attempts as says } from "@alphaforge/corpus/trajectories.fixture";
import { type TempRepository, tempRepository } from "@alphaforge/forge/git/temp-repository.fixture";
import { feature } from "@alphaforge/forge/plan/feature.fixture";
import { attemptRecorder } from "@alphaforge/forge/recording/attempt-recorder";
import { branchStream, sessionStream, taskStream } from "@alphaforge/forge/sessions/forge-events";
import { type ForgeLog, forgeLog } from "@alphaforge/forge/sessions/forge-log";
import type { Refusal } from "@alphaforge/forge/sessions/refusal";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FORGE_DATABASE } from "../src/compose/forge-place.ts";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

const BRANCH = "refs/heads/alphaforge/shop";
const SECRET = syntheticSecrets("traces").find(({ name }) => name === "github ghp")?.secret as string;
const CUSTOMER = "CUST-4711";
const USAGE = { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 };

/**
 * What a forge did in one repository: task 1 waited, met a conflict and landed with its second attempt, task 2 was
 * turned down by the fence, the coder of 3 failed, 4 was interrupted, 5 works, 6 landed and was reverted since, 7
 * landed and was taken off the branch, 8 landed the same change as 6.
 */
let repository: TempRepository;
let database: TestDatabase;
let directory: ReturnType<typeof temporaryDirectory>;
let log: PostgresEventLog;
let forge: ForgeLog;
let since: string;
let landed: string;
let undone: string;
let revert: string;

beforeAll(async () => {
  repository = tempRepository();
  directory = temporaryDirectory();
  database = await freshDatabase(FORGE_DATABASE);
  log = new PostgresEventLog(database.store);
  forge = forgeLog(log, systemClock);
  repository.write({
    "alphaforge.yaml": `redaction: { patterns: [{ name: customer, pattern: "CUST-[0-9]+" }] }\n`,
  });
  since = repository.commit("configure");
  landed = repository.proposal(since, { "src/a.txt": "1\n2\nthree\n4\n5\n", "src/b.txt": `for ${CUSTOMER}\n` });
  undone = repository.proposal(landed, { "src/c.txt": "c\n" });
  repository.user("branch", "alphaforge/shop", undone);
  repository.user("merge", "-q", "--ff-only", "alphaforge/shop");
  repository.user("revert", "--no-edit", undone);
  revert = repository.user("rev-parse", "HEAD");
  await forge.write({
    stream: sessionStream("shop"),
    type: "session.opened",
    data: { session: "shop", target: "main", since, directly: false, spec: "spec.xml" },
  });
  await conflictThenLanding();
  for (const [index, refusal] of [
    [2, { stage: "fence", code: "outside-claim", reason: "src/z.txt is outside the claim", paths: ["src/z.txt"] }],
    [3, { stage: "coder", code: "limit", reason: "it ran for 60 minutes" }],
    [4, { stage: "coder", code: "interrupted", reason: "the run was stopped" }],
  ] as const) {
    await added(index);
    await attempted(index, 1);
    await refused(index, 1, refusal);
  }
  await added(5);
  await attempted(5, 1);
  await added(6);
  await attempted(6, 1);
  await forge.write(landing(6, 1, undone));
  await added(7);
  await attempted(7, 1);
  await forge.write(landing(7, 1, "0".repeat(40)));
  await forge.write({
    stream: taskStream("shop.7"),
    type: "task.unlanded",
    data: { task: "shop.7", commit: "0".repeat(40), reason: "the branch was reset" },
  });
  await added(8);
  await attempted(8, 1);
  await forge.write(landing(8, 1, repository.proposal(since, { "src/c.txt": "c\n" })));
}, 60_000);
afterAll(async () => {
  await database?.drop();
  repository?.remove();
  directory?.remove();
});

async function conflictThenLanding(): Promise<void> {
  await added(1);
  const blockers = [{ holder: "user/mallory", state: "held", path: "src/a.txt" }];
  await forge.write({
    stream: taskStream("shop.1"),
    type: "claim.waited",
    data: { task: "shop.1", claim: "shop.1/1", position: 2, estimatedWaitMs: 900, blockers },
  });
  await attempted(1, 1);
  await verified("first", ["shop.1", "shop.2"], false, false, "expected 2, got 3");
  await refused(1, 1, { stage: "landing", code: "conflict", reason: "src/a.txt conflicts", paths: ["src/a.txt"] });
  await attempted(1, 2);
  await verified("second", ["shop.1"], true, true, `token ${SECRET}\nok`);
  await verified("other", ["shop.9"], true, false, "");
  await forge.write(landing(1, 2, landed));
}

async function added(index: number): Promise<void> {
  const { at: _, ...rest } = feature(index);
  const task = `shop.${index}`;
  await forge.write({
    stream: taskStream(task),
    type: "task.added",
    data: { task, session: "shop", branch: BRANCH, feature: rest, spec: "spec.xml" },
  });
}

/** An attempt whose coder says what claude says, with a secret and a customer in it. */
async function attempted(index: number, attempt: number): Promise<void> {
  const task = `shop.${index}`;
  const stream = taskStream(task);
  await forge.write(
    {
      stream,
      type: "attempt.started",
      data: { task, attempt, token: 10 * index + attempt, claim: task, waitedMs: 70, landsOnly: false },
    },
    {
      stream,
      type: "workspace.opened",
      data: {
        task,
        attempt,
        workspace: "w",
        directory: "/tmp/w",
        base: since,
        start: since,
        ports: { from: 1, to: 2 },
        setup: [],
      },
    },
  );
  const recorder = attemptRecorder({ log, clock: systemClock, taskId: task, attempt, agent: "claude" });
  recorder.prompt(`Build feature ${index} for ${CUSTOMER}`);
  const told = { type: "user", parent_tool_use_id: null, message: { role: "user", content: `my key is ${SECRET}` } };
  const said = (says.claude?.messages ?? []).filter(({ turn }) => turn > 0).map(({ payload }) => payload);
  for (const payload of [...said, told]) {
    recorder.line({ bytes: Buffer.from(JSON.stringify(payload)), begins: true, ends: true });
  }
  await recorder.close(
    {
      ...{
        end: { how: "exited", status: 0 },
        isOk: true,
        usage: USAGE,
        model: "claude-test-1",
        tools: ["Edit", "Write"],
      },
      ...{ lastWords: "", stderr: "", outputBytes: 0, startedAt: 0, endedAt: 1 },
    },
    30_000,
  );
  expect(recorder.dropped).toBe(0);
}

async function refused(index: number, attempt: number, refusal: Refusal): Promise<void> {
  const task = `shop.${index}`;
  await forge.write({
    stream: taskStream(task),
    type: "attempt.refused",
    data: { task, attempt, refusal, next: "again", counts: refusal.code !== "interrupted" },
  });
}

function landing(index: number, attempt: number, commit: string) {
  const task = `shop.${index}`;
  const data = { task, branch: BRANCH, attempt, token: 10 * index + attempt, commit };
  return { stream: taskStream(task), type: "task.landed", data } as const;
}

async function verified(verification: string, tasks: string[], green: boolean, flaky: boolean, tail: string) {
  const common = { verification, branch: BRANCH, commit: landed, tasks };
  const runs = [
    { command: "npm test", outcome: green ? "passed" : "failed", code: green ? 0 : 1, ms: 5, tail },
  ] as const;
  await forge.write(
    { stream: branchStream(BRANCH), type: "verification.started", data: common },
    { stream: branchStream(BRANCH), type: "verification.ended", data: { ...common, green, flaky, ms: 5, runs } },
  );
}

const traces = (...args: readonly string[]) =>
  runCli(
    join(directory.path, "home"),
    ["traces", ...args],
    { DATABASE_URL: database.url },
    { directory: repository.directory },
  );

// biome-ignore lint/suspicious/noExplicitAny: records of five formats
async function exported(...args: readonly string[]): Promise<{ manifest: any; records: any[]; text: string }> {
  const out = join(directory.path, "corpus.jsonl");
  const { code, stdout, errors } = await traces("export", "--out", out, "--json", ...args);
  expect({ code, errors }).toEqual({ code: 0, errors: [] });
  const text = readFileSync(out, "utf8");
  const records = text.split("\n").filter((line) => line !== "");
  return { manifest: JSON.parse(stdout), records: records.map((line) => JSON.parse(line)), text };
}

test("every attempt is exported with its end and its reason", async () => {
  const { records } = await exported();
  expect(records.map(({ id, outcome, reason }) => [id, outcome, reason])).toEqual([
    ["shop.1#1", "refused", "src/a.txt conflicts"],
    ["shop.1#2", "landed", undefined],
    ["shop.2#1", "refused", "src/z.txt is outside the claim"],
    ["shop.3#1", "failed", "it ran for 60 minutes"],
    ["shop.4#1", "abandoned", "the run was stopped"],
    ["shop.5#1", "running", undefined],
    ["shop.6#1", "landed", undefined],
    ["shop.7#1", "abandoned", `it had landed as ${"0".repeat(40)}: the branch was reset`],
    ["shop.8#1", "landed", undefined],
  ]);
});

test("what landed carries its change, and how it came to it: waits, conflict, resolution, verifications", async () => {
  const { records } = await exported("--outcome", "landed", "--include-diff");
  expect(records.map(({ id }) => id)).toEqual(["shop.1#2", "shop.6#1", "shop.8#1"]);
  const [first, second] = records;
  expect(first.merge_commit_sha).toBe(landed);
  expect(first.final_diff).toContain("+three\n");
  expect(first.final_diff).toContain("+++ b/src/b.txt\n@@ -0,0 +1 @@\n+for <REDACTED:customer:");
  const { context } = first;
  expect(context).toMatchObject({ session: "shop", branch: BRANCH, base: since, token: 12, waited_ms: 70, waits: [] });
  expect(context.conflicts).toEqual([
    { attempt: 1, stage: "landing", code: "conflict", reason: "src/a.txt conflicts", paths: ["src/a.txt"] },
  ]);
  expect(context.resolution).toContain("-3\n+three\n");
  expect(context.resolution).not.toContain("src/b.txt");
  expect(context.verifications).toEqual([
    {
      ...{ verification: "second", commit: landed, tasks: ["shop.1"], at: expect.any(String), result: "flaky" },
      runs: [
        { command: "npm test", outcome: "passed", code: 0, ms: 5, tail: expect.stringMatching(/^token <RED.*\nok$/) },
      ],
    },
  ]);
  expect(context).not.toHaveProperty("reverted_by");
  expect(second.context).toMatchObject({ reverted_by: revert, conflicts: [] });
});

test("an attempt that did not land has no label, and says what it waited for, but not who", async () => {
  const { records, text } = await exported("--task", "shop.1", "--outcome", "refused", "--include-diff");
  expect(records).toHaveLength(1);
  const [{ context, ...record }] = records;
  for (const key of ["final_diff", "merge_commit_sha"]) expect(record).not.toHaveProperty(key);
  expect(context).not.toHaveProperty("resolution");
  const blockers = [{ holder: "user", state: "held", path: "src/a.txt" }];
  expect(context.waits).toEqual([{ at: expect.any(String), position: 2, estimated_wait_ms: 900, blockers }]);
  expect(context.verifications).toMatchObject([{ verification: "first", result: "red", tasks: ["shop.1", "shop.2"] }]);
  expect(context.refusal).toMatchObject({ stage: "landing", code: "conflict" });
  expect(text).not.toContain("mallory");
});

test.each(["openai", "sharegpt", "chatml", "raw", "atif"])(
  "%s: no planted secret comes out, and each record says where it is from",
  async (format) => {
    const { manifest, records, text } = await exported("--format", format, "--include-diff", "--dedupe", "none");
    expect(manifest).toMatchObject({ format, records: 9 });
    expect(text).toContain("my key is <REDACTED:github-token:");
    for (const secret of [SECRET, CUSTOMER]) expect(text).not.toContain(secret);
    for (const record of records) {
      const { task_id, attempt, provenance } = record.extra ?? record;
      expect(`${task_id}#${attempt}`).toMatch(/^shop\.\d#\d$/);
      expect(provenance).toMatchObject({
        ...{ agent: "claude", model: "claude-test-1", agent_version: "2.1", program: "alphaforge" },
        ...{ started_at: expect.stringMatching(/^20/), ended_at: expect.stringMatching(/^20/) },
        redaction: expect.arrayContaining(["secrets@1", "custom@1"]),
      });
    }
    // Names of tools are no schemas.
    for (const record of records) expect(record).not.toHaveProperty("tools");
  },
);

test("two landings of the same change are one sample, by the change as git has it", async () => {
  const { manifest, records } = await exported("--outcome", "landed", "--dedupe", "diff");
  expect(manifest).toMatchObject({ records: 2, repeated: 1, with_diff: 2 });
  expect(records.map(({ id }) => id)).toEqual(["shop.1#2", "shop.6#1"]);
  // Nobody asked for the changes themselves.
  for (const record of records) expect(record).not.toHaveProperty("final_diff");
});

test("stats counts what the repository has, or one session of it", async () => {
  const { code, stdout } = await traces("stats", "--session", "shop", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ trajectories: 9, tasks: 8, with_label: 3, models: { "claude-test-1": 9 } },
    outcomes: { landed: 3, refused: 2, failed: 1, abandoned: 2, running: 1 },
  });
});

test.each([
  [["stats", "--task", "shop.99"], /there is no task "shop\.99" in this forge/],
  [["stats", "--session", "shoq"], /there is no session "shoq" in this forge/],
  [["stats", "--from", "x", "--task", "shop.1"], /--task and --session choose among a repository's traces/],
  [["export", "--out", "x", "--desk", "arena", "--task", "shop.1"], /--desk does not go with/],
])("traces %j is bad usage, said in one line", async (args, message) => {
  const { code, errors, stdout } = await traces(...args);
  expect({ code, stdout, errors }).toEqual({ code: 2, stdout: "", errors: [expect.stringMatching(message)] });
});

test("a repository whose forge was never used says so, and nothing is made in order to say it", async () => {
  const other = tempRepository();
  try {
    const home = join(directory.path, "other");
    const { code, errors } = await runCli(home, ["traces", "stats"], {}, { directory: other.directory });
    expect({ code, errors }).toEqual({
      code: 1,
      errors: [expect.stringMatching(/has not been used in .*forge run SPEC/)],
    });
  } finally {
    other.remove();
  }
});
