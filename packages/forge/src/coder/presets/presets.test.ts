import { UserError } from "@alphaforge/core/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CoderEvent, CoderLaunch } from "../coder.ts";
import { coderNamed, findCoders } from "../find-coders.ts";
import { tokenTally } from "../token-tally.ts";

const coders = await findCoders();
const open = (name: string, options: unknown = {}) => coderNamed(coders, name).open(options);

const LAUNCH: CoderLaunch = {
  ...{
    prompt: "# Do {feature}",
    promptFile: "/a/prompt.md",
    workspace: "/a/ws",
    home: "/a/home",
    feature: 7,
    attempt: 2,
  },
};

const AGENTS = ["claude", "codex", "gemini", "opencode", "qwen"];

test("coders are found by their place", () => {
  expect([...coders.keys()]).toEqual(["claude", "codex", "command", "gemini", "opencode", "qwen", "scripted"]);
  expect(() => coderNamed(coders, "cluade")).toThrow(
    new UserError(
      'there is no coder "cluade": did you mean claude? use one of claude, codex, command, gemini, opencode, qwen, scripted',
    ),
  );
});

describe.each(AGENTS)("%s", (name) => {
  test("is given the prompt, the model and the user's arguments", () => {
    const command = open(name, { model: "p/m-1", args: ["--more"], executable: "/opt/it" }).command(LAUNCH);
    expect(command.program).toBe("/opt/it");
    expect(command.args).toEqual(expect.arrayContaining(["p/m-1", "--more"]));
    expect(command.stdin === "prompt" || command.args.includes(LAUNCH.prompt)).toBe(true);
  });

  test("can be sent to another address", () => {
    const url = "http://127.0.0.1:1/v1";
    const said = (launch: CoderLaunch) => JSON.stringify(open(name).command(launch));
    expect(said(LAUNCH)).not.toContain("127.0.0.1");
    expect(said({ ...LAUNCH, baseUrl: url })).toContain(url);
  });

  test("names the option that it does not know", () => {
    expect(() => open(name, { modle: "x" })).toThrow(UserError);
    expect(() => open(name, { modle: "x" })).toThrow(/options of coder ".*: .*modle/);
    expect(() => open(name, { model: 7 })).toThrow(/at model/);
  });

  test("reads any line without throwing", () => {
    const { parse } = open(name);
    const types = ["system", "assistant", "user", "result", "item.completed", "turn.completed", "turn.failed"];
    const more = ["error", "init", "message", "tool_result", "text", "tool_use", "step_finish"];
    const line = fc.oneof(
      fc.string(),
      fc.json(),
      fc
        .tuple(
          fc.constantFrom(...types, ...more),
          fc.dictionary(fc.constantFrom("message", "item", "part", "error", "usage", "stats"), fc.jsonValue()),
        )
        .map(([type, rest]) => JSON.stringify({ ...rest, type })),
    );
    fc.assert(
      fc.property(line, (text) => Array.isArray(parse(text))),
      { numRuns: 500 },
    );
  });

  test("keeps what it does not know as raw", () => {
    const { parse } = open(name);
    for (const line of ["", "Warning: x", "7", "null", "[]", "{}", '{"type":"tomorrow\'s"}']) {
      expect(parse(line), line).toEqual([{ kind: "raw" }]);
    }
  });
});

/** The lines of a stream, what they come to, and the words in them. */
function heard(name: string, lines: readonly unknown[]) {
  const tally = tokenTally();
  const events: CoderEvent[] = lines.flatMap((line) => open(name).parse(JSON.stringify(line)));
  for (const event of events) tally.add(event);
  const words = events.flatMap((event) =>
    event.kind === "message" && event.text !== "" ? [`${event.role}: ${event.text}`] : [],
  );
  const find = <K extends CoderEvent["kind"]>(kind: K) =>
    events.findLast((event): event is Extract<CoderEvent, { kind: K }> => event.kind === kind);
  return {
    ...{ words, usage: tally.usage, costUsd: tally.costUsd, model: find("model")?.model, tools: find("tools")?.tools },
    ...{ result: find("result"), error: find("error")?.message },
  };
}

describe("streams", () => {
  test.each(["claude", "qwen"])(
    "%s: blocks of one message count once, and the result's totals are the last word",
    (name) => {
      const usage = { input_tokens: 10, output_tokens: 1, cache_read_input_tokens: 5, cache_creation_input_tokens: 2 };
      const message = (id: string, block: unknown) => ({
        ...{ type: "assistant", message: { id, model: "m-1", content: [block], usage } },
      });
      const lines = [
        { type: "system", subtype: "init", model: "m-0", tools: ["Bash", "Write"], cwd: "/" },
        message("a", { type: "thinking", thinking: "hm" }),
        message("a", { type: "text", text: "I begin." }),
        message("b", { type: "tool_use", id: "t", name: "Bash", input: {} }),
        { type: "user", message: { content: [{ type: "tool_result", tool_use_id: "t", content: "x" }] } },
      ];
      const underWay = heard(name, lines);
      expect(underWay).toMatchObject({ words: ["assistant: I begin."], model: "m-1", tools: ["Bash", "Write"] });
      expect(underWay.usage).toEqual({ input: 20, output: 2, cacheRead: 10, cacheWrite: 4 });
      const result = { type: "result", subtype: "success", is_error: false, result: "Done.", total_cost_usd: 0.25 };
      const whole = heard(name, [...lines, { ...result, usage: { ...usage, output_tokens: 300 } }]);
      expect(whole.usage).toEqual({ input: 10, output: 300, cacheRead: 5, cacheWrite: 2 });
      expect(whole).toMatchObject({ costUsd: 0.25, result: { isError: false, text: "Done." } });
    },
  );

  test("claude: a run that failed says so, also without words", () => {
    const failed = heard("claude", [{ type: "result", subtype: "error_max_turns", is_error: false }]);
    expect(failed.result).toEqual({ kind: "result", isError: true, text: "error_max_turns" });
    const synthetic = {
      type: "assistant",
      message: { model: "<synthetic>", content: [{ type: "text", text: "No key" }] },
    };
    expect(heard("claude", [synthetic]).model).toBeUndefined();
  });

  test("codex: cached tokens are counted within the input", () => {
    const lines = [
      { type: "thread.started", thread_id: "t" },
      { type: "item.completed", item: { id: "0", type: "command_execution", aggregated_output: "ok" } },
      { type: "item.completed", item: { id: "1", type: "agent_message", text: "Done." } },
      { type: "turn.completed", usage: { input_tokens: 100, cached_input_tokens: 30, output_tokens: 7 } },
    ];
    expect(heard("codex", lines)).toMatchObject({
      ...{ words: ["tool: ok", "assistant: Done."], usage: { input: 70, output: 7, cacheRead: 30, cacheWrite: 0 } },
      result: { isError: false },
    });
    const failed = heard("codex", [
      { type: "error", message: "retrying" },
      { type: "turn.failed", error: { message: "no key" } },
    ]);
    expect(failed).toMatchObject({ error: "retrying", result: { isError: true, text: "no key" } });
  });

  test("gemini: counts stand in the result's statistics", () => {
    const lines = [
      { type: "init", session_id: "s", model: "g-1" },
      { type: "message", role: "user", content: "do" },
      { type: "message", role: "assistant", content: "Done", delta: true },
      { type: "tool_result", tool_id: "t", status: "success", output: "ok" },
      {
        type: "result",
        status: "success",
        stats: { total_tokens: 60, input_tokens: 50, output_tokens: 10, cached: 20 },
      },
    ];
    expect(heard("gemini", lines)).toMatchObject({
      ...{ words: ["user: do", "assistant: Done", "tool: ok"], model: "g-1", result: { isError: false } },
      usage: { input: 30, output: 10, cacheRead: 20, cacheWrite: 0 },
    });
    const failed = { type: "result", status: "error", error: { message: "quota" } };
    expect(heard("gemini", [failed]).result).toEqual({ kind: "result", isError: true, text: "quota" });
  });

  test("opencode: each step adds to the tokens and the cost", () => {
    const tokens = { input: 10, output: 2, reasoning: 3, cache: { read: 4, write: 5 } };
    const step = { type: "step_finish", part: { type: "step-finish", cost: 0.5, tokens } };
    const lines = [
      { type: "tool_use", part: { tool: "bash", state: { status: "completed", output: "ok" } } },
      { type: "text", part: { text: "Done." } },
      ...[step, step, { type: "error", error: { name: "APIError", data: { message: "overloaded" } } }],
    ];
    expect(heard("opencode", lines)).toMatchObject({
      ...{ words: ["tool: ok", "assistant: Done."], costUsd: 1, error: "overloaded" },
      usage: { input: 20, output: 10, cacheRead: 8, cacheWrite: 10 },
    });
    expect(() => open("opencode", { model: "m-1" })).toThrow(/must be "<provider>\/<model>", not "m-1"/);
  });
});

describe("command", () => {
  test("fills in what it is started for, once: a placeholder within the prompt stays", () => {
    const run = ["agent", "--task={feature}.{attempt}", "{prompt}", "{promptFile}", "{workspace}", "{other}"];
    expect(open("command", { run }).command(LAUNCH)).toEqual({
      ...{ program: "agent", environment: {} },
      args: ["--task=7.2", "# Do {feature}", "/a/prompt.md", "/a/ws", "{other}"],
    });
  });

  test("without a program is refused", () => {
    expect(() => open("command", {})).toThrow(UserError);
    expect(() => open("command", { run: [] })).toThrow(UserError);
  });
});
