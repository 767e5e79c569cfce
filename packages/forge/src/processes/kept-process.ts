import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

const KEEPER = readFileSync(new URL("./process-keeper.sh", import.meta.url), "utf8");

/** Seconds between asking everything to end and making it. */
export const GRACE_SECONDS = 2;

/** What still holds the output open once everything that could be found has ended is not waited for longer (ms). */
const OUTPUT_LEFT_OPEN_MS = 1000;

export interface KeptProcessOptions {
  /** Names all that descends from this process: [A-Za-z0-9_.-], unique among all that run on this machine. */
  readonly mark: string;
  /** Absolute. */
  readonly program: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** An open file that becomes its standard input; empty without it. */
  readonly stdin?: number;
}

/** A process whose descendants end when it ends, when it is told to, and when this process dies, however it dies. */
export interface KeptProcess {
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** SIGTERM to all that descends from it, SIGKILL after GRACE_SECONDS. */
  end(): void;
  /**
   * Resolves once it and all that could be found of its descendants are gone and its output has been read. The status is
   * a shell's (128 + n for signal n), undefined when its keeper was killed before it could tell.
   */
  readonly gone: Promise<{ readonly status: number | undefined }>;
}

/** Rejects (in `gone`) when the shell that keeps it cannot be started. */
export function startKept(options: KeptProcessOptions): KeptProcess {
  const { mark, program, args, directory, environment, stdin } = options;
  assertMark(mark);
  const child: ChildProcess = spawn(
    "/bin/sh",
    ["-c", KEEPER, "alphaforge-keeper", "run", mark, String(GRACE_SECONDS), program, ...args],
    { cwd: directory, env: environment, detached: true, stdio: [stdin ?? "ignore", "pipe", "pipe", "pipe"] },
  );
  const lifeline = child.stdio[3] as Socket;
  const stdout = child.stdout as Readable;
  const stderr = child.stderr as Readable;
  let said = "";
  // A keeper that was killed resets the connection; that it is gone is seen by its end.
  lifeline.on("error", () => undefined).on("data", (chunk: Buffer) => (said += chunk.toString("latin1")));

  async function wait(): Promise<{ status: number | undefined }> {
    const keepersGone = new Promise<void>((resolve) => lifeline.once("close", () => resolve()));
    const outputRead = Promise.all([stdout, stderr].map((stream) => new Promise((done) => stream.once("close", done))));
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", () => resolve());
    });
    // Without a status its parent was killed; the half of the keeper that watches may live, and ends the rest.
    lifeline.end();
    await keepersGone;
    const status = /^(\d+)\n$/.exec(said)?.[1];
    if (status === undefined) {
      endGroup(child.pid);
      await endMarked(mark);
    }
    await Promise.race([outputRead, sleep(OUTPUT_LEFT_OPEN_MS, undefined, { ref: false })]);
    stdout.destroy();
    stderr.destroy();
    return { status: status === undefined ? undefined : Number(status) };
  }

  return { stdout, stderr, end: () => void lifeline.end(), gone: wait() };
}

/**
 * Ends what bears a mark, as after a crash: SIGTERM, then SIGKILL. Resolves to whether nothing is left. Finds processes
 * by /proc, so on Linux alone; elsewhere it is always true and only process groups are ended.
 */
export async function endMarked(mark: string): Promise<boolean> {
  assertMark(mark);
  const child = spawn("/bin/sh", ["-c", KEEPER, "alphaforge-keeper", "end", mark, String(GRACE_SECONDS)], {
    stdio: "ignore",
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("exit", (status) => resolve(status === 0));
  });
}

function endGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function assertMark(mark: string): void {
  if (!/^[\w.-]+$/.test(mark)) throw new TypeError(`mark "${mark}" must consist of letters, digits, "_", "." and "-"`);
}
