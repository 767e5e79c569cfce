import { spawn } from "node:child_process";
import { OperationalError } from "@alphaforge/core/errors";

/**
 * What every command runs with, whoever's repository it is: no hook, signature, pager, file watcher or background gc of
 * the user starts because of the forge, and merges do not depend on who runs them. This is where hooks and signing of
 * commits are skipped; nothing else in the forge does it.
 */
const PINNED = [
  "core.hooksPath=/dev/null",
  "core.fsmonitor=false",
  "core.quotePath=false",
  "commit.gpgSign=false",
  "tag.gpgSign=false",
  "gc.auto=0",
  "maintenance.auto=false",
  "advice.detachedHead=false",
  "diff.renames=true",
  "diff.renameLimit=2000",
  "merge.directoryRenames=false",
  "merge.renames=true",
  "merge.renameLimit=2000",
  "merge.conflictStyle=merge",
  "merge.default=text",
].flatMap((setting) => ["-c", setting]);

export interface GitOptions {
  readonly input?: Buffer | string;
  /** Added to (and stronger than) the environment of the place. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default 120,000 ms; then the command and what it started are killed. */
  readonly timeoutMs?: number;
  /** Default 256 MiB of standard output; a command that writes more is killed. */
  readonly maxOutputBytes?: number;
  /** Objects may come from a path on this machine: for the forge's own clones alone. */
  readonly fromDisk?: boolean;
}

export type GitResult =
  | { readonly ok: true; readonly stdout: Buffer; readonly stderr: string }
  | {
      readonly ok: false;
      readonly reason: "exit" | "signal" | "timeout" | "too-much-output" | "not-started";
      /** The exit code; -1 when there is none. */
      readonly code: number;
      readonly stdout: Buffer;
      readonly stderr: string;
      /** The command and the last line it said: fit to be shown. */
      readonly line: string;
    };

export class GitError extends OperationalError {
  override readonly name = "GitError";
  readonly result: Extract<GitResult, { ok: false }>;

  constructor(result: Extract<GitResult, { ok: false }>) {
    super(result.line);
    this.result = result;
  }
}

/** A git program together with the place that it runs in. */
export interface Git {
  /** The directory that commands start in, absolute. */
  readonly directory: string;
  /** Runs `git ...args`. A command that fails is data; nothing is thrown. */
  run(args: readonly string[], options?: GitOptions): Promise<GitResult>;
  /** Standard output of a command that has to succeed; throws GitError. */
  bytes(args: readonly string[], options?: GitOptions): Promise<Buffer>;
  /** The same as text, without the last line's end. */
  text(args: readonly string[], options?: GitOptions): Promise<string>;
  /** The same program elsewhere, with more environment. */
  at(directory: string, env?: Readonly<Record<string, string>>): Git;
}

/** How git says that a write failed; of a ref's lock and of a file that it checks out it does not say why. */
const DISK_REFUSES =
  /No space left on device|Disk quota exceeded|File too large|couldn't write|write error|unable to write file/;

/** Whether a failed command says nothing of what it was asked about: it was ended from outside, or the disk is full. */
export function isOutsideFault(result: Extract<GitResult, { ok: false }>): boolean {
  return result.reason !== "exit" || DISK_REFUSES.test(result.stderr);
}

const DEFAULT_TIMEOUT_MS = 120_000;
const DEFAULT_MAX_OUTPUT = 256 * 2 ** 20;
const MAX_ERROR_OUTPUT = 64 * 1024;

function lastLine(text: string): string {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== "" && !line.startsWith("hint:"));
  // What git found wrong comes first as "error:" or "fatal:"; what follows is often general advice.
  return lines.findLast((line) => /^(fatal|error):/.test(line)) ?? lines.at(-1) ?? "";
}

function runGit(
  directory: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  options: GitOptions,
): Promise<GitResult> {
  const { input, timeoutMs = DEFAULT_TIMEOUT_MS, maxOutputBytes = DEFAULT_MAX_OUTPUT, fromDisk = false } = options;
  // Stronger than any configuration: a coder's clone may name a remote that git would ask for an object it misses, and
  // asking it can start a program.
  const transports = { GIT_ALLOW_PROTOCOL: fromDisk ? "file" : "none", GIT_NO_LAZY_FETCH: "1" };
  const shown = `git ${args.find((arg) => !arg.startsWith("-")) ?? args[0] ?? ""}`;
  return new Promise((resolve) => {
    const child = spawn("git", [...PINNED, ...args], {
      cwd: directory,
      env: { ...env, ...transports, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
      // A group of its own: git's own children (index-pack, upload-pack) end with it on a timeout, and a Ctrl-C on the
      // user's terminal does not cut a ref update in half.
      detached: true,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let errors = "";
    let cut: "timeout" | "too-much-output" | undefined;
    let settled = false;
    const end = (why: "timeout" | "too-much-output") => {
      if (cut !== undefined || child.pid === undefined) return;
      cut = why;
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    };
    const timer = setTimeout(() => end("timeout"), timeoutMs);
    const settle = (
      reason: "exit" | "signal" | "timeout" | "too-much-output" | "not-started",
      code: number,
      said: string,
    ) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      const stdout = Buffer.concat(chunks);
      if (reason === "exit" && code === 0) resolve({ ok: true, stdout, stderr: errors });
      else resolve({ ok: false, reason, code, stdout, stderr: errors, line: `${shown}: ${said}` });
    };
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxOutputBytes) end("too-much-output");
      else chunks.push(chunk);
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      if (errors.length < MAX_ERROR_OUTPUT) errors += chunk;
    });
    // A command that ends without reading its input is judged by its exit code.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    child.on("error", (error: NodeJS.ErrnoException) => {
      const missing = error.code === "ENOENT";
      settle("not-started", -1, missing ? `git or the directory ${directory} does not exist` : error.message);
    });
    child.on("close", (code, signal) => {
      if (cut === "timeout") settle("timeout", -1, `ended after ${timeoutMs} ms without an answer`);
      else if (cut !== undefined) settle("too-much-output", -1, `wrote more than ${maxOutputBytes} bytes`);
      else if (signal !== null) settle("signal", -1, `killed by ${signal}`);
      else {
        const said = lastLine(errors) || `exit code ${code}`;
        const remedy = DISK_REFUSES.test(errors) ? ": make room on the disk, then run this again" : "";
        settle("exit", code ?? -1, `${said}${remedy}`);
      }
    });
  });
}

/**
 * The port to git in `directory`. `path` is the PATH that git and its helpers are found in, `home` where the user's own
 * git configuration lies; nothing else of the caller's environment reaches git, so GIT_DIR and its kin cannot mislead it.
 */
export function openGit(place: { directory: string; path: string; home: string }): Git {
  const base = {
    PATH: place.path,
    HOME: place.home,
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    // A look at the user's worktree must not rewrite its index.
    GIT_OPTIONAL_LOCKS: "0",
  };
  const make = (directory: string, env: Readonly<Record<string, string>>): Git => {
    const run = (args: readonly string[], options: GitOptions = {}) => runGit(directory, env, args, options);
    const bytes = async (args: readonly string[], options?: GitOptions) => {
      const result = await run(args, options);
      if (!result.ok) throw new GitError(result);
      return result.stdout;
    };
    return {
      directory,
      run,
      bytes,
      text: async (args, options) => (await bytes(args, options)).toString("utf8").replace(/\r?\n$/, ""),
      at: (elsewhere, more = {}) => make(elsewhere, { ...env, ...more }),
    };
  };
  return make(place.directory, base);
}
