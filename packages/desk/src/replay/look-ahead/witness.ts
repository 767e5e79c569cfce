import { oneLine } from "@alphaforge/core/errors";
import { type AgentSeat, dueAt } from "../../agents/agent.ts";
import { openAgent, rulesOf } from "../../agents/open-agent.ts";
import { columnOrFault } from "../../agents/ranked-lane.ts";
import type { RulesDecider } from "../../deciders/rules/rules-decider.ts";
import type { DeskEvents, DeskEventType, Journal } from "../../events.ts";
import type { Feature } from "../../features/feature.ts";
import { FeatureFrame } from "../../features/feature-frame.ts";
import { breakdownAt } from "../../forecast/ranking/breakdown.ts";
import type { Signal } from "../../forecast/ranking/signal.ts";
import type { CandleSeries } from "../../instrument/candle.ts";
import { money } from "../../instrument/money.ts";
import { lastCloseAt, type RankedTimeframe, TIMEFRAME_MS, type Timeframe } from "../../instrument/timeframe.ts";
import { Pipeline } from "../../pipeline.ts";
import { exactText } from "./exact-text.ts";
import { closedBy, type Market } from "./market-window.ts";
import { witnessedRules } from "./rule-witness.ts";

/** What can depend on the future, in the order in which one leads to the next. */
export const SUBJECT_KINDS = ["feature", "signal", "ranking", "memory", "rule", "decision"] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];

/** One thing that was seen at a close. */
export interface Subject {
  readonly kind: SubjectKind;
  /** A feature's key, a signal's name, a rule's id; empty for rankings, memories and decisions. */
  readonly name: string;
  /** Whose rule, memory or decision it is. */
  readonly agent?: string;
  readonly timeframe?: RankedTimeframe;
  readonly symbol?: string;
}

/** What is looked at: agents by their rules, and signals and features by themselves. */
export interface Examined {
  readonly seats: readonly AgentSeat[];
  /** What the rankings are made of. */
  readonly signals: readonly Signal[];
  readonly features: readonly Feature[];
  readonly finest: Timeframe;
}

/** A column up to the close, with the times at which its candles closed; a text instead when it could not be computed. */
export type SeenColumn = { readonly values: Float64Array; readonly closes: Float64Array } | string;

/** All that was seen at one close. */
export interface Sighting {
  readonly columns: ReadonlyMap<string, { readonly subject: Subject; readonly column: SeenColumn }>;
  readonly answers: ReadonlyMap<string, { readonly subject: Subject; readonly text: string }>;
}

const LIMITS = { maxPositionShare: 0.25, maxPositions: 5 };

/** What a desk with fresh books computes, ranks, asks of its rules and decides at the close `at`. Computed anew each time. */
export function witness(examined: Examined, market: Market, at: number): Sighting {
  const seen = new Witness(examined, market, at);
  return { columns: seen.columns, answers: seen.answers };
}

class Witness implements Journal {
  readonly columns = new Map<string, { subject: Subject; column: SeenColumn }>();
  readonly answers = new Map<string, { subject: Subject; text: string }>();
  readonly #examined: Examined;
  readonly #at: number;

  constructor(examined: Examined, market: Market, at: number) {
    this.#examined = examined;
    this.#at = at;
    for (const [timeframe, all] of market) for (const series of all) this.#compute(timeframe, series);
    this.#decide(market);
  }

  #compute(timeframe: RankedTimeframe, series: CandleSeries): void {
    const { signals, features } = this.#examined;
    const end = closedBy(series, this.#at);
    if (end === 0) return;
    const frame = new FeatureFrame(series);
    const closes = series.openTime.map((time) => time + TIMEFRAME_MS[timeframe]);
    const { symbol } = series;
    for (const feature of features) {
      const values = columnOrFault(frame, feature);
      const column = values instanceof Error ? oneLine(values) : { values: values.subarray(0, end), closes };
      const subject = { kind: "feature", name: feature.key, timeframe, symbol } as const;
      this.columns.set(keyOf(subject), { subject, column });
    }
    for (const signal of signals) {
      const text = textOf(() => {
        const { signals: rows, highlights } = breakdownAt(frame, [{ signal, weight: 1 }], end - 1);
        return { value: rows[0]?.value, readings: rows[0]?.readings, highlights };
      });
      this.#see({ kind: "signal", name: signal.name, timeframe, symbol }, text);
    }
  }

  #decide(market: Market): void {
    const { seats, signals, finest } = this.#examined;
    const timeframes = [...market.keys()];
    const at = this.#at;
    const pipeline = new Pipeline({
      desk: "look-ahead",
      agents: seats.map((seat) => openAgent(seat, money(10_000), at, LIMITS, this, { decider: this.#rulesOf(seat) })),
      signals,
      timeframes,
      finest,
      feeRate: 0.001,
      limits: LIMITS,
      journal: this,
    });
    for (const [timeframe, series] of market) pipeline.load(timeframe, series);
    // Every timeframe's latest ranking is at hand, as it is on a desk that has run for a while.
    for (const timeframe of timeframes) {
      const { rows, skipped } = pipeline.rank(timeframe, lastCloseAt(timeframe, at));
      this.#see({ kind: "ranking", name: "", timeframe }, exactText({ rows, skipped }));
    }
    if (pipeline.decide(at, dueAt(at, timeframes)) !== undefined) throw new Error("rules decide at once");
  }

  #rulesOf({ name, strategy }: AgentSeat): RulesDecider<unknown> {
    return witnessedRules(rulesOf(strategy, LIMITS) as RulesDecider<unknown>, strategy, (rule, symbol, answer) => {
      const kind = rule === "memory" ? "memory" : "rule";
      this.#see({ kind, name: rule === "memory" ? "" : rule, agent: name, symbol }, answer);
    });
  }

  record<T extends DeskEventType>(type: T, _at: number, data: DeskEvents[T]): void {
    if (type === "decision.made") {
      const { agent, decision } = data as DeskEvents["decision.made"];
      this.#see({ kind: "decision", name: "", agent }, exactText(decision));
    }
    if (type === "halt.raised") {
      const { scope, reason } = data as DeskEvents["halt.raised"];
      this.#see({ kind: "decision", name: "", agent: scope }, `halt: ${reason}`);
    }
  }

  #see(subject: Subject, text: string): void {
    this.answers.set(keyOf(subject), { subject, text });
  }
}

const keyOf = ({ kind, name, agent, timeframe, symbol }: Subject): string =>
  [kind, name, agent ?? "", timeframe ?? "", symbol ?? ""].join("\n");

function textOf(asked: () => unknown): string {
  try {
    return exactText(asked());
  } catch (error) {
    return `error: ${oneLine(error)}`;
  }
}
