import { beforeAll, describe, expect, test } from "vitest";
import { type AgentSeat, seatsOf } from "../src/agents/agent.ts";
import type { DeskEvent } from "../src/events.ts";
import { money, toNumber } from "../src/instrument/money.ts";
import { TIMEFRAME_MS } from "../src/instrument/timeframe.ts";
import type { BacktestReport } from "../src/replay/backtest.ts";
import { BacktestWatch } from "../src/replay/report/backtest-watch.ts";
import { type ReportData, reportData } from "../src/replay/report/report-data.ts";
import { plugin } from "../src/venues/simulated/index.ts";
import { FROM, settings } from "./desk-harness.ts";
import { eagerStrategies } from "./eager-strategies.ts";
import { smallBacktest, TO } from "./small-backtest.ts";

// Six hours past midnight: the last day is a part of one.
const END = TO - 18 * TIMEFRAME_MS["1h"];
const COINS = 3;

describe("what a backtest's report shows", () => {
  let plain: BacktestReport;
  let report: BacktestReport;
  let data: ReportData;
  const events: DeskEvent[] = [];
  beforeAll(async () => {
    const seats: readonly AgentSeat[] = seatsOf(eagerStrategies);
    const watch = new BacktestWatch(
      seats.map(({ name }) => name),
      { from: FROM, to: END },
      "5m",
    );
    plain = await smallBacktest({ to: END, twins: COINS });
    report = await smallBacktest({
      to: END,
      twins: COINS,
      onMark: watch.onMark,
      onEvent: (event) => {
        events.push(event);
        watch.onEvent(event);
      },
    });
    const venue = await plugin.open({ settings, clock: { now: () => END } });
    data = await reportData(report, watch, money(10_000), venue);
    await venue.close();
  });

  test("changes nothing in the backtest that is watched", () => {
    expect(report).toEqual(plain);
    expect(data.agents.length).toBeGreaterThan(2);
  });

  test("ends at the ledger's equity and falls as deep as the ledger did", () => {
    for (const { book, curves } of data.agents) {
      expect(curves.equity[0]).toBe(10_000);
      expect(curves.equity.at(-1)).toBeCloseTo(10_000 + (book.netPnl ?? Number.NaN), 8);
      expect(Math.max(...curves.drawdown), book.agent).toBeCloseTo(book.maxDrawdown ?? Number.NaN, 12);
      for (const column of [curves.drawdown, curves.long, curves.short]) expect(column).toHaveLength(data.times.length);
    }
    expect(data.times.at(-1)).toBe(END);
  });

  test("months multiply up to the return, gross less fees plus funding is net", () => {
    for (const { book, curves, split } of data.agents) {
      const growth = curves.years
        .flatMap(({ months }) => months)
        .reduce((all, month) => all * (1 + (month.return ?? 0)), 1);
      expect(growth - 1).toBeCloseTo(book.return ?? Number.NaN, 10);
      expect(split.gross - split.fees + split.funding).toBeCloseTo(split.net, 8);
      // What prices gave, from the fills: realised, and the change of what is still open.
      const realised = events.flatMap(({ type, data: of }) =>
        type === "order.filled" && of.agent === book.agent ? [toNumber(of.realised)] : [],
      );
      if (book.openPositions === 0)
        expect(split.gross).toBeCloseTo(
          realised.reduce((a, b) => a + b, 0),
          6,
        );
    }
  });

  test("has every closed trade with its fills and its first stop, as the events have them", () => {
    for (const { book, trades } of data.agents) {
      const closed = events.flatMap(({ type, data: of }) =>
        type === "position.closed" && of.agent === book.agent ? [of] : [],
      );
      expect(trades.map((trade) => trade.closed)).toEqual(closed);
      expect(trades).toHaveLength(book.trades ?? Number.NaN);
      for (const { closed: end, fills, stop } of trades) {
        expect(fills[0]).toMatchObject({ kind: "entry", at: end.openedAt });
        expect(fills.at(-1)).toMatchObject({ kind: "exit", at: end.closedAt });
        const stops = events.flatMap(({ type, data: of }) =>
          type === "order.approved" && of.kind === "entry" && of.positionId === end.positionId ? [of.stop] : [],
        );
        expect(stops).toEqual([expect.any(Number)]);
        expect(stop).toBe(stops[0]);
      }
    }
  });

  test("draws a trade on candles on which its fills are possible", () => {
    const charted = data.agents.flatMap((agent) => agent.charted);
    expect(charted.length).toBeGreaterThan(5);
    for (const { trade, candles } of charted) {
      const bar = TIMEFRAME_MS[candles.timeframe];
      expect(candles.symbol).toBe(trade.closed.symbol);
      for (const { at, price } of trade.fills) {
        const index = candles.openTime.findIndex((open) => open <= at && at < open + bar);
        expect(candles.low[index]).toBeLessThanOrEqual(price);
        expect(candles.high[index]).toBeGreaterThanOrEqual(price);
      }
    }
  });

  test("the desk is the sum of the books that traded", () => {
    const { desk, agents } = data;
    const sum = agents.reduce((all, { book }) => all + (book.netPnl ?? 0), 0);
    expect(desk?.split.net).toBeCloseTo(sum, 8);
    expect(desk?.initial).toBe(10_000 * agents.length);
    expect(desk?.curves.equity.at(-1)).toBeCloseTo(10_000 * agents.length + sum, 6);
    expect(desk?.trades).toBe(agents.reduce((all, { book }) => all + (book.trades ?? 0), 0));
    expect(desk?.maxDrawdown).toBeCloseTo(Math.max(...(desk?.curves.drawdown ?? [])), 12);
    const exposures = agents.map(({ book }) => book.exposure ?? 0);
    expect(desk?.exposure).toBeGreaterThanOrEqual(Math.max(...exposures) - 1e-12);
  });

  test("coins end where the comparison says that they ended", () => {
    for (const { coins, against } of data.agents) {
      expect((coins?.mean.at(-1) ?? 0) / 10_000 - 1).toBeCloseTo(against?.coins.return ?? Number.NaN, 9);
      expect((coins?.lowest.at(-1) ?? 0) / 10_000 - 1).toBeCloseTo(against?.coins.lowest ?? Number.NaN, 9);
      expect((coins?.highest.at(-1) ?? 0) / 10_000 - 1).toBeCloseTo(against?.coins.highest ?? Number.NaN, 9);
    }
  });
});
