import { describe, expect, test } from "vitest";
import { seatsOf } from "../src/agents/agent.ts";
import type { DeskEvent } from "../src/events.ts";
import { atr } from "../src/features/atr.ts";
import { type CandleSeries, seriesFrom } from "../src/instrument/candle.ts";
import { money, toDecimal } from "../src/instrument/money.ts";
import { TIMEFRAME_MS } from "../src/instrument/timeframe.ts";
import { openLedger } from "../src/ledger/ledger.ts";
import { backtest } from "../src/replay/backtest.ts";
import type { Setup, TimeframeStrategy } from "../src/strategies/strategy.ts";
import { allSignals } from "./plugins.ts";
import { hourlyVenue, START } from "./scripted-market.ts";

/**
 * Six coins go up and down between 100 and 101 hour by hour, opening odd hours at 100. At hour 8 funding spikes to 1 %.
 * From hour 10 on they fall, five of them by 31 to 53 % within four hours, some through gaps; at hour 13 F jumps back.
 * Every agent has 10,000 USDT at 5×, and enters at the open of hour 1: 2,000 USDT are 20 units, 400 of margin and 2 of
 * fee. The spike costs each of them 1 % × 20 × 101 = 20.2 (a short receives it). Tiers are the default's: 1.5 % below
 * 5,000 USDT, 5 % less 700 between 25,000 and 62,500; a liquidation costs up to 1.35 % with the ordinary fee.
 */
const HOUR = TIMEFRAME_MS["1h"];
const HOURS = 24;

type Prices = readonly [open: number, high: number, low: number, close: number];
const CRASH: Readonly<Record<string, readonly Prices[]>> = {
  A: [
    [90, 91, 60, 62],
    [62, 66, 45, 48],
  ],
  B: [
    [97, 98, 94, 95],
    [60, 65, 55, 58],
  ],
  C: [
    [99, 100, 92, 93],
    [93, 94, 88, 89],
    [89, 90, 70, 72],
    [72, 73, 62, 64],
  ],
  D: [
    [98, 99, 95, 96],
    [96, 97, 90, 91],
    [91, 92, 83, 84],
    [84, 85, 68, 70],
  ],
  E: [[96, 97, 84, 85]],
  F: [
    [95, 96, 70, 71],
    [71, 72, 66, 67],
    [67, 68, 64, 65],
    [75, 125, 74, 120],
  ],
};
const CRASH_HOUR = 10;

function path(symbol: string): CandleSeries {
  const crash = CRASH[symbol] as readonly Prices[];
  let close = 101;
  const candles = Array.from({ length: 60 * 24 + HOURS }, (_, index) => {
    const hour = index - 60 * 24;
    const fallen = crash[hour - CRASH_HOUR];
    const open = close;
    close = fallen === undefined ? open + (hour % 2 === 0 ? -1 : 1) : fallen[3];
    const [from, high, low] = fallen ?? [open, Math.max(open, close), Math.min(open, close)];
    return { openTime: START + hour * HOUR, open: from, high, low, close, volume: 1_000 + (index % 7) * 100 };
  });
  return seriesFrom(symbol, "1h", candles);
}

const features = { atr: atr(14) };
type S = Setup<typeof features>;
const hourOf = (s: { readonly at: number }): number => (s.at - START) / HOUR;

interface Holder {
  readonly name: string;
  /** What it opens, and at which close: hours from `START`. */
  readonly opens: Readonly<Record<number, string>>;
  readonly direction?: "long" | "short";
  readonly fraction?: number;
  readonly stop: number;
  /** It decides to leave at this close. */
  readonly leavesAt?: number;
  /** Its rules throw from this close on. */
  readonly failsFrom?: number;
}

function holder(each: Holder): TimeframeStrategy<typeof features> {
  const {
    name,
    opens,
    direction = "long",
    fraction = 0.2,
    stop,
    leavesAt,
    failsFrom = Number.POSITIVE_INFINITY,
  } = each;
  const opensHere = (s: S): boolean => {
    if (hourOf(s) >= failsFrom) throw new Error("no answer in a crash");
    return opens[hourOf(s)] === s.symbol;
  };
  return {
    scope: "timeframe",
    name,
    displayName: name,
    agentPrefix: name,
    timeframes: ["1h"],
    features,
    required: ["atr"],
    maxPositions: 5,
    entries: [
      { direction, criteria: [{ id: "now", text: "it is time", holds: opensHere }], plan: () => ({ fraction, stop }) },
    ],
    scaleIns: [],
    exits: [{ direction, anyOf: [{ id: "leave", text: "it is time", holds: (s) => hourOf(s) === leavesAt }] }],
    priority: () => 0,
  };
}

const holders: readonly Holder[] = [
  { name: "tight", opens: { 1: "A" }, stop: 96 },
  { name: "wide", opens: { 1: "A" }, stop: 70 },
  { name: "late", opens: { 1: "B" }, stop: 70, leavesAt: 11 },
  { name: "failing", opens: { 1: "C" }, stop: 90, failsFrom: 11 },
  { name: "funded", opens: { 1: "D" }, stop: 70, fraction: 4.9 },
  { name: "short", opens: { 1: "F" }, stop: 130, direction: "short" },
  { name: "spread", opens: { 1: "A", 2: "B", 3: "C", 4: "D", 5: "E" }, stop: 50 },
];

async function crash(spike = 0.01) {
  const events: DeskEvent[] = [];
  const report = await backtest({
    desk: "cascade",
    venue: hourlyVenue({
      series: Object.keys(CRASH).map(path),
      fundingRate: (_, hour) => (hour === 8 ? spike : 0),
    }),
    from: START,
    to: START + HOURS * HOUR,
    seats: seatsOf(holders.map(holder)),
    signals: await allSignals(),
    limits: { maxPositionShare: 5, maxPositions: 5, leverage: 5 },
    initialBalance: money(10_000),
    history: 500,
    onEvent: (event) => events.push(event),
  });
  const exits = events.flatMap((event) => {
    if (event.type !== "order.filled" || event.data.kind !== "exit") return [];
    const { agent, symbol, reason, price } = event.data;
    return [`${hourOf(event)} ${agent} ${symbol} ${reason} ${price.toFixed(6)}`];
  });
  /** Each book again, from its events alone: `apply` throws where one does not fit the last. */
  const books = report.books.map(({ agent }) => {
    const ledger = openLedger(agent, money(10_000), START);
    for (const event of events) ledger.apply(event);
    return ledger;
  });
  return { report, events, exits, books };
}

describe("a crash of 31 to 53 % over five of six coins with a funding spike, at 5×", async () => {
  const { report, events, exits, books } = await crash();
  const cashOf = (name: string): string => {
    const book = books.find(({ agent }) => agent === `${name}-1h`);
    if (book === undefined) throw new Error(`no book of ${name}`);
    return toDecimal(book.cash);
  };

  test("positions end in the order in which prices reach them, at the prices that their terms give", () => {
    expect(exits).toEqual([
      // Within one candle books go by their agents' names. 80 / 0.985, above which only the third has its stop.
      "10 spread-1h A liquidation 81.218274",
      // A opens at 90, beyond the stop at 96.
      "10 tight-1h A stop-loss 90.000000",
      "10 wide-1h A liquidation 81.218274",
      // Its rules have failed by then; its stop has not.
      "11 failing-1h C stop-loss 90.000000",
      // B gaps to 60: past the decided exit, past the liquidation price, to where the margin ends.
      "11 late-1h B liquidation 80.000000",
      // Entered at 101: 80.8.
      "11 spread-1h B liquidation 80.800000",
      // (49,000 − 9,456.1 − 700) / 490 / 0.95: without the spike it would be 82.707, below this hour's low of 83.
      "12 funded-1h D liquidation 83.445542",
      "12 spread-1h C liquidation 81.218274",
      // 120 / 1.015
      "13 short-1h F liquidation 118.226601",
      // Entered at 101: 80.8 / 0.985
      "13 spread-1h D liquidation 82.030457",
    ]);
  });

  test("what each book is left with is what its terms say, to 1e-8", () => {
    // 10,000 − 2 − 20.2 − 20 × 10 − 0.1 % × 1,800
    expect(cashOf("tight")).toBe("9776.00000000");
    // 20 × 81.21827411… = 1,624.36548223: loss 375.63451777; 1.35 % of it 21.92893401, of 24.36548223 that are left.
    expect(cashOf("wide")).toBe("9580.23654822");
    // The whole margin and no fee beyond it: 10,000 − 2 − 20.2 − 400
    expect(cashOf("late")).toBe("9577.80000000");
    expect(cashOf("failing")).toBe("9776.00000000");
    // 20 × 118.22660098… = 2,364.53201970: loss 364.53201970, fees 31.92118227; 10,000 − 2 + 20.2 − both
    expect(cashOf("short")).toBe("9621.74679803");
    // 490 units for 49,000: fee 49, margin 9,800, cash 151. The spike takes 1 % × 490 × 101 = 494.9: 151 and 343.9 of the
    // margin. Out at 40,888.31578947: loss 8,111.68421053 of 9,456.1, fees 551.99226316. What is left is all there is.
    expect(cashOf("funded")).toBe("792.42352631");
  });

  test("without the spike the largest position lives an hour longer", async () => {
    const calm = await crash(0);
    // (49,000 − 9,800 − 700) / 465.5
    expect(calm.exits.filter((exit) => exit.includes("funded"))).toEqual(["13 funded-1h D liquidation 82.706767"]);
    expect(calm.exits.length).toBe(exits.length);
  });

  test("an exit that was decided and overtaken by the liquidation is cancelled with the reason", () => {
    const cancelled = events.flatMap((event) => (event.type === "order.cancelled" ? event.data : []));
    expect(cancelled).toEqual([
      expect.objectContaining({ agent: "late-1h", reason: expect.stringMatching(/^position .* is gone$/) }),
    ]);
  });

  test("the agent whose rules fail is halted with stage and reason, and nobody else is", () => {
    const halts = events.flatMap((event) =>
      event.type === "halt.raised" ? [{ at: hourOf(event), ...event.data }] : [],
    );
    expect(halts).toEqual([
      { at: 11, stage: "strategy", scope: "failing-1h", reason: expect.stringContaining("no answer in a crash") },
    ]);
    expect(report.books.flatMap(({ agent, halted }) => (halted === undefined ? [] : agent))).toEqual(["failing-1h"]);
  });

  test("no book is inconsistent: folded again from its events each balances, and none is below zero", () => {
    for (const book of books) {
      const { netPnl = Number.NaN, openPositions } = report.books.find(({ agent }) => agent === book.agent) ?? {};
      expect(book.positionCount).toBe(openPositions);
      expect(book.cash).toBeGreaterThanOrEqual(0);
      if (book.positionCount === 0) expect(book.equity - book.initial).toBe(Math.round(netPnl * 1e8));
    }
    expect(books.reduce((open, { positionCount }) => open + positionCount, 0)).toBe(1);
  });

  test("and all of it comes out the same again", async () => {
    expect((await crash()).report.ledgerHash).toBe(report.ledgerHash);
  });
});
