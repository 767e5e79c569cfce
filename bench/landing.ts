import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "@alphaforge/core/clock";
import { plugin as command } from "@alphaforge/forge/coder/presets/command/index";
import { runCoder } from "@alphaforge/forge/coder/run-coder";
import { openObjectRoom } from "@alphaforge/forge/git/object-room";
import { repositoryFacts } from "@alphaforge/forge/git/repository-facts";
import { openGit } from "@alphaforge/forge/git/run-git";
import { LandingQueue } from "@alphaforge/forge/landing/landing-queue";
import { MemoryLandingLedger } from "@alphaforge/forge/landing/memory-landing-ledger";
import { verifyCommit } from "@alphaforge/forge/verify/verify-commit";
import { openWorkspace } from "@alphaforge/forge/workspace/open-workspace";
import { DEFAULT_PORTS } from "@alphaforge/forge/workspace/port-leases";
import { retireWorkspace } from "@alphaforge/forge/workspace/retire-workspace";
import type { WorkspaceContext } from "@alphaforge/forge/workspace/workspace";

/** Of the repositories, smaller first. */
import { openWhole, type WholeMedians, type WholeTask, wholeMedians } from "./whole-task.ts";

const SIZES = [1_000, 5_000];
const TASKS = 3;
const AT_ONCE = 20;

export interface LandingBench {
  readonly sizes: readonly TaskOverhead[];
}

/** A repository of `files` files. Times are milliseconds. */
export interface TaskOverhead {
  readonly files: number;
  /**
   * One task after another, median. Each: a workspace, an empty coder under its keeper (it writes one new file), its work
   * kept, the workspace removed, combined, checked out aside, an empty verification (`true`) under its keeper, landed.
   * Without what the database adds: claims have figures of their own.
   */
  readonly forgeMs: number;
  /** The same by the git commands alone: two clones --shared with checkout, add, commit, fetch, merge-tree, commit-tree, update-ref. */
  readonly gitMs: number;
  /** The same through orchestrator, claims, pipeline, a coder's process and the log in PostgreSQL, each event on disk. */
  readonly whole: WholeMedians;
  /** Twenty workspaces made at once, in all. */
  readonly atOnceMs: number;
  /** Twenty ready tasks landed as one batch, in all, with one empty verification. */
  readonly batchMs: number;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const timed = async (work: () => Promise<unknown>) => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

/** What the forge adds to git, from an empty workspace to a landed commit. */
export async function runLandingBench(): Promise<LandingBench> {
  const sizes: TaskOverhead[] = [];
  for (const files of SIZES) sizes.push(await overheadWith(files));
  return { sizes };
}

async function overheadWith(files: number): Promise<TaskOverhead> {
  const top = realpathSync(mkdtempSync(join(tmpdir(), "forge-bench-")));
  const directory = join(top, "user");
  const identity = { name: "Bench", email: "bench@example.org" };
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: top,
    GIT_AUTHOR_NAME: identity.name,
    GIT_AUTHOR_EMAIL: identity.email,
    GIT_COMMITTER_NAME: identity.name,
    GIT_COMMITTER_EMAIL: identity.email,
  };
  const run = (cwd: string, ...args: string[]) => execFileSync("git", args, { cwd, env, encoding: "utf8" }).trim();
  try {
    for (let i = 0; i < files; i++) {
      if (i % 50 === 0) mkdirSync(join(directory, `d${i / 50}`), { recursive: true });
      writeFileSync(join(directory, `d${Math.floor(i / 50)}/f${i}.txt`), `${i}\n`.repeat(600));
    }
    run(directory, "init", "-q", "-b", "main");
    run(directory, "add", "-A");
    run(directory, "commit", "-q", "-m", "first");
    // As a clone has it: a repository of loose objects alone measures the disk.
    run(directory, "repack", "-adq");
    const base = run(directory, "rev-parse", "HEAD");
    const branch = "refs/heads/alphaforge/bench";
    run(directory, "update-ref", branch, base);
    const git = openGit({ directory, path: env.PATH, home: top });
    const facts = await repositoryFacts(git);
    const room = await openObjectRoom(git, facts, join(top, "room.git"));
    const context: WorkspaceContext = {
      git,
      facts,
      room,
      clock: systemClock,
      repositoryId: "bench-repository",
      root: join(top, "workspaces"),
      portLeases: join(top, "ports"),
      identity,
    };
    const queue = new LandingQueue({
      git,
      room,
      commonDir: facts.commonDir,
      ledger: new MemoryLandingLedger(() => 1),
      clock: systemClock,
      fence: () => ({ ok: true }),
      author: identity,
      branch,
      since: base,
      verify: (commit) =>
        verifyCommit(git, facts, commit, {
          scratch: join(top, "scratch"),
          setup: [],
          commands: ["true"],
          env: { PATH: env.PATH },
          timeoutMs: 60_000,
          keepBytes: 1000,
          clock: systemClock,
        }),
    });
    const setup = { commands: [], env: {}, timeoutMs: 60_000, keepBytes: 1000 };
    const limits = { ports: DEFAULT_PORTS, diskCapBytes: 2 ** 40, minFreeBytes: 0 };
    const open = async (id: string) => {
      const tip = run(directory, "rev-parse", branch);
      const opened = await openWorkspace(context, { id, task: id, attempt: 1, tip, setup, ...limits });
      if (opened.kind !== "ready") throw new Error(opened.kind);
      return opened.workspace;
    };
    const work = async (workspace: Awaited<ReturnType<typeof open>>) => {
      const { task, base: from } = workspace;
      const done = await runCoder({
        coder: command.open({ run: ["sh", "-c", 'echo "$0" > "$0.txt"', task] }),
        launch: {
          prompt: "",
          promptFile: join(top, "coders", task, "prompt.md"),
          workspace: workspace.directory,
          home: join(top, "coders", task),
          feature: 1,
          attempt: 1,
        },
        attemptId: `bench-${process.pid}-${files}-${task}`,
        tmp: join(top, "coders", task, "tmp"),
        caller: env,
        limits: {},
        clock: systemClock,
        signal: new AbortController().signal,
      });
      if (!done.isOk) throw new Error(done.reason);
      const kept = await retireWorkspace(context, workspace);
      if (kept.kind !== "kept") throw new Error(kept.kind);
      return {
        task,
        attempt: 1,
        token: 1,
        base: from,
        tree: kept.tree,
        claim: ["**"],
        subject: task,
        body: "",
        doneAt: 0,
      };
    };
    const byGit = async (name: string) => {
      const clone = join(top, name);
      run(top, "clone", "-q", "--shared", "--no-checkout", directory, clone);
      const tip = run(directory, "rev-parse", branch);
      run(clone, "checkout", "-q", "-b", "task", tip);
      writeFileSync(join(clone, `${name}.txt`), name);
      run(clone, "add", "-A");
      run(clone, "commit", "-q", "-m", name);
      run(directory, "fetch", "-q", clone, `task:refs/keep/${name}`);
      rmSync(clone, { recursive: true, force: true });
      const tree = run(directory, "merge-tree", "--write-tree", tip, `refs/keep/${name}`);
      const combined = run(directory, "commit-tree", tree, "-p", tip, "-m", name);
      const aside = join(top, `${name}-aside`);
      run(top, "clone", "-q", "--shared", "--no-checkout", directory, aside);
      run(aside, "checkout", "-q", "--detach", combined);
      rmSync(aside, { recursive: true, force: true });
      run(directory, "update-ref", branch, combined, tip);
    };
    const forge: number[] = [];
    const plain: number[] = [];
    for (let i = 0; i < TASKS; i++) {
      forge.push(await timed(async () => queue.submit(await work(await open(`forge${i}`)))));
      plain.push(await timed(() => byGit(`git${i}`)));
    }
    const whole = await openWhole({ ...context, branch, since: base, top, path: env.PATH });
    const wholes: WholeTask[] = [];
    // The first warms what the others find warm.
    await whole.task();
    for (let i = 0; i < TASKS; i++) {
      wholes.push(await whole.task());
      plain.push(await timed(() => byGit(`more${i}`)));
    }
    await whole.close();
    let workspaces: Awaited<ReturnType<typeof open>>[] = [];
    const atOnceMs = await timed(async () => {
      workspaces = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => open(`many${i}`)));
    });
    const candidates = await Promise.all(workspaces.map(work));
    const batchMs = await timed(() => Promise.all(candidates.map((candidate) => queue.submit(candidate))));
    return { files, forgeMs: median(forge), gitMs: median(plain), whole: wholeMedians(wholes), atOnceMs, batchMs };
  } finally {
    rmSync(top, { recursive: true, force: true, maxRetries: 3 });
  }
}

export function formatLandingBench({ sizes }: LandingBench): string {
  return sizes
    .flatMap(({ files, forgeMs, gitMs, whole: { wholeMs, wholeParts }, atOnceMs, batchMs }) => [
      `${files} files, one task with an empty coder and verification: ${forgeMs.toFixed(0)} ms; its git commands alone: ${gitMs.toFixed(0)} ms; ratio ${(forgeMs / gitMs).toFixed(2)}`,
      `${files} files, the same with orchestrator, claims and durable log: ${wholeMs.toFixed(0)} ms (${parts(wholeParts)}); ratio ${(wholeMs / gitMs).toFixed(2)}`,
      `${files} files, ${AT_ONCE} workspaces at once: ${atOnceMs.toFixed(0)} ms; ${AT_ONCE} ready tasks landed: ${batchMs.toFixed(0)} ms`,
    ])
    .join("\n");
}

const parts = (each: Readonly<Record<string, number>>): string =>
  Object.entries(each)
    .map(([part, ms]) => `${part} ${ms.toFixed(0)}`)
    .join(", ");

if (import.meta.main) process.stdout.write(`${formatLandingBench(await runLandingBench())}\n`);
