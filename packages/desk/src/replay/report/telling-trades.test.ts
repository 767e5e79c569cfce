import { expect, test } from "vitest";
import { money } from "../../instrument/money.ts";
import type { WatchedTrade } from "./backtest-watch.ts";
import { chartWindow } from "./chart-window.ts";
import { RefusalCounts } from "./refusal-counts.ts";
import { tellingTrades } from "./telling-trades.ts";
import { multipleOfRisk, outcomeOf } from "./trade-outcome.ts";

const HOUR = 3_600_000;

function trade(
  id: string,
  net: number,
  closedAt: number,
  more: { ambiguous?: boolean; stop?: number } = {},
): WatchedTrade {
  const { stop } = more;
  return {
    closed: {
      positionId: id,
      agent: "sample-1h",
      symbol: "BTCUSDT",
      direction: "long",
      lots: 1,
      lotDecimals: 0,
      entryPrice: 100,
      exitPrice: 100 + net,
      notional: money(1000),
      gross: money(net),
      fees: money(0),
      funding: money(0),
      net: money(net),
      reason: "decision",
      ambiguous: more.ambiguous ?? false,
      openedAt: 0,
      closedAt,
      entryDecision: "d",
    },
    fills: [
      {
        positionId: id,
        symbol: "BTCUSDT",
        direction: "long",
        kind: "entry",
        lots: 1,
        price: 100,
        at: 0,
        notional: 1000,
      },
    ],
    moves: [],
    ...(stop !== undefined && { stop }),
  };
}

const chosen = (trades: readonly WatchedTrade[]): string[] =>
  tellingTrades(trades).map(({ why, trade: each }) => `${why} ${each.closed.positionId}`);

test("shows what made and lost most, an ambiguous one and the latest, each once", () => {
  const trades = [
    trade("a", 5, 1),
    trade("b", -9, 2),
    trade("c", 7, 3),
    trade("d", -1, 4, { ambiguous: true }),
    trade("e", -2, 5, { ambiguous: true }),
    trade("f", 1, 6),
    trade("g", -3, 7),
  ];
  expect(chosen(trades)).toEqual(["best c", "best a", "worst b", "worst g", "ambiguous e", "latest f"]);
  expect(chosen(trades.toReversed())).toEqual(chosen(trades));
});

test("a loss is never among the best, and a gain never among the worst", () => {
  expect(chosen([trade("a", -5, 1)])).toEqual(["worst a"]);
  expect(chosen([trade("a", 5, 1)])).toEqual(["best a"]);
  expect(chosen([trade("a", 0, 1)])).toEqual(["latest a"]);
  expect(chosen([])).toEqual([]);
});

test("a result is a share of what was put in, and a multiple of what the first stop put at risk", () => {
  expect(outcomeOf(trade("a", 30, 1))).toBeCloseTo(0.03, 12);
  expect(multipleOfRisk(trade("a", 30, 1, { stop: 98 }))).toBeCloseTo(1.5, 12);
  expect(multipleOfRisk(trade("a", 30, 1))).toBeUndefined();
  expect(multipleOfRisk(trade("a", 30, 1, { stop: 101 }))).toBeUndefined();
});

test("a trade is drawn on the finest candles of which it spans forty, and on nothing later than the end", () => {
  const timeframes = ["5m", "1h", "4h"] as const;
  expect(chartWindow({ openedAt: 100 * HOUR, closedAt: 103 * HOUR }, timeframes, 1000 * HOUR).timeframe).toBe("5m");
  expect(chartWindow({ openedAt: 100 * HOUR, closedAt: 110 * HOUR }, timeframes, 1000 * HOUR)).toEqual({
    timeframe: "1h",
    from: 88 * HOUR,
    to: 119 * HOUR,
  });
  expect(chartWindow({ openedAt: 100 * HOUR, closedAt: 110 * HOUR }, timeframes, 112 * HOUR).to).toBe(112 * HOUR);
  expect(chartWindow({ openedAt: 0, closedAt: 9000 * HOUR }, timeframes, 9999 * HOUR).timeframe).toBe("4h");
});

test("refusals count by reason: amounts and the symbol do not make a reason of its own", () => {
  const counts = new RefusalCounts();
  counts.add(["size 250.5 is above 25 % of equity, which is 249.1"], "BTCUSDT");
  counts.add(["size 12 is above 25 % of equity, which is 9e-7", "ETHUSDT is not listed"], "ETHUSDT");
  counts.add(["5 positions, at most 5"], undefined);
  expect(counts.entries()).toEqual([
    ["size … is above … % of equity, which is …", 2],
    ["the symbol is not listed", 1],
    ["… positions, at most …", 1],
  ]);
});
