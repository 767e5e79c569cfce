import fc from "fast-check";
import { expect, test } from "vitest";
import { featureOf } from "../sessions/forge-story.fixture.ts";
import type { Refusal } from "../sessions/refusal.ts";
import type { AttemptOrder, AttemptWork, Verdict } from "./attempt.ts";
import { type SimulatedSession, simulatedSession, writtenAbout } from "./testing/simulated-session.ts";

const MINUTE = 60_000;
const RED: Refusal = { stage: "verify", code: "red", reason: "red" };
const landed: Verdict = { kind: "landed", commit: "c".repeat(40) };
const refused = (counts = true): Verdict => ({ kind: "refused", refusal: RED, counts });

/** Every attempt takes `ms` and lands. */
const landing =
  (ms = MINUTE): ((session: SimulatedSession) => AttemptWork) =>
  ({ clock }) =>
  async ({ signal }) => {
    await clock.sleep(ms, signal);
    return landed;
  };

const typesOf = (session: SimulatedSession, index: number) => writtenAbout(session, index).map(({ type }) => type);
const states = (session: SimulatedSession) => [...session.book.tasks.values()].map(({ state }) => state);

/** Of tasks: people keep theirs. */
const expectNoClaims = ({ holdersAtEnd }: SimulatedSession) =>
  expect(holdersAtEnd.filter((holder) => !holder.startsWith("user/"))).toEqual([]);

interface Plan {
  /** Positions before it. */
  readonly needs: readonly number[];
  /** Directories of which it claims all; none: everything. */
  readonly claims: readonly number[];
  readonly isCore: boolean;
  readonly priority: number;
  readonly minutes: number;
  /** When its coder ends and its slot is free, in the parts of its time; 10 is never before its end. */
  readonly codes: number;
  /** What becomes of its attempts, the last for ever: landing, or a refusal that counts or does not. */
  readonly fates: readonly ("lands" | "refused" | "uncounted")[];
  /** Minute at which it is added. */
  readonly added: number;
}

const plans = fc.array(
  fc.record({
    needs: fc.array(fc.nat(12), { maxLength: 2 }),
    claims: fc.oneof(
      { weight: 9, arbitrary: fc.uniqueArray(fc.nat(7), { minLength: 1, maxLength: 2 }) },
      { weight: 1, arbitrary: fc.constant<number[]>([]) },
    ),
    isCore: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
    priority: fc.integer({ min: -20, max: 20 }),
    minutes: fc.integer({ min: 1, max: 30 }),
    codes: fc.integer({ min: 0, max: 10 }),
    fates: fc
      .array(fc.constantFrom("lands", "refused", "uncounted"), { maxLength: 4 })
      .chain((some) => fc.constantFrom("lands", "lands", "refused").map((last) => [...some, last] as const)),
    added: fc.oneof(fc.constant(0), fc.nat(60)),
  }),
  { minLength: 1, maxLength: 14 },
) as fc.Arbitrary<Plan[]>;

const persons = fc.array(
  fc.record({ directory: fc.nat(7), from: fc.nat(40), minutes: fc.integer({ min: 1, max: 60 }) }),
  { maxLength: 3 },
);

/** Two ways to write the same: one is seen by the rules of turns, the other by the claims alone. */
const globsOf = ({ claims, minutes }: Plan) =>
  claims.length === 0 ? ["**"] : claims.map((directory) => `d${directory}/${minutes % 2 === 0 ? "**" : "**/*"}`);
const meet = (a: Plan, b: Plan) =>
  a.claims.length === 0 || b.claims.length === 0 || a.claims.some((directory) => b.claims.includes(directory));
const featureAt = (plan: Plan, index: number) =>
  featureOf(index, {
    ...{ shape: plan.isCore ? "core" : "plugin", priority: plan.priority, touches: globsOf(plan) },
    dependsOn: [...new Set(plan.needs.filter((needed) => needed < index))],
  });

const keeperUntil = (minutes: number): Plan => ({
  ...{ needs: [], claims: [99], isCore: false, priority: 1_000, minutes, codes: 0, fates: ["lands"], added: 0 },
});

/** The end that each task has to come to, and its counted tries. */
function expectedEnds(all: readonly Plan[], attempts: number) {
  const ends: { state: string; tries: number; attempts: number }[] = [];
  for (const [index, { fates }] of all.entries()) {
    const { dependsOn } = featureAt(all[index] as Plan, index);
    if (dependsOn.some((needed) => ends[needed]?.state !== "landed")) {
      ends.push({ state: "pending", tries: 0, attempts: 0 });
      continue;
    }
    let tries = 0;
    for (let attempt = 1; ; attempt++) {
      const fate = fates[Math.min(attempt, fates.length) - 1];
      if (fate === "refused") tries += 1;
      if (fate === "lands" || tries >= attempts) {
        ends.push({ state: fate === "lands" ? "landed" : "failed", tries, attempts: attempt });
        break;
      }
    }
  }
  return ends;
}

/** Does what the plans say, and looks with its own eyes whether anything is under way beside it that must not be. */
function watchedWork(all: readonly Plan[], slots: number, isBlocked: (plan: Plan) => boolean, faults: string[]) {
  const working = new Map<number, "coder" | "landing">();
  return (session: SimulatedSession): AttemptWork =>
    async ({ view, attempt, signal, freeSlot }) => {
      const { index, dependsOn } = view.feature;
      const plan = all[index] as Plan;
      for (const needed of dependsOn) {
        if (session.view(needed).state !== "landed") faults.push(`${index} before ${needed} had landed`);
      }
      for (const other of working.keys()) {
        if (meet(plan, all[other] as Plan)) faults.push(`${index} and ${other} share a claim`);
        if (plan.isCore && all[other]?.isCore) faults.push(`core tasks ${index} and ${other} at once`);
      }
      if (isBlocked(plan)) faults.push(`${index} while a person holds its files`);
      working.set(index, "coder");
      if ([...working.values()].filter((stage) => stage === "coder").length > slots) faults.push("too many coders");
      try {
        await session.clock.sleep((plan.minutes * plan.codes * MINUTE) / 10, signal);
        working.set(index, "landing");
        if (plan.codes < 10) freeSlot();
        await session.clock.sleep((plan.minutes * (10 - plan.codes) * MINUTE) / 10, signal);
      } finally {
        working.delete(index);
      }
      const fate = plan.fates[Math.min(attempt, plan.fates.length) - 1];
      return fate === "lands" ? landed : refused(fate === "refused");
    };
}

test("whatever the spec: claims, core tasks, slots and dependencies are kept to, and every task has its end", async () => {
  const cases = fc.record({
    all: plans,
    persons,
    slots: fc.integer({ min: 1, max: 4 }),
    attempts: fc.integer({ min: 1, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ all: drawn, persons, slots, attempts }) => {
      // The last keeps the run going until the others were added.
      const all = [...drawn, keeperUntil(Math.max(...drawn.map(({ added }) => added)) + 1)];
      const faults: string[] = [];
      const held = new Map<number, number>();
      const isBlocked = ({ claims }: Plan) => [...held.values()].some((d) => claims.length === 0 || claims.includes(d));
      const session = simulatedSession({
        ...{ concurrency: slots, attempts, leaseMs: 90 * MINUTE, work: watchedWork(all, slots, isBlocked, faults) },
        features: all.flatMap((plan, index) => (plan.added === 0 ? [featureAt(plan, index)] : [])),
      });
      const { clock, claims } = session;
      const people = persons.map(async ({ directory, from, minutes }, person) => {
        await clock.sleep(from * MINUTE);
        const id = `person-${person}`;
        const wish = { id, holder: `user/${id}`, mode: "exclusive", globs: [`d${directory}/**`] } as const;
        const answer = await claims.claim(wish);
        const { token } = answer.granted ? answer.claim : await claims.wait(id);
        held.set(person, directory);
        await clock.sleep(minutes * MINUTE);
        held.delete(person);
        await claims.release(token);
      });
      const adding = all.map(async (plan, index) => {
        if (plan.added === 0) return;
        await clock.sleep(plan.added * MINUTE);
        session.add(featureAt(plan, index));
      });
      expect(await session.run()).toBe("done");
      await Promise.all([...people, ...adding]);
      expect(faults).toEqual([]);
      for (const [index, { state, tries, attempts: count }] of expectedEnds(all, attempts).entries()) {
        const view = session.view(index);
        expect({ index, state: view.state, tries: view.tries, attempts: view.attempts.length }).toEqual({
          ...{ index, state, tries, attempts: count },
        });
      }
      expectNoClaims(session);
    }),
    { numRuns: 150 },
  );
});

test("stopped at any moment: every attempt is aborted, every claim given back, and the run ends as stopped", async () => {
  const cases = fc.record({ all: plans, slots: fc.integer({ min: 1, max: 4 }), at: fc.nat(60 * 60_000) });
  await fc.assert(
    fc.asyncProperty(cases, async ({ all, slots, at }) => {
      const faults: string[] = [];
      const session = simulatedSession({
        ...{ concurrency: slots, work: watchedWork(all, slots, () => false, faults) },
        features: all.map(featureAt),
      });
      void session.clock.sleep(at).then(() => session.stop.abort());
      const how = await session.run();
      expect(faults).toEqual([]);
      const begun = session.written.flatMap(({ type, data }) => (type === "attempt.started" ? [data] : []));
      const ended = session.written.filter(({ type }) => type === "attempt.refused" || type === "task.landed");
      expect(ended).toHaveLength(begun.length);
      const after = session.written.filter(({ type, at: time }) => type === "attempt.started" && time > at);
      if (how === "stopped") expect(after).toEqual([]);
      else expect(how).toBe("done");
      for (const view of session.book.tasks.values()) expect(["working", "landing"]).not.toContain(view.state);
      expectNoClaims(session);
    }),
    { numRuns: 100 },
  );
});

test("nothing waits for a wave: what depends on a short task starts while a long one goes on", async () => {
  const minutes = [30, 5, 5];
  const session = simulatedSession({
    concurrency: 2,
    features: [featureOf(0), featureOf(1), featureOf(2, { dependsOn: [1] })],
    work:
      ({ clock }) =>
      async ({ view: { feature }, signal }) => {
        await clock.sleep((minutes[feature.index] ?? 0) * MINUTE, signal);
        return landed;
      },
  });
  expect(await session.run()).toBe("done");
  const started = session.written.filter(({ type }) => type === "attempt.started").map(({ at }) => at / MINUTE);
  expect(started).toEqual([0, 0, 5]);
});

test("an attempt that has freed its slot lets another begin while it is being landed", async () => {
  const started: number[] = [];
  const session = simulatedSession({
    concurrency: 1,
    features: [featureOf(0), featureOf(1)],
    work:
      ({ clock }) =>
      async ({ signal, freeSlot }) => {
        started.push(clock.now() / MINUTE);
        await clock.sleep(5 * MINUTE, signal);
        freeSlot();
        freeSlot();
        await clock.sleep(10 * MINUTE, signal);
        return landed;
      },
  });
  expect(await session.run()).toBe("done");
  expect(started).toEqual([0, 5]);
});

test("a task added while it runs starts, and so does a failed one that is to be tried again", async () => {
  let isRed = true;
  const session = simulatedSession({
    ...{ concurrency: 3, attempts: 1, features: [featureOf(0), featureOf(1)] },
    work:
      ({ clock }) =>
      async ({ view: { feature }, signal }) => {
        await clock.sleep((feature.index === 0 ? 30 : 1) * MINUTE, signal);
        return feature.index === 1 && isRed ? refused() : landed;
      },
  });
  void session.clock.sleep(5 * MINUTE).then(() => {
    expect(session.view(1).state).toBe("failed");
    isRed = false;
    session.retry(1);
    session.add(featureOf(2, { dependsOn: [1] }));
  });
  expect(await session.run()).toBe("done");
  expect(states(session)).toEqual(["landed", "landed", "landed"]);
  expect(session.view(1)).toMatchObject({ tries: 0, attempts: [{ attempt: 1 }, { attempt: 2 }] });
});

test("what is added after its end is the next run's: nothing begins any more", async () => {
  const session = simulatedSession({ concurrency: 1, features: [featureOf(0)], work: landing() });
  expect(await session.run()).toBe("done");
  session.add(featureOf(1));
  await session.clock.advance(60 * MINUTE);
  expect(session.view(1).attempts).toEqual([]);
  expectNoClaims(session);
});

test("a task that fails leaves those behind it waiting, and the run is done", async () => {
  const session = simulatedSession({
    ...{
      concurrency: 2,
      attempts: 2,
      features: [featureOf(0), featureOf(1, { dependsOn: [0] }), featureOf(2, { dependsOn: [1] })],
    },
    work: () => async () => refused(),
  });
  expect(await session.run()).toBe("done");
  expect(states(session)).toEqual(["failed", "pending", "pending"]);
  expect(session.view(0)).toMatchObject({ tries: 2, refusal: RED });
});

test("what takes no try away is tried again, however often", async () => {
  let left = 7;
  const session = simulatedSession({
    ...{ concurrency: 1, attempts: 1, features: [featureOf(0)] },
    work: () => async () => (left-- > 0 ? refused(false) : landed),
  });
  expect(await session.run()).toBe("done");
  expect(session.view(0)).toMatchObject({ state: "landed", tries: 0 });
  expect(session.view(0).attempts).toHaveLength(8);
});

test("a dependency that nobody has is told, and not waited for in vain", async () => {
  const session = simulatedSession({ concurrency: 1, features: [featureOf(0, { dependsOn: [5] })], work: landing() });
  await expect(session.run()).rejects.toThrow("tasks wait for what cannot happen: sim.0");
});

test("a claim that a person holds delays a task, which is told, and then it starts", async () => {
  const session = simulatedSession({ concurrency: 1, features: [featureOf(1), featureOf(2)], work: landing() });
  const { claims, clock } = session;
  const wish = { id: "mine", holder: "user/ada", mode: "exclusive", globs: ["src/plugins/p1/a.ts"] } as const;
  const answer = await claims.claim(wish);
  if (!answer.granted) throw new Error("nobody else is there");
  void clock.sleep(20 * MINUTE).then(() => claims.release(answer.claim.token));
  expect(await session.run()).toBe("done");
  const waited = writtenAbout(session, 1).find(({ type }) => type === "claim.waited");
  expect(waited?.data).toMatchObject({
    blockers: [{ holder: "user/ada", state: "held", path: "src/plugins/p1/a.ts" }],
  });
  expect(session.view(1).attempts[0]).toMatchObject({ startedAt: 20 * MINUTE, waitedMs: 20 * MINUTE });
  // The one slot was not kept for who waits.
  expect(session.view(2).attempts[0]).toMatchObject({ startedAt: 0 });
});

test("a claim that is lost aborts the attempt, which is tried again under a new token", async () => {
  const session = simulatedSession({
    ...{ concurrency: 1, attempts: 1, leaseMs: 9 * MINUTE, features: [featureOf(1)], work: landing(60 * MINUTE) },
  });
  const { claims, clock } = session;
  void clock.sleep(10 * MINUTE).then(async () => {
    const [held] = await claims.list();
    if (held?.state !== "held") throw new Error("it is under way");
    await claims.release(held.token);
  });
  expect(await session.run()).toBe("done");
  const [first, second] = session.view(1).attempts;
  expect(first).toMatchObject({ refusal: { stage: "claim", code: "claim-lost" }, counts: false });
  // Noticed with the next heartbeat, a third of the lease.
  expect(first?.endedAt).toBe(12 * MINUTE);
  expect(second?.token).toBeGreaterThan(first?.token ?? 0);
  expect(session.view(1)).toMatchObject({ state: "landed", tries: 0 });
});

test("a claim that is lost before there is a slot for it is asked for again, and no attempt is used up", async () => {
  const session = simulatedSession({
    ...{ concurrency: 1, leaseMs: 9 * MINUTE },
    features: [
      featureOf(1, { priority: 2 }),
      featureOf(2, { priority: 1, touches: ["src/plugins/p1/*"] }),
      featureOf(3),
    ],
    // 1 frees its slot, 2 waits for 1's claim, 3 takes the slot, 1 lands, 2 has its claim and no slot.
    work:
      ({ clock }) =>
      async ({ view, signal, freeSlot }) => {
        if (view.feature.index === 1) freeSlot();
        await clock.sleep((view.feature.index === 3 ? 60 : 30) * MINUTE, signal);
        return landed;
      },
  });
  const { claims, clock } = session;
  const losing = clock.sleep(31 * MINUTE).then(async () => {
    const granted = (await claims.list()).find(({ holder }) => holder === "sim.2");
    if (granted?.state !== "held") throw new Error("it has its claim and no slot");
    await claims.release(granted.token);
  });
  expect(await session.run()).toBe("done");
  await losing;
  expect(states(session)).toEqual(["landed", "landed", "landed"]);
  expect(session.view(2).attempts).toMatchObject([{ attempt: 1, startedAt: 60 * MINUTE }]);
  expect(typesOf(session, 2).filter((type) => type === "claim.asked")).toHaveLength(2);
});

test("a task whose feature is changed under way is ended, and begins anew with the new claim", async () => {
  const orders: AttemptOrder[] = [];
  const session = simulatedSession({
    concurrency: 2,
    features: [featureOf(1)],
    work:
      ({ clock }) =>
      async (order) => {
        orders.push(order);
        await clock.sleep(30 * MINUTE, order.signal);
        return landed;
      },
  });
  void session.clock
    .sleep(5 * MINUTE)
    .then(() => session.add(featureOf(1, { touches: ["other"], description: "else" })));
  expect(await session.run()).toBe("done");
  expect(orders.map(({ view }) => view.feature.description)).toEqual(["Feature 1", "else"]);
  expect(session.view(1).attempts[0]).toMatchObject({ refusal: { code: "changed" }, endedAt: 5 * MINUTE });
  expect(session.view(1)).toMatchObject({ state: "landed", anewAfter: 1, landed: { attempt: 2 } });
  const asked = session.written.flatMap(({ type, data }) => (type === "claim.asked" ? [data.globs] : []));
  expect(asked).toEqual([["src/plugins/p1/**"], ["other"]]);
});

test("a task whose feature is changed while it waits for its claim waits for the new one", async () => {
  const session = simulatedSession({
    ...{
      concurrency: 2,
      features: [featureOf(1), featureOf(2, { touches: ["src/plugins/p1/*"] })],
      work: landing(30 * MINUTE),
    },
  });
  void session.clock.sleep(5 * MINUTE).then(() => session.add(featureOf(2, { touches: ["other"] })));
  expect(await session.run()).toBe("done");
  expect(session.view(2).attempts).toMatchObject([{ attempt: 1, startedAt: 5 * MINUTE }]);
  expectNoClaims(session);
});

test("work that cannot go on ends the run with its error, after all others were aborted", async () => {
  const aborted: number[] = [];
  const session = simulatedSession({
    concurrency: 3,
    features: [featureOf(1), featureOf(2), featureOf(3), featureOf(4, { touches: ["src/plugins/p1/*"] })],
    work:
      ({ clock }) =>
      async ({ view, signal }) => {
        if (view.feature.index === 2) {
          await clock.sleep(5 * MINUTE);
          throw new Error("no disk");
        }
        await clock.sleep(60 * MINUTE, signal).catch(async (reason: unknown) => {
          // Ending takes its time, and is waited for.
          await clock.sleep(MINUTE);
          aborted.push(view.feature.index);
          throw reason;
        });
        return landed;
      },
  });
  await expect(session.run()).rejects.toThrow("no disk");
  expect(aborted.sort()).toEqual([1, 3]);
  for (const index of [1, 2, 3]) {
    expect(session.view(index)).toMatchObject({ state: "pending", tries: 0, refusal: { code: "interrupted" } });
  }
  expectNoClaims(session);
});

test.each(["claim.asked", "claim.waited", "attempt.started", "attempt.refused", "task.landed"] as const)(
  "a store that fails to record %s ends the run with its error and hangs nothing",
  async (type) => {
    let attempts = 0;
    const session = simulatedSession({
      concurrency: 2,
      features: [featureOf(1), featureOf(2, { touches: ["src/plugins/p1/*"] }), featureOf(3)],
      onWrite: (entries) => {
        if (entries.some((entry) => entry.type === type)) throw new Error("the database is gone");
      },
      work:
        ({ clock }) =>
        async ({ signal }) => {
          attempts += 1;
          await clock.sleep(MINUTE, signal);
          return attempts > 2 ? landed : refused();
        },
    });
    await expect(session.run()).rejects.toThrow("the database is gone");
    expectNoClaims(session);
  },
);

test.each(["claim", "wait", "heartbeat", "release"] as const)(
  "a claim store that fails at %s ends the run with its error and hangs nothing",
  async (method) => {
    const session = simulatedSession({
      ...{ concurrency: 2, leaseMs: 3 * MINUTE, work: landing(5 * MINUTE) },
      features: [featureOf(1), featureOf(2, { touches: ["src/plugins/p1/*"] })],
      claims: (real) => ({ ...real, [method]: () => Promise.reject(new Error("the database is gone")) }),
    });
    await expect(session.run()).rejects.toThrow("the database is gone");
  },
);

test("a connection that is lost while a claim is awaited is waited out, and the place in the queue is kept", async () => {
  let losses = 3;
  const session = simulatedSession({
    ...{ concurrency: 2, work: landing(5 * MINUTE) },
    features: [featureOf(1), featureOf(2, { touches: ["src/plugins/p1/*"] })],
    claims: (real) => ({
      ...real,
      wait: (id, signal) =>
        losses-- > 0 ? Promise.reject(new Error("the connection was lost")) : real.wait(id, signal),
    }),
  });
  expect(await session.run()).toBe("done");
  expect(typesOf(session, 2).filter((type) => type === "claim.asked")).toHaveLength(1);
});

test("a claim that was granted and ran out before anybody heard of it is asked for again", async () => {
  let isFirst = true;
  const session = simulatedSession({
    ...{ concurrency: 2, work: landing(5 * MINUTE) },
    features: [featureOf(1), featureOf(2, { touches: ["src/plugins/p1/*"] })],
    claims: (real) => ({
      ...real,
      wait: async (id, signal) => {
        const held = await real.wait(id, signal);
        if (!isFirst) return held;
        isFirst = false;
        await real.release(held.token);
        throw new Error(`claim ${id} has ended: claim anew`);
      },
    }),
  });
  expect(await session.run()).toBe("done");
  expect(states(session)).toEqual(["landed", "landed"]);
  expect(typesOf(session, 2).filter((type) => type === "claim.asked")).toHaveLength(2);
});

test("a claim that is granted in the moment in which it is given up is released", async () => {
  const session = simulatedSession({
    ...{ concurrency: 2, work: landing(60 * MINUTE) },
    features: [featureOf(1), featureOf(2, { touches: ["src/plugins/p1/*"] })],
    claims: (real) => ({
      ...real,
      withdraw: async (id) => {
        for (const claim of await real.list()) if (claim.state === "held") await real.release(claim.token);
        return real.withdraw(id);
      },
    }),
  });
  void session.clock.sleep(MINUTE).then(() => session.stop.abort());
  expect(await session.run()).toBe("stopped");
  expectNoClaims(session);
});

test("stopped while its beginning is written down, an attempt is not begun", async () => {
  let works = 0;
  const session = simulatedSession({
    ...{ concurrency: 1, features: [featureOf(1)] },
    onWrite: ([entry]) => {
      if (entry?.type === "attempt.started") session.stop.abort();
    },
    work: () => async () => {
      works += 1;
      return landed;
    },
  });
  expect(await session.run()).toBe("stopped");
  expect(works).toBe(0);
  expect(session.view(1)).toMatchObject({ state: "pending", refusal: { code: "interrupted" }, tries: 0 });
  expectNoClaims(session);
});

test("stopped before it began, it begins nothing", async () => {
  const session = simulatedSession({ concurrency: 2, features: [featureOf(1)], work: landing() });
  session.stop.abort();
  expect(await session.run()).toBe("stopped");
  expect(session.written).toEqual([]);
});

test("a session of 10,000 tasks in one chain is looked through without overflowing the stack", async () => {
  const count = 10_000;
  const features = Array.from({ length: count }, (_, index) =>
    featureOf(index, { dependsOn: index === 0 ? [] : [index - 1] }),
  );
  // The last first: what looks along the chain from there meets all of it at once.
  features.reverse();
  const session = simulatedSession({ concurrency: 1, attempts: 1, features, work: () => async () => refused() });
  expect(await session.run()).toBe("done");
});

test("a run goes on where an earlier one had the work done: it is landed only, as the same attempt", async () => {
  const orders: AttemptOrder[] = [];
  const session = simulatedSession({
    concurrency: 1,
    features: [featureOf(1)],
    work: () => async (order) => {
      orders.push(order);
      return landed;
    },
  });
  const { book, clock } = session;
  const event = (type: string, data: object) =>
    book.take({ seq: 0, at: clock.now(), type, data: { task: "sim.1", attempt: 1, ...data } } as never);
  event("attempt.started", { token: 1, claim: "c", waitedMs: 0, landsOnly: false });
  event("attempt.coded", { isOk: true, usage: {}, startedAt: 0, endedAt: 1 });
  event("attempt.kept", { ref: "r", commit: "k" });
  event("attempt.refused", {
    refusal: { stage: "landing", code: "interrupted", reason: "" },
    next: "again",
    counts: false,
  });
  expect(await session.run()).toBe("done");
  expect(orders).toMatchObject([{ attempt: 1, landsOnly: true }]);
  expect(session.view(1).attempts).toHaveLength(1);
});
