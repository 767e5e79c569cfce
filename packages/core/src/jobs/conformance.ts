import { setTimeout } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { UserError } from "../errors.ts";
import type { JobContext, Jobs } from "./jobs.ts";

/** Makes jobs that were not started; `lines` are what they log; `close` is called when the test is over. */
export type MakeJobs = () => Promise<{ jobs: Jobs; lines: readonly string[]; close(): Promise<void> }>;

async function until(what: string, isTrue: () => boolean): Promise<void> {
  for (let waited = 0; !isTrue(); waited += 20) {
    if (waited > 20_000) throw new Error(`${what} did not happen within 20 s`);
    await setTimeout(20);
  }
}

/** What every `Jobs` promises. Call it in a test file with the way to make one. */
export function describeJobs(name: string, make: MakeJobs): void {
  const withJobs = (work: (jobs: Jobs, lines: readonly string[]) => Promise<void>) => async () => {
    const { jobs, lines, close } = await make();
    try {
      await work(jobs, lines);
    } finally {
      await jobs.close();
      await close();
    }
  };
  const counts = (jobs: Jobs, job: string) => jobs.counts().get(job);

  describe(name, () => {
    test(
      "a job gets its data and its key",
      withJobs(async (jobs) => {
        const seen: [unknown, JobContext][] = [];
        jobs.define({ name: "mail", handle: async (data, context) => void seen.push([data, context]) });
        await jobs.start();
        expect(await jobs.send("mail", { to: ["ann", 1, null] }, { key: "letter/1" })).toBe(true);
        await until("the job", () => counts(jobs, "mail")?.done === 1);
        expect(seen).toEqual([
          [{ to: ["ann", 1, null] }, { key: "letter/1", attempt: 1, signal: expect.any(AbortSignal) }],
        ]);
      }),
    );

    test(
      "a job sent twice under one key is done once, also when it is done already",
      withJobs(async (jobs) => {
        const seen: unknown[] = [];
        jobs.define<number>({ name: "mail", handle: async (data) => void seen.push(data) });
        jobs.define<number>({ name: "post", handle: async (data) => void seen.push(-data) });
        await jobs.start();
        expect(await Promise.all([1, 2].map((n) => jobs.send("mail", n, { key: "a" })))).toContain(false);
        await until("the job", () => seen.length === 1);
        expect(await jobs.send("mail", 3, { key: "a" })).toBe(false);
        expect(await jobs.send("mail", 4, { key: "b" })).toBe(true);
        expect(await jobs.send("post", 5, { key: "a" })).toBe(true);
        await until("the others", () => seen.length === 3);
        expect(seen.slice(1).sort()).toEqual([-5, 4]);
      }),
    );

    test(
      "a job that fails is tried again under the same key, each failure one line of the log and one of the count",
      withJobs(async (jobs, lines) => {
        const seen: string[] = [];
        jobs.define({
          name: "mail",
          retries: 2,
          handle: async (_, { key, attempt }) => {
            seen.push(`${key} ${attempt}`);
            if (attempt < 3) throw new Error("no\nroute");
          },
        });
        await jobs.start();
        await jobs.send("mail", {}, { key: "a" });
        await until("the third attempt", () => counts(jobs, "mail")?.done === 1);
        expect(seen).toEqual(["a 1", "a 2", "a 3"]);
        expect(counts(jobs, "mail")).toEqual({ done: 1, failed: 2, interrupted: 0 });
        expect(lines.map((line) => JSON.parse(line))).toMatchObject([
          { msg: "job.failed", job: "mail", key: "a", attempt: 1, attempts_left: 2, error: "no route" },
          { msg: "job.failed", job: "mail", key: "a", attempt: 2, attempts_left: 1, error: "no route" },
        ]);
      }),
    );

    test(
      "a failed job is not tried again before its delay is over",
      withJobs(async (jobs) => {
        const at: number[] = [];
        const handle = async () => {
          at.push(performance.now());
          if (at.length === 1) throw new Error("no route");
        };
        jobs.define({ name: "mail", retries: 1, retryDelayMs: 2_000, handle });
        await jobs.start();
        await jobs.send("mail", {}, { key: "a" });
        await until("the second attempt", () => counts(jobs, "mail")?.done === 1);
        // A store that keeps whole seconds may round the beginning up.
        expect((at[1] as number) - (at[0] as number)).toBeGreaterThan(1_000);
      }),
    );

    test(
      "a job that keeps failing is given up, and its key is not forgotten",
      withJobs(async (jobs) => {
        jobs.define({ name: "mail", retries: 1, handle: () => Promise.reject(new Error("never")) });
        jobs.define({ name: "other", handle: async () => undefined });
        await jobs.start();
        await jobs.send("mail", {}, { key: "a" });
        await until("two failures", () => counts(jobs, "mail")?.failed === 2);
        await jobs.send("other", {}, { key: "later" });
        await until("the other job", () => counts(jobs, "other")?.done === 1);
        expect(counts(jobs, "mail")?.failed).toBe(2);
        expect(await jobs.send("mail", {}, { key: "a" })).toBe(false);
      }),
    );

    test(
      "close aborts what runs, within two seconds, also what does not listen",
      withJobs(async (jobs) => {
        const signals: AbortSignal[] = [];
        jobs.define({
          name: "listens",
          handle: (_, { signal }) =>
            new Promise((_resolve, reject) => {
              signals.push(signal);
              signal.addEventListener("abort", () => reject(signal.reason), { once: true });
            }),
        });
        jobs.define({
          name: "deaf",
          handle: (_, { signal }) => {
            signals.push(signal);
            return new Promise(() => undefined);
          },
        });
        await jobs.start();
        await jobs.send("listens", {}, { key: "a" });
        await jobs.send("deaf", {}, { key: "a" });
        await until("both", () => signals.length === 2);
        const start = performance.now();
        await jobs.close();
        // Two seconds are promised; the rest is for a machine that is busy. A close that waits never ends.
        expect(performance.now() - start).toBeLessThan(4_000);
        expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
        expect(counts(jobs, "listens")).toEqual({ done: 0, failed: 0, interrupted: 1 });
        await jobs.close();
      }),
    );

    test(
      "what is over its time has failed and is told so",
      withJobs(async (jobs, lines) => {
        let told: AbortSignal | undefined;
        jobs.define({
          name: "slow",
          retries: 0,
          timeLimitMs: 1000,
          handle: (_, { signal }) => {
            told = signal;
            return new Promise(() => undefined);
          },
        });
        await jobs.start();
        await jobs.send("slow", {}, { key: "a" });
        await until("the limit", () => counts(jobs, "slow")?.failed === 1);
        expect(told?.aborted).toBe(true);
        expect(lines.join()).toContain("it took longer than 1 s");
      }),
    );

    test(
      "as many of one name run at a time as it says; with none they are only sent",
      withJobs(async (jobs) => {
        let running = 0;
        let most = 0;
        const handle = async () => {
          running += 1;
          most = Math.max(most, running);
          await setTimeout(300);
          running -= 1;
        };
        jobs.define({ name: "two", concurrency: 2, handle });
        jobs.define({ name: "none", concurrency: 0, handle: () => Promise.reject(new Error("never here")) });
        await jobs.start();
        expect(await jobs.send("none", {}, { key: "a" })).toBe(true);
        expect(await jobs.send("none", {}, { key: "a" })).toBe(false);
        for (let n = 0; n < 5; n++) await jobs.send("two", {}, { key: String(n) });
        await until("the five", () => counts(jobs, "two")?.done === 5);
        expect(most).toBeLessThanOrEqual(2);
        expect(counts(jobs, "none")).toEqual({ done: 0, failed: 0, interrupted: 0 });
      }),
    );

    test(
      "what cannot be is refused by name",
      withJobs(async (jobs) => {
        const handle = async () => undefined;
        expect(() => jobs.define({ name: "No Spaces", handle })).toThrow(UserError);
        expect(() => jobs.define({ name: "a", cron: { at: "61 * * * *", data: {} }, handle })).toThrow(/61/);
        expect(() => jobs.define({ name: "a", cron: { at: "* * * * *", data: new Date(0) }, handle })).toThrow(
          TypeError,
        );
        jobs.define({ name: "a", handle });
        expect(() => jobs.define({ name: "a", handle })).toThrow("job a is defined twice");
        await jobs.start();
        await expect(jobs.send("b", {}, { key: "1" })).rejects.toThrow('job "b" is not defined; there are: a');
        await expect(jobs.send("a", { at: Number.NaN }, { key: "1" })).rejects.toThrow("data of job a.at");
      }),
    );

    test(
      "close without a start is nothing",
      withJobs(async (jobs) => jobs.close()),
    );
  });
}
