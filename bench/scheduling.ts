import type { Verdict } from "@alphaforge/forge/dispatch/attempt";
import type { DispatchTask } from "@alphaforge/forge/dispatch/rules/dispatch-task";
import { nextTurns } from "@alphaforge/forge/dispatch/rules/next-turns";
import { simulatedSession } from "@alphaforge/forge/dispatch/testing/simulated-session";
import { makespanBound } from "@alphaforge/forge/plan/makespan-bound";
import type { Feature } from "@alphaforge/forge/spec/feature";

const TASKS = 200;
const SLOTS = 20;
const SEEDS = [1, 2, 3, 4, 5];
const MINUTE = 60_000;
/** Random orders of which the best list schedule is taken: what somebody who knows all durations could do. */
const TRIES = 100;

interface Work {
  readonly feature: Feature;
  readonly ms: number;
}

type Random = () => number;

/** Mulberry32: the same seed, the same specs. */
function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const whole = (random: Random, below: number) => Math.floor(random() * below);
const chance = (random: Random, share: number) => random() < share;
/** Between 5 and 15 minutes, as a coder takes for a small feature. */
const usual = (random: Random) => Math.round((5 + 10 * random()) * MINUTE);
/** Pareto with exponent 1.5: most take minutes, some hours; two hours at most, where the limit of an attempt ends them. */
const heavy = (random: Random) => Math.round(Math.min(120, 3 / (1 - random()) ** (1 / 1.5)) * MINUTE);

interface Shape {
  readonly needs?: (index: number, random: Random) => readonly number[];
  readonly claims?: (index: number, random: Random) => readonly string[];
  readonly isCore?: (random: Random) => boolean;
  readonly ms?: (random: Random) => number;
}

/** Up to two of the thirty before it. */
const layered = (index: number, random: Random) =>
  index === 0 || chance(random, 0.4)
    ? []
    : [...new Set(Array.from({ length: 1 + whole(random, 2) }, () => Math.max(0, index - 1 - whole(random, 30))))];
const oneOf = (count: number) => (_: number, random: Random) => [`shared/${whole(random, count)}/**`];
const twoOf = (count: number) => (_: number, random: Random) => [
  ...new Set([`shared/${whole(random, count)}/**`, `shared/${whole(random, count)}/**`]),
];

const FAMILIES: Readonly<Record<string, Shape>> = {
  "wide plugins": {},
  "chains of 10": { needs: (index) => (index % 10 === 0 ? [] : [index - 1]) },
  layered: { needs: layered },
  "10 % core": { needs: layered, isCore: (random) => chance(random, 0.1) },
  "one of 30 shared claims": { claims: oneOf(30) },
  "two of 60 shared claims": { claims: twoOf(60) },
  "shared claims, layered": { claims: oneOf(40), needs: layered },
  "some claim everything": {
    needs: layered,
    claims: (index, random) => (chance(random, 0.02) ? ["**"] : [`p${index}/**`]),
  },
  "heavy-tailed": { ms: heavy },
  "heavy-tailed, layered": { ms: heavy, needs: layered },
  "everything together": {
    ...{ ms: heavy, needs: layered, isCore: (random: Random) => chance(random, 0.1) },
    claims: (index, random) =>
      chance(random, 0.01) ? ["**"] : chance(random, 0.3) ? [`shared/${whole(random, 30)}/**`] : [`p${index}/**`],
  },
};

function workOf({ needs, claims, isCore, ms = usual }: Shape, seed: number): readonly Work[] {
  const random = randomOf(seed);
  return Array.from({ length: TASKS }, (_, index) => ({
    feature: {
      ...{ index, shape: isCore?.(random) === true ? "core" : "plugin", dependsOn: needs?.(index, random) ?? [] },
      ...{ touches: claims?.(index, random) ?? [`p${index}/**`], priority: 0, description: `Feature ${index}` },
      ...{ acceptance: [], verify: [], at: { line: 1, column: 1 } },
    },
    ms: ms(random),
  }));
}

/** The real orchestrator and the real claim rules; only the work is simulated. */
async function ours(work: readonly Work[]): Promise<number> {
  const session = simulatedSession({
    ...{ features: work.map(({ feature }) => feature), concurrency: SLOTS },
    work:
      ({ clock }) =>
      async ({ view, signal }): Promise<Verdict> => {
        await clock.sleep((work[view.feature.index] as Work).ms, signal);
        return { kind: "landed", commit: "simulated" };
      },
  });
  const how = await session.run();
  if (how !== "done") throw new Error(`the simulation is ${how}`);
  return Math.max(...[...session.book.tasks.values()].map(({ landed }) => landed?.at ?? Number.NaN));
}

function clashes(work: readonly Work[]): (a: number, b: number) => boolean {
  const rows = work.map(({ feature: a }) =>
    work.map(({ feature: b }) => {
      if (a.shape === "core" && b.shape === "core") return true;
      if (a.touches.includes("**") || b.touches.includes("**")) return true;
      return a.touches.some((glob) => b.touches.includes(glob));
    }),
  );
  return (a, b) => rows[a]?.[b] === true;
}

/**
 * List scheduling: whenever something ends, start in the order of `rank` all that can be started, past those that
 * cannot; nobody keeps a place. In waves: only when all that was started has ended.
 */
function listed(
  work: readonly Work[],
  isClash: (a: number, b: number) => boolean,
  rank: readonly number[],
  inWaves = false,
) {
  const order = [...work.keys()].sort((a, b) => (rank[a] as number) - (rank[b] as number));
  const landed = new Set<number>();
  const pending = new Set(order);
  const running = new Map<number, number>();
  let now = 0;
  while (pending.size + running.size > 0) {
    if (!inWaves || running.size === 0) {
      const before = new Set(landed);
      for (const index of pending) {
        if (running.size >= SLOTS) break;
        const { feature, ms } = work[index] as Work;
        if (!feature.dependsOn.every((needed) => before.has(needed))) continue;
        if ([...running.keys()].some((other) => isClash(index, other))) continue;
        pending.delete(index);
        running.set(index, now + ms);
      }
    }
    now = Math.min(...running.values());
    for (const [index, end] of running) {
      if (end > now) continue;
      running.delete(index);
      landed.add(index);
    }
  }
  return now;
}

export interface SchedulingRow {
  readonly family: string;
  /** Makespan by its lower bound: over the seeds on average, and at worst. */
  readonly mean: number;
  readonly worst: number;
  /** What the bound is at worst. */
  readonly because: string;
  /** On average: naive waves, list scheduling in the spec's order, and the best of many list schedules. */
  readonly waves: number;
  readonly fifo: number;
  readonly best: number;
  /** The worst seed's best. */
  readonly bestAtWorst: number;
  /** Random list schedules, on average: what not knowing anything gets. */
  readonly random: number;
}

export interface SchedulingBench {
  readonly rows: readonly SchedulingRow[];
  /** CPU of one look for whose turn it is, among 1,000 tasks, µs. */
  readonly turnsUs: number;
  /** CPU of a whole simulated run of 1,000 tasks per task: turns, claims, events, simulation, µs. */
  readonly perTaskUs: number;
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

export async function runSchedulingBench(): Promise<SchedulingBench> {
  const rows: SchedulingRow[] = [];
  for (const [family, shape] of Object.entries(FAMILIES)) {
    const runs = [];
    for (const seed of SEEDS) {
      const work = workOf(shape, seed);
      const bound = makespanBound(
        { features: work.map(({ feature }) => feature) },
        { durationOf: (index) => (work[index] as Work).ms, slots: SLOTS },
      );
      const isClash = clashes(work);
      const random = randomOf(seed);
      const spec = work.map((_, index) => index);
      const tries = Array.from({ length: TRIES }, () => listed(work, isClash, work.map(random)));
      const tails = work.map(() => 0);
      for (const { feature, ms } of work.toReversed()) {
        const tail = (tails[feature.index] as number) + ms;
        tails[feature.index] = tail;
        for (const needed of feature.dependsOn) tails[needed] = Math.max(tails[needed] as number, tail);
      }
      const uninformed = mean(tries);
      tries.push(
        listed(
          work,
          isClash,
          tails.map((tail) => -tail),
        ),
      );
      const ratio = (makespan: number) => makespan / bound.length;
      runs.push({
        ...{ ours: ratio(await ours(work)), because: bound.because, best: ratio(Math.min(...tries)) },
        random: ratio(uninformed),
        ...{ waves: ratio(listed(work, isClash, spec, true)), fifo: ratio(listed(work, isClash, spec)) },
      });
    }
    const worst = runs.reduce((most, run) => (run.ours > most.ours ? run : most));
    rows.push({
      ...{ family, mean: mean(runs.map((run) => run.ours)), worst: worst.ours, because: worst.because },
      ...{ waves: mean(runs.map(({ waves }) => waves)), fifo: mean(runs.map(({ fifo }) => fifo)) },
      ...{
        best: mean(runs.map(({ best }) => best)),
        bestAtWorst: worst.best,
        random: mean(runs.map((run) => run.random)),
      },
    });
  }
  return { rows, ...(await overhead()) };
}

async function overhead(): Promise<{ turnsUs: number; perTaskUs: number }> {
  const count = 1_000;
  const random = randomOf(7);
  const tasks = Array.from({ length: count }, (_, index): DispatchTask => {
    const dependsOn = layered(index, random).map((needed) => `t${needed}`);
    return {
      ...{ id: `t${index}`, isCore: chance(random, 0.1), state: "pending", dependsOn, priority: 0, index },
      ...{ globs: oneOf(300)(index, random), readySince: dependsOn.length === 0 ? 0 : undefined },
    };
  });
  const cpuOf = async (work: () => unknown) => {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const LOOKS = 300;
  const look = () => {
    for (let n = 0; n < LOOKS; n++) nextTurns(tasks, { usualMs: 10 * MINUTE });
  };
  look();
  const turnsUs = (await cpuOf(look)) / LOOKS;
  const features = tasks.map(({ index }) => (workOf({}, index + 1)[0] as Work).feature);
  const many = features.map((feature, index) => ({
    feature: { ...feature, index, touches: [`p${index}/**`] },
    ms: usual(random),
  }));
  const perTaskUs = (await cpuOf(() => ours(many))) / count;
  return { turnsUs, perTaskUs };
}

export function formatSchedulingBench({ rows, turnsUs, perTaskUs }: SchedulingBench): string {
  const figure = (ratio: number) => ratio.toFixed(3);
  const lines = rows.map(
    ({ family, mean: average, worst, because, waves, fifo, best, bestAtWorst, random }) =>
      `${family.padEnd(25)} ${figure(average)}, worst ${figure(worst)} (${because}; the best there ${figure(bestAtWorst)})` +
      `   waves ${figure(waves)}  FIFO ${figure(fifo)}  random ${figure(random)}  best ${figure(best)}`,
  );
  const worst = rows.reduce((most, row) => (row.worst > most.worst ? row : most));
  return [
    `makespan by its lower bound, ${TASKS} tasks on ${SLOTS} slots, ${SEEDS.length} specs each; the best of ${TRIES + 1} knows all durations`,
    ...lines,
    `worst of all: ${figure(worst.worst)} (${worst.family})`,
    `1,000 tasks: ${turnsUs.toFixed(0)} µs of CPU for one look at whose turn it is; ${perTaskUs.toFixed(0)} µs per task for all of a simulated run`,
  ].join("\n");
}

if (import.meta.main) process.stdout.write(`${formatSchedulingBench(await runSchedulingBench())}\n`);
