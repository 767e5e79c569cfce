import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@alphaforge/core/clock";
import { onTestFinished } from "vitest";
import { endMarked } from "../processes/kept-process.ts";
import type { CoderLaunch } from "./coder.ts";
import { coderNamed, findCoders } from "./find-coders.ts";
import { type CoderResult, type RunCoderOptions, runCoder } from "./run-coder.ts";

/** Directories of one attempt, and what may run in them. Ended and removed when the test is over. */
export interface TestAttempt {
  readonly id: string;
  readonly root: string;
  readonly launch: CoderLaunch;
  run(name: string, options: unknown, more?: Partial<RunCoderOptions>): Promise<CoderResult>;
  /** Runs a shell command as a coder. */
  shell(command: string, more?: Partial<RunCoderOptions>): Promise<CoderResult>;
  /** A file that is named by the test, with this content. */
  file(name: string, text: string): string;
  read(name: string): string;
}

export function testAttempt(prompt = "# Task\n\nDo it.\n"): TestAttempt {
  const root = mkdtempSync(join(tmpdir(), "alphaforge-attempt-"));
  const id = root.slice(root.lastIndexOf("/") + 1);
  const at = (name: string) => join(root, name);
  mkdirSync(at("workspace"));
  onTestFinished(async () => {
    await endMarked(id);
    rmSync(root, { recursive: true, force: true });
  });
  const launch: CoderLaunch = {
    ...{ prompt, promptFile: at("prompt.md"), workspace: at("workspace"), home: at("home"), feature: 7, attempt: 1 },
  };
  const attempt: TestAttempt = {
    ...{ id, root, launch },
    async run(name, options, more = {}) {
      return runCoder({
        ...{ coder: coderNamed(await findCoders(), name).open(options), launch, attemptId: id, tmp: at("tmp") },
        ...{ caller: process.env, limits: {}, clock: systemClock, signal: new AbortController().signal },
        ...more,
      });
    },
    shell: (command, more) => attempt.run("command", { run: ["sh", "-c", command] }, more),
    file(name, text) {
      writeFileSync(at(name), text);
      return at(name);
    },
    read: (name) => readFileSync(at(name), "utf8"),
  };
  return attempt;
}

/** Processes whose command line holds `text`: how a test sees what is left, without trusting what it tests. */
export function processesWith(text: string): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ").includes(text);
      } catch {
        return false; // it has ended since
      }
    })
    .map(Number);
}

/** Resolves once `isTrue`; fails the test after ten seconds. */
export async function eventually(isTrue: () => boolean, what: string): Promise<void> {
  const until = Date.now() + 10_000;
  while (!isTrue()) {
    if (Date.now() > until) throw new Error(`not within 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
