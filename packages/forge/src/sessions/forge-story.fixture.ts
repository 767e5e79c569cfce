import { NO_USAGE } from "@alphaforge/core/llm/model";
import type { Feature } from "../spec/feature.ts";
import { branchStream, type ForgeEvent, type ForgeEvents, sessionStream, taskId, taskStream } from "./forge-events.ts";
import type { ForgeEntry } from "./forge-log.ts";
import type { Refusal } from "./refusal.ts";

export const STORY_SESSION = "shop";
export const STORY_BRANCH = "refs/heads/alphaforge/shop";
/** When the story begins, and when it is told up to. */
export const STORY_BEGIN = Date.UTC(2026, 2, 2, 9, 0, 0);
export const STORY_NOW = STORY_BEGIN + 43 * 60_000;

/** An entry with the time at which it is written. */
export type TimedEntry = ForgeEntry & { readonly at: number };

export const sha = (digit: number | string): string => String(digit).padStart(2, "0").repeat(20);

export function featureOf(index: number, more: Partial<Feature> = {}): Omit<Feature, "at"> {
  return {
    ...{ index, shape: "plugin", plugin: `p${index}`, dependsOn: [], touches: [`src/plugins/p${index}/**`] },
    ...{ priority: 0, description: `Feature ${index}`, acceptance: [], verify: [] },
    ...more,
  };
}

/** Entries of one session's tasks, each with its stream. Times are minutes after the beginning. */
export function storyteller(session = STORY_SESSION, branch = STORY_BRANCH, begin = STORY_BEGIN) {
  const at = (minute: number) => begin + Math.round(minute * 60_000);
  const id = (index: number) => taskId(session, index);
  const onTask = <T extends ForgeEntry["type"]>(minute: number, index: number, type: T, data: object): TimedEntry => {
    const whole = { task: id(index), ...data } as unknown as ForgeEvents[T];
    return { stream: taskStream(id(index)), type, data: whole, at: at(minute) } as unknown as TimedEntry;
  };
  const onSession = <T extends ForgeEntry["type"]>(minute: number, type: T, data: object): TimedEntry => {
    const whole = { session, ...data } as unknown as ForgeEvents[T];
    return { stream: sessionStream(session), type, data: whole, at: at(minute) } as unknown as TimedEntry;
  };
  const onBranch = <T extends ForgeEntry["type"]>(minute: number, type: T, data: object): TimedEntry =>
    ({ stream: branchStream(branch), type, data: data as ForgeEvents[T], at: at(minute) }) as unknown as TimedEntry;
  const directory = (index: number, attempt: number) => `/var/lib/forge/workspaces/${id(index)}-${attempt}/clone`;
  return {
    id,
    opened: () => [
      onSession(0, "session.opened", { target: "main", since: sha(99), directly: false, spec: "shop.xml" }),
      onSession(0, "branch.opened", { branch }),
    ],
    run: (minute: number, pid: number, run = "run-1") =>
      onSession(minute, "run.started", { run, pid, coder: "claude", model: "m-1", concurrency: 4, recorded: true }),
    ended: (minute: number, how: "done" | "stopped" | "failed", reason?: string, run = "run-1") =>
      onSession(minute, "run.ended", { run, how, ...(reason === undefined ? {} : { reason }) }),
    added: (minute: number, index: number, more: Partial<Feature> = {}) =>
      onTask(minute, index, "task.added", { session, branch, feature: featureOf(index, more), spec: "shop.xml" }),
    retried: (minute: number, index: number) => onTask(minute, index, "task.retried", {}),
    asked: (minute: number, index: number, attempt = 1) =>
      onTask(minute, index, "claim.asked", { claim: `${id(index)}/${attempt}`, globs: featureOf(index).touches }),
    waited: (minute: number, index: number, behind: readonly number[], path = "src/core/money.ts", attempt = 1) =>
      onTask(minute, index, "claim.waited", {
        claim: `${id(index)}/${attempt}`,
        position: behind.length,
        estimatedWaitMs: 180_000,
        blockers: behind.map((other) => ({ holder: id(other), state: "held", path })),
      }),
    started: (minute: number, index: number, attempt = 1, landsOnly = false) =>
      onTask(minute, index, "attempt.started", {
        ...{ attempt, token: index * 10 + attempt, claim: `${id(index)}/${attempt}`, waitedMs: 0, landsOnly },
      }),
    workspace: (minute: number, index: number, attempt = 1) =>
      onTask(minute, index, "workspace.opened", {
        ...{ attempt, workspace: `${id(index)}-${attempt}`, directory: directory(index, attempt), base: sha(99) },
        ...{ start: sha(99), ports: { from: 20_000 + index * 10, to: 20_009 + index * 10 }, setup: [] },
      }),
    coded: (minute: number, index: number, attempt = 1, took = 4, more: Partial<ForgeEvents["attempt.coded"]> = {}) =>
      onTask(minute, index, "attempt.coded", {
        ...{ attempt, isOk: true, end: { how: "exited", status: 0 }, model: "m-1", costUsd: 0.31 },
        ...{ usage: { ...NO_USAGE, input: 40_000, output: 2_000 }, startedAt: at(minute - took), endedAt: at(minute) },
        ...{ lastWords: `Feature ${index} is done.`, ...more },
      }),
    kept: (minute: number, index: number, attempt = 1) =>
      onTask(minute, index, "attempt.kept", {
        ...{ attempt, ref: `refs/alphaforge/keep/${id(index)}/${attempt}`, commit: sha(60 + index) },
      }),
    queued: (minute: number, index: number, attempt = 1) => onTask(minute, index, "landing.queued", { attempt }),
    refused: (
      minute: number,
      index: number,
      attempt: number,
      refusal: Refusal,
      next: "again" | "failed" = "again",
      counts = true,
    ) => onTask(minute, index, "attempt.refused", { attempt, refusal, next, counts }),
    landed: (minute: number, index: number, attempt = 1) =>
      onTask(minute, index, "task.landed", { branch, attempt, token: index * 10 + attempt, commit: sha(index) }),
    unlanded: (minute: number, index: number) =>
      onTask(minute, index, "task.unlanded", { commit: sha(index), reason: "the branch was set back" }),
    verifying: (minute: number, verification: string, tasks: readonly number[]) =>
      onBranch(minute, "verification.started", { verification, branch, commit: sha(77), tasks: tasks.map(id) }),
    verified: (minute: number, verification: string, tasks: readonly number[], green = true, ms = 60_000) =>
      onBranch(minute, "verification.ended", {
        ...{ verification, branch, commit: sha(77), tasks: tasks.map(id), green, flaky: false, ms },
        runs: [
          {
            ...{ command: "npm test", outcome: green ? "passed" : "failed", code: green ? 0 : 1, ms },
            tail: green ? "" : "1 failing",
          },
        ],
      }),
    finalized: (minute: number, how: "fast-forward" | "merged" | "already-there" = "merged") =>
      onSession(minute, "session.finalized", { branch, target: "main", how, commit: sha(88) }),
  };
}

export const RED: Refusal = {
  stage: "verify",
  code: "red",
  reason: "npm test failed with 1",
  output:
    "src/plugins/p3/tax.test.ts\n  \u001b[31m✗\u001b[0m rounds half to even\n    expected 2, got 3\u0000\n1 failing\n",
};
export const OUTSIDE: Refusal = {
  ...{ stage: "fence", code: "outside-claim", reason: "src/core/money.ts is outside the claim" },
  paths: ["src/core/money.ts"],
};
export const TOO_LONG: Refusal = {
  ...{ stage: "coder", code: "limit", reason: "it wrote nothing for 600 s" },
};

/** Twelve tasks, between them in every state, told up to `STORY_NOW`. `pid` is the orchestrator's. */
export function twelveTasks(pid: number): readonly TimedEntry[] {
  const s = storyteller();
  const entries: readonly TimedEntry[] = [
    ...s.opened(),
    s.run(0, pid),
    s.added(0, 1, { description: "Money as whole cents", shape: "core", touches: ["src/core/money.ts"] }),
    s.added(0, 2, { description: "A cart that adds up" }),
    s.added(0, 3, { description: "Taxes by country" }),
    s.added(0, 4, { description: "Discounts", touches: ["src/core/money.ts", "src/plugins/p4/**"] }),
    s.added(0, 5, { description: "Invoices as PDF" }),
    s.added(0, 6, { description: "Currencies", touches: ["src/core/**"] }),
    s.added(0, 7, { description: "Shipping costs" }),
    s.added(0, 8, { description: "Gift cards" }),
    s.added(0, 9, { description: "Tax reports", dependsOn: [3] }),
    s.added(0, 10, { description: "Yearly tax reports by mail", dependsOn: [9, 1] }),
    s.added(0, 11, { description: "Parcel tracking", dependsOn: [7] }),
    s.added(0, 12, { description: "Refunds" }),
    // 1 landed at once, 2 after a try that went astray.
    ...[s.asked(0, 1), s.started(0, 1), s.workspace(0.1, 1), s.coded(4.2, 1, 1, 4.1), s.kept(4.2, 1)],
    ...[s.queued(4.3, 1), s.verifying(4.3, "v1", [1]), s.verified(5.3, "v1", [1]), s.landed(5.4, 1)],
    ...[s.asked(0, 2), s.started(0, 2), s.workspace(0.1, 2), s.coded(6, 2, 1, 5.9), s.kept(6, 2)],
    ...[s.refused(6.1, 2, 1, OUTSIDE), s.asked(6.2, 2, 2), s.started(6.2, 2, 2), s.workspace(6.3, 2, 2)],
    ...[s.coded(9, 2, 2, 2.7), s.kept(9, 2, 2), s.queued(9.1, 2, 2), s.verifying(9.1, "v2", [2])],
    ...[s.verified(10.1, "v2", [2]), s.landed(10.2, 2, 2)],
    // 3 is red three times: 9 and 10 stand behind it.
    ...[1, 2, 3].flatMap((attempt) => {
      const from = (attempt - 1) * 9;
      const last = attempt === 3 ? "failed" : "again";
      return [
        ...[s.asked(from, 3, attempt), s.started(from, 3, attempt), s.workspace(from + 0.2, 3, attempt)],
        ...[s.coded(from + 6, 3, attempt, 5.8), s.kept(from + 6, 3, attempt), s.queued(from + 6.1, 3, attempt)],
        ...[s.verifying(from + 6.2, `v3-${attempt}`, [3]), s.verified(from + 7.2, `v3-${attempt}`, [3], false)],
        s.refused(from + 7.3, 3, attempt, RED, last),
      ];
    }),
    // 4 and 5 are worked on, 6 waits for what 4 holds.
    ...[s.asked(33, 4), s.started(33, 4), s.workspace(33.2, 4), s.asked(34, 6), s.waited(34, 6, [4])],
    ...[s.asked(42.8, 5), s.started(42.8, 5)],
    // 7 waits to be landed, 8 is being verified.
    ...[s.asked(20, 8), s.started(20, 8), s.workspace(20.1, 8), s.coded(41, 8, 1, 20.9, { costUsd: undefined })],
    ...[s.kept(41, 8), s.queued(41.1, 8), s.verifying(42.2, "v8", [8])],
    ...[s.asked(25, 7), s.started(25, 7), s.workspace(25.1, 7), s.coded(42, 7, 1, 16.9), s.kept(42, 7)],
    s.queued(42.5, 7),
    // 12 hung once and is to be tried again.
    ...[s.asked(27, 12), s.started(27, 12), s.workspace(27.2, 12), s.coded(41, 12, 1, 13, { isOk: false })],
    s.refused(41.2, 12, 1, TOO_LONG),
  ];
  // JSON has no undefined.
  const written = JSON.parse(JSON.stringify(entries)) as readonly TimedEntry[];
  return [...written].sort((a, b) => a.at - b.at);
}

/** The story as its log would hold it. */
export function asEvents(entries: readonly TimedEntry[]): readonly ForgeEvent[] {
  return entries.map(({ type, data, at }, index) => ({ seq: index + 1, type, data, at }) as unknown as ForgeEvent);
}
