import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_SCHEDULE, type MarginSchedule } from "../instrument/margin-schedule.ts";
import { money } from "../instrument/money.ts";
import type { Decision, Open } from "../strategies/decision.ts";
import type { Account, HeldPosition, Quote } from "./account.ts";
import { type AssessRequest, assess } from "./assess.ts";
import type { RiskLimits } from "./limits.ts";

const NOW = 1_000_000;
const limits: RiskLimits = { maxPositionShare: 0.25, maxPositions: 5, feeRate: 0.001, maxPriceAgeMs: 60_000 };
const quote: Quote = { symbol: "X", price: 100, at: NOW, listed: true };
const empty: Account = { equity: money(10_000), cash: money(10_000), positions: [], pending: [] };
const heldLong: HeldPosition = {
  positionId: "p1",
  symbol: "X",
  direction: "long",
  lots: 10e8,
  cost: money(1_000),
  openedAt: 1,
  stop: 95,
  target: 110,
};
const holding = (...positions: HeldPosition[]): Account => ({ ...empty, cash: money(9_000), positions });
const open: Open = {
  action: "open",
  symbol: "X",
  direction: "long",
  notional: money(1_000),
  stop: 95,
  target: 110,
  reason: "",
};
const short: Open = { ...open, direction: "short", stop: 105, target: 90 };

const ask = (decision: Decision, changes: Partial<AssessRequest> = {}) =>
  assess({
    decisionId: "d1",
    agent: "a",
    at: NOW,
    decision,
    account: empty,
    quote,
    limits,
    idOf: (...parts) => parts.join(":"),
    ...changes,
  });
const reasons = (decision: Decision, changes: Partial<AssessRequest> = {}): readonly string[] => {
  const assessment = ask(decision, changes);
  expect(assessment.orders).toEqual([]);
  return assessment.refusal?.reasons ?? [];
};

describe("approves", () => {
  test("an entry with its protections under an id that the decision gives", () => {
    const decision: Open = { ...open, trailDistance: 4, expiresAt: NOW + 1 };
    expect(ask(decision)).toEqual({
      orders: [
        {
          clientOrderId: "d1:entry",
          decisionId: "d1",
          agent: "a",
          kind: "entry",
          symbol: "X",
          direction: "long",
          positionId: "d1:position",
          notional: money(1_000),
          stop: 95,
          target: 110,
          trailDistance: 4,
          expiresAt: NOW + 1,
          at: NOW,
        },
      ],
    });
    expect(ask(decision)).toEqual(ask(decision));
  });

  test("a short, mirrored", () => {
    expect(ask(short).orders).toHaveLength(1);
  });

  test("a size of exactly 25 % of equity", () => {
    expect(ask({ ...open, notional: money(2_500) }).orders).toHaveLength(1);
  });

  test("a scale-in of the position, which keeps its own protections", () => {
    const [order] = ask({ ...open, scaleIn: true, stop: 98 }, { account: holding(heldLong) }).orders;
    expect(order).toMatchObject({ kind: "scale-in", positionId: "p1", notional: money(1_000) });
    expect(order).not.toHaveProperty("stop");
  });

  test("closing without a fresh price and with no cash left", () => {
    const account = { ...holding(heldLong), cash: money(-1) };
    const [order] = ask({ action: "close", symbol: "X", reason: "" }, { account, quote: undefined }).orders;
    expect(order).toMatchObject({ kind: "exit", positionId: "p1", clientOrderId: "d1:exit:p1" });
  });

  test("closing all as one order per position, but for what is being closed", () => {
    const others = ["Y", "Z"].map((symbol) => ({ ...heldLong, symbol, positionId: `p${symbol}` }));
    const account: Account = {
      ...holding(heldLong, ...others),
      pending: [{ kind: "exit", symbol: "Y", positionId: "pY" }],
    };
    const { orders } = ask({ action: "close-all", reason: "" }, { account, quote: undefined });
    expect(orders.map((order) => order.clientOrderId)).toEqual(["d1:exit:p1", "d1:exit:pZ"]);
  });

  test("a stop or target moved on its side of the price, also to where it was not before", () => {
    const account = holding(heldLong);
    expect(ask({ action: "adjust-stop", symbol: "X", stop: 90, reason: "" }, { account }).orders[0]).toMatchObject({
      kind: "amend",
      positionId: "p1",
      stop: 90,
    });
    expect(ask({ action: "adjust-target", symbol: "X", target: 120, reason: "" }, { account }).orders[0]).toMatchObject(
      {
        kind: "amend",
        target: 120,
      },
    );
  });

  test("holding as neither an order nor a refusal", () => {
    expect(ask({ action: "hold", reason: "" })).toEqual({ orders: [] });
  });
});

describe("refuses, naming value and limit:", () => {
  const bare = (fields: object): Decision => ({ ...open, ...fields }) as Decision;
  test.each<[string, Decision, Partial<AssessRequest>]>([
    ["size 2500.00000001 is above 25 % of equity, which is 2500.00000000", bare({ notional: money(2_500) + 1 }), {}],
    [
      "size 2500.00000001 with what is held is above 25 % of equity, which is 2500.00000000",
      bare({ notional: money(1_500) + 1, scaleIn: true }),
      { account: holding(heldLong) },
    ],
    ["size 0 is not a whole number of 1e-8 USDT above 0", bare({ notional: 0 }), {}],
    ["size -5 is not a whole number of 1e-8 USDT above 0", bare({ notional: -5 }), {}],
    ["size NaN is not a whole number of 1e-8 USDT above 0", bare({ notional: Number.NaN }), {}],
    [
      "5 positions, at most 5",
      open,
      { account: holding(...["A", "B", "C", "D", "E"].map((symbol) => ({ ...heldLong, symbol }))) },
    ],
    [
      "5 positions, at most 5",
      open,
      {
        account: {
          ...holding(...["A", "B", "C", "D"].map((symbol) => ({ ...heldLong, symbol }))),
          pending: [{ kind: "entry", symbol: "E", positionId: "pE", notional: money(1) }],
        },
      },
    ],
    [
      "size and the fees of both legs need 1002.00000000, free cash is 1001.99999999",
      open,
      { account: { ...empty, cash: (money(1_002) - 1) as ReturnType<typeof money> } },
    ],
    [
      "size and the fees of both legs need 1002.00000000, free cash is 998.00000000",
      open,
      {
        account: {
          ...empty,
          cash: money(2_000),
          pending: [{ kind: "entry", symbol: "E", positionId: "pE", notional: money(1_000) }],
        },
      },
    ],
    [`the price at hand is "Y"'s, not "X"'s`, open, { quote: { ...quote, symbol: "Y" } }],
    ['"X" is not known to the venue', open, { quote: undefined }],
    ["X is not listed", open, { quote: { ...quote, listed: false } }],
    ["the price of X is 60001 ms old, at most 60000", open, { quote: { ...quote, at: NOW - 60_001 } }],
    ["the price of X is from 1 ms after the decision", open, { quote: { ...quote, at: NOW + 1 } }],
    ["price NaN of X is no price", open, { quote: { ...quote, price: Number.NaN } }],
    ["stop undefined is no price", bare({ stop: undefined }), {}],
    ["stop Infinity is no price", bare({ stop: Number.POSITIVE_INFINITY }), {}],
    ["stop 100 of a long must be below the price 100", bare({ stop: 100 }), {}],
    ["target 100 of a long must be above the price 100", bare({ target: 100 }), {}],
    ["stop 100 of a short must be above the price 100", { ...short, stop: 100 }, {}],
    ["target 100 of a short must be below the price 100", { ...short, target: 100 }, {}],
    ["trail distance 0 is not above 0", bare({ trailDistance: 0 }), {}],
    ["time exit at 1000000 is not after 1000000", bare({ expiresAt: NOW }), {}],
    ['direction "up" is neither long nor short', bare({ direction: "up" }), {}],
    ["X is held already, and this is no scale-in", open, { account: holding(heldLong) }],
    ['no position in "X" to add to', bare({ scaleIn: true }), {}],
    ['a "short" scale-in of a long position in X', { ...short, scaleIn: true }, { account: holding(heldLong) }],
    [
      "an order in X is waiting already",
      open,
      { account: { ...empty, pending: [{ kind: "entry", symbol: "X", positionId: "p" }] } },
    ],
    ['no position in "X"', { action: "close", symbol: "X", reason: "" }, {}],
    ["no position to close", { action: "close-all", reason: "" }, {}],
    ['no position in "X"', { action: "adjust-stop", symbol: "X", stop: 90, reason: "" }, {}],
    [
      "stop 101 of a long must be below the price 100",
      { action: "adjust-stop", symbol: "X", stop: 101, reason: "" },
      { account: holding(heldLong) },
    ],
    [
      "target 99 of a long must be above the price 100",
      { action: "adjust-target", symbol: "X", target: 99, reason: "" },
      { account: holding(heldLong) },
    ],
    [
      "stop 94 would loosen the trailed stop 95",
      { action: "adjust-stop", symbol: "X", stop: 94, reason: "" },
      { account: holding({ ...heldLong, trailDistance: 3 }) },
    ],
    [
      "the position in X is being closed already",
      { action: "close", symbol: "X", reason: "" },
      { account: { ...holding(heldLong), pending: [{ kind: "exit", symbol: "X", positionId: "p1" }] } },
    ],
    ['unknown action "buy"', { action: "buy" } as unknown as Decision, {}],
    ["no decision: null", null as unknown as Decision, {}],
  ])("%s", (reason, decision, changes) => {
    expect(reasons(decision, changes)).toEqual([reason]);
  });

  test("every rule that fails, not the first", () => {
    expect(reasons(bare({ stop: 101, target: 99, notional: money(9_999) }))).toEqual([
      "size 9999.00000000 is above 25 % of equity, which is 2500.00000000",
      "size and the fees of both legs need 10018.99800000, free cash is 10000.00000000",
      "stop 101 of a long must be below the price 100",
      "target 99 of a long must be above the price 100",
    ]);
  });
});

describe("whatever a model writes", () => {
  const price = fc.oneof(
    fc.double(),
    fc.double({ min: 80, max: 120 }),
    fc.constantFrom(Number.NaN, -1, 0, "95", null, undefined, 1.5e73),
  );
  const garbage = fc.record(
    {
      action: fc.constantFrom(
        "open",
        "open",
        "open",
        "close",
        "close-all",
        "adjust-stop",
        "adjust-target",
        "hold",
        "BUY",
        null,
      ),
      symbol: fc.oneof(fc.constantFrom("X", "Y", "X ", "​X"), fc.anything()),
      direction: fc.oneof(fc.constantFrom("long", "short"), fc.anything()),
      notional: fc.oneof(fc.integer({ min: 1, max: 4e11 }), fc.double(), fc.anything()),
      stop: price,
      target: price,
      trailDistance: fc.option(price, { nil: undefined }),
      expiresAt: fc.option(fc.double(), { nil: undefined }),
      scaleIn: fc.oneof(fc.boolean(), fc.anything()),
    },
    { requiredKeys: ["action"] },
  );
  const accounts = fc.constantFrom(
    empty,
    holding(heldLong),
    holding({ ...heldLong, direction: "short", stop: 105, target: 90, trailDistance: 2 }),
    { ...empty, cash: money(5) },
  );

  test("it becomes a refusal or orders that break no limit, and never an exception", () => {
    let approved = 0;
    fc.assert(
      fc.property(garbage, accounts, (raw, account) => {
        const { orders, refusal } = ask(raw as unknown as Decision, { account });
        expect(orders.length > 0 && refusal !== undefined).toBe(false);
        if (orders.length === 0) {
          expect(raw.action === "hold" || (refusal?.reasons.length ?? 0) > 0).toBe(true);
          for (const reason of refusal?.reasons ?? []) expect(reason).not.toContain("\n");
        }
        for (const order of orders) {
          approved += 1;
          const held = account.positions.find((position) => position.positionId === order.positionId);
          expect(held !== undefined).toBe(order.kind !== "entry");
          expect(order.symbol).toBe("X");
          if (order.notional !== undefined) {
            expect(order.notional).toBeGreaterThan(0);
            expect(order.notional + (held?.cost ?? 0)).toBeLessThanOrEqual(account.equity / 4);
            expect(order.notional * 1.002).toBeLessThanOrEqual(account.cash);
          }
          const below = order.direction === "long";
          if (order.kind === "entry") expect(order.stop).toBeDefined();
          if (order.stop !== undefined) expect(below ? order.stop < 100 : order.stop > 100).toBe(true);
          if (order.target !== undefined) expect(below ? order.target > 100 : order.target < 100).toBe(true);
          if (order.stop !== undefined) expect(order.stop > 0 && order.stop < Number.POSITIVE_INFINITY).toBe(true);
        }
      }),
      { numRuns: 10_000 },
    );
    expect(approved).toBeGreaterThan(100);
  });
});

describe("leverage", () => {
  const levered = { limits: { ...limits, leverage: 5 } };

  test("is written on the order with the tiers that it was approved under, the venue's before the default", () => {
    expect(ask(open, levered).orders[0]).toMatchObject({ leverage: 5, marginSchedule: DEFAULT_SCHEDULE });
    const margin: MarginSchedule = {
      tiers: [{ from: money(0), rate: 0.01, maxLeverage: 20 }],
      liquidationFeeRate: 0,
    };
    expect(ask(open, { ...levered, quote: { ...quote, margin } }).orders[0]).toMatchObject({ marginSchedule: margin });
    expect(ask(open, { quote: { ...quote, margin } }).orders[0]).toMatchObject({ marginSchedule: margin });
  });

  test("of 1 says nothing where the venue states no tiers", () => {
    const [order] = ask(open, { limits: { ...limits, leverage: 1 } }).orders;
    expect(order).toEqual(ask(open).orders[0]);
    expect(order).not.toHaveProperty("leverage");
    expect(order).not.toHaveProperty("marginSchedule");
  });

  test("needs free cash for margin and fees, not for the size", () => {
    const poor = { ...levered, account: { ...empty, cash: money(202) } };
    expect(ask(open, poor).orders.length).toBe(1);
    expect(reasons(open, { ...poor, account: { ...empty, cash: money(201.99) } })).toEqual([
      "margin at 5× and the fees of both legs need 202.00000000, free cash is 201.99000000",
    ]);
    const waiting = { kind: "entry" as const, symbol: "Y", positionId: "p9", notional: money(1_000), leverage: 5 };
    expect(ask(open, { ...levered, account: { ...empty, cash: money(404), pending: [waiting] } }).orders.length).toBe(
      1,
    );
  });

  test("beyond what the tier of the size allows is refused", () => {
    const large = { ...open, notional: money(30_000) };
    const rich = { ...empty, equity: money(1_000_000), cash: money(1_000_000) };
    expect(reasons(large, { account: rich, limits: { ...limits, leverage: 20 } })).toEqual([
      "leverage 20 is above 10, the most for a size of 30000.00000000",
    ]);
    expect(reasons(open, { limits: { ...limits, leverage: 0.5 } })).toContain("leverage 0.5 is below 1");
  });

  test("of a scale-in is its position's, whatever the limits say now, and its size counts with what is held", () => {
    const held = { ...heldLong, leverage: 3 };
    const more: Open = { ...open, scaleIn: true };
    const [order] = ask(more, { ...levered, account: holding(held) }).orders;
    expect(order).toMatchObject({ kind: "scale-in", leverage: 3 });
    expect(order).not.toHaveProperty("marginSchedule");
    const rich = { ...holding({ ...held, leverage: 25, cost: money(9_500) }), equity: money(100_000) };
    expect(reasons(more, { account: rich })).toEqual([
      "leverage 25 is above 20, the most for a size of 10500.00000000",
    ]);
  });

  test("under tiers that the venue states wrongly is refused", () => {
    const margin: MarginSchedule = { tiers: [], liquidationFeeRate: 0 };
    expect(reasons(open, { quote: { ...quote, margin } })).toEqual([
      "the venue's margin tiers cannot be reckoned with: the first tier begins at undefined, not at 0",
    ]);
  });
});
