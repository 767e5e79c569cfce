import type { Timeframe } from "./timeframes.ts";

export type Tone = "bullish" | "bearish" | "neutral";

export interface RankedRow {
  readonly symbol: string;
  readonly rank: number;
  /** 0..1, 0.5 is neutral. */
  readonly score: number;
  /** 0..100. */
  readonly confidence: number;
  readonly price: number;
  /** A fraction: 0.01 is +1 %. Null when the desk had no price a day before. */
  readonly change: number | null;
  /** Strongest first, at most four. */
  readonly highlights: readonly { readonly text: string; readonly tone: Tone }[];
  readonly signals: readonly SignalReading[];
}

export interface SignalReading {
  readonly name: string;
  /** Null: absent, the series was too short or flat. */
  readonly value: -1 | 0 | 1 | null;
  readonly weight: number;
  readonly readings: readonly (readonly [name: string, value: number])[];
}

export interface TimeframeRanking {
  readonly timeframe: Timeframe;
  readonly runId: string;
  /** The close that was ranked, ms of the desk's clock. */
  readonly candleClose: number;
  readonly finishedAt: number;
  readonly skipped: readonly { readonly symbol: string; readonly reason: string }[];
  readonly rows: readonly RankedRow[];
}

/**
 * A ranking on the wire. 200 × 6 rows with everything that a page can unfold travel in one document, so names are said
 * once: rows are arrays that point into `highlights` and `layouts`. A layout is the list of a row's signals with
 * their weights and the names of their readings; in practice all rows of a run share one or two.
 */
export interface WireRanking {
  readonly timeframe: Timeframe;
  readonly runId: string;
  readonly candleClose: number;
  readonly finishedAt: number;
  readonly skipped: TimeframeRanking["skipped"];
  readonly highlights: readonly (readonly [text: string, tone: "+" | "-" | "0"])[];
  readonly layouts: readonly (readonly (readonly [name: string, weight: number, readings: readonly string[]])[])[];
  readonly rows: readonly WireRow[];
}

/** `values` has one letter per signal: + 0 - and ? for absent. `readings` are those of all signals in order, null when one is not there. */
export type WireRow = readonly [
  symbol: string,
  rank: number,
  score: number,
  confidence: number,
  price: number,
  change: number | null,
  highlights: readonly number[],
  layout: number,
  values: string,
  readings: readonly (number | null)[],
];

const TONE_LETTER = { bullish: "+", bearish: "-", neutral: "0" } as const;
const LETTER_TONE = { "+": "bullish", "-": "bearish", "0": "neutral" } as const;
const VALUE_OF: Readonly<Record<string, -1 | 0 | 1 | null>> = { "+": 1, "0": 0, "-": -1, "?": null };

/** Four digits are what a score of ten weights can tell apart; five are more than a reading is shown with. */
const rounded = (value: number, digits: number): number => Number(value.toPrecision(digits));

/** Loses only digits that no page shows: readings keep five, the change four. */
export function toWire(ranking: TimeframeRanking): WireRanking {
  const highlights: [string, "+" | "-" | "0"][] = [];
  const highlightAt = new Map<string, number>();
  const layouts: WireRanking["layouts"][number][] = [];
  const layoutAt = new Map<string, number>();
  const rows = ranking.rows.map((row): WireRow => {
    const chips = row.highlights.map(({ text, tone }) => {
      const key = `${TONE_LETTER[tone]}${text}`;
      let index = highlightAt.get(key);
      if (index === undefined) {
        index = highlights.push([text, TONE_LETTER[tone]]) - 1;
        highlightAt.set(key, index);
      }
      return index;
    });
    const layout = row.signals.map(
      ({ name, weight, readings }) => [name, weight, readings.map(([reading]) => reading)] as const,
    );
    const key = JSON.stringify(layout);
    let index = layoutAt.get(key);
    if (index === undefined) {
      index = layouts.push(layout) - 1;
      layoutAt.set(key, index);
    }
    return [
      row.symbol,
      row.rank,
      rounded(row.score, 4),
      row.confidence,
      row.price,
      row.change === null ? null : rounded(row.change, 4),
      chips,
      index,
      row.signals.map(({ value }) => (value === null ? "?" : value > 0 ? "+" : value < 0 ? "-" : "0")).join(""),
      row.signals.flatMap(({ readings }) =>
        readings.map(([, value]) => (Number.isFinite(value) ? rounded(value, 5) : null)),
      ),
    ];
  });
  const { timeframe, runId, candleClose, finishedAt, skipped } = ranking;
  return { timeframe, runId, candleClose, finishedAt, skipped, highlights, layouts, rows };
}

/** What a row's score is, without unpacking the rows. */
export const scoresOf = ({ rows }: WireRanking): readonly number[] => rows.map(([, , score]) => score);

/** The inverse of `toWire`. */
export function fromWire(wire: WireRanking): TimeframeRanking {
  const chips = wire.highlights.map(([text, letter]) => ({ text, tone: LETTER_TONE[letter] }));
  const { timeframe, runId, candleClose, finishedAt, skipped } = wire;
  return {
    timeframe,
    runId,
    candleClose,
    finishedAt,
    skipped,
    rows: wire.rows.map(([symbol, rank, score, confidence, price, change, marks, layout, values, readings]) => {
      let next = 0;
      return {
        symbol,
        rank,
        score,
        confidence,
        price,
        change,
        highlights: marks.flatMap((index) => chips[index] ?? []),
        signals: (wire.layouts[layout] ?? []).map(([name, weight, names], index) => ({
          name,
          weight,
          value: VALUE_OF[values[index] as string] ?? null,
          readings: names.flatMap((reading) => {
            const value = readings[next++];
            return typeof value === "number" ? [[reading, value] as const] : [];
          }),
        })),
      };
    }),
  };
}
