import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "@alphaforge/core/clock";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { startEmbeddedPostgres } from "@alphaforge/core/store/embedded-postgres";
import { migrate } from "@alphaforge/core/store/migrations";
import { connectStore } from "@alphaforge/core/store/open-store";
import { FORGE_MIGRATIONS } from "@alphaforge/forge/claims/migrations";
import { postgresClaimStore } from "@alphaforge/forge/claims/postgres-claim-store";
import { coderNamed, findCoders } from "@alphaforge/forge/coder/find-coders";
import { Orchestrator } from "@alphaforge/forge/dispatch/orchestrator";
import { taskBook } from "@alphaforge/forge/dispatch/task-book";
import { fence } from "@alphaforge/forge/fence/fence";
import { openObjectRoom } from "@alphaforge/forge/git/object-room";
import { repositoryFacts } from "@alphaforge/forge/git/repository-facts";
import { openGit } from "@alphaforge/forge/git/run-git";
import { matches } from "@alphaforge/forge/globs/matches";
import { forgeLandingLedger } from "@alphaforge/forge/landing/forge-landing-ledger";
import { LandingQueue } from "@alphaforge/forge/landing/landing-queue";
import { MemoryLandingLedger } from "@alphaforge/forge/landing/memory-landing-ledger";
import { attemptWork } from "@alphaforge/forge/pipeline";
import { type ForgeEvent, taskId, taskStream } from "@alphaforge/forge/sessions/forge-events";
import { forgeLog } from "@alphaforge/forge/sessions/forge-log";
import { sessionVerifier } from "@alphaforge/forge/verify/session-verifier";
import { openWorkspace } from "@alphaforge/forge/workspace/open-workspace";
import { DEFAULT_PORTS } from "@alphaforge/forge/workspace/port-leases";
import { retireWorkspace } from "@alphaforge/forge/workspace/retire-workspace";
import type { WorkspaceContext } from "@alphaforge/forge/workspace/workspace";

const FILES = 1_000;
const TASKS = 5;
const AT_ONCE = 20;

export interface LandingBench {
  /** One task after another, each: workspace, one new file, keep, verify nothing, land, remove. Median, milliseconds. */
  readonly forgeMs: number;
  /** The same by the git commands alone: clone --shared, checkout, add, commit, fetch, merge-tree, commit-tree, update-ref. */
  readonly gitMs: number;
  /** The same through orchestrator, claims, pipeline, a coder's process and the log in PostgreSQL, each event on disk. */
  readonly wholeMs: number;
  /** Of that, from having a slot to the coder's end, its keeping, and its landing. Medians, milliseconds. */
  readonly wholeParts: Readonly<Record<"workspace" | "coder" | "keep" | "land", number>>;
  /** Twenty workspaces made at once, milliseconds in all. */
  readonly atOnceMs: number;
  /** Twenty ready tasks landed as one batch, milliseconds in all, without the verification. */
  readonly batchMs: number;
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const timed = async (work: () => Promise<unknown>) => {
  const began = performance.now();
  await work();
  return performance.now() - began;
};

/** What the forge adds to git, on a repository of 1,000 files. */
export async function runLandingBench(): Promise<LandingBench> {
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
    for (let i = 0; i < FILES; i++) {
      if (i % 50 === 0) mkdirSync(join(directory, `d${i / 50}`), { recursive: true });
      writeFileSync(join(directory, `d${Math.floor(i / 50)}/f${i}.txt`), `${i}\n`.repeat(600));
    }
    run(directory, "init", "-q", "-b", "main");
    run(directory, "add", "-A");
    run(directory, "commit", "-q", "-m", "first");
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
      verify: async (commit) => ({ commit, green: true, flaky: false, runs: [] }),
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
      writeFileSync(join(workspace.directory, `${task}.txt`), task);
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
      const tree = run(directory, "merge-tree", "--write-tree", tip, `refs/keep/${name}`);
      run(directory, "update-ref", branch, run(directory, "commit-tree", tree, "-p", tip, "-m", name), tip);
      rmSync(clone, { recursive: true, force: true });
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
    return { forgeMs: median(forge), gitMs: median(plain), ...medians(wholes), atOnceMs, batchMs };
  } finally {
    rmSync(top, { recursive: true, force: true, maxRetries: 3 });
  }
}

interface WholeContext extends WorkspaceContext {
  readonly branch: string;
  readonly since: string;
  readonly top: string;
  readonly path: string;
}

interface WholeTask {
  readonly ms: number;
  /** When each event came, by type. */
  readonly at: ReadonlyMap<string, number>;
}

function medians(tasks: readonly WholeTask[]): Pick<LandingBench, "wholeMs" | "wholeParts"> {
  const between = (from: string, to: string) =>
    median(tasks.map(({ at }) => (at.get(to) ?? Number.NaN) - (at.get(from) ?? Number.NaN)));
  const wholeParts = {
    workspace: between("attempt.started", "workspace.opened"),
    coder: between("workspace.opened", "attempt.coded"),
    keep: between("attempt.coded", "attempt.kept"),
    land: between("attempt.kept", "task.landed"),
  };
  return { wholeMs: median(tasks.map(({ ms }) => ms)), wholeParts };
}

/** A session whose tasks run one after another, through everything that a session has. */
async function openWhole(context: WholeContext): Promise<{ task(): Promise<WholeTask>; close(): Promise<void> }> {
  const { git, facts, room, branch, since, top, path, identity } = context;
  const stateDir = join(top, "state");
  const server = await startEmbeddedPostgres({ stateDir });
  const store = connectStore(server.url(), { applicationName: "bench", poolSize: 4 });
  await migrate(store, [EVENT_LOG_MIGRATIONS, FORGE_MIGRATIONS]);
  const clock = systemClock;
  const rules = { ignoresCase: false };
  const log = forgeLog(new PostgresEventLog({ pool: store.pool, connect: () => store.connect(), clock }), clock);
  const claims = postgresClaimStore(store, { rules, leaseMs: 600_000, clock, monotonic: () => performance.now() });
  let times = new Map<string, number>();
  const onEvent = ({ type }: ForgeEvent) => void times.set(type, performance.now());
  const book = taskBook(new Map(), log, clock.now, onEvent);
  const ledger = forgeLandingLedger({ forge: { ...log, write: book.record }, claims });
  const byGlobs = (changes: Parameters<typeof fence>[0], claim: readonly string[]) =>
    fence(changes, claim, (glob, file) => matches(glob, file, rules));
  const signal = new AbortController().signal;
  const verify = sessionVerifier({
    ...{ git, facts, room, book, branch, since, run: "bench", clock, env: {}, verify: [], setup: [] },
    ...{ scratch: join(top, "scratch"), timeoutMs: 60_000, keepBytes: 1_000, signal },
  });
  const landing = { git, room, commonDir: facts.commonDir, ledger, clock };
  const queue = new LandingQueue({ ...landing, author: identity, branch, since, fence: byGlobs, verify });
  const run = ["sh", "-c", "mkdir whole$0; echo done > whole$0/file.txt", "{feature}"];
  const coder = coderNamed(await findCoders(), "command").open({ run });
  const work = attemptWork({
    ...{ book, workspaces: context, coder, rules, clock, coders: join(top, "coders"), limits: {}, fence: byGlobs },
    ...{ ports: DEFAULT_PORTS, diskCapBytes: 2 ** 40, minFreeBytes: 0, caller: { PATH: path }, passes: [], verify: [] },
    setup: { commands: [], env: {}, timeoutMs: 60_000, keepBytes: 1_000 },
    submit: (_, candidate) => queue.submit(candidate),
  });
  let count = 0;
  return {
    async task() {
      count += 1;
      const index = count;
      const task = taskId("bench", index);
      const feature = {
        ...{ index, shape: "plugin" as const, dependsOn: [], touches: [`whole${index}/**`], priority: 0 },
        ...{ description: `Feature ${index}`, acceptance: [], verify: [] },
      };
      await book.record({
        ...{ stream: taskStream(task), type: "task.added" },
        data: { task, session: "bench", branch, feature, spec: "bench.xml" },
      });
      times = new Map();
      const began = performance.now();
      const run = `run${index}`;
      const options = { book, claims, work, clock, concurrency: 1, attempts: 1, leaseMs: 600_000, run, signal };
      await new Orchestrator(options).run();
      return { ms: performance.now() - began, at: times };
    },
    async close() {
      await claims.close();
      await store.close();
      server.release();
      // The database ends a second after its last user.
      await sleep(3_000);
    },
  };
}

export function formatLandingBench(bench: LandingBench): string {
  const { forgeMs, gitMs, wholeMs, wholeParts, atOnceMs, batchMs } = bench;
  const parts = Object.entries(wholeParts).map(([part, ms]) => `${part} ${ms.toFixed(0)}`);
  return [
    `one task, empty coder and verification: ${forgeMs.toFixed(0)} ms; its git commands alone: ${gitMs.toFixed(0)} ms; ratio ${(forgeMs / gitMs).toFixed(2)}`,
    `the same with orchestrator, claims, coder's process and durable log: ${wholeMs.toFixed(0)} ms (${parts.join(", ")}); ratio ${(wholeMs / gitMs).toFixed(2)}`,
    `${AT_ONCE} workspaces at once: ${atOnceMs.toFixed(0)} ms`,
    `${AT_ONCE} ready tasks landed: ${batchMs.toFixed(0)} ms without the verification`,
  ].join("\n");
}

if (import.meta.main) process.stdout.write(`${formatLandingBench(await runLandingBench())}\n`);
