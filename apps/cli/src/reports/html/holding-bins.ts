import type { Bar } from "./bar-chart.ts";

const HOUR = 3_600_000;
const EDGES: readonly (readonly [label: string, below: number])[] = [
  ["< 1 h", HOUR],
  ["1–4 h", 4 * HOUR],
  ["4–12 h", 12 * HOUR],
  ["12–24 h", 24 * HOUR],
  ["1–3 d", 72 * HOUR],
  ["3–7 d", 168 * HOUR],
  ["≥ 7 d", Number.POSITIVE_INFINITY],
];

/** How many positions were held how long. @param durations ms */
export function holdingBins(durations: readonly number[]): readonly Bar[] {
  const counts = EDGES.map(() => 0);
  for (const duration of durations) {
    const bin = EDGES.findIndex(([, below]) => duration < below);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return EDGES.map(([label], index) => ({ label, labelAt: "bar", count: counts[index] as number, kind: "plain" }));
}
