import type { Clock } from "@alphaforge/core/clock";
import { OperationalError, oneLine } from "@alphaforge/core/errors";
import type { ClaimStore } from "../claims/claim-store.ts";
import { EXPECTED_MS, type HeldClaim } from "../claims/rules/claim.ts";
import { taskStream } from "../sessions/forge-events.ts";
import { blockedBy, type TaskView } from "../sessions/task-view.ts";
import type { AttemptWork, Verdict } from "./attempt.ts";
import type { DispatchTask } from "./rules/dispatch-task.ts";
import { nextTurns } from "./rules/next-turns.ts";
import type { TaskBook } from "./task-book.ts";

export interface OrchestratorOptions {
  readonly book: TaskBook;
  readonly claims: ClaimStore;
  readonly work: AttemptWork;
  readonly clock: Clock;
  /** Coders at a time. */
  readonly concurrency: number;
  /** Tries before a task is given up. */
  readonly attempts: number;
  readonly leaseMs: number;
  /** Makes this run's claims other than an earlier run's: letters and digits. */
  readonly run: string;
  /** Stops: what is under way ends, is kept, and is gone on with by the next run. */
  readonly signal: AbortSignal;
}

/** Why an attempt was ended from outside. */
class Interrupted extends Error {
  readonly code: "stopped" | "claim-lost" | "run-failed";
  constructor(code: Interrupted["code"], message: string) {
    super(message);
    this.code = code;
  }
}

interface UnderWay {
  state: "asking" | "busy";
  /** Its coder has ended, or it has none: it takes no slot. */
  isSlotFree: boolean;
  readonly abort: AbortController;
  readonly askedAt: number;
  readonly claim: string;
  readonly attempt: number;
  held?: HeldClaim;
}

/** How often a lost connection is waited out while a claim is awaited, and how long each time. */
const WAITS = 5;
const WAIT_AGAIN_MS = 1_000;

/**
 * Starts every task as soon as all that it depends on has landed, its claim is granted and a slot is free; nothing waits
 * for a wave to end. Everything is decided when something happened: a task landed, was refused or added, a claim was
 * granted, a slot came free.
 */
export class Orchestrator {
  readonly #options: OrchestratorOptions;
  readonly #underWay = new Map<string, UnderWay>();
  readonly #readySince = new Map<string, number>();
  /** Granted, in that order, and without a slot. */
  #granted: string[] = [];
  readonly #stop = new AbortController();
  readonly #settled = Promise.withResolvers<void>();
  #failure: unknown;
  #isPumping = false;
  #mustPump = false;
  #asked = 0;
  /** Durations of attempts that landed, for estimates. */
  #landedMs = 0;
  #landedCount = 0;

  constructor(options: OrchestratorOptions) {
    this.#options = options;
  }

  /** Resolves when every task has its end, or when it was stopped; rejects when it cannot go on. */
  async run(): Promise<"done" | "stopped"> {
    const { signal } = this.#options;
    const onStop = () => this.#stopAll(new Interrupted("stopped", "the run was stopped"));
    signal.addEventListener("abort", onStop, { once: true });
    try {
      if (signal.aborted) return "stopped";
      this.look();
      await this.#settled.promise;
    } finally {
      signal.removeEventListener("abort", onStop);
    }
    if (this.#failure !== undefined) throw this.#failure;
    return signal.aborted ? "stopped" : "done";
  }

  /** Tasks were added, or are to be tried again. */
  look(): void {
    if (this.#isPumping) {
      this.#mustPump = true;
      return;
    }
    this.#isPumping = true;
    void this.#pump()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#isPumping = false;
        if (this.#mustPump && !this.#stop.signal.aborted) {
          this.#mustPump = false;
          this.look();
        } else this.#settleIfIdle();
      });
  }

  async #pump(): Promise<void> {
    for (;;) {
      if (this.#stop.signal.aborted) return;
      if (this.#freeSlots() > 0) {
        const granted = this.#granted.shift();
        if (granted !== undefined) {
          this.#start(granted);
          continue;
        }
        const [next] = nextTurns(this.#dispatchTasks(), { usualMs: this.#usualMs() });
        if (next !== undefined) {
          await this.#ask(next);
          continue;
        }
      }
      return;
    }
  }

  #freeSlots(): number {
    const taken = [...this.#underWay.values()].filter(({ state, isSlotFree }) => state === "busy" && !isSlotFree);
    return this.#options.concurrency - taken.length;
  }

  /** How long a task takes, as far as is known. */
  #usualMs(): number {
    return this.#landedCount === 0 ? EXPECTED_MS : this.#landedMs / this.#landedCount;
  }

  #dispatchTasks(): DispatchTask[] {
    const { tasks } = this.#options.book;
    const now = this.#options.clock.now();
    const idOf = new Map(
      [...tasks.values()].map(({ session, feature, task }) => [`${session}/${feature.index}`, task]),
    );
    return [...tasks.values()].map(({ task, session, state, feature }) => {
      const { shape, dependsOn, priority, touches, index } = feature;
      const needed = dependsOn.map((dependency) => idOf.get(`${session}/${dependency}`) ?? "");
      const isOpen = state !== "landed" && state !== "failed" && !this.#underWay.has(task);
      const isReady = isOpen && needed.every((other) => tasks.get(other)?.state === "landed");
      if (!isReady) this.#readySince.delete(task);
      else if (!this.#readySince.has(task)) this.#readySince.set(task, now);
      return {
        ...{ id: task, isCore: shape === "core", dependsOn: needed, priority, globs: touches, index },
        state: this.#underWay.get(task)?.state ?? (isOpen ? "pending" : state === "landed" ? "landed" : "failed"),
        readySince: this.#readySince.get(task),
      };
    });
  }

  /** Asks for a task's claim. It is under way from now on, and keeps its place in the claims' queue when it must wait. */
  async #ask(task: string): Promise<void> {
    const { book, claims, clock, run } = this.#options;
    const view = book.tasks.get(task) as TaskView;
    const attempt = landsOnly(view) ? lastAttempt(view) : lastAttempt(view) + 1;
    this.#asked += 1;
    const claim = `${task}/${attempt}.${run}-${this.#asked}`;
    const underWay: UnderWay = {
      ...{ state: "asking", isSlotFree: true, abort: new AbortController(), askedAt: clock.now(), claim, attempt },
    };
    this.#underWay.set(task, underWay);
    const { touches, priority } = view.feature;
    try {
      await book.record({
        stream: taskStream(task),
        type: "claim.asked",
        data: { task, claim, globs: touches },
      });
      const answer = await claims.claim({
        ...{ id: claim, holder: task, mode: "exclusive", globs: touches, priority },
        expectedMs: Math.round(this.#usualMs()),
      });
      if (answer.granted) {
        this.#hold(underWay, answer.claim);
        this.#start(task);
        return;
      }
      const { position, estimatedWaitMs, blockers } = answer.wait;
      await book.record({
        stream: taskStream(task),
        type: "claim.waited",
        data: {
          ...{ task, claim, position, estimatedWaitMs },
          blockers: blockers.map(({ holder, state, path }) => ({ holder, state, path })),
        },
      });
    } catch (error) {
      // What is not under way any more must not be waited for, or the run that fails would never end.
      this.#underWay.delete(task);
      throw error;
    }
    void this.#await(task, underWay).catch((error: unknown) => this.#fail(error));
  }

  async #await(task: string, underWay: UnderWay): Promise<void> {
    try {
      const held = await this.#granting(underWay);
      if (held !== undefined) this.#hold(underWay, held);
      if (held !== undefined && !underWay.abort.signal.aborted) {
        this.#granted.push(task);
        this.look();
        return;
      }
      await this.#letGo(underWay);
    } catch (error) {
      underWay.abort.abort();
      this.#underWay.delete(task);
      throw error;
    }
    this.#underWay.delete(task);
    this.#settleIfIdle();
  }

  /** Waits for a claim; undefined when that was given up. A connection that was lost does not end the waiting. */
  async #granting({ claim, abort: { signal } }: UnderWay): Promise<HeldClaim | undefined> {
    const { claims, clock } = this.#options;
    for (let left = WAITS; ; left--) {
      try {
        return await claims.wait(claim, signal);
      } catch (error) {
        if (signal.aborted) return undefined;
        if (left === 0) throw error;
        await clock.sleep(WAIT_AGAIN_MS, signal).catch(() => undefined);
      }
    }
  }

  #hold(underWay: UnderWay, held: HeldClaim): void {
    underWay.held = held;
    void this.#beat(held.token, underWay).catch((error: unknown) => this.#fail(error));
  }

  #start(task: string): void {
    const underWay = this.#underWay.get(task) as UnderWay;
    underWay.state = "busy";
    underWay.isSlotFree = false;
    void this.#attempt(task, underWay, underWay.held as HeldClaim).catch((error: unknown) => this.#fail(error));
  }

  async #attempt(task: string, underWay: UnderWay, held: HeldClaim): Promise<void> {
    const { book, work, clock, claims } = this.#options;
    const { attempt, claim, askedAt, abort } = underWay;
    const view = book.tasks.get(task) as TaskView;
    const isLandsOnly = landsOnly(view);
    const startedAt = clock.now();
    let failure: unknown;
    try {
      await book.record({
        stream: taskStream(task),
        type: "attempt.started",
        data: { task, attempt, token: held.token, claim, waitedMs: startedAt - askedAt, landsOnly: isLandsOnly },
      });
      const verdict = await work({
        ...{ view: book.tasks.get(task) as TaskView, attempt, token: held.token, landsOnly: isLandsOnly },
        signal: abort.signal,
        freeSlot: () => {
          underWay.isSlotFree = true;
          this.look();
        },
      }).catch((error: unknown): Verdict => {
        const { aborted, reason } = abort.signal;
        const after = book.tasks.get(task) as TaskView;
        if (aborted && reason instanceof Interrupted) return interrupted(after, reason);
        failure = error;
        // The task is not to blame: it is as if the run had been stopped.
        return interrupted(after, new Interrupted("run-failed", oneLine(error)));
      });
      if (verdict.kind === "landed") {
        this.#landedMs += clock.now() - startedAt;
        this.#landedCount += 1;
        await this.#noteLanding(task, attempt, held.token, verdict.commit);
      } else await this.#noteRefusal(task, attempt, verdict);
    } finally {
      underWay.abort.abort();
      // A claim that was lost is not there to be released: that was told.
      await claims.release(held.token).catch((error: unknown) => {
        failure ??= error;
      });
      this.#underWay.delete(task);
    }
    if (failure !== undefined) this.#fail(failure);
    this.look();
  }

  /** The landing itself has been recorded by whoever moved the branch; one that an earlier process moved may not be. */
  async #noteLanding(task: string, attempt: number, token: number, commit: string): Promise<void> {
    const { book } = this.#options;
    const view = book.tasks.get(task) as TaskView;
    if (view.state === "landed") return;
    const data = { task, branch: view.branch, attempt, token, commit };
    await book.record({ stream: taskStream(task), type: "task.landed", data });
  }

  async #noteRefusal(task: string, attempt: number, { refusal, counts }: Verdict & { kind: "refused" }): Promise<void> {
    const { book, attempts } = this.#options;
    const tries = (book.tasks.get(task) as TaskView).tries + (counts ? 1 : 0);
    const next = tries >= attempts ? "failed" : "again";
    const data = { task, attempt, refusal, next, counts } as const;
    await book.record({ stream: taskStream(task), type: "attempt.refused", data });
  }

  /** Keeps a claim's lease for as long as its task is under way. */
  async #beat(token: number, { abort }: UnderWay): Promise<void> {
    const { claims, clock, leaseMs } = this.#options;
    for (;;) {
      const isOver = await clock.sleep(leaseMs / 3, abort.signal).then(
        () => false,
        () => true,
      );
      if (isOver) return;
      const beaten = await claims.heartbeat(token);
      if (!beaten.ok && !abort.signal.aborted) {
        abort.abort(new Interrupted("claim-lost", beaten.reason));
        return;
      }
    }
  }

  async #letGo({ claim, held }: UnderWay): Promise<void> {
    const { claims } = this.#options;
    if (held !== undefined) await claims.release(held.token);
    else await claims.withdraw(claim);
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#stopAll(new Interrupted("run-failed", oneLine(error)));
    this.#settleIfIdle();
  }

  #stopAll(why: Interrupted): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort(why);
    const granted = this.#granted;
    this.#granted = [];
    for (const { abort } of this.#underWay.values()) abort.abort(why);
    const lettingGo = granted.map(async (task) => {
      await this.#letGo(this.#underWay.get(task) as UnderWay).catch((error: unknown) => {
        this.#failure ??= error;
      });
      this.#underWay.delete(task);
    });
    void Promise.all(lettingGo).then(() => this.#settleIfIdle());
    this.#settleIfIdle();
  }

  #settleIfIdle(): void {
    if (this.#isPumping || this.#underWay.size > 0) return;
    if (!this.#stop.signal.aborted) this.#failure ??= this.#stuck();
    this.#settled.resolve();
  }

  /** What is not under way has its end or waits for a failed task. Anything else would be waited for in vain. */
  #stuck(): Error | undefined {
    const tasks = [...this.#options.book.tasks.values()];
    const blocked = blockedBy(tasks);
    const open = tasks.filter(({ task, state }) => state !== "landed" && state !== "failed" && !blocked.has(task));
    if (open.length === 0) return undefined;
    return new OperationalError(`tasks wait for what cannot happen: ${open.map(({ task }) => task).join(", ")}`);
  }
}

function interrupted(view: TaskView, { code, message }: Interrupted): Verdict {
  const stage = view.attempts.at(-1)?.stage;
  return {
    kind: "refused",
    counts: false,
    refusal: {
      stage: code === "claim-lost" ? "claim" : stage === "landing" || stage === "workspace" ? stage : "coder",
      code: code === "claim-lost" ? "claim-lost" : "interrupted",
      reason: message,
    },
  };
}

const lastAttempt = (view: TaskView): number => view.attempts.reduce((most, { attempt }) => Math.max(most, attempt), 0);

/** The last attempt's coder was done and its work was kept, but nobody decided about it. */
export function landsOnly({ attempts }: TaskView): boolean {
  const last = attempts.at(-1);
  if (last?.coderOk !== true || last.keptCommit === undefined || last.commit !== undefined) return false;
  return last.refusal === undefined || UNDECIDED.has(last.refusal.code);
}

const UNDECIDED = new Set(["interrupted", "claim-lost", "stale-token"]);
