import { systemClock } from "@alphaforge/core/clock";
import type { EventLog, StoredEvent } from "@alphaforge/core/log/event-log";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { MemoryEventLog } from "@alphaforge/core/log/memory-event-log";
import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { freshDatabase } from "@alphaforge/core/testing/test-database";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { testAttempt } from "../coder/attempt.fixture.ts";
import type { CoderResult } from "../coder/run-coder.ts";
import { parseClaudeLine } from "../coder/streams/claude-stream.ts";
import { attemptRecorder } from "./attempt-recorder.ts";
import { readTrajectory } from "./read-trajectory.ts";
import { mayRecord, RECORDING_BANNER } from "./recording-gate.ts";

const RESULT: CoderResult = {
  ...{
    end: { how: "exited", status: 0 },
    isOk: true,
    lastWords: "",
    stderr: "",
    outputBytes: 0,
    startedAt: 0,
    endedAt: 1,
  },
  ...{ usage: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 }, costUsd: 0.5, model: "m-1", tools: ["Write"] },
};

const OF = { taskId: "14", attempt: 1, agent: "claude" };

function recorderOf(log: Pick<EventLog, "append">, more = {}) {
  const troubles: string[] = [];
  const onTrouble = (error: Error) => troubles.push(error.message);
  return { troubles, ...{ recorder: attemptRecorder({ log, clock: systemClock, ...OF, onTrouble, ...more }) } };
}

const lineOf = (bytes: Buffer | string) => ({ bytes: Buffer.from(bytes), begins: true, ends: true });

async function eventsOf(log: EventLog, ...types: readonly string[]): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const event of log.read(types.length === 0 ? {} : { types })) events.push(event);
  return events;
}

let attempts = 0;

/** What is read back of lines that were recorded as an attempt of their own. */
async function storedAndRead(log: EventLog, lines: readonly (Buffer | string)[], prompt = "# Task") {
  const of = { ...OF, attempt: ++attempts };
  const { recorder, troubles } = recorderOf(log, of);
  recorder.prompt(prompt);
  for (const line of lines) recorder.line(lineOf(line));
  await recorder.close(RESULT, 30_000);
  expect({ troubles, dropped: recorder.dropped }).toEqual({ troubles: [], dropped: 0 });
  const read = await readTrajectory(log, of);
  expect(read?.prompt).toBe(prompt);
  return (read?.messages ?? []).slice(1).map(({ payload }) => payload);
}

/** A log in a real database: what it cannot hold, nobody else's JSON column can either. */
async function databaseLog(): Promise<EventLog> {
  const database = await freshDatabase([EVENT_LOG_MIGRATIONS]);
  onTestFinished(() => database.drop());
  return new PostgresEventLog(database.store);
}

describe("what a coder says is stored as it came", () => {
  test("also U+0000, lone surrogates, great numbers, deep nesting, what is no JSON and what is no UTF-8", async () => {
    const lines = [
      '{"type":"assistant","message":{"content":[{"type":"text","text":"hé 🎉"}]}}',
      '{"output":"a\\u0000b","key\\u0000":1}',
      '{"half":"\\ud83c","whole":"\\ud83c\\udf89"}',
      '{"id":12345678901234567890,"tiny":1e-400,"price":0.1}',
      `${"[".repeat(5_000)}1${"]".repeat(5_000)}`,
      "Warning: not JSON",
      "raw \0 zero",
      Buffer.from([0x7b, 0xff, 0xfe]),
    ];
    const read = await storedAndRead(await databaseLog(), lines, "prompt \0 with \ud800 halves");
    expect(read.slice(0, 4)).toEqual(lines.slice(0, 4).map((line) => JSON.parse(String(line))));
    expect(read.slice(4)).toEqual([lines[4], "Warning: not JSON", "raw \0 zero", { base64: "e//+" }]);
  });

  test("the bytes of a line that a number would change are kept beside it", async () => {
    const log = new MemoryEventLog();
    const { recorder } = recorderOf(log);
    recorder.prompt("");
    recorder.line(lineOf('{"id":12345678901234567890}'));
    recorder.line(lineOf('{"sha":"1234567890123456789","cost":0.30000000000000004}'));
    await recorder.close(RESULT, 10_000);
    const stored = (await eventsOf(log, "coder.said")).map(({ data }) => data);
    expect(stored).toMatchObject([
      { turn: 1, message: { bytes: Buffer.from('{"id":12345678901234567890}').toString("base64") } },
      { turn: 2, message: { json: { sha: "1234567890123456789", cost: 0.30000000000000004 } } },
    ]);
    expect(stored[1]).not.toHaveProperty("message.bytes");
  });

  test("whatever JSON it is", async () => {
    const log = await databaseLog();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue({ stringUnit: "binary" }), { minLength: 20 }), async (values) => {
        const lines = values.map((value) => JSON.stringify(value));
        expect(await storedAndRead(log, lines)).toEqual(lines.map((line) => JSON.parse(line)));
      }),
      { numRuns: 30 },
    );
  });

  test("a message that came in pieces is one again; one that lacks a piece is none", async () => {
    const log = new MemoryEventLog();
    const { recorder } = recorderOf(log);
    recorder.prompt("");
    const whole = Buffer.from('{"text":"überall"}');
    const piece = (from: number, to: number) => ({
      ...{ bytes: whole.subarray(from, to), begins: from === 0, ends: to === whole.length },
    });
    for (const part of [piece(0, 10), piece(10, 12), piece(12, whole.length)]) recorder.line(part);
    for (const part of [piece(0, 10), piece(0, 10), piece(10, 12)]) recorder.line(part);
    recorder.line(lineOf('"next"'));
    recorder.line(piece(12, whole.length));
    await recorder.close(RESULT, 10_000);
    const messages = (await readTrajectory(log, OF))?.messages ?? [];
    expect(messages.slice(1).map(({ turn, payload }) => [turn, payload])).toEqual([
      [1, { text: "überall" }],
      [7, "next"],
    ]);
  });
});

describe("a coder is never kept waiting", () => {
  const hanging: Pick<EventLog, "append"> = { append: () => new Promise(() => undefined) };

  test("by a store that hangs: its stream is not 50 ms late, and what found no room is counted", async () => {
    const { recorder, troubles } = recorderOf(hanging, { maxCount: 100 });
    recorder.prompt("");
    const line = lineOf(JSON.stringify({ text: "x".repeat(10_000) }));
    const took: number[] = [];
    for (let turn = 1; turn <= 1_000; turn++) {
      const before = performance.now();
      recorder.line(line);
      took.push(performance.now() - before);
      if (turn % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    // All but what a busy machine held up: a recorder that waited for the store would be late each time.
    expect(took.toSorted((a, b) => a - b)[989]).toBeLessThan(50);
    expect(recorder).toMatchObject({ dropped: 901, waiting: 100 });
    expect(troubles).toEqual(["a message of attempts/14/1 is not recorded: 100 wait for the store"]);
    await recorder.close(RESULT, 50);
    expect(recorder).toMatchObject({ dropped: 1_002, waiting: 0 });
  });

  test("nor a real coder by it: it ends as soon as without", async () => {
    const { recorder } = recorderOf(hanging, { maxCount: 10 });
    recorder.prompt("");
    const attempt = testAttempt();
    const onLine = recorder.line;
    const result = await attempt.shell("seq 20000", { onLine, limits: { wallMs: 20_000 } });
    expect(result.isOk).toBe(true);
    expect(recorder.dropped).toBe(20_001 - 10);
    await recorder.close(result, 10);
  });

  test("bytes that wait are bounded too", () => {
    const { recorder } = recorderOf(hanging, { maxBytes: 1_000 });
    recorder.prompt("");
    recorder.line(lineOf("x".repeat(900)));
    recorder.line(lineOf("x".repeat(900)));
    expect(recorder).toMatchObject({ dropped: 1, waiting: 2 });
  });

  test("a turn that was dropped stays empty, and the end says how many were", async () => {
    const log = new MemoryEventLog();
    const { recorder } = recorderOf(log, { maxCount: 2 });
    recorder.prompt("p");
    for (const text of ["1", "2", "3"]) recorder.line(lineOf(text));
    await new Promise((resolve) => setImmediate(resolve));
    recorder.line(lineOf("4"));
    await recorder.close(RESULT, 10_000);
    const events = await eventsOf(log);
    expect(events.map(({ type, data }) => [type, (data as { turn: number }).turn])).toEqual([
      ["coder.prompted", 0],
      ["coder.said", 1],
      ["coder.said", 4],
      ["coder.ended", 5],
    ]);
    expect(events.at(-1)?.data).toMatchObject({ dropped: 2 });
  });
});

describe("a store that fails", () => {
  test("loses the message that it refuses, and no other", async () => {
    const log = new MemoryEventLog();
    const append: EventLog["append"] = (stream, version, events) => {
      if (JSON.stringify(events).includes("poison")) throw new Error("the store refuses it");
      return log.append(stream, version, events);
    };
    const { recorder, troubles } = recorderOf({ append });
    recorder.prompt("p");
    for (const text of ["one", "poison", "two"]) recorder.line(lineOf(text));
    await recorder.close(RESULT, 10_000);
    const read = await readTrajectory(log, OF);
    expect(read?.messages.map(({ payload }) => payload)).toEqual(["p", "one", "two"]);
    expect(recorder.dropped).toBe(1);
    expect(troubles).toContain("the store refuses it");
  });

  test("and has stored it all the same does not get it twice", async () => {
    const log = new MemoryEventLog();
    let first = true;
    const append: EventLog["append"] = async (...all) => {
      const added = await log.append(...all);
      if (first) {
        first = false;
        throw new Error("the connection was cut before the answer");
      }
      return added;
    };
    const { recorder } = recorderOf({ append });
    recorder.prompt("p");
    recorder.line(lineOf("one"));
    await recorder.close(RESULT, 10_000);
    expect((await readTrajectory(log, OF))?.messages.map(({ payload }) => payload)).toEqual(["p", "one"]);
  });
});

describe("a trajectory", () => {
  test("says all that is known of an attempt, in the corpus's words", async () => {
    const log = new MemoryEventLog();
    const { recorder } = recorderOf(log);
    recorder.prompt("do it");
    recorder.line(lineOf('{"type":"result"}'));
    await recorder.close(RESULT, 10_000);
    const sha = "a".repeat(64);
    const read = await readTrajectory(log, OF, { outcome: "landed", mergeCommitSha: sha, context: { waits: [] } });
    expect(read).toEqual({
      ...{ taskId: "14", attempt: 1, prompt: "do it", agent: "claude", model: "m-1", tools: ["Write"] },
      ...{ outcome: "landed", mergeCommitSha: sha, context: { waits: [] } },
      ...{ startedAt: expect.any(Number), endedAt: expect.any(Number) },
      messages: [
        { turn: 0, at: expect.any(Number), payload: "do it" },
        { turn: 1, at: expect.any(Number), payload: { type: "result" } },
      ],
    });
  });

  test("of an attempt whose forge died is still read, with what its stream said", async () => {
    const log = new MemoryEventLog();
    const { recorder } = recorderOf(log);
    recorder.prompt("do it");
    recorder.line(lineOf('{"type":"system","subtype":"init","model":"m-2","tools":["Bash"]}'));
    await new Promise((resolve) => setImmediate(resolve));
    const read = await readTrajectory(log, OF, undefined, parseClaudeLine);
    expect(read).toMatchObject({ outcome: "running", model: "m-2", tools: ["Bash"] });
    expect(read).not.toHaveProperty("endedAt");
    expect(await readTrajectory(log, { taskId: "15", attempt: 1 })).toBeUndefined();
  });
});

describe("the gate", () => {
  const announced = (enabled: boolean, acknowledgedTerms: boolean) => {
    const said: string[] = [];
    const isOpen = mayRecord({ enabled, acknowledgedTerms }, (text) => said.push(text));
    return { isOpen, said };
  };

  test("is open with both flags alone; with the first alone it says why not", () => {
    expect(announced(true, true)).toEqual({ isOpen: true, said: [] });
    expect(announced(true, false)).toEqual({ isOpen: false, said: [RECORDING_BANNER] });
    expect(announced(false, true)).toEqual({ isOpen: false, said: [] });
    expect(announced(false, false)).toEqual({ isOpen: false, said: [] });
    expect(RECORDING_BANNER).toMatch(/nothing is recorded.*acknowledged_terms/);
  });
});
