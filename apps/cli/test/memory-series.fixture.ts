/** What a process held, over time. */
export interface MemorySample {
  /** Hours since the series began. */
  readonly hours: number;
  readonly megabytes: number;
}

export interface MemoryTrend {
  readonly mean: number;
  readonly least: number;
  readonly most: number;
  /** Megabytes per hour, by least squares. */
  readonly slope: number;
  /** By the slope, from the first sample to the last: what stays when garbage collection goes up and down. */
  readonly growth: number;
}

/** Fits a line to a series of two samples or more. */
export function memoryTrend(samples: readonly MemorySample[]): MemoryTrend {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || first === last) throw new Error("a trend needs two samples");
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const held = samples.map(({ megabytes }) => megabytes);
  const [mean, middle] = [meanOf(held), meanOf(samples.map(({ hours }) => hours))];
  let [across, along] = [0, 0];
  for (const { hours, megabytes } of samples) {
    across += (hours - middle) * (megabytes - mean);
    along += (hours - middle) ** 2;
  }
  const slope = across / along;
  return { mean, least: Math.min(...held), most: Math.max(...held), slope, growth: slope * (last.hours - first.hours) };
}
