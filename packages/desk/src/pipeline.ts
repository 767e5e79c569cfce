import { oneLine } from "@alphaforge/core/errors";
import { accountOf } from "./agents/account-of.ts";
import { type Agent, type AgentSeat, barOf, bookOf, isCross } from "./agents/agent.ts";
import { foldBrain } from "./agents/brain.ts";
import { CrossSight } from "./agents/cross-sight.ts";
import { advance, closedAt, closePriceOf, type Lane, type LaneGroup } from "./agents/lane.ts";
import { type ModelMarket, modelSight } from "./agents/model-sight.ts";
import { columnOrFault, laneOf, type RankedLane, tailLaneOf } from "./agents/ranked-lane.ts";
import { TimeframeSight } from "./agents/timeframe-sight.ts";
import { AnswerUnrecorded } from "./deciders/llm/model-caller.ts";
import type { ModelNote } from "./deciders/model-note.ts";
import type { TwinSight } from "./deciders/twin-sight.ts";
import { decisionIdOf } from "./decision-id.ts";
import type { DeskEvent, Journal } from "./events.ts";
import type { Fill } from "./execution/fill.ts";
import type { Feature, FeatureSet } from "./features/feature.ts";
import { FeatureFrame } from "./features/feature-frame.ts";
import type { ScoredBreakdown } from "./forecast/ranking/breakdown.ts";
import { Ranker } from "./forecast/ranking/ranker.ts";
import type { Ranking } from "./forecast/ranking/ranking.ts";
import type { ScoredSeries } from "./forecast/ranking/scored-series.ts";
import type { Signal } from "./forecast/ranking/signal.ts";
import type { CandleSeries } from "./instrument/candle.ts";
import { type Instrument, isListed } from "./instrument/instrument.ts";
import { type RankedTimeframe, TIMEFRAME_MS, type Timeframe } from "./instrument/timeframe.ts";
import type { FinestCandles } from "./market-data/finest-candles.ts";
import type { FundingStamps } from "./market-data/funding-stamps.ts";
import type { Quote } from "./risk/account.ts";
import { type Assessment, assess } from "./risk/assess.ts";
import type { RiskLimits } from "./risk/limits.ts";
import type { Decision } from "./strategies/decision.ts";
import { staleness } from "./validation/freshness.ts";

export interface PipelineOptions {
  readonly desk: string;
  readonly agents: readonly Agent[];
  readonly signals: readonly Signal[];
  /** Signal weights from the database; the signals' own where it has none. */
  readonly weights?: Readonly<Record<string, number>>;
  /** The ranked timeframes that the venue has. */
  readonly timeframes: readonly RankedTimeframe[];
  readonly finest: Timeframe;
  readonly feeRate: number;
  readonly limits: Pick<RiskLimits, "maxPositionShare" | "maxPositions" | "leverage">;
  readonly journal: Journal;
  /** Asked before what is loaded for the price that a decision stands on: a replay loads no candles of its own. */
  readonly closes?: ClosingPrices;
}

/** The latest closed price of a symbol on a timeframe at a time, and when it closed; undefined where it is not known. */
export interface ClosingPrices {
  at(
    symbol: string,
    timeframe: RankedTimeframe,
    at: number,
  ): { readonly price: number; readonly at: number } | undefined;
}

/** What can be due at a close: the agents of a timeframe, or those that look across all of them. */
export type Due = RankedTimeframe | "cross";

export interface LoadOptions {
  /** Keep this many of the latest values of each column and let the rest go: what a live desk does at every close. */
  readonly tail?: number;
  /** Also explain the last candle of each symbol, for a ranking that is stored. */
  readonly explain?: boolean;
}

interface RankedGroup extends LaneGroup {
  readonly lanes: readonly RankedLane[];
  readonly scored: readonly ScoredSeries[];
  readonly breakdowns: ReadonlyMap<string, ScoredBreakdown>;
  ranking: Ranking | undefined;
}

/**
 * One desk's way from prices to positions:
 *
 *   venue → market data → features → validation → forecast → strategy → risk → execution
 *
 * The only file that joins the stages. Prices come in by `load` and `trade`, closes by `close`; what was decided and
 * done goes out through the journal. A stage that throws halts the agent that it worked for, with the reason.
 */
export class Pipeline {
  readonly #options: PipelineOptions;
  readonly #agents: Agent[];
  readonly #byName: Map<string, Agent>;
  readonly #rankers: ReadonlyMap<RankedTimeframe, Ranker>;
  readonly #groups = new Map<RankedTimeframe, RankedGroup>();
  /** Turned from symbol to symbol where only the ends of their histories are kept. */
  #frame: FeatureFrame | undefined;
  #instruments: ReadonlyMap<string, Instrument> = new Map();

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#agents = [...options.agents];
    this.#byName = new Map(this.#agents.map((agent) => [agent.name, agent]));
    const { signals, weights } = options;
    this.#rankers = new Map(
      options.timeframes.map((timeframe) => [timeframe, new Ranker({ timeframe, signals, weights })]),
    );
  }

  get agents(): readonly Agent[] {
    return this.#agents;
  }

  /** From the next close on, the agent is one of the desk's. */
  enrol(agent: Agent): void {
    this.#agents.push(agent);
    this.#byName.set(agent.name, agent);
  }

  /** What the venue lists; risk refuses everything else. */
  list(instruments: readonly Instrument[]): void {
    this.#instruments = new Map(instruments.map((instrument) => [instrument.symbol, instrument]));
  }

  /**
   * Market data → features → forecast: closed candles of one timeframe, all symbols at once, replacing what was loaded
   * before. Columns are computed here once; `close` only moves along them, and cannot see past its time.
   */
  load(timeframe: RankedTimeframe, series: readonly CandleSeries[], options: LoadOptions = {}): void {
    const ranker = this.#rankerOf(timeframe);
    const wanted = this.#featuresOf(timeframe);
    const breakdowns = new Map<string, ScoredBreakdown>();
    const lanes = series.map((candles): RankedLane => {
      const pooled = options.tail !== undefined;
      const from = Math.max(0, candles.length - (options.tail ?? candles.length));
      const frame = pooled ? this.#turned(candles, from) : new FeatureFrame(candles);
      const scored = ranker.prepare(frame, from);
      if (options.explain && candles.length > 0) {
        breakdowns.set(candles.symbol, ranker.breakdown(frame, candles.length - 1));
      }
      const columns = new Map(wanted.map((feature) => [feature.key, columnOrFault(frame, feature)]));
      if (!pooled) return laneOf(candles, scored, columns);
      return tailLaneOf(candles, scored, columns, from);
    });
    const previous = this.#groups.get(timeframe);
    this.#groups.set(timeframe, {
      timeframe,
      lanes,
      bySymbol: new Map(lanes.map((lane) => [lane.symbol, lane])),
      scored: lanes.map((lane) => lane.scored),
      breakdowns,
      rankedAt: previous?.rankedAt ?? Number.NaN,
      universe: previous?.universe ?? 0,
      ranking: previous?.ranking,
    });
    this.#keepRows(timeframe);
    for (const agent of this.#agents) if (sees(agent, timeframe)) agent.sight = undefined;
  }

  #turned(candles: CandleSeries, from: number): FeatureFrame {
    this.#frame ??= new FeatureFrame(candles);
    this.#frame.reload(candles, from);
    return this.#frame;
  }

  /** Symbols in which some agent has an order or a position: those whose finest candles `trade` will ask for. */
  exposed(): ReadonlySet<string> {
    const symbols = new Set<string>();
    for (const { execution } of this.#agents) for (const symbol of execution.watched()) symbols.add(symbol);
    return symbols;
  }

  /**
   * Execution over one finest candle, [openTime, openTime + finest): funding stamps up to its open, then orders at the
   * open, then stops and targets, then marks at its close. A symbol without a candle keeps its orders and its mark.
   */
  trade(openTime: number, finest: FinestCandles, funding: FundingStamps): void {
    const length = TIMEFRAME_MS[this.#options.finest];
    for (const agent of this.#agents) {
      if (!agent.execution.isWatching || isFrozen(agent)) continue;
      this.#guard(agent, "execution", openTime, () => {
        // A fill may end the watch of the symbol that is being traded, and of no other.
        for (const symbol of agent.execution.watched()) {
          this.#tradeSymbol(agent, symbol, openTime, length, finest, funding);
        }
        agent.ledger.settle();
      });
    }
  }

  /** Everything that is due at the close `at`: forecasts first, then decisions. What a backtest does at every close. */
  close(at: number, due: readonly Due[]): void | Promise<void> {
    for (const timeframe of due) if (timeframe !== "cross") this.rank(timeframe, at);
    return this.decide(at, due);
  }

  /**
   * Strategy → risk for the agents that are due at the close `at`, after their timeframes were ranked. Returns a promise
   * only when some decider takes its time. Models are asked side by side; what they decided is done in the order of the
   * agents, whoever answered first. Coins come last: they look at what the agents did.
   */
  decide(at: number, due: readonly Due[]): void | Promise<void> {
    let waiting: (() => Promise<void>)[] | undefined;
    for (const agent of this.#agents) {
      if (agent.decider.kind === "coin" || !due.includes(agent.timeframe)) continue;
      const settle = this.#begin(agent, at);
      if (settle === undefined) continue;
      waiting ??= [];
      waiting.push(settle);
    }
    if (waiting === undefined) return this.#follow(at, due);
    return inOrder(waiting).then(() => this.#follow(at, due));
  }

  /** As `decide`, for one agent that is due at `at`. */
  decideFor(agent: Agent, at: number): undefined | Promise<void> {
    return this.#begin(agent, at)?.();
  }

  /** Asks the agent. What it answers at once is done at once; otherwise returns what is to be done when it answers. */
  #begin(agent: Agent, at: number): undefined | (() => Promise<void>) {
    if (agent.ledger.positionCount > 0) this.#followTrails(agent, at);
    if (agent.halted !== "" || agent.decidedAt >= at) return undefined;
    if (this.isIdle(agent)) {
      if (agent.asleep !== "") this.#abstain(agent, at, agent.asleep);
      return undefined;
    }
    if (agent.decider.kind === "coin" && this.#followed(agent, at) === undefined) return undefined;
    let decision: Decision | Promise<Decision>;
    try {
      decision = this.#decide(agent, at);
    } catch (error) {
      this.#halt(agent, "strategy", at, error);
      return undefined;
    }
    if (decision instanceof Promise) return this.#whenAnswered(agent, at, decision);
    this.#act(agent, at, decision);
    return undefined;
  }

  /**
   * Apart from `#begin`, as `#actOnModel` and `#order` are from `#act` and `#take`: closures that capture parameters
   * allocate for them on every call, and a backtest comes by once per agent and bar.
   */
  #whenAnswered(agent: Agent, at: number, deciding: Promise<Decision>): () => Promise<void> {
    const answer = deciding.then(
      (made) => () => this.#act(agent, at, made),
      (error: unknown) => () => {
        // What a model said is not in the log: no halt of one agent makes that right, only a restart.
        if (error instanceof AnswerUnrecorded) throw error;
        this.#halt(agent, "strategy", at, error);
      },
    );
    return async () => (await answer)();
  }

  /** The coins of agents that were due: blind, and at once. */
  #follow(at: number, due: readonly Due[]): void {
    for (const agent of this.#agents) {
      if (agent.decider.kind === "coin" && due.includes(agent.timeframe)) void this.#begin(agent, at)?.();
    }
  }

  /**
   * Paused, asleep or retired. Twins stand still with the agent that they shadow, or they could not be compared; a rule
   * twin and a coin do so also while it is halted, for the same reason.
   */
  isIdle({ paused, asleep, retired, twin }: Agent): boolean {
    if (paused || retired || asleep !== "") return true;
    if (twin === undefined) return false;
    const leader = this.#byName.get(twin.of);
    return leader === undefined || leader.paused || leader.asleep !== "" || leader.halted !== "";
  }

  /**
   * Execution at a close that nobody decides on any more: the trails of the agents that are due follow the finest candle
   * that ended there, as they would have followed their own bar's close.
   */
  follow(at: number, due: readonly Due[], finest: FinestCandles): void {
    const length = TIMEFRAME_MS[this.#options.finest];
    for (const agent of this.#agents) {
      if (!due.includes(agent.timeframe) || agent.ledger.positionCount === 0 || isFrozen(agent)) continue;
      this.#guard(agent, "execution", at, () => {
        for (const { symbol } of agent.ledger.positions()) {
          const candle = finest.at(symbol, at - length);
          if (candle !== undefined) agent.execution.onClose(symbol, candle.close, at);
        }
      });
    }
  }

  /** Validation → forecast: the symbols whose candle closed at `at`, in order. The others are listed with the reason. */
  rank(timeframe: RankedTimeframe, at: number): Ranking {
    const group = this.#groupOf(timeframe);
    for (const lane of group.lanes) advance(lane, at);
    const ranking = this.#rankerOf(timeframe).rank(at, group.scored, (_, position) => {
      const { series, cursor } = group.lanes[position] as RankedLane;
      return staleness(series, cursor.index, at) ?? cursor.index;
    });
    group.ranking = ranking;
    group.rankedAt = at;
    group.universe = ranking.rows.length;
    this.#keepRows(timeframe);
    return ranking;
  }

  rankingOf(timeframe: RankedTimeframe): Ranking | undefined {
    return this.#groups.get(timeframe)?.ranking;
  }

  /** Why a symbol ranks where it does; only after `load` with `explain`. */
  breakdownOf(timeframe: RankedTimeframe, symbol: string): ScoredBreakdown | undefined {
    return this.#groups.get(timeframe)?.breakdowns.get(symbol);
  }

  laneOf(timeframe: RankedTimeframe, symbol: string): Lane | undefined {
    return this.#groups.get(timeframe)?.bySymbol.get(symbol);
  }

  #tradeSymbol(
    agent: Agent,
    symbol: string,
    openTime: number,
    length: number,
    finest: FinestCandles,
    funding: FundingStamps,
  ): void {
    const { execution, ledger } = agent;
    for (const stamp of funding.between(symbol, openTime - length, openTime)) {
      const posted = ledger.fund(symbol, stamp.rate, stamp.time);
      if (posted === undefined) continue;
      execution.onFunding(posted.data);
      this.#record([posted]);
    }
    const instrument = this.#instruments.get(symbol);
    const candle = finest.at(symbol, openTime);
    if (instrument !== undefined && !isListed(instrument, openTime)) {
      const lastPrice = ledger.position(symbol)?.mark ?? Number.NaN;
      this.#book(agent, execution.onDelisted(symbol, lastPrice, openTime));
      return;
    }
    if (candle === undefined) return;
    this.#book(agent, execution.onCandle(symbol, openTime, candle.open, candle.high, candle.low));
    ledger.mark(symbol, candle.close);
  }

  /** Fills → postings, in the order in which they happened. */
  #book(agent: Agent, fills: readonly Fill[]): void {
    for (const fill of fills) {
      const events = agent.ledger.fill(fill, this.#options.feeRate);
      for (const event of events) {
        if (event.type !== "position.closed") continue;
        if (agent.brain !== undefined) foldBrain(agent.brain, event);
        const { symbol, reason, direction, closedAt, openedAt } = event.data;
        agent.exits.set(symbol, { reason, direction, at: closedAt, openedAt });
      }
      this.#record(events);
    }
  }

  #followTrails(agent: Agent, at: number): void {
    if (isFrozen(agent)) return;
    this.#guard(agent, "execution", at, () => {
      const group = this.#groups.get(barOf(agent));
      for (const { symbol } of agent.ledger.positions()) {
        const lane = group?.bySymbol.get(symbol);
        if (lane !== undefined && closedAt(lane) === at) agent.execution.onClose(symbol, closePriceOf(lane), at);
      }
    });
  }

  /** Strategy: one decision of one agent on what closed at `at`. */
  #decide(agent: Agent, at: number): Decision | Promise<Decision> {
    agent.decidedAt = at;
    const { strategy, ledger } = agent;
    const { kind, blind } = agent.decider;
    if (blind) return agent.decider.decide({ at }, ledger);
    if (kind === "coin") return agent.decider.decide(this.#twinSight(agent, at), ledger);
    if (kind === "llm") return agent.decider.decide(modelSight(agent, at, this.#market(agent)), ledger);
    const book = bookOf(agent);
    if (isCross(strategy)) {
      agent.sight ??= new CrossSight([...this.#groups.values()], strategy.features);
      const sight = agent.sight as CrossSight;
      const market = sight.market(at);
      const memory = strategy.remember(market, agent.memory);
      if (JSON.stringify(memory) !== JSON.stringify(agent.memory)) {
        agent.memory = memory;
        this.#options.journal.record("agent.remembered", at, { agent: agent.name, memory });
      }
      return agent.decider.decide(sight.look(at, book, market, agent.memory), ledger);
    }
    agent.sight ??= new TimeframeSight(this.#groupOf(agent.timeframe as RankedTimeframe), strategy.features);
    return agent.decider.decide((agent.sight as TimeframeSight).look(at, book), ledger);
  }

  /** What the agent that a twin shadows did at the close. A coin with nothing to follow decides nothing: no record. */
  #followed({ twin }: Agent, at: number): Decision | undefined {
    const acted = twin && this.#byName.get(twin.of)?.acted;
    return acted?.at === at ? acted.decision : undefined;
  }

  /** What a coin is shown: its agent's decision on this close, unless risk refused it. */
  #twinSight(agent: Agent, at: number): TwinSight {
    const { twin, ledger, execution } = agent;
    const leader = twin && this.#byName.get(twin.of);
    return {
      at,
      followed: this.#followed(agent, at),
      equity: leader?.ledger.equity,
      isHolding: ledger.positionCount > 0,
      price: (symbol) => this.#quoteOf(agent, symbol, at)?.price,
      held: (symbol) => {
        const position = ledger.position(symbol);
        const protection = execution.protection(symbol);
        if (position === undefined || protection === undefined) return undefined;
        const { stop, statedTarget: target } = protection;
        return { direction: position.direction, stop, ...(target !== undefined && { target }) };
      },
    };
  }

  /** What a model may ask for; the groups that the agent sees. */
  #market(agent: Agent): ModelMarket {
    const groups = [...this.#groups.values()].filter(({ timeframe }) => sees(agent, timeframe));
    return {
      groups,
      breakdown: (timeframe, symbol) => this.breakdownOf(timeframe, symbol),
      instrument: (symbol) => this.#instruments.get(symbol),
    };
  }

  /** Risk: a decision becomes approved orders, or a refusal that is kept with its reasons. */
  #act(agent: Agent, at: number, decision: Decision): void {
    const { decider } = agent;
    const learnt = decider.drain?.();
    if (learnt !== undefined) for (const event of learnt) this.#keep(agent, event);
    const { note } = decider;
    if (decider.kind !== "llm" || note === undefined || decision.action === "hold") {
      this.#take(agent, at, decision, note);
    } else this.#actOnModel(agent, at, decision, note);
  }

  /** What a model asked for and risk refuses is a hold, with the reasons and the reply; rules are held to what they decided. */
  #actOnModel(agent: Agent, at: number, decision: Decision, note: ModelNote): void {
    const { decider } = agent;
    this.#guard(agent, "risk", at, () => {
      const { refusal } = this.#assess(agent, at, note.answeredAt, decision);
      if (refusal === undefined) {
        this.#take(agent, at, decision, note);
        return;
      }
      const { reasons } = refusal;
      const reply = decider.reply ?? JSON.stringify(decision);
      const { confidence } = decision;
      const hold: Decision = {
        action: "hold",
        reason: `refused: ${reasons.join("; ")}`,
        ...(confidence !== undefined && { confidence }),
      };
      this.#take(agent, at, hold, { ...note, invalid: { reasons, reply } });
    });
  }

  #take(agent: Agent, at: number, decision: Decision, note: ModelNote | undefined): void {
    const { timeframe, decider, name } = agent;
    const made = { agent: name, timeframe, decider: decider.kind, decision };
    this.#options.journal.record("decision.made", at, note === undefined ? made : { ...made, model: note });
    this.#abstain(agent, at, decider.abstention ?? "");
    agent.acted = undefined;
    if (decision.action !== "hold") this.#order(agent, at, note?.answeredAt ?? at, decision);
  }

  #order(agent: Agent, at: number, from: number, decision: Decision): void {
    this.#guard(agent, "risk", at, () => this.#place(agent, at, from, decision));
  }

  #assess(agent: Agent, at: number, from: number, decision: Decision): Assessment {
    const { desk, feeRate, limits } = this.#options;
    return assess({
      decisionId: decisionIdOf(agent.name, at),
      agent: agent.name,
      at: from,
      decision,
      account: accountOf(agent),
      quote: "symbol" in decision ? this.#quoteOf(agent, decision.symbol, at) : undefined,
      limits: { ...limits, feeRate, maxPriceAgeMs: STALE_AFTER_BARS * TIMEFRAME_MS[barOf(agent)] },
      idOf: (...parts) => [desk, ...parts].join(":"),
    });
  }

  /** Orders wait from `from` on: a model's answer takes time, and nothing of it fills before it was there. */
  #place(agent: Agent, at: number, from: number, decision: Decision): void {
    const { journal } = this.#options;
    const { orders, refusal } = this.#assess(agent, at, from, decision);
    if (refusal !== undefined) {
      const decisionId = decisionIdOf(agent.name, at);
      const symbol = "symbol" in decision ? decision.symbol : undefined;
      const { reasons } = refusal;
      journal.record("order.refused", at, { decisionId, agent: agent.name, action: decision.action, symbol, reasons });
    } else agent.acted = { at, decision };
    for (const order of orders) {
      const { at: approvedAt, ...approved } = order;
      journal.record("order.approved", approvedAt, approved);
      agent.execution.place(order);
    }
  }

  /** Records what an agent has learnt or become, and lets it know. */
  #keep(agent: Agent, event: DeskEvent): void {
    this.#record([event]);
    if (agent.brain !== undefined) foldBrain(agent.brain, event);
  }

  /** The latest closed price that the agent may know of a symbol: that of its own bars. */
  #quoteOf(agent: AgentSeat, symbol: string, at: number): Quote | undefined {
    const instrument = this.#instruments.get(symbol);
    const known = this.#options.closes?.at(symbol, barOf(agent), at);
    if (known !== undefined && instrument !== undefined) return { symbol, ...known, ...termsOf(instrument, at) };
    const lane = this.#groups.get(barOf(agent))?.bySymbol.get(symbol);
    if (lane === undefined || instrument === undefined || lane.cursor.index < 0) return undefined;
    return { symbol, price: closePriceOf(lane), at: closedAt(lane), ...termsOf(instrument, at) };
  }

  #abstain(agent: Agent, at: number, reason: string): void {
    if (agent.abstains === reason) return;
    agent.abstains = reason;
    this.#options.journal.record("agent.abstained", at, { agent: agent.name, reason });
  }

  #record(events: readonly DeskEvent[]): void {
    for (const { type, at, data } of events) this.#options.journal.record(type, at, data);
  }

  #guard(agent: Agent, stage: string, at: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#halt(agent, stage, at, error);
    }
  }

  /** Fail closed: the agent decides nothing more until someone clears the halt. */
  #halt(agent: Agent, stage: string, at: number, error: unknown): void {
    const reason = oneLine(error);
    agent.halted = `${stage}: ${reason}`;
    this.#options.journal.record("halt.raised", at, { stage, scope: agent.name, reason });
  }

  /** A lane knows its row only while it is in the latest ranking: one that was skipped has none. */
  #keepRows(timeframe: RankedTimeframe): void {
    const group = this.#groupOf(timeframe);
    for (const lane of group.lanes) lane.row = undefined;
    for (const row of group.ranking?.rows ?? []) {
      const lane = group.bySymbol.get(row.symbol);
      if (lane === undefined) continue;
      lane.row = row;
      lane.rankedAt = group.rankedAt;
    }
  }

  /** Every feature that some rule on this timeframe reads. */
  #featuresOf(timeframe: RankedTimeframe): readonly Feature[] {
    const features = new Map<string, Feature>();
    for (const agent of this.#agents) {
      if (!sees(agent, timeframe)) continue;
      for (const feature of Object.values(agent.strategy.features as FeatureSet)) features.set(feature.key, feature);
    }
    return [...features.values()];
  }

  #groupOf(timeframe: RankedTimeframe): RankedGroup {
    const group = this.#groups.get(timeframe);
    if (group === undefined) throw new Error(`no ${timeframe} candles are loaded: call load first`);
    return group;
  }

  #rankerOf(timeframe: RankedTimeframe): Ranker {
    const ranker = this.#rankers.get(timeframe);
    if (ranker === undefined) throw new Error(`the venue has no ${timeframe} candles to rank`);
    return ranker;
  }
}

/** Lets each be done in turn, in the order given. */
async function inOrder(works: readonly (() => Promise<void>)[]): Promise<void> {
  for (const work of works) await work();
}

/** A price older than this many bars of the agent's timeframe opens nothing. */
const STALE_AFTER_BARS = 1.5;

/** Its ledger or its execution has failed: nothing of it can be trusted to go on. */
function isFrozen(agent: Agent): boolean {
  return agent.halted.startsWith("execution:");
}

/** What risk must know of an instrument beside its price. */
function termsOf(instrument: Instrument, at: number): Pick<Quote, "listed" | "margin"> {
  const { margin } = instrument;
  return { listed: isListed(instrument, at), ...(margin !== undefined && { margin }) };
}

function sees(agent: Agent, timeframe: RankedTimeframe): boolean {
  return agent.timeframe === timeframe || agent.timeframe === "cross";
}
