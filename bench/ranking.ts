import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { FeatureFrame } from "@alphaforge/desk/features/feature-frame";
import { Ranker } from "@alphaforge/desk/forecast/ranking/ranker";
import type { RankedSymbol } from "@alphaforge/desk/forecast/ranking/ranking";
import type { ScoredSeries } from "@alphaforge/desk/forecast/ranking/scored-series";
import type { Signal } from "@alphaforge/desk/forecast/ranking/signal";
import { type Candle, type CandleSeries, seriesFrom } from "@alphaforge/desk/instrument/candle";
import { RANKED_TIMEFRAMES } from "@alphaforge/desk/instrument/timeframe";
import { type Baseline, type NoBaseline, openBaseline } from "./c-baseline.ts";
import { type PeerRow, type PeerSeries, rankWithPeer } from "./ranking-peer.ts";

const SYMBOLS = 200;
/** Untimed rounds: a desk ranks all day, so neither side is charged for being compiled, which takes some ten rounds. */
const WARM_UP = 15;
/** Bars before the one that is ranked at which its signals read. */
const LOOK_BACK = 20;

export interface RankingBenchRow {
  readonly bars: number;
  /** Median milliseconds for 200 symbols × 6 timeframes. */
  readonly ours: number;
  readonly peer: number;
  readonly ratio: number;
  /** Share of the symbols that both give the same score: they differ where a peer's warm-up has not faded. */
  readonly sameScores: number;
  /** Median milliseconds of the same in C, whose rows are ours to the last; or why there is none. */
  readonly baseline:
    | { readonly name: string; readonly ms: number; readonly ratio: number }
    | { readonly absent: string };
}

async function loadSignals(): Promise<Signal[]> {
  const directory = new URL("../packages/desk/src/forecast/ranking/signals/", import.meta.url);
  const names = readdirSync(directory).toSorted();
  return Promise.all(
    names.map(async (name) => {
      const { plugin } = (await import(new URL(`${name}/index.ts`, directory).href)) as { plugin: { signal: Signal } };
      return plugin.signal;
    }),
  );
}

/** A random walk; a fixed generator, so that both sides and every run see the same prices. */
function makeSeries(symbol: string, length: number, seed: number): CandleSeries {
  let state = seed >>> 0;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4294967296;
  };
  const candles: Candle[] = [];
  let close = 50 + 100 * random();
  for (let i = 0; i < length; i += 1) {
    const open = close;
    close = open * (1 + (random() - 0.5) * 0.02);
    const high = Math.max(open, close) * (1 + random() * 0.005);
    const low = Math.min(open, close) * (1 - random() * 0.005);
    candles.push({ openTime: i * 3_600_000, open, high, low, close, volume: 1 + random() * 1000 });
  }
  return seriesFrom(symbol, "1h", candles);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/**
 * Ranks 200 symbols on six timeframes at their latest close, from candles to sorted rows, ours, the fastest peer's
 * indicators with the same rules, and C in turn in each round. Each reads candles in its native form; conversion is
 * charged to nobody. Ours keeps its memory from one ranking to the next, as a running desk does; the median of many
 * rounds leaves out those that the collector takes, which clears both sides' garbage where it happens to run.
 */
export async function runRankingBench(rounds = 31): Promise<RankingBenchRow[]> {
  const signals = await loadSignals();
  const rows: RankingBenchRow[] = [];
  for (const bars of [200, 1000]) rows.push(await measure(bars, signals, rounds));
  return rows;
}

async function measure(bars: number, signals: readonly Signal[], rounds: number): Promise<RankingBenchRow> {
  const markets = RANKED_TIMEFRAMES.map((_, timeframe) =>
    Array.from({ length: SYMBOLS }, (_, i) => makeSeries(`S${i}`, bars, 1 + timeframe * SYMBOLS + i)),
  );
  // By name, so that C may break a tie by place.
  const byName = (market: readonly CandleSeries[]) => market.toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1));
  const baseline = await openBaseline(markets.flatMap(byName));
  try {
    return await compete(markets, signals, rounds, baseline);
  } finally {
    baseline.close();
  }
}

async function compete(
  markets: readonly (readonly CandleSeries[])[],
  signals: readonly Signal[],
  rounds: number,
  baseline: Baseline | NoBaseline,
): Promise<RankingBenchRow> {
  const first = markets[0]?.[0] as CandleSeries;
  const bars = first.length;
  const native = markets.map((market) => market.map(peerSeries));
  const rankers = RANKED_TIMEFRAMES.map((timeframe) => new Ranker({ timeframe, signals }));
  const frame = new FeatureFrame(first);
  const kept: (ScoredSeries | undefined)[][] = markets.map(() => []);
  const rankOurs = () =>
    markets.map((market, timeframe) => {
      const ranker = rankers[timeframe] as Ranker;
      const scored = market.map((series, i) => {
        frame.reload(series, bars - 1 - LOOK_BACK);
        return ranker.prepare(frame, bars - 1, kept[timeframe]?.[i]);
      });
      kept[timeframe] = scored;
      return ranker.rank(0, scored, () => bars - 1).rows;
    });
  const rankPeers = (): PeerRow[][] => native.map(rankWithPeer);
  const isThere = !("absent" in baseline);
  if (isThere) compareRows(rankOurs(), await baseline.outputs(RANK_IN_C));

  const ours: number[] = [];
  const peer: number[] = [];
  const inC: number[] = [];
  let same = 0;
  for (let round = -WARM_UP; round < rounds; round += 1) {
    const begin = performance.now();
    const mine = rankOurs();
    const middle = performance.now();
    const theirs = rankPeers();
    const end = performance.now();
    const nanoseconds = isThere ? await baseline.time(RANK_IN_C, 1) : Number.NaN;
    if (round >= 0) {
      ours.push(middle - begin);
      peer.push(end - middle);
      inC.push(nanoseconds / 1e6);
    }
    same = shareOfSameScores(mine, theirs);
  }
  return {
    bars,
    ours: median(ours),
    peer: median(peer),
    ratio: median(peer) / median(ours),
    sameScores: same,
    baseline: isThere ? { name: baseline.name, ms: median(inC), ratio: median(ours) / median(inC) } : baseline,
  };
}

/** Markets of 200, each ranked. */
const RANK_IN_C = `rank ${SYMBOLS}`;

/** C gives place by name, score and confidence of each row, timeframe after timeframe. Throws where they are not ours. */
function compareRows(mine: readonly (readonly RankedSymbol[])[], theirs: Float64Array): void {
  let at = 0;
  for (const rows of mine) {
    const names = rows.map(({ symbol }) => symbol).toSorted();
    for (const { symbol, score, confidence, rank } of rows) {
      const [place, itsScore, itsConfidence] = theirs.subarray(at, at + 3) as unknown as [number, number, number];
      if (names[place] !== symbol || !(Math.abs(itsScore - score) < 1e-9) || itsConfidence !== confidence) {
        throw new Error(
          `rank ${rank} is ${symbol} (${score}, ${confidence}) here and ${names[place]} (${itsScore}, ${itsConfidence}) in C: not the same work`,
        );
      }
      at += 3;
    }
  }
  if (at !== theirs.length) throw new Error(`C ranks ${theirs.length / 3} rows, not ${at / 3}`);
}

function peerSeries(series: CandleSeries): PeerSeries {
  const [high, low] = [Array.from(series.high), Array.from(series.low)];
  return { symbol: series.symbol, high, low, close: Array.from(series.close), volume: Array.from(series.volume) };
}

function shareOfSameScores(
  mine: readonly (readonly { symbol: string; score: number }[])[],
  theirs: readonly (readonly PeerRow[])[],
): number {
  let same = 0;
  let all = 0;
  mine.forEach((rows, timeframe) => {
    const scores = new Map(rows.map((row) => [row.symbol, row.score]));
    for (const row of theirs[timeframe] ?? []) {
      all += 1;
      if (Math.abs((scores.get(row.symbol) ?? Number.NaN) - row.score) < 1e-9) same += 1;
    }
  });
  return same / all;
}

export function formatRankingBench(rows: readonly RankingBenchRow[]): string {
  const lines = rows.map(
    ({ bars, ours, peer, ratio, sameScores, baseline }) =>
      `${String(bars).padStart(5)} bars: ${ours.toFixed(1)} ms, @ixjb94/indicators ${peer.toFixed(1)} ms, ` +
      `${ratio.toFixed(2)} × faster (same score for ${(100 * sameScores).toFixed(1)} % of the symbols); ` +
      ("absent" in baseline
        ? baseline.absent
        : `C (${baseline.name}) ${baseline.ms.toFixed(1)} ms, ours ÷ C ${baseline.ratio.toFixed(2)} (same rows)`),
  );
  return [`ranking ${SYMBOLS} symbols × ${RANKED_TIMEFRAMES.length} timeframes`, ...lines].join("\n");
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.stdout.write(`${formatRankingBench(await runRankingBench())}\n`);
}
