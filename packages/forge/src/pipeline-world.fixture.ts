import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "@alphaforge/core/clock";
import { MemoryEventLog } from "@alphaforge/core/log/memory-event-log";
import type { ClaimStore } from "./claims/claim-store.ts";
import { memoryClaimStore } from "./claims/memory-claim-store.ts";
import type { Coder } from "./coder/coder.ts";
import { coderNamed, findCoders } from "./coder/find-coders.ts";
import type { Script, Step } from "./coder/presets/scripted/script.ts";
import type { CoderLimits } from "./coder/run-coder.ts";
import { Orchestrator } from "./dispatch/orchestrator.ts";
import { type TaskBook, taskBook } from "./dispatch/task-book.ts";
import { fence } from "./fence/fence.ts";
import { author, type TempRepository, tempRepository } from "./git/temp-repository.fixture.ts";
import { matches } from "./globs/matches.ts";
import { forgeLandingLedger } from "./landing/forge-landing-ledger.ts";
import type { LandContext } from "./landing/land.ts";
import { LandingQueue } from "./landing/landing-queue.ts";
import { branch } from "./landing/landing-world.fixture.ts";
import { attemptWork } from "./pipeline.ts";
import { type ForgeEvent, type ForgeEventType, sessionStream, taskId, taskStream } from "./sessions/forge-events.ts";
import { type ForgeLog, forgeLog } from "./sessions/forge-log.ts";
import { featureOf } from "./sessions/forge-story.fixture.ts";
import { readSessions } from "./sessions/read-session.ts";
import { recoverSession } from "./sessions/recover-session.ts";
import type { SessionView } from "./sessions/session-view.ts";
import type { TaskView } from "./sessions/task-view.ts";
import type { Feature } from "./spec/feature.ts";
import { sessionVerifier } from "./verify/session-verifier.ts";
import { DEFAULT_PORTS } from "./workspace/port-leases.ts";
import { workspaceContext } from "./workspace/workspace-world.fixture.ts";

export interface PipelineWish {
  /** What the scripted coder does for each feature: steps, or one list of them per attempt. */
  readonly scripts?: Readonly<Record<number, readonly Step[] | readonly (readonly Step[])[]>>;
  /** More of features than that each claims `p<index>/**`. */
  readonly features?: Readonly<Record<number, Partial<Feature>>>;
  readonly verify?: readonly string[];
  readonly setup?: readonly string[];
  readonly limits?: CoderLimits;
  readonly diskCapBytes?: number;
  readonly attempts?: number;
}

export interface PipelineWorld {
  readonly repository: TempRepository;
  readonly base: string;
  readonly log: ForgeLog;
  readonly claims: ClaimStore;
  /** Adds a feature, or changes it. */
  add(index: number, more?: Partial<Feature>): Promise<void>;
  script(index: number, steps: readonly Step[] | readonly (readonly Step[])[]): void;
  /** As a process does that has just started, recovery included. Its prompts join the others. */
  run(options?: {
    signal?: AbortSignal;
    coder?: Coder;
    onEvent?: (event: ForgeEvent) => void;
  }): Promise<"done" | "stopped">;
  /** Only the recovery of a run; returns what is not the forge's among the workspaces. */
  recover(): Promise<readonly string[]>;
  view(index: number): Promise<TaskView>;
  session(): Promise<SessionView>;
  events<T extends ForgeEventType>(type: T): Promise<readonly (ForgeEvent & { type: T })[]>;
  /** Of feature `index` and attempt. */
  prompt(index: number, attempt: number): string | undefined;
  /** A file on the session's branch; undefined when it is not there. */
  onBranch(path: string): string | undefined;
  keepRefs(): readonly string[];
  /** Names in the directory of workspaces. */
  workspaces(): readonly string[];
  remove(): void;
}

export const SESSION = "s";

/** A repository with a session, its tasks and everything from dispatch to landing, of which only the model is scripted. */
export async function pipelineWorld(wish: PipelineWish = {}): Promise<PipelineWorld> {
  const repository = tempRepository();
  const { state } = repository;
  const base = repository.user("rev-parse", "HEAD");
  repository.user("update-ref", branch, base);
  const clock = systemClock;
  const scripts = join(state, "scripts");
  mkdirSync(scripts);
  const log = forgeLog(new MemoryEventLog(), clock);
  const rules = { ignoresCase: false };
  const monotonic = () => performance.now();
  const claims = memoryClaimStore({ rules, leaseMs: 600_000, clock, monotonic });
  const prompts = new Map<string, string>();
  const workspaces = await workspaceContext(repository.git, state);
  const { room, facts } = workspaces;
  const byGlobs = (changes: Parameters<typeof fence>[0], claim: readonly string[]) =>
    fence(changes, claim, (glob, path) => matches(glob, path, rules));
  const env = { PATH: process.env.PATH ?? "" };
  const scripted = coderNamed(await findCoders(), "scripted").open({ script: join(scripts, "{feature}.json") });
  const places = { scratch: join(state, "scratch"), coders: join(state, "coders") };

  const script: PipelineWorld["script"] = (index, steps) => {
    const isPerAttempt = Array.isArray(steps[0]);
    const made = (isPerAttempt ? { attempts: steps } : { steps }) as Script;
    writeFileSync(join(scripts, `${index}.json`), JSON.stringify(made));
  };
  const add: PipelineWorld["add"] = (index, more = {}) => {
    const task = taskId(SESSION, index);
    const feature = featureOf(index, { touches: [`p${index}/**`], ...more });
    const data = { task, session: SESSION, branch, feature, spec: "s.xml" };
    return log.write({ stream: taskStream(task), type: "task.added", data });
  };
  const stream = sessionStream(SESSION);
  await log.write(
    {
      ...{ stream, type: "session.opened" },
      data: { session: SESSION, target: "main", since: base, directly: false, spec: "s.xml" },
    },
    { stream, type: "branch.opened", data: { session: SESSION, branch } },
  );
  for (const [index, steps] of Object.entries(wish.scripts ?? {})) {
    script(Number(index), steps);
    await add(Number(index), wish.features?.[Number(index)]);
  }

  const open = async (onEvent: (event: ForgeEvent) => void) => {
    const reading = await readSessions(log);
    const session = reading.sessions.get(SESSION) as SessionView;
    const book: TaskBook = taskBook(reading.tasks, log, clock.now, onEvent);
    const ledger = forgeLandingLedger({ forge: { ...log, write: book.record }, claims });
    const landing: LandContext = { git: repository.git, room, commonDir: facts.commonDir, ledger, clock };
    const recovering = { book, session, claims, workspaces, landing, ...places };
    return { book, landing, session, recover: () => recoverSession(recovering) };
  };
  let runs = 0;
  const view = async (index: number) => (await readSessions(log)).tasks.get(taskId(SESSION, index)) as TaskView;

  return {
    ...{ repository, base, log, claims, add, script, view },
    async run({ signal = new AbortController().signal, coder = scripted, onEvent = () => undefined } = {}) {
      runs += 1;
      const { book, landing, session, recover } = await open(onEvent);
      await recover();
      const verifying = { scratch: places.scratch, timeoutMs: 60_000, keepBytes: 64 * 1024, env, clock, signal };
      const verify = sessionVerifier({
        ...{ git: repository.git, facts, room, book, branch, since: session.since, run: `run${runs}`, ...verifying },
        ...{ verify: wish.verify ?? [], setup: [] },
      });
      const queue = new LandingQueue({ ...landing, author, branch, since: session.since, fence: byGlobs, verify });
      const orchestrator = new Orchestrator({
        ...{ book, claims, clock, concurrency: 2, attempts: wish.attempts ?? 3, leaseMs: 600_000, run: `run${runs}` },
        ...{ signal },
        work: attemptWork({
          ...{ book, workspaces, coder, rules, clock, coders: places.coders, limits: wish.limits ?? {} },
          ...{ ports: DEFAULT_PORTS, diskCapBytes: wish.diskCapBytes ?? 1e9, minFreeBytes: 0, fence: byGlobs },
          ...{ caller: process.env, passes: [], verify: wish.verify ?? [] },
          setup: { commands: wish.setup ?? [], env, timeoutMs: 60_000, keepBytes: 10_000 },
          submit: (_, candidate) => queue.submit(candidate),
          recorder: (task, attempt) => ({
            ...{ dropped: 0, waiting: 0, line: () => undefined, close: async () => undefined },
            prompt: (text) => void prompts.set(`${task}/${attempt}`, text),
          }),
        }),
      });
      return orchestrator.run();
    },
    recover: async () => (await open(() => undefined)).recover(),
    session: async () => (await readSessions(log)).sessions.get(SESSION) as SessionView,
    async events(type) {
      const found = [];
      for await (const event of log.read()) if (event.type === type) found.push(event);
      return found as never;
    },
    prompt: (index, attempt) => prompts.get(`${taskId(SESSION, index)}/${attempt}`),
    onBranch(path) {
      const names = repository.user("ls-tree", "-r", "--name-only", branch).split("\n");
      return names.includes(path) ? repository.user("show", `${branch}:${path}`) : undefined;
    },
    keepRefs: () =>
      repository.user("for-each-ref", "--format=%(refname)", "refs/alphaforge/keep").split("\n").filter(Boolean),
    workspaces: () => (existsSync(workspaces.root) ? readdirSync(workspaces.root) : []),
    remove: () => repository.remove(),
  };
}
