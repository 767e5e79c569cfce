import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

let directory: ReturnType<typeof temporaryDirectory>;
let from: string;
beforeEach(() => {
  directory = temporaryDirectory();
  from = join(directory.path, "traces.jsonl");
  const payload = (block: unknown) => ({ type: "assistant", message: { id: "m1", model: "m", content: [block] } });
  const line = (taskId: string) => ({
    taskId,
    attempt: 1,
    prompt: `Add ${taskId}`,
    agent: "claude",
    outcome: "landed",
    startedAt: 1_700_000_000_000,
    finalDiff: "--- a/src/x.ts\n+++ b/src/x.ts\n@@ -1 +1 @@\n-old\n+new\n",
    messages: [
      { turn: 0, at: 1, payload: `Add ${taskId}` },
      {
        turn: 1,
        at: 2,
        payload: payload({
          type: "tool_use",
          id: "t1",
          name: "Edit",
          input: { file_path: "/home/somebody/ws/src/x.ts", old_string: "old", new_string: "new" },
        }),
      },
    ],
  });
  writeFileSync(from, `${JSON.stringify(line("a"))}\n\n${JSON.stringify(line("b"))}\n`);
});
afterEach(() => directory.remove());
const traces = (...args: readonly string[]) => runCli(join(directory.path, "home"), ["traces", ...args]);

test("export, merge and eval work on each other's files", async () => {
  const [one, two, all] = ["one", "two", "all"].map((name) => join(directory.path, `${name}.jsonl`)) as [
    string,
    string,
    string,
  ];
  for (const [out, project] of [
    [one, "p"],
    [two, "q"],
  ] as const) {
    const { code, stdout } = await traces(
      "export",
      "--from",
      from,
      "--out",
      out,
      "--project",
      project,
      "--include-diff",
      "--json",
    );
    expect({ code, records: JSON.parse(stdout).records }).toEqual({ code: 0, records: 2 });
  }
  expect(readFileSync(one, "utf8")).not.toContain("somebody");
  expect((await traces("merge", one, two, "--out", all)).stdout).toMatch(/^2 records \(.*\) of 2 corpora written to /);
  const { code, stdout } = await traces("eval", "--reference", all, "--predictions", two, "--json");
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    scored: 2,
    share_followed: 1,
    mean: { line_jaccard: 1, sequence_ratio: 1 },
  });
  expect((await traces("eval", "--reference", all, "--predictions", two)).stdout).toMatch(/scored tasks +1\.0000/);
});

test("stats counts what was recorded", async () => {
  const { stdout } = await traces("stats", "--from", from, "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    trajectories: 2,
    tasks: 2,
    with_label: 2,
    tool_calls: 2,
    models: { m: 2 },
  });
});

test.each([
  [["export", "--out", "x"], /is not in a git repository/],
  [["export", "--from", "/nowhere.jsonl", "--out", "x"], /cannot read \/nowhere\.jsonl: there is no such file/],
  [["export", "--from", "F", "--out", "x", "--format", "opnai"], /no format "opnai".*openai/],
  [["export", "--from", "F", "--out", "x", "--since", "May"], /--since "May" is no date/],
  [["export", "--from", "F", "--out", "x", "--split", "a=2"], /add up to 2/],
  [["export", "--from", "F", "--out", "x", "--redact-pattern", "nonsense"], /not kind=pattern/],
  [["merge", "F", "--out", "x"], /cannot read .*manifest\.json/],
  [["eval", "--reference", "F", "--predictions", "F"], /:1: not a record of traces export/],
])("traces %j is bad usage, said in one line", async (args, message) => {
  const { code, errors, stdout } = await traces(...args.map((arg) => (arg === "F" ? from : arg)));
  expect({ code, stdout, errors }).toEqual({ code: 2, stdout: "", errors: [expect.stringMatching(message)] });
});

test("a line that is no trajectory is named with its field", async () => {
  writeFileSync(from, '{"taskId":"a"}\n');
  const { code, errors } = await traces("stats", "--from", from);
  expect(code).toBe(2);
  expect(errors[0]).toMatch(/traces\.jsonl:1: not a trajectory: attempt: /);
});
