import type { Clock } from "@alphaforge/core/clock";
import { OperationalError, oneLine } from "@alphaforge/core/errors";
import type { ClaimStore } from "../claims/claim-store.ts";
import { EXPECTED_MS, type HeldClaim } from "../claims/rules/claim.ts";
import { taskId, taskStream } from "../sessions/forge-events.ts";
import { blockedBy, type TaskView } from "../sessions/task-view.ts";
import type { AttemptWork, Verdict } from "./attempt.ts";
import { landsOnly, lastAttemptOf } from "./lands-only.ts";
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
  readonly code: "stopped" | "claim-lost" | "changed" | "run-failed";
  constructor(code: Interrupted["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** A task from asking for its claim to having given it back. */
interface UnderWay {
  readonly task: string;
  readonly attempt: number;
  readonly claim: string;
  readonly askedAt: number;
  /** As it was when its claim was asked for. */
  readonly feature: TaskView["feature"];
  readonly abort: AbortController;
  /** Resolves once it is known whether its claim was granted at once. */
  readonly answered: PromiseWithResolvers<void>;
  readonly slot: PromiseWithResolvers<void>;
  state: "asking" | "granted" | "busy";
  /** Its coder has ended: the slot is another's. */
  isSlotFree: boolean;
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
  /** Their claims are granted, in this order, and they wait for a slot. */
  readonly #granted = new Set<UnderWay>();
  readonly #stop = new AbortController();
  readonly #settled = Promise.withResolvers<void>();
  #failure: { readonly error: unknown } | undefined;
  #isPumping = false;
  /** Something happened since the pump looked last. */
  #mustPump = false;
  #asked = 0;
  /** Durations of attempts that landed, for estimates. */
  #landedMs = 0;
  #landedCount = 0;

  constructor(options: OrchestratorOptions) {
    this.#options = options;
  }

  /**
   * Resolves when every task has its end, or when it was stopped; rejects when it cannot go on. Either way nothing is
   * under way any more, and every claim was given back as far as the store could be reached. Call it once.
   */
  async run(): Promise<"done" | "stopped"> {
    const { signal } = this.#options;
    const onStop = () => this.#stopAll(new Interrupted("stopped", "the run was stopped"));
    signal.addEventListener("abort", onStop, { once: true });
    try {
      if (signal.aborted) onStop();
      this.look();
      await this.#settled.promise;
    } finally {
      signal.removeEventListener("abort", onStop);
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return signal.aborted ? "stopped" : "done";
  }

  /** Something happened: tasks were added or changed, or are to be tried again. After the end of `run` it does nothing. */
  look(): void {
    this.#endChanged();
    this.#mustPump = true;
    if (this.#isPumping) return;
    this.#isPumping = true;
    void this.#pumpAll();
  }

  async #pumpAll(): Promise<void> {
    try {
      while (this.#mustPump && !this.#isStopped) {
        this.#mustPump = false;
        await this.#pump();
      }
      if (this.#underWay.size === 0 && !this.#isStopped) this.#requireEnds();
    } catch (error) {
      this.#fail(error);
    }
    this.#isPumping = false;
    if (this.#underWay.size > 0) return;
    // What is added from now on is the next run's.
    this.#stop.abort();
    this.#settled.resolve();
  }

  get #isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** Gives free slots to whoever has its claim, then lets as many as there are slots left ask for theirs. */
  async #pump(): Promise<void> {
    this.#giveSlots();
    if (this.#freeSlots() <= 0) return;
    const turns = [...nextTurns(this.#dispatchTasks(), { usualMs: this.#usualMs() })];
    while (turns.length > 0) {
      await this.#ask(turns.splice(0, this.#freeSlots()));
      this.#giveSlots();
      if (this.#isStopped || this.#mustPump || this.#freeSlots() <= 0) return;
    }
  }

  #freeSlots(): number {
    let free = this.#options.concurrency;
    for (const { state, isSlotFree } of this.#underWay.values()) if (state === "busy" && !isSlotFree) free -= 1;
    return free;
  }

  #giveSlots(): void {
    let free = this.#freeSlots();
    for (const underWay of this.#granted) {
      if (free <= 0) return;
      free -= 1;
      this.#granted.delete(underWay);
      underWay.state = "busy";
      underWay.slot.resolve();
    }
  }

  /** A spec that says something else of a task: what is being done for it is not wanted any more. */
  #endChanged(): void {
    for (const { task, feature, abort } of this.#underWay.values()) {
      if (this.#viewOf(task).feature === feature || abort.signal.aborted) continue;
      abort.abort(new Interrupted("changed", "its feature was changed in the spec"));
    }
  }

  /** How long a task takes, as far as is known. */
  #usualMs(): number {
    return this.#landedCount === 0 ? EXPECTED_MS : this.#landedMs / this.#landedCount;
  }

  #viewOf(task: string): TaskView {
    const view = this.#options.book.tasks.get(task);
    if (view === undefined) throw new Error(`task ${task} is under way and not in the book`);
    return view;
  }

  #dispatchTasks(): DispatchTask[] {
    const { tasks } = this.#options.book;
    const now = this.#options.clock.now();
    return [...tasks.values()].map(({ task, session, state, feature }) => {
      const { shape, dependsOn, priority, touches, index } = feature;
      const needed = dependsOn.map((dependency) => taskId(session, dependency));
      const isUnderWay = this.#underWay.has(task);
      const hasEnded = !isUnderWay && (state === "landed" || state === "failed");
      const isReady = !isUnderWay && !hasEnded && needed.every((other) => tasks.get(other)?.state === "landed");
      if (!isReady) this.#readySince.delete(task);
      else if (!this.#readySince.has(task)) this.#readySince.set(task, now);
      return {
        ...{ id: task, isCore: shape === "core", dependsOn: needed, priority, globs: touches, index },
        state: isUnderWay ? "busy" : hasEnded ? "ended" : "pending",
        readySince: this.#readySince.get(task),
      };
    });
  }

  /** Asks for the claims of these, in this order; who must wait keeps its place in the claims' queue. */
  async #ask(tasks: readonly string[]): Promise<void> {
    const { book, clock, run } = this.#options;
    const begun = tasks.map((task): UnderWay => {
      const view = this.#viewOf(task);
      const attempt = lastAttemptOf(view) + (landsOnly(view) ? 0 : 1);
      this.#asked += 1;
      return {
        ...{ task, attempt, claim: `${task}/${attempt}.${run}-${this.#asked}`, askedAt: clock.now() },
        ...{ feature: view.feature, state: "asking", isSlotFree: false, abort: new AbortController() },
        ...{ answered: Promise.withResolvers(), slot: Promise.withResolvers() },
      };
    });
    await book.record(
      ...begun.map(({ task, claim, feature }) => ({
        ...({ stream: taskStream(task), type: "claim.asked" } as const),
        data: { task, claim, globs: feature.touches },
      })),
    );
    if (this.#isStopped) return;
    for (const underWay of begun) {
      this.#underWay.set(underWay.task, underWay);
      void this.#carry(underWay);
    }
    await Promise.all(begun.map(({ answered }) => answered.promise));
  }

  /** A task from its claim to the claim's release. Never rejects: what it cannot deal with ends the run. */
  async #carry(underWay: UnderWay): Promise<void> {
    try {
      underWay.held = await this.#granting(underWay);
      if (underWay.held !== undefined) {
        const beating = this.#beat(underWay.held.token, underWay).catch((error: unknown) => this.#fail(error));
        if (await this.#hasSlot(underWay)) await this.#attempt(underWay, underWay.held);
        underWay.abort.abort();
        await beating;
      }
    } catch (error) {
      this.#fail(error);
    }
    underWay.abort.abort();
    await this.#letGo(underWay).catch((error: unknown) => this.#fail(error));
    this.#underWay.delete(underWay.task);
    underWay.answered.resolve();
    this.look();
  }

  /** Asks for a claim and waits for it; undefined when that was given up. A lost connection does not end the waiting. */
  async #granting(underWay: UnderWay): Promise<HeldClaim | undefined> {
    const { book, claims, clock } = this.#options;
    const { task, claim, feature, abort, answered } = underWay;
    const { signal } = abort;
    const answer = await claims.claim({
      ...{ id: claim, holder: task, mode: "exclusive", globs: feature.touches, priority: feature.priority },
      expectedMs: Math.round(this.#usualMs()),
    });
    if (answer.granted) return answer.claim;
    const { position, estimatedWaitMs, blockers } = answer.wait;
    await book.record({
      stream: taskStream(task),
      type: "claim.waited",
      data: {
        ...{ task, claim, position, estimatedWaitMs },
        blockers: blockers.map(({ holder, state, path }) => ({ holder, state, path })),
      },
    });
    answered.resolve();
    for (let left = WAITS; !signal.aborted; left--) {
      try {
        return await claims.wait(claim, signal);
      } catch (error) {
        if (signal.aborted) return undefined;
        if (left === 0) throw error;
      }
      await clock.sleep(WAIT_AGAIN_MS, signal).catch(() => undefined);
      // It ended while nobody heard of its grant, as after a sleep of the machine: the task asks anew.
      if ((await this.#liveClaim(claim)) === "gone") return undefined;
    }
    return undefined;
  }

  async #liveClaim(id: string): Promise<"gone" | "unknown" | "waiting" | HeldClaim> {
    // A store that cannot be reached now fails the next wait as well, which is counted.
    const live = await this.#options.claims.list().catch(() => undefined);
    if (live === undefined) return "unknown";
    const claim = live.find((other) => other.id === id);
    if (claim === undefined) return "gone";
    return claim.state === "held" ? claim : "waiting";
  }

  /** Waits for a slot; false when that was given up. */
  async #hasSlot(underWay: UnderWay): Promise<boolean> {
    const { abort, answered, slot } = underWay;
    const { signal } = abort;
    if (signal.aborted) return false;
    underWay.state = "granted";
    this.#granted.add(underWay);
    answered.resolve();
    this.look();
    const giveUp = () => slot.resolve();
    signal.addEventListener("abort", giveUp, { once: true });
    await slot.promise;
    signal.removeEventListener("abort", giveUp);
    this.#granted.delete(underWay);
    return !signal.aborted;
  }

  async #attempt(underWay: UnderWay, { token }: HeldClaim): Promise<void> {
    const { book, work, clock } = this.#options;
    const { task, attempt, claim, askedAt, abort } = underWay;
    const isLandsOnly = landsOnly(this.#viewOf(task));
    const startedAt = clock.now();
    await book.record({
      stream: taskStream(task),
      type: "attempt.started",
      data: { task, attempt, token, claim, waitedMs: startedAt - askedAt, landsOnly: isLandsOnly },
    });
    const verdict = await this.#verdictOf(underWay, () =>
      work({
        ...{ view: this.#viewOf(task), attempt, token, landsOnly: isLandsOnly, signal: abort.signal },
        freeSlot: () => {
          underWay.isSlotFree = true;
          this.look();
        },
      }),
    );
    if (verdict.kind === "refused") return this.#noteRefusal(task, attempt, verdict);
    if (!isLandsOnly) {
      this.#landedMs += clock.now() - startedAt;
      this.#landedCount += 1;
    }
    await this.#noteLanding(task, attempt, token, verdict.commit);
  }

  /** What came of the work. When it cannot go on, the task is not to blame: for it, it is as if the run was stopped. */
  async #verdictOf({ task, abort }: UnderWay, work: () => Promise<Verdict>): Promise<Verdict> {
    try {
      abort.signal.throwIfAborted();
      return await work();
    } catch (error) {
      const { aborted, reason } = abort.signal;
      if (aborted && reason instanceof Interrupted) return interrupted(this.#viewOf(task), reason);
      this.#fail(error);
      return interrupted(this.#viewOf(task), new Interrupted("run-failed", oneLine(error)));
    }
  }

  /** The landing itself has been recorded by whoever moved the branch; one that an earlier process moved may not be. */
  async #noteLanding(task: string, attempt: number, token: number, commit: string): Promise<void> {
    const { book } = this.#options;
    const view = this.#viewOf(task);
    if (view.state === "landed") return;
    const data = { task, branch: view.branch, attempt, token, commit };
    await book.record({ stream: taskStream(task), type: "task.landed", data });
  }

  async #noteRefusal(task: string, attempt: number, { refusal, counts }: Verdict & { kind: "refused" }): Promise<void> {
    const { book, attempts } = this.#options;
    const isLast = counts && this.#viewOf(task).tries + 1 >= attempts;
    const data = { task, attempt, refusal, next: isLast ? "failed" : "again", counts } as const;
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
      if (beaten.ok || abort.signal.aborted) continue;
      abort.abort(new Interrupted("claim-lost", beaten.reason));
    }
  }

  /** Gives the claim back, whatever became of it. One that was lost is not there to be released: that was told. */
  async #letGo({ claim, held }: UnderWay): Promise<void> {
    const { claims } = this.#options;
    if (held !== undefined) {
      await claims.release(held.token);
      return;
    }
    const { ok } = await claims.withdraw(claim);
    if (ok) return;
    // It was granted in the same moment in which it was given up.
    const live = await this.#liveClaim(claim);
    if (typeof live === "object") await claims.release(live.token);
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#stopAll(new Interrupted("run-failed", oneLine(error)));
    this.look();
  }

  #stopAll(why: Interrupted): void {
    if (this.#isStopped) return;
    this.#stop.abort(why);
    for (const { abort } of this.#underWay.values()) if (!abort.signal.aborted) abort.abort(why);
  }

  /** What is not under way has its end or waits for a failed task. Anything else would be waited for in vain. */
  #requireEnds(): void {
    const tasks = [...this.#options.book.tasks.values()];
    const blocked = blockedBy(tasks);
    const open = tasks.filter(({ task, state }) => state !== "landed" && state !== "failed" && !blocked.has(task));
    if (open.length === 0) return;
    throw new OperationalError(`tasks wait for what cannot happen: ${open.map(({ task }) => task).join(", ")}`);
  }
}

function interrupted(view: TaskView, { code, message }: Interrupted): Verdict {
  const stage = view.attempts.at(-1)?.stage;
  const is = code === "claim-lost" || code === "changed" ? code : "interrupted";
  return {
    kind: "refused",
    counts: false,
    refusal: {
      stage: code === "claim-lost" ? "claim" : stage === "landing" || stage === "workspace" ? stage : "coder",
      code: is,
      reason: message,
    },
  };
}
