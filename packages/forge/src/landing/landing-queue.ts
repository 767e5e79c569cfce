import { OperationalError } from "@alphaforge/core/errors";
import { treeOf } from "../git/commit-tree.ts";
import { publish } from "../git/publish.ts";
import { readRef } from "../git/refs.ts";
import type { Verification } from "../verify/verify-commit.ts";
import { type Bisection, nextStep, withVerdict } from "./bisection.ts";
import type { Candidate, Landing } from "./candidate.ts";
import { type CombineContext, combine, type FenceRefusal } from "./combine.ts";
import { findLandings } from "./find-landings.ts";
import { type LandContext, land, recoverLandings } from "./land.ts";

export type LandingOutcome =
  /** `verification` is absent when an earlier process had already landed it. */
  | { readonly kind: "landed"; readonly commit: string; readonly verification?: Verification }
  /** Conflicts with the branch as it was at `tip`. */
  | {
      readonly kind: "conflict";
      readonly tip: string;
      readonly paths: readonly string[];
      readonly messages: readonly string[];
    }
  | { readonly kind: "outside-claim"; readonly refused: readonly FenceRefusal[] }
  /** Merges cleanly with `tip`, which is green, and the two together are red. */
  | { readonly kind: "red"; readonly tip: string; readonly verification: Verification }
  | { readonly kind: "nothing-new"; readonly tip: string }
  | { readonly kind: "base-gone"; readonly base: string }
  /** Its claim was lost or given to another before it landed. */
  | { readonly kind: "stale-token" };

export interface LandingQueueOptions extends LandContext, CombineContext {
  /** Full ref name of the branch to land on; it exists. */
  readonly branch: string;
  /** The commit that the session started from: landings are looked for after it. */
  readonly since: string;
  /** Verifies a combination; throws when it cannot be verified at all. */
  readonly verify: (commit: string) => Promise<Verification>;
}

interface Waiting {
  readonly candidate: Candidate;
  readonly resolve: (outcome: LandingOutcome) => void;
  readonly reject: (error: unknown) => void;
}

interface Link {
  readonly waiting: Waiting;
  readonly commit: string;
}

/**
 * The one way onto a branch. Everything that is ready is combined into one row of commits and verified as a whole, so a
 * slow verification is paid per batch and not per task; a red batch is halved until the change that breaks it is found.
 * What lands has been verified exactly as it stands on the branch.
 */
export class LandingQueue {
  readonly #options: LandingQueueOptions;
  #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;
  #recovered = false;
  #lastTip: string | undefined;
  /** Trees that were verified green. */
  readonly #green = new Set<string>();

  constructor(options: LandingQueueOptions) {
    this.#options = options;
  }

  /** How many wait for the next batch. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Resolves with what became of it; rejects when the branch or its verification cannot be worked with at all. */
  submit(candidate: Candidate): Promise<LandingOutcome> {
    const outcome = new Promise<LandingOutcome>((resolve, reject) => {
      this.#waiting.push({ candidate, resolve, reject });
    });
    this.#working ??= this.#work();
    return outcome;
  }

  async #work(): Promise<void> {
    let batch: Waiting[] = [];
    try {
      // Whatever is submitted together lands together.
      await new Promise((resolve) => setImmediate(resolve));
      while (this.#waiting.length > 0) {
        batch = this.#waiting;
        this.#waiting = [];
        await this.#landBatch(batch);
      }
    } catch (error) {
      // It may have left an intent open.
      this.#recovered = false;
      // Settling again those that have their outcome does nothing.
      for (const { reject } of [...batch, ...this.#waiting.splice(0)]) reject(error);
    } finally {
      this.#working = undefined;
    }
  }

  async #tip(): Promise<string> {
    const { git, branch, since } = this.#options;
    const tip = await readRef(git, branch);
    if (tip === undefined) {
      // Its reflog went with it: nobody else knows any more where it stood.
      const restore = `git branch ${branch.replace("refs/heads/", "")} ${this.#lastTip ?? since}`;
      throw new OperationalError(`${branch} does not exist any more: restore it (${restore}), then run this again`);
    }
    this.#lastTip = tip;
    return tip;
  }

  async #landBatch(batch: readonly Waiting[]): Promise<void> {
    const { room, branch, since } = this.#options;
    const tip = await this.#tip();
    const there = new Map((await findLandings(room, tip, since)).map((landing) => [landing.task, landing.commit]));
    // What is there already may have been landed by a process that died before it could say so.
    if (!this.#recovered || batch.some(({ candidate }) => there.has(candidate.task))) {
      await recoverLandings(this.#options, branch, tip);
      this.#recovered = true;
    }
    const fresh = batch.filter(({ candidate, resolve }) => {
      const commit = there.get(candidate.task);
      if (commit !== undefined) resolve({ kind: "landed", commit });
      return commit === undefined;
    });
    const chain = await this.#chain(tip, fresh);
    const last = chain.at(-1);
    if (last === undefined) return;
    const release = await publish(room, [last.commit], tip);
    try {
      await this.#landChain(tip, chain);
    } finally {
      await release();
    }
  }

  /** Combines what can be combined, each on top of the one before; settles or puts back the rest. */
  async #chain(tip: string, batch: readonly Waiting[]): Promise<Link[]> {
    const chain: Link[] = [];
    for (const waiting of batch) {
      const { candidate, resolve } = waiting;
      const below = chain.at(-1)?.commit ?? tip;
      // The same task twice in one batch: whether the first lands decides about the second.
      if (chain.some((link) => link.waiting.candidate.task === candidate.task)) {
        this.#waiting.push(waiting);
        continue;
      }
      const combined = await combine(this.#options, below, candidate);
      if (combined.kind === "combined") chain.push({ waiting, commit: combined.commit });
      // What has not landed yet must not decide about anybody: it may turn out to be red.
      else if (below !== tip) this.#waiting.push(waiting);
      else if (combined.kind === "conflict") resolve({ ...combined, tip });
      else if (combined.kind === "nothing-new") resolve({ ...combined, tip });
      else resolve(combined);
    }
    return chain;
  }

  async #landChain(tip: string, chain: readonly Link[]): Promise<void> {
    const { verify, room, branch } = this.#options;
    let bisection: Bisection = { length: chain.length, green: 0 };
    let redVerification: Verification | undefined;
    const commitAt = (prefix: number) => chain[prefix - 1]?.commit ?? tip;
    const putBack = (links: readonly Link[]) => this.#waiting.unshift(...links.map(({ waiting }) => waiting));
    for (;;) {
      const step = nextStep(bisection);
      if (step.kind === "done") return;
      if (step.kind === "culprit") {
        const culprit = chain[step.index];
        if (culprit === undefined || redVerification === undefined) throw new Error("a culprit without a verification");
        const below = commitAt(step.index);
        await this.#requireGreen(below);
        culprit.waiting.resolve({ kind: "red", tip: below, verification: redVerification });
        putBack(chain.slice(step.index + 1));
        return;
      }
      const to = commitAt(step.prefix);
      const verification = await verify(to);
      if (!verification.green) {
        redVerification = verification;
        bisection = withVerdict(bisection, step.prefix, false);
        continue;
      }
      this.#green.add(await treeOf(room, to));
      const links = chain.slice(bisection.green, step.prefix);
      const landings: Landing[] = links.map(({ waiting: { candidate }, commit }) => ({
        task: candidate.task,
        attempt: candidate.attempt,
        token: candidate.token,
        commit,
      }));
      const result = await land(this.#options, { branch, from: commitAt(bisection.green), to, landings });
      if (result.kind === "landed") {
        this.#lastTip = to;
        for (const { waiting, commit } of links) waiting.resolve({ kind: "landed", commit, verification });
        bisection = withVerdict(bisection, step.prefix, true);
        continue;
      }
      const rest = chain.slice(bisection.green);
      const stale = new Set(result.kind === "stale" ? result.tasks : []);
      for (const { waiting } of rest) if (stale.has(waiting.candidate.task)) waiting.resolve({ kind: "stale-token" });
      putBack(rest.filter(({ waiting }) => !stale.has(waiting.candidate.task)));
      return;
    }
  }

  /** Nobody is blamed for a branch that was red before. */
  async #requireGreen(commit: string): Promise<void> {
    const { verify, room, branch } = this.#options;
    const tree = await treeOf(room, commit);
    if (this.#green.has(tree)) return;
    const verification = await verify(commit);
    if (!verification.green) {
      const failed = verification.runs.at(-1);
      throw new OperationalError(
        `${branch.replace("refs/heads/", "")} is red before anything lands ("${failed?.command ?? "verification"}" fails): repair it first`,
      );
    }
    this.#green.add(tree);
  }
}
