import type { Clock } from "@alphaforge/core/clock";
import { startKept } from "../processes/kept-process.ts";

/** What a command wrote, standard output and error as they came: its beginning and its end. */
export interface KeptOutput {
  readonly head: string;
  /** Empty when everything fitted into `head`. */
  readonly tail: string;
  /** Bytes left out between the two. */
  readonly dropped: number;
}

export interface CommandRun {
  readonly command: string;
  readonly outcome: "passed" | "failed" | "timed-out" | "aborted" | "not-started";
  /** A shell's: 128 + n for signal n; -1 when there is none. */
  readonly code: number;
  readonly ms: number;
  readonly output: KeptOutput;
}

export interface CommandOptions {
  readonly directory: string;
  /** All that the command's environment has, but for the mark. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** Bytes of output kept, half of them from the beginning. */
  readonly keepBytes: number;
  readonly signal?: AbortSignal;
  /**
   * Unique among all that runs on this machine: [A-Za-z0-9_.-]. Whoever can say it after a crash can end what is left
   * (`endMarked`).
   */
  readonly mark?: string;
}

/** Keeps the beginning and the end of a stream in bounded memory. */
export function outputKeeper(keepBytes: number): { take(chunk: Buffer): void; kept(): KeptOutput } {
  const half = Math.floor(keepBytes / 2);
  const head: Buffer[] = [];
  let headSize = 0;
  let tail: Buffer[] = [];
  let tailSize = 0;
  let total = 0;
  const trim = () => {
    const whole = Buffer.concat(tail);
    tail = [whole.subarray(Math.max(0, whole.length - half))];
    tailSize = tail[0]?.length ?? 0;
  };
  return {
    take(chunk) {
      total += chunk.length;
      const room = half - headSize;
      if (room > 0) {
        head.push(chunk.subarray(0, room));
        headSize += Math.min(room, chunk.length);
      }
      if (chunk.length > room) {
        tail.push(chunk.subarray(Math.max(0, room)));
        tailSize += chunk.length - Math.max(0, room);
        if (tailSize > 4 * half + 65_536) trim();
      }
    },
    kept() {
      trim();
      const dropped = total - headSize - tailSize;
      return {
        head: Buffer.concat(head).toString("utf8"),
        tail: Buffer.concat(tail).toString("utf8"),
        dropped,
      };
    },
  };
}

/** Of this process, for commands that nobody looks for after a crash. */
let unnamed = 0;

/**
 * Runs a shell command with all that descends from it under a keeper: nothing of it is left when this resolves, on a
 * timeout or abort (SIGTERM, then SIGKILL), when it leaves something running behind, and when this process is killed.
 * Never throws for what the command does.
 */
export async function runCommand(command: string, options: CommandOptions): Promise<CommandRun> {
  const { directory, env, timeoutMs, keepBytes, clock, signal } = options;
  const mark = options.mark ?? `command-${process.pid}-${++unnamed}`;
  const began = clock.now();
  const keeper = outputKeeper(keepBytes);
  const ended = (outcome: CommandRun["outcome"], code: number): CommandRun => {
    return { command, outcome, code, ms: Math.round(clock.now() - began), output: keeper.kept() };
  };
  if (signal?.aborted === true) return ended("aborted", -1);
  const child = startKept({ mark, program: "/bin/sh", args: ["-c", command], directory, environment: env });
  child.stdout.on("data", keeper.take);
  child.stderr.on("data", keeper.take);
  let cut: "timed-out" | "aborted" | undefined;
  const cutOff = (why: "timed-out" | "aborted") => {
    cut ??= why;
    child.end();
  };
  const timer = setTimeout(() => cutOff("timed-out"), timeoutMs);
  const onAbort = () => cutOff("aborted");
  signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const { status } = await child.gone;
    if (status === undefined) keeper.take(Buffer.from("\nalphaforge: what kept this command was killed\n"));
    return ended(cut ?? (status === 0 ? "passed" : "failed"), status ?? -1);
  } catch (error) {
    keeper.take(Buffer.from(`${(error as Error).message}\n`));
    return ended("not-started", -1);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
