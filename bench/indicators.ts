import { pathToFileURL } from "node:url";
import { type Baseline, openBaseline } from "./c-baseline.ts";
import {
  alphaforge,
  BATCH,
  type BenchSeries,
  buffers,
  type Contender,
  INDICATORS,
  type IndicatorName,
  STREAMING,
} from "./indicators-contenders.ts";

export interface IndicatorBenchRow {
  readonly form: "batch" | "streaming";
  readonly contender: string;
  /** Median nanoseconds per candle; null where the contender lacks the indicator. */
  readonly nanoseconds: Readonly<Record<IndicatorName, number | null>>;
  /** Over the indicators that it has. */
  readonly sum: number;
  /** How often Alphaforge's sum over the same indicators fits into this sum. */
  readonly ratio: number;
  readonly complete: boolean;
  readonly notes: readonly string[];
}

export interface IndicatorBench {
  readonly rows: readonly IndicatorBenchRow[];
  /** Whole series in C, which is nobody's library and so no row among the peers; or why there is none. */
  readonly baseline: BaselineFigures | { readonly absent: string };
}

export interface BaselineFigures {
  readonly name: string;
  /** Median nanoseconds per candle. */
  readonly nanoseconds: Readonly<Record<IndicatorName, number>>;
  /** Our time divided by C's: below 1 is faster than C. */
  readonly ratios: Readonly<Record<IndicatorName, number>>;
  readonly sum: number;
  readonly ratio: number;
  /** The largest relative difference between C's outputs and ours. */
  readonly difference: number;
}

/** How many columns each gives, in the order of our buffers. */
const OUTPUTS: Readonly<Record<IndicatorName, number>> = {
  sma: 1,
  ema: 1,
  rsi: 1,
  macd: 3,
  bollinger: 3,
  atr: 1,
  adx: 3,
  stochastic: 2,
  obv: 1,
};

/** A random walk with gaps; a fixed generator, so that every run and every contender sees the same prices. */
function makeSeries(length: number, seed: number): BenchSeries {
  let state = seed >>> 0;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  const candles: BenchSeries["candles"] = [];
  let price = 100;
  for (let i = 0; i < length; i += 1) {
    const open = random() < 0.1 ? price * (1 + (random() - 0.5) * 0.01) : price;
    const close = open * (1 + (random() - 0.5) * 0.02);
    const high = Math.max(open, close) * (1 + random() * 0.005);
    const low = Math.min(open, close) * (1 - random() * 0.005);
    candles.push({ open, high, low, close, volume: 1 + random() * 1000 });
    price = close;
  }
  const column = (key: "high" | "low" | "close" | "volume"): number[] => candles.map((candle) => candle[key]);
  const arrays = { high: column("high"), low: column("low"), close: column("close"), volume: column("volume") };
  return {
    candles,
    arrays,
    high: Float64Array.from(arrays.high),
    low: Float64Array.from(arrays.low),
    close: Float64Array.from(arrays.close),
    volume: Float64Array.from(arrays.volume),
  };
}

/** Timed passes over all series in one round. */
const PASSES = 2;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

interface Measured {
  readonly rows: readonly IndicatorBenchRow[];
  readonly inC: Readonly<Record<IndicatorName, number>> | undefined;
}

/**
 * Every contender in turn within every round (A B A B), the baseline among them, the median of the rounds: what slows
 * the machine down for a while slows all of them.
 */
async function measure(
  form: IndicatorBenchRow["form"],
  contenders: readonly Contender[],
  series: readonly BenchSeries[],
  rounds: number,
  baseline?: Baseline,
): Promise<Measured> {
  const candles = series.reduce((sum, one) => sum + one.close.length, 0);
  const times = new Map<string, number[]>();
  let checksum = 0;
  // The first rounds compile and are not counted.
  for (let round = -3; round < rounds; round += 1) {
    for (const indicator of INDICATORS) {
      for (const contender of contenders) {
        const run = contender.runs[indicator];
        if (run === undefined) continue;
        // An untimed pass first, or each would pay for the cache that the one before it has filled.
        for (const one of series) checksum += run(one);
        const begin = process.hrtime.bigint();
        for (let pass = 0; pass < PASSES; pass += 1) for (const one of series) checksum += run(one);
        const elapsed = Number(process.hrtime.bigint() - begin) / (candles * PASSES);
        const key = `${contender.name} ${indicator}`;
        const list = times.get(key) ?? [];
        if (round >= 0) list.push(elapsed);
        times.set(key, list);
      }
      if (baseline === undefined) continue;
      await baseline.time(indicator, 1);
      const elapsed = (await baseline.time(indicator, PASSES)) / (candles * PASSES);
      const list = times.get(indicator) ?? [];
      if (round >= 0) list.push(elapsed);
      times.set(indicator, list);
    }
  }
  if (!Number.isFinite(checksum)) throw new Error(`the ${form} checksum is ${checksum}: a contender gives no numbers`);

  const ours = contenders[0] as Contender;
  const time = (contender: Contender, indicator: IndicatorName): number | null => {
    const list = times.get(`${contender.name} ${indicator}`);
    return list === undefined ? null : median(list);
  };
  const row = (name: string, notes: readonly string[], of: (indicator: IndicatorName) => number | null) => {
    const nanoseconds = Object.fromEntries(INDICATORS.map((indicator) => [indicator, of(indicator)])) as Record<
      IndicatorName,
      number | null
    >;
    let sum = 0;
    let same = 0;
    for (const indicator of INDICATORS) {
      const value = nanoseconds[indicator];
      if (value === null) continue;
      sum += value;
      same += time(ours, indicator) as number;
    }
    const complete = INDICATORS.every((indicator) => nanoseconds[indicator] !== null);
    return { form, contender: name, nanoseconds, sum, ratio: sum / same, complete, notes };
  };
  const rows = contenders.map((contender) => row(contender.name, contender.notes, (each) => time(contender, each)));
  const best = row(
    "best peer for each",
    ["an opponent that does not exist: the fastest peer, indicator by indicator"],
    (each) => {
      const all = contenders.slice(1).map((contender) => time(contender, each));
      return Math.min(...all.filter((value) => value !== null));
    },
  );
  const inC = baseline && columnOf((each) => median(times.get(each) ?? []));
  return { rows: [...rows, best], inC };
}

function columnOf(of: (indicator: IndicatorName) => number): Record<IndicatorName, number> {
  return Object.fromEntries(INDICATORS.map((each) => [each, of(each)])) as Record<IndicatorName, number>;
}

/** The largest relative difference between what C gives and what we give. Throws where it would not be the same work. */
async function compare(baseline: Baseline, series: readonly BenchSeries[]): Promise<number> {
  let largest = 0;
  for (const indicator of INDICATORS) {
    const theirs = await baseline.outputs(indicator);
    let at = 0;
    for (const one of series) {
      alphaforge.runs[indicator]?.(one);
      for (const column of buffers(one.close.length).slice(0, OUTPUTS[indicator])) {
        for (const ours of column) {
          const difference = differenceBetween(ours, theirs[at] as number);
          // Also where one of them has no value.
          if (!(difference <= SAME)) {
            throw new Error(`${indicator} is ${theirs[at]} in C and ${ours} here, at output ${at}: not the same work`);
          }
          largest = Math.max(largest, difference);
          at += 1;
        }
      }
    }
    if (at !== theirs.length) throw new Error(`${indicator} gives ${theirs.length} outputs in C and ${at} here`);
  }
  return largest;
}

const SAME = 1e-9;
/** Prices are about 100: a difference of two that is smaller than this has lost digits on both sides. */
const SMALL = 0.01;

function differenceBetween(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  return Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b), SMALL);
}

function besideC(
  { rows: [ours], inC }: Measured,
  { name }: Baseline,
  difference: number,
): BaselineFigures | { readonly absent: string } {
  if (ours === undefined || inC === undefined) return { absent: "no ratios to C: it was not measured" };
  const time = (each: IndicatorName): number => ours.nanoseconds[each] as number;
  const sum = INDICATORS.reduce((all, each) => all + inC[each], 0);
  const ratios = columnOf((each) => time(each) / inC[each]);
  return { name, nanoseconds: inC, ratios, sum, ratio: ours.sum / sum, difference };
}

/** Nine indicators, batch (200 series of 200 candles, buffers used again) and streaming (one series of 50,000). */
export async function runIndicatorBench(rounds = 15): Promise<IndicatorBench> {
  const many = Array.from({ length: 200 }, (_, index) => makeSeries(200, index + 1));
  const long = [makeSeries(50_000, 7)];
  const baseline = await openBaseline(many);
  try {
    const isThere = !("absent" in baseline);
    const difference = isThere ? await compare(baseline, many) : 0;
    const batch = await measure("batch", BATCH, many, rounds, isThere ? baseline : undefined);
    const streaming = await measure("streaming", STREAMING, long, Math.min(rounds, 11));
    return {
      rows: [...batch.rows, ...streaming.rows],
      baseline: isThere ? besideC(batch, baseline, difference) : baseline,
    };
  } finally {
    baseline.close();
  }
}

/** The rows as a table of nanoseconds per candle, with the ratio of the sums. */
export function formatIndicatorBench({ rows, baseline }: IndicatorBench): string {
  const lines: string[] = [];
  for (const form of ["batch", "streaming"] as const) {
    const part = rows.filter((row) => row.form === form);
    lines.push(
      form === "batch" ? "batch, 200 series × 200 candles, ns per candle" : "streaming, 50,000 candles, ns per update",
    );
    lines.push(
      ["".padEnd(20), ...INDICATORS.map((name) => name.padStart(12)), "sum".padStart(9), "× ours".padStart(8)].join(""),
    );
    for (const row of part) {
      const cells = INDICATORS.map((name) => (row.nanoseconds[name]?.toFixed(1) ?? "n/a").padStart(12));
      lines.push(
        [row.contender.padEnd(20), ...cells, row.sum.toFixed(1).padStart(9), row.ratio.toFixed(2).padStart(8)].join(""),
      );
    }
    const peers = part.filter(
      (row) => row.complete && row.contender !== "alphaforge" && row.contender !== "best peer for each",
    );
    const fastest = peers.reduce<IndicatorBenchRow | undefined>(
      (a, b) => (a === undefined || b.sum < a.sum ? b : a),
      undefined,
    );
    if (fastest !== undefined) {
      lines.push(
        `${fastest.ratio.toFixed(2)} × faster in sum than ${fastest.contender}, the fastest peer that has all nine`,
      );
    }
    for (const row of part) {
      if (row.complete) continue;
      const has = INDICATORS.filter((name) => row.nanoseconds[name] !== null).length;
      lines.push(`${row.ratio.toFixed(2)} × faster than ${row.contender} over the ${has} that it has`);
    }
    for (const row of part) if (row.notes.length > 0) lines.push(`  ${row.contender}: ${row.notes.join(", ")}`);
    if (form === "batch") lines.push(...linesOf(baseline));
    lines.push("");
  }
  return lines.join("\n");
}

function linesOf(baseline: IndicatorBench["baseline"]): readonly string[] {
  if ("absent" in baseline) return [baseline.absent];
  const { name, nanoseconds, ratios, sum, ratio, difference } = baseline;
  const row = (title: string, digits: number, cells: Readonly<Record<IndicatorName, number>>, all: number): string =>
    [
      title.padEnd(20),
      ...INDICATORS.map((each) => cells[each].toFixed(digits).padStart(12)),
      all.toFixed(digits).padStart(9),
    ].join("");
  return [
    row(`C, ${name}`, 1, nanoseconds, sum),
    row("ours ÷ C", 2, ratios, ratio),
    `${ratio.toFixed(2)} of the time of C in sum; C's outputs differ from ours by ${difference.toExponential(0)} at most`,
    "  C: checks no lengths, and lets rounding gather in running sums, which we take anew every few periods",
  ];
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(`${formatIndicatorBench(await runIndicatorBench())}\n`);
}
