import type { GrowthPoint } from "@alphaforge/core/testing/growth";

/** One piece of work at several sizes. */
export interface GrowthRow {
  readonly work: string;
  /** Milliseconds, the least of the rounds: what disturbs a round only adds to it. */
  readonly points: readonly GrowthPoint[];
}

/** What is done at one size: pieces of work in order, each timed for itself; the same ones at every size. `turn` rises. */
export interface Sized {
  readonly n: number;
  /** Done before each turn. */
  readonly untimed?: () => void;
  readonly works: Readonly<Record<string, (turn: number) => unknown>>;
}

/**
 * Every size in turn within every round, the least of the rounds: what disturbs one only adds to it, and a share of it
 * at one size would be taken for growth. The smallest size is done most often, since it is over soonest. The first
 * round compiles and fills caches, and is not counted.
 */
export async function timeGrowth(sizes: readonly Sized[], rounds: number): Promise<readonly GrowthRow[]> {
  const least = new Map<string, Map<number, number>>();
  const largest = Math.max(...sizes.map(({ n }) => n));
  for (let round = 0; round <= rounds; round += 1) {
    for (const { n, untimed, works } of sizes) {
      const turns = Math.min(MOST_TURNS, Math.ceil(Math.sqrt(largest / n) / 2));
      for (let turn = 0; turn < turns; turn += 1) {
        untimed?.();
        for (const [work, run] of Object.entries(works)) {
          const start = performance.now();
          await run(round * MOST_TURNS + turn);
          const elapsed = performance.now() - start;
          const times = least.get(work) ?? new Map<number, number>();
          least.set(work, times);
          if (round > 0) times.set(n, Math.min(elapsed, times.get(n) ?? elapsed));
        }
      }
    }
  }
  return [...least].map(([work, times]) => ({ work, points: [...times].map(([n, time]) => ({ n, time })) }));
}

/** Of one size in one round. */
export const MOST_TURNS = 4;
