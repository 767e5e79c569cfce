import { mkdir, open, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { Clock } from "@alphaforge/core/clock";
import { oneLine } from "@alphaforge/core/errors";
import type { TokenUsage } from "@alphaforge/core/llm/model";
import { startKept } from "../processes/kept-process.ts";
import { childEnvironment } from "./child-environment.ts";
import type { Coder, CoderCommand, CoderEvent, CoderLaunch } from "./coder.ts";
import { findProgram } from "./find-program.ts";
import { LINE_LIMIT, lineSplitter, type StreamLine } from "./line-splitter.ts";
import { tailOf } from "./text-tail.ts";
import { tokenTally } from "./token-tally.ts";

/** What one attempt may use. Absent is unlimited. */
export interface CoderLimits {
  /** From its start to its end. */
  readonly wallMs?: number;
  /** Without a byte of output. */
  readonly idleMs?: number;
  /** All four kinds together, as its stream counts them: not before the stream says so. */
  readonly tokens?: number;
  /** US dollars, as its stream reckons them or as `costOf` does. */
  readonly costUsd?: number;
  /** Standard output and standard error together. */
  readonly outputBytes?: number;
}

export interface RunCoderOptions {
  readonly coder: Coder;
  readonly launch: CoderLaunch;
  /** Unique among all attempts that run on this machine: [A-Za-z0-9_.-]. After a crash `endMarked` ends what bears it. */
  readonly attemptId: string;
  /** Its temporary directory, outside the workspace. */
  readonly tmp: string;
  /** The caller's environment, of which PATH, LANG, what the coder names and `passes` are passed on. */
  readonly caller: Readonly<Record<string, string | undefined>>;
  /** More variables that the user lets through, such as HTTPS_PROXY. */
  readonly passes?: readonly string[];
  /** Set in its environment over the caller's, such as its port; what the coder itself needs stands over it. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits: CoderLimits;
  /** The machine's. */
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** US dollars for tokens of a model, for streams that do not say; undefined when the price is not known. */
  readonly costOf?: (model: string, usage: TokenUsage) => number | undefined;
  /** Given each line of standard output as it comes, pieces of long ones too: the recorder. Must not wait or throw. */
  readonly onLine?: (line: StreamLine) => void;
  readonly onEvent?: (event: CoderEvent) => void;
}

export type LimitKind = keyof CoderLimits;

/** How an attempt ended. */
export type CoderEnd =
  /** By itself. The status is a shell's: 128 + n for signal n. */
  | { readonly how: "exited"; readonly status: number }
  | { readonly how: "limit"; readonly limit: LimitKind; readonly allowed: number }
  | { readonly how: "aborted" }
  /** Its keeper was killed, most likely by itself. Nothing of it is left. */
  | { readonly how: "lost" }
  | { readonly how: "not-started" };

export interface CoderResult {
  readonly end: CoderEnd;
  /** It exited with 0 and its stream does not say that it failed. Not yet a reason to believe it: that is verification's. */
  readonly isOk: boolean;
  /** Why it is not ok, in one line. */
  readonly reason?: string;
  readonly usage: TokenUsage;
  readonly costUsd?: number;
  /** As its stream says. */
  readonly model?: string;
  readonly tools?: readonly unknown[];
  /** The last that it said: its result, else its last message. */
  readonly lastWords: string;
  /** The end of its standard error. */
  readonly stderr: string;
  readonly outputBytes: number;
  /** Machine time, ms. */
  readonly startedAt: number;
  readonly endedAt: number;
}

const STDERR_KEPT = 16 * 1024;
const WORDS_KEPT = 8 * 1024;
/** Linux refuses a longer argument (MAX_ARG_STRLEN, 32 pages), and says so in words that name nothing. */
const LONGEST_ARGUMENT = 131_071;

/**
 * Runs one attempt of a coder to its end. It has a process group of its own, and everything that descends from it is
 * gone when this resolves. What goes wrong with the coder is data, never an exception; rejects only when the machine
 * fails (no shell, a home or prompt file that cannot be written). How often to try is the caller's.
 */
export async function runCoder(options: RunCoderOptions): Promise<CoderResult> {
  const { coder, launch, limits, clock, signal, costOf, onLine, onEvent } = options;
  const startedAt = clock.now();
  const tally = tokenTally();
  let model: string | undefined;
  let tools: readonly unknown[] | undefined;
  let said = "";
  let result: Extract<CoderEvent, { kind: "result" }> | undefined;
  let lastError: string | undefined;
  let stderr = "";
  let outputBytes = 0;

  const finish = (end: CoderEnd, why?: string): CoderResult => {
    const reason = why ?? reasonOf(end, { result, lastError, stderr });
    const costUsd = tally.costUsd ?? (model === undefined ? undefined : costOf?.(model, tally.usage));
    return {
      ...{ end, isOk: reason === undefined, usage: tally.usage, stderr, outputBytes, startedAt, endedAt: clock.now() },
      lastWords: tailOf(result?.text || said, WORDS_KEPT),
      ...(reason === undefined ? {} : { reason }),
      ...(costUsd === undefined ? {} : { costUsd }),
      ...(model === undefined ? {} : { model }),
      ...(tools === undefined ? {} : { tools }),
    };
  };

  if (signal.aborted) return finish({ how: "aborted" });
  const command = coder.command(launch);
  const environment = environmentOf(options, command);
  const program = await findProgram(command.program, environment.PATH ?? "", launch.workspace);
  const refusal = refusalOf(command, program, coder.name);
  if (program === undefined || refusal !== undefined) return finish({ how: "not-started" }, refusal);
  await prepareHome(options, command);

  const stdin = command.stdin === "prompt" ? await open(launch.promptFile, "r") : undefined;
  const ended = new AbortController();
  let end: CoderEnd | undefined;
  try {
    const child = startKept({
      ...{ mark: options.attemptId, program, args: command.args, directory: launch.workspace, environment },
      ...(stdin === undefined ? {} : { stdin: stdin.fd }),
    });
    const stop = (why: CoderEnd): void => {
      if (end !== undefined) return;
      end = why;
      child.end();
    };
    const exceed = (limit: LimitKind): void => stop({ how: "limit", limit, allowed: limits[limit] ?? 0 });
    const abort = () => stop({ how: "aborted" });
    signal.addEventListener("abort", abort, { once: true });
    ended.signal.addEventListener("abort", () => signal.removeEventListener("abort", abort), { once: true });

    const decoder = new TextDecoder();
    let lastOutputAt = clock.now();
    const heard = (chunk: Buffer): void => {
      lastOutputAt = clock.now();
      outputBytes += chunk.length;
      if (limits.outputBytes !== undefined && outputBytes > limits.outputBytes) exceed("outputBytes");
    };
    const take = (event: CoderEvent): void => {
      tally.add(event);
      if (event.kind === "model") model = event.model;
      if (event.kind === "tools") tools = event.tools;
      if (event.kind === "message" && event.role === "assistant" && event.text !== "") said = event.text;
      if (event.kind === "result") result = event;
      if (event.kind === "error") lastError = event.message;
      onEvent?.(event);
      if (event.kind === "usage" || event.kind === "cost") {
        const { input, output, cacheRead, cacheWrite } = tally.usage;
        if (limits.tokens !== undefined && input + output + cacheRead + cacheWrite > limits.tokens) exceed("tokens");
        const cost = tally.costUsd ?? (model === undefined ? undefined : costOf?.(model, tally.usage));
        if (limits.costUsd !== undefined && cost !== undefined && cost > limits.costUsd) exceed("costUsd");
      }
    };
    const splitter = lineSplitter((line) => {
      onLine?.(line);
      if (!line.begins || !line.ends) return take({ kind: "raw" });
      for (const event of coder.parse(line.bytes.toString("utf8"))) take(event);
    }, LINE_LIMIT);
    child.stdout.on("data", (chunk: Buffer) => {
      heard(chunk);
      splitter.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      heard(chunk);
      stderr = tailOf(stderr + decoder.decode(chunk, { stream: true }), STDERR_KEPT);
    });
    const timers = [
      untilWall(clock, limits.wallMs, ended.signal, () => exceed("wallMs")),
      untilIdle(
        clock,
        limits.idleMs,
        ended.signal,
        () => lastOutputAt,
        () => exceed("idleMs"),
      ),
    ];
    const { status } = await child.gone;
    splitter.end();
    ended.abort();
    await Promise.all(timers);
    return finish(end ?? (status === undefined ? { how: "lost" } : { how: "exited", status }));
  } finally {
    ended.abort();
    await stdin?.close();
  }
}

function environmentOf(options: RunCoderOptions, command: CoderCommand) {
  const { coder, launch, tmp, caller, passes = [], environment = {} } = options;
  const all = [...coder.passes, ...passes];
  return childEnvironment({
    ...{ caller, home: launch.home, tmp, passes: all },
    sets: { ...environment, ...command.environment },
  });
}

function refusalOf(command: CoderCommand, program: string | undefined, name: string): string | undefined {
  if (program === undefined) {
    return `coder "${name}" needs the program "${command.program}", which is not in PATH: install it or set its option "executable"`;
  }
  for (const text of [...command.args, ...Object.values(command.environment)]) {
    if (text.includes("\0")) return `an argument of coder "${name}" holds U+0000, which no program can be given`;
    const size = Buffer.byteLength(text);
    if (size > LONGEST_ARGUMENT) {
      return `the prompt for coder "${name}" makes an argument of ${size} bytes, and no more than ${LONGEST_ARGUMENT} can be given: shorten it`;
    }
  }
  return undefined;
}

async function prepareHome({ launch, tmp }: RunCoderOptions, { homeFiles = {} }: CoderCommand): Promise<void> {
  await mkdir(launch.home, { recursive: true, mode: 0o700 });
  await mkdir(tmp, { recursive: true, mode: 0o700 });
  await writeFile(launch.promptFile, launch.prompt, { mode: 0o600 });
  for (const [path, text] of Object.entries(homeFiles)) {
    const file = join(launch.home, path);
    if (relative(launch.home, file).startsWith("..")) throw new Error(`${path} is not within the coder's home`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

async function untilWall(clock: Clock, ms: number | undefined, ended: AbortSignal, late: () => void): Promise<void> {
  if (ms === undefined) return;
  await clock.sleep(ms, ended).then(late, () => undefined);
}

async function untilIdle(
  clock: Clock,
  ms: number | undefined,
  ended: AbortSignal,
  lastOutputAt: () => number,
  late: () => void,
): Promise<void> {
  if (ms === undefined) return;
  for (;;) {
    const left = lastOutputAt() + ms - clock.now();
    if (left <= 0) return late();
    const woken = await clock.sleep(left, ended).then(
      () => true,
      () => false,
    );
    if (!woken) return;
  }
}

const LIMIT_WORDS: Readonly<Record<LimitKind, (allowed: number) => string>> = {
  wallMs: (ms) => `it took longer than ${ms / 1000} s`,
  idleMs: (ms) => `it wrote nothing for ${ms / 1000} s`,
  tokens: (tokens) => `it used more than ${tokens} tokens`,
  costUsd: (usd) => `it cost more than $${usd}`,
  outputBytes: (bytes) => `it wrote more than ${bytes} bytes`,
};

function reasonOf(
  end: CoderEnd,
  heard: { result?: { isError: boolean; text: string } | undefined; lastError: string | undefined; stderr: string },
): string | undefined {
  switch (end.how) {
    case "limit":
      return LIMIT_WORDS[end.limit](end.allowed);
    case "aborted":
      return "it was stopped";
    case "lost":
      return "its keeper was killed";
    case "not-started":
      return "it was not started";
    case "exited": {
      const { result, lastError, stderr } = heard;
      if (end.status === 0 && result?.isError !== true) return undefined;
      const last = (result?.isError === true ? result.text : lastError) || (stderr.trim().split("\n").at(-1) ?? "");
      const words = oneLine(new Error(tailOf(last, 500)));
      const status = end.status === 0 ? "it says that it failed" : `it exited with ${end.status}`;
      return words === "" || words === "Error" ? status : `${status}: ${words}`;
    }
  }
}
