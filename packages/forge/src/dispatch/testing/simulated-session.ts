import { type FixedClock, fixedClock } from "@alphaforge/core/testing/fixed-clock";
import type { ClaimStore } from "../../claims/claim-store.ts";
import { memoryClaimStore } from "../../claims/memory-claim-store.ts";
import { type ForgeEvents, taskId, taskStream } from "../../sessions/forge-events.ts";
import type { ForgeEntry } from "../../sessions/forge-log.ts";
import type { TaskView } from "../../sessions/task-view.ts";
import type { Feature } from "../../spec/feature.ts";
import type { AttemptWork } from "../attempt.ts";
import { Orchestrator } from "../orchestrator.ts";
import { type TaskBook, taskBook } from "../task-book.ts";

export interface SimulationOptions {
  readonly features: readonly Omit<Feature, "at">[];
  readonly concurrency: number;
  readonly work: (session: SimulatedSession) => AttemptWork;
  readonly attempts?: number;
  readonly leaseMs?: number;
  /** Told before each writing; may throw, as a store that cannot write. */
  readonly onWrite?: (entries: readonly ForgeEntry[]) => void;
  /** The claims as the orchestrator sees them. */
  readonly claims?: (real: ClaimStore) => ClaimStore;
}

/** An orchestrator with its claims on a clock that is moved by hand: no time passes but what is simulated. */
export interface SimulatedSession {
  readonly clock: FixedClock;
  readonly claims: ClaimStore;
  readonly book: TaskBook;
  readonly orchestrator: Orchestrator;
  /** Everything that was written, with its time. */
  readonly written: readonly (ForgeEntry & { readonly at: number })[];
  readonly stop: AbortController;
  /** Who had or awaited a claim in the moment in which the run ended: later, leases run out and hide what was left. */
  readonly holdersAtEnd: readonly string[];
  view(index: number): TaskView;
  /** As another process would: the event is in the log, and whoever follows it hears of it. */
  add(feature: Omit<Feature, "at">): void;
  retry(index: number): void;
  /** Runs to the end, however long that takes; "hung" when nothing moves any more and the run goes on. */
  run(): Promise<"done" | "stopped" | "hung">;
}

export const SIMULATED = "sim";
const LONG = 1e13;

export function simulatedSession(options: SimulationOptions): SimulatedSession {
  const { features, concurrency, attempts = 3, leaseMs = 1e12, onWrite } = options;
  const clock = fixedClock();
  const claims = memoryClaimStore({ rules: { ignoresCase: false }, leaseMs, clock, monotonic: clock.now });
  const written: (ForgeEntry & { at: number })[] = [];
  const write = async (...entries: readonly ForgeEntry[]) => {
    onWrite?.(entries);
    // A log takes its time: whoever counts on an answer in the same turn is found out.
    await Promise.resolve();
    written.push(...entries.map((entry) => ({ ...entry, at: clock.now() })));
  };
  const book = taskBook(new Map(), { write }, clock.now, () => undefined);
  const take = <T extends "task.added" | "task.retried">(type: T, data: ForgeEvents[T]) =>
    book.take({ seq: 0, at: clock.now(), type, data } as Parameters<TaskBook["take"]>[0]);
  const addOnly = (feature: Omit<Feature, "at">) =>
    take("task.added", {
      ...{ task: taskId(SIMULATED, feature.index), session: SIMULATED, branch: "refs/heads/alphaforge/sim" },
      ...{ feature, spec: "sim.xml" },
    });
  for (const feature of features) addOnly(feature);
  const stop = new AbortController();
  let work: AttemptWork;
  let holdersAtEnd: readonly string[] = ["the run goes on"];
  const orchestrator = new Orchestrator({
    ...{ book, claims: options.claims?.(claims) ?? claims, clock, concurrency, attempts, leaseMs, run: "r" },
    work: (order) => work(order),
    signal: stop.signal,
  });
  const session: SimulatedSession = {
    ...{ clock, claims, book, orchestrator, written, stop },
    get holdersAtEnd() {
      return holdersAtEnd;
    },
    view: (index) => book.tasks.get(taskId(SIMULATED, index)) as TaskView,
    add(feature) {
      addOnly(feature);
      orchestrator.look();
    },
    retry(index) {
      take("task.retried", { task: taskId(SIMULATED, index) });
      orchestrator.look();
    },
    async run() {
      const ended = orchestrator.run().finally(async () => {
        holdersAtEnd = (await claims.list()).map(({ holder }) => holder);
      });
      ended.catch(() => undefined); // awaited below
      await clock.advance(LONG);
      return Promise.race([ended, Promise.resolve("hung" as const)]);
    },
  };
  work = options.work(session);
  return session;
}

/** What a writing was about, for finding it. */
export const writtenAbout = ({ written }: SimulatedSession, index: number) =>
  written.filter(({ stream }) => stream === taskStream(taskId(SIMULATED, index)));
