import { type AgentSeat, seatsOf } from "../../agents/agent.ts";
import { type Feature, type FeatureSet, MAX_LOOK_BACK } from "../../features/feature.ts";
import type { Signal } from "../../forecast/ranking/signal.ts";
import { RANKED_TIMEFRAMES, type RankedTimeframe, TIMEFRAME_MS } from "../../instrument/timeframe.ts";
import { loadWindow } from "../../market-data/load-window.ts";
import type { Strategy } from "../../strategies/strategy.ts";
import type { Venue } from "../../venues/venue.ts";
import { compareSightings, type Difference } from "./compare-sightings.ts";
import { type Leak, LeakList } from "./leak-list.ts";
import { type Market, type Reach, tampered, windowAt } from "./market-window.ts";
import { spreadCloses } from "./spread-closes.ts";
import { type Examined, witness } from "./witness.ts";

export interface LookAheadOptions {
  readonly venue: Venue;
  /** Closes after `from`, up to `to`, may be looked at; ms. */
  readonly from: number;
  readonly to: number;
  /** Closes to look at, over all timeframes. */
  readonly points: number;
  readonly strategies: readonly Strategy[];
  /** What the rankings are made of; each is examined too. */
  readonly signals: readonly Signal[];
  /** Features to examine beside those that strategies and signals ask for. */
  readonly features?: readonly Feature[];
  /** Only this timeframe. Across timeframes nothing is then looked at. */
  readonly timeframe?: RankedTimeframe;
  /** Told after each close; `share` is 0..1. */
  readonly onProgress?: (share: number) => void;
  readonly signal?: AbortSignal;
}

/** What was looked at on one timeframe, or of the agents across all. */
export interface LookedAt {
  readonly timeframe: RankedTimeframe | "cross";
  readonly closes: number;
  /** Ms; the first and the last close that was looked at. Undefined when there was none. */
  readonly first?: number;
  readonly last?: number;
  /** Values of features that were compared, NaN and warm-up left out. */
  readonly values: number;
  /** Answers of rules that were compared. */
  readonly answers: number;
}

export interface LookAheadReport {
  readonly venue: string;
  readonly simulated: boolean;
  readonly symbols: readonly string[];
  /** Candles after a close that were cut and altered, at most. */
  readonly after: number;
  readonly points: number;
  readonly looked: readonly LookedAt[];
  /** Agents of which no rule was asked at any close: nothing is known about their rules. */
  readonly silent: readonly string[];
  /** What leads to others comes first: features, signals, rankings, memories, rules, decisions. */
  readonly leaks: readonly Leak[];
}

/** Enough for every look-ahead that somebody writes by mistake; the whole rest of a series is reached as far as this. */
const AFTER = 130;
/** Fewer closes to come would make a check of the last points that sees little. */
const LEAST_AFTER = 10;
const LEAST_BEFORE = 230;
const SYMBOLS = 5;

interface Study {
  readonly timeframe: RankedTimeframe | "cross";
  readonly examined: Examined;
  readonly market: Market;
  readonly points: readonly number[];
}

/**
 * Looks for what sees the future. At each of `points` closes, spread over the range and over the timeframes that the
 * strategies trade, everything is computed from the candles near the close: with those after it, with those cut off, and
 * with those altered. Features up to the close, signals, rankings, every rule's answer and every decision must be the
 * same, bit for bit. Books are fresh.
 *
 * @throws RangeError when the range has no close to look at, or the venue no symbol
 */
export async function checkLookAhead(options: LookAheadOptions): Promise<LookAheadReport> {
  const { venue, from, to } = options;
  const symbols = (await venue.instruments(from, to)).slice(0, SYMBOLS).map(({ symbol }) => symbol);
  if (symbols.length === 0) throw new RangeError(`${venue.traits.name} lists no symbol in the range`);
  const reach = { before: beforeOf(options), after: AFTER };
  const studies = await openStudies(options, symbols, reach);
  const points = studies.reduce((sum, study) => sum + study.points.length, 0);
  if (points === 0) {
    throw new RangeError(
      `the range holds no close with ${LEAST_AFTER} candles after it on ${studies.map(({ timeframe }) => timeframe).join(", ") || "any timeframe that is asked for"}`,
    );
  }
  const leaks = new LeakList();
  const asked = new Set<string>();
  let done = 0;
  const looked: LookedAt[] = [];
  for (const study of studies) {
    let values = 0;
    let answers = 0;
    for (const at of study.points) {
      options.signal?.throwIfAborted();
      const seen = lookAt(study, at, reach, leaks);
      values += seen.values;
      answers += seen.answers;
      for (const agent of seen.asked) asked.add(agent);
      done += 1;
      options.onProgress?.(done / points);
      // A check takes minutes: progress and Ctrl-C must get their turn.
      if (done % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const [first, last] = [study.points[0], study.points.at(-1)];
    looked.push({ timeframe: study.timeframe, closes: study.points.length, first, last, values, answers });
  }
  const seats = studies.flatMap(({ examined, points: at }) => (at.length === 0 ? [] : examined.seats));
  return {
    venue: venue.traits.name,
    simulated: venue.traits.simulated,
    symbols,
    after: AFTER,
    points,
    looked,
    silent: seats.map(({ name }) => name).filter((name) => !asked.has(name)),
    leaks: leaks.inOrder(),
  };
}

function lookAt(study: Study, at: number, reach: Reach, leaks: LeakList) {
  const market = windowAt(study.market, at, reach);
  const whole = witness(study.examined, market, at);
  const differences: Difference[] = [];
  for (const by of ["cut", "altered"] as const) {
    differences.push(...compareSightings(whole, witness(study.examined, tampered(market, at, by), at), by));
  }
  if (differences.length > 0) {
    // What differs between two looks at the very same candles has another cause than the future.
    const unsteady = new Set(
      compareSightings(whole, witness(study.examined, market, at), "cut").map(({ subject }) => JSON.stringify(subject)),
    );
    for (const difference of differences) {
      leaks.add(at, difference, unsteady.has(JSON.stringify(difference.subject)));
    }
  }
  const asked = new Set<string>();
  let answers = 0;
  for (const { subject } of whole.answers.values()) {
    if (subject.kind !== "rule") continue;
    answers += 1;
    if (subject.agent !== undefined) asked.add(subject.agent);
  }
  let values = 0;
  for (const { column } of whole.columns.values()) {
    if (typeof column !== "string") for (const value of column.values) if (!Number.isNaN(value)) values += 1;
  }
  return { values, answers, asked };
}

/** One for each timeframe with something to look at, the coarsest first, and one for the agents across timeframes. */
async function openStudies(
  options: LookAheadOptions,
  symbols: readonly string[],
  reach: Reach,
): Promise<readonly Study[]> {
  const { venue, from, to, points, strategies, signals } = options;
  const finest = venue.traits.timeframes[0];
  const served = RANKED_TIMEFRAMES.filter((timeframe) => venue.traits.timeframes.includes(timeframe));
  const seats = seatsOf(strategies);
  const wanted = served.filter((timeframe) =>
    options.timeframe === undefined
      ? seats.some((seat) => seat.timeframe === timeframe) || (seats.length === 0 && timeframe === "1h")
      : timeframe === options.timeframe,
  );
  const across = options.timeframe === undefined ? seats.filter(({ timeframe }) => timeframe === "cross") : [];
  const loaded = new Map<string, Market>();
  const load = async (timeframe: RankedTimeframe, end: number): Promise<Market> => {
    const key = `${timeframe} ${end}`;
    const found = loaded.get(key);
    if (found !== undefined) return found;
    const { series } = await loadWindow(venue, symbols, timeframe, { from, to: end, history: reach.before });
    const market: Market = new Map([[timeframe, series]]);
    loaded.set(key, market);
    return market;
  };
  const lastOf = (timeframe: RankedTimeframe): number => to - LEAST_AFTER * TIMEFRAME_MS[timeframe];

  const studies: Study[] = [];
  let left = points;
  // The coarsest have the fewest closes: what they cannot use is left to the finer ones.
  for (const [index, timeframe] of wanted.toReversed().entries()) {
    const share = Math.ceil(left / (wanted.length - index + (across.length > 0 ? 1 : 0)));
    const own = seats.filter((seat) => seat.timeframe === timeframe);
    const chosen = spreadCloses(timeframe, from + 1, lastOf(timeframe), share);
    left -= chosen.length;
    studies.push({
      timeframe,
      examined: { seats: own, signals, features: featuresOf(own, options), finest },
      market: await load(timeframe, to),
      points: chosen,
    });
  }
  if (across.length > 0) {
    const market: Market = new Map(
      (await Promise.all(served.map((timeframe) => load(timeframe, to)))).flatMap((each) => [...each]),
    );
    studies.push({
      timeframe: "cross",
      examined: { seats: across, signals, features: featuresOf(across, options), finest },
      market,
      points: spreadCloses("1h", from + 1, lastOf("1h"), left),
    });
  }
  return studies;
}

/** All that the seats and signals ask for, and what was asked for by name; each key once. */
function featuresOf(seats: readonly AgentSeat[], { signals, features = [] }: LookAheadOptions): readonly Feature[] {
  const all = [
    ...features,
    ...seats.flatMap(({ strategy }) => Object.values(strategy.features as FeatureSet)),
    ...signals.flatMap((signal) => Object.values(signal.features)),
  ];
  return [...new Map(all.map((feature) => [feature.key, feature])).values()];
}

/** So many candles that every feature has a value as far back as a rule may look. */
function beforeOf(options: LookAheadOptions): number {
  const longest = Math.max(0, ...featuresOf(seatsOf(options.strategies), options).map(({ warmUp }) => warmUp));
  return Math.max(LEAST_BEFORE, longest + MAX_LOOK_BACK + 1);
}
