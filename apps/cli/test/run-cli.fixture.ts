import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  /** The lines on stderr. */
  readonly errors: readonly string[];
}

/** The command line in a process of its own, with a home of its own and nothing of the caller's settings. */
export function runCli(
  home: string,
  args: readonly string[],
  env: Record<string, string> = {},
  {
    /** Closes the pipe that the output goes to before anything is written. */
    closeOutput = false,
    /** Where it runs. */
    directory = tmpdir(),
    /** The program of another checkout. */
    bin = BIN,
  } = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { DATABASE_URL: _url, LOG_LEVEL: _level, ALPHAFORGE_FAILPOINTS: _failpoints, ...rest } = process.env;
    const child = spawn(process.execPath, [bin, ...args], {
      cwd: directory,
      env: { ...rest, ALPHAFORGE_HOME: home, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    if (closeOutput) child.stdout.destroy();
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, errors: stderr.split("\n").filter((line) => line !== "") }));
  });
}

/** A directory that is gone after the test. */
export function temporaryDirectory(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "alphaforge-cli-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 }) };
}
