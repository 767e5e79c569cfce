import { describe, expect, test } from "vitest";
import type { Fill } from "../execution/fill.ts";
import { money, moneyOfUnits } from "../instrument/money.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { proportionalPart } from "./position.ts";

const entry: Fill = {
  clientOrderId: "d1:entry",
  agent: "a",
  positionId: "p1",
  symbol: "X",
  direction: "long",
  kind: "entry",
  lots: 10e8,
  lotDecimals: 8,
  price: 100,
  at: 1,
  decisionId: "d1",
};
const exit: Fill = { ...entry, clientOrderId: "p1:stop-loss", kind: "exit", price: 95, at: 2, reason: "stop-loss" };
const book = (): Ledger => openLedger("a", money(10_000), 0);

describe("opening", () => {
  test.each(["long", "short"] as const)("a %s changes equity by its fee alone", (direction) => {
    const ledger = book();
    ledger.fill({ ...entry, direction }, 0.001);
    expect(ledger.equity).toBe(money(9_999));
    expect(ledger.cash).toBe(money(8_999));
    expect(ledger.margin).toBe(money(1_000));
  });

  test("beyond free cash is refused and changes nothing", () => {
    const ledger = book();
    expect(() => ledger.fill({ ...entry, lots: 100e8 }, 0.001)).toThrow(
      "fill d1:entry needs 10010.00000000 of the 10000.00000000 free in a",
    );
    expect([ledger.cash, ledger.margin, ledger.positionCount]).toEqual([money(10_000), 0, 0]);
  });
});

describe("closing", () => {
  test("reports averages over scale-ins and partial exits, and the remainder goes to the last part", () => {
    const ledger = book();
    ledger.fill(entry, 0.001);
    ledger.fill({ ...entry, clientOrderId: "d2", kind: "scale-in", price: 110, at: 2 }, 0.001);
    ledger.fill({ ...exit, clientOrderId: "x1", lots: 5e8, price: 120, at: 3 }, 0.001);
    const events = ledger.fill({ ...exit, clientOrderId: "x2", lots: 15e8, price: 100, at: 4, ambiguous: true }, 0.001);
    expect(events.map((event) => event.type)).toEqual(["order.filled", "position.closed"]);
    // In 1,000 + 1,100, out 600 + 1,500: gross 0; fees 1 + 1.1 + 0.6 + 1.5.
    expect(events[1]?.data).toMatchObject({
      lots: 20e8,
      entryPrice: 105,
      exitPrice: 105,
      notional: money(2_100),
      gross: 0,
      fees: money(4.2),
      net: money(-4.2),
      ambiguous: true,
      openedAt: 1,
      closedAt: 4,
      entryDecision: "d1",
    });
    expect(ledger.cash).toBe(money(9_995.8));
    expect(ledger.margin).toBe(0);
  });

  test("a third of 1,000 three times is 1,000", () => {
    const cost = money(1_000);
    const first = proportionalPart(cost, 1, 3);
    const second = proportionalPart(moneyOfUnits(cost - first), 1, 2);
    const third = proportionalPart(moneyOfUnits(cost - first - second), 1, 1);
    expect([first, second, third]).toEqual([33_333_333_333, 33_333_333_334, 33_333_333_333]);
  });
});

describe("a fill that does not fit the book is refused with the reason", () => {
  const held = (): Ledger => {
    const ledger = book();
    ledger.fill(entry, 0.001);
    return ledger;
  };
  test.each([
    ["it is b's", { ...entry, agent: "b" }],
    ["X is held as p1", { ...entry, clientOrderId: "d2", positionId: "p2" }],
    ["Y is not held", { ...exit, symbol: "Y" }],
    ["X is held as p1, not as p2", { ...exit, positionId: "p2" }],
    ["p1 is long, not short", { ...exit, direction: "short" as const }],
    ["p1 has 1000000000 lots, not 1000000001", { ...exit, lots: 10e8 + 1 }],
    ["p1 has lots of 8 decimals, not 7", { ...exit, lotDecimals: 7 }],
    ["0.5 lots", { ...exit, lots: 0.5 }],
    ["price NaN", { ...exit, price: Number.NaN }],
  ])("%s", (reason, fill) => {
    const ledger = held();
    expect(() => ledger.fill(fill, 0.001)).toThrow(reason);
    expect(ledger.equity).toBe(money(9_999));
  });

  test("an exit needs its reason, an entry its decision", () => {
    const { reason: _, ...unreasoned } = exit;
    const { decisionId: __, ...undecided } = entry;
    expect(() => held().fill(unreasoned, 0.001)).toThrow("an exit without a reason");
    expect(() => book().fill(undecided, 0.001)).toThrow("an entry without the decision behind it");
  });
});

describe("value per unit", () => {
  test("a deposit is no profit: neither peak nor drawdown move", () => {
    const ledger = book();
    ledger.fill(entry, 0);
    ledger.mark("X", 80);
    ledger.settle();
    expect(ledger.maxDrawdown).toBeCloseTo(0.02, 12);
    const before = ledger.nav;
    ledger.deposit(money(100_000), 2);
    ledger.settle();
    expect(ledger.nav).toBeCloseTo(before, 14);
    expect(ledger.maxDrawdown).toBeCloseTo(0.02, 12);
    expect(ledger.highWater.peakNav).toBe(1);
    // The book is 11 times as large: a fall by 1,000 is now 0.9 % and not 10 %.
    ledger.mark("X", 1);
    ledger.settle();
    expect(ledger.maxDrawdown).toBeLessThan(0.03);
  });

  test("drawdown counts open positions and survives a restart", () => {
    const ledger = book();
    ledger.fill(entry, 0);
    ledger.mark("X", 200);
    ledger.settle();
    ledger.mark("X", 145);
    ledger.settle();
    expect(ledger.maxDrawdown).toBeCloseTo(550 / 11_000, 12);
    const resumed = book();
    resumed.resumeHighWater(ledger.highWater);
    resumed.settle();
    expect(resumed.highWater.peakNav).toBe(1.1);
    expect(resumed.maxDrawdown).toBeCloseTo(1 / 11, 12);
  });

  test("a worthless book cannot be unitised", () => {
    const ledger = book();
    const short: Fill = { ...entry, direction: "short", lots: 99e8 };
    ledger.fill(short, 0);
    ledger.mark("X", 300);
    expect(() => ledger.deposit(money(1), 2)).toThrow("open a new book");
  });
});

describe("marks", () => {
  test("a price that is none is refused", () => {
    const ledger = book();
    ledger.fill(entry, 0);
    for (const price of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => ledger.mark("X", price)).toThrow(`mark price of X must be positive and finite, got ${price}`);
    }
  });

  test("beyond what money holds exactly is an error, not a rounding", () => {
    const ledger = book();
    ledger.fill(entry, 0);
    ledger.mark("X", 1.5e73);
    expect(() => ledger.settle()).toThrow("equity of a is out of range");
  });
});

test("with leverage 5 a fifth is reserved, and the identity holds to the end", () => {
  const ledger = book();
  ledger.fill({ ...entry, leverage: 5 }, 0.001);
  expect([ledger.margin, ledger.cash, ledger.equity]).toEqual([money(200), money(9_799), money(9_999)]);
  ledger.fill(exit, 0.001);
  expect([ledger.margin, ledger.cash]).toEqual([0, money(9_948.05)]);
});

test("a scale-in has its position's leverage, or it is refused", () => {
  const ledger = book();
  ledger.fill({ ...entry, leverage: 5 }, 0.001);
  const more: Fill = { ...entry, clientOrderId: "d2", kind: "scale-in" };
  expect(() => ledger.fill(more, 0.001)).toThrow("p1 has leverage 5, not 1");
  expect(() => ledger.fill({ ...more, leverage: 0.5 }, 0.001)).toThrow("leverage 0.5");
});

describe("funding that free cash lacks", () => {
  const owing = (leverage: number): Ledger => {
    const ledger = book();
    // All but 10 USDT are reserved and paid as fee.
    const lots = Math.floor((9_990 * leverage * 1e6) / (1 + 0.001 * leverage));
    ledger.fill({ ...entry, lots, leverage }, 0.001);
    return ledger;
  };

  test("is taken from a leveraged position's margin, and cash stays at zero", () => {
    const ledger = owing(5);
    const posted = ledger.fund("X", 0.01, 2);
    expect(ledger.cash).toBe(0);
    expect(posted?.data.fromMargin).toBeGreaterThan(0);
    expect(ledger.margin).toBe(ledger.position("X")?.margin);
    expect(ledger.equity).toBe(ledger.cash + ledger.margin);
  });

  test("overdraws the cash at 1×, as it always has", () => {
    const ledger = owing(1);
    const posted = ledger.fund("X", 0.01, 2);
    expect(posted?.data).not.toHaveProperty("fromMargin");
    expect(ledger.cash).toBeLessThan(0);
    expect(ledger.margin).toBe(ledger.position("X")?.cost);
  });
});

test("a log whose amounts are not what its fills give is refused", () => {
  const [event] = book().fill(entry, 0.001);
  if (event?.type !== "order.filled") throw new Error("no fill");
  const tampered = { ...event, data: { ...event.data, cash: moneyOfUnits(event.data.cash + 1) } };
  expect(() => book().apply(tampered)).toThrow("the log is damaged");
});
