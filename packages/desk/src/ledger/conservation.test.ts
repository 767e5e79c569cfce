import { evenly } from "@alphaforge/core/testing/evenly";
import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeskEvent } from "../events.ts";
import type { Fill } from "../execution/fill.ts";
import { bankruptcyPrice, liquidationPrice } from "../execution/liquidation.ts";
import { DEFAULT_SCHEDULE, FLAT_SCHEDULE, type MarginSchedule } from "../instrument/margin-schedule.ts";
import { type Money, money, moneyOfUnits } from "../instrument/money.ts";
import { lotsWithin, notionalOf, unitsPerLot } from "../instrument/notional.ts";
import { lotDecimalsAt } from "../instrument/quantity.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import type { Position } from "./position.ts";

const MOST_STEPS = 300;
/** A million operations when soaking; some ten thousand otherwise. */
const RUNS = SOAK ? 6_667 : 100;
const FEWEST_STEPS = SOAK ? 150 : 1;
const SOAK_TIMEOUT_MS = 900_000;

/** `expect` costs microseconds and formats its arguments; looked at after each of a million operations, this does not. */
function same(what: string, actual: number | bigint | undefined, expected: number | bigint | undefined): void {
  if (actual !== expected) throw new Error(`${what} is ${actual}, must be ${expected}`);
}

const BASES = { BTC: 64_000, ETH: 100, ADA: 0.5, PEPE: 0.00001234 } as const;
const SYMBOLS = Object.keys(BASES) as (keyof typeof BASES)[];
const INITIAL = money(10_000);
const LARGEST = money(200_000);

const step = fc.record({
  act: fc.constantFrom(
    ...([
      "trade",
      "trade",
      "trade",
      "exit",
      "exit-all",
      "liquidate",
      "drain",
      "fund",
      "deposit",
      "mark",
      "mark",
      "settle",
    ] as const),
  ),
  leverage: fc.constantFrom(1, 1, 1, 2, 5, 7.3, 20),
  schedule: fc.constantFrom(FLAT_SCHEDULE, DEFAULT_SCHEDULE),
  symbol: fc.constantFrom(...SYMBOLS),
  long: fc.boolean(),
  /** Price as a multiple of the symbol's base. */
  price: fc.double({ min: 0.3, max: 1.9, noNaN: true, noDefaultInfinity: true }),
  share: fc.double({ min: 0.001, max: 0.95, noNaN: true, noDefaultInfinity: true }),
  rate: evenly(-0.01, 0.01),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const steps = fc.array(step, { minLength: FEWEST_STEPS, maxLength: MOST_STEPS, size: "max" });

type Entry = { event: DeskEvent } | { mark: [string, number] } | { settle: true };

/**
 * What went in and out, kept apart from the ledger: no cost, no margin, only trades as cash and lots; and what each open
 * position has cost and drawn of its margin.
 */
interface Outside {
  cash: bigint;
  readonly lots: Map<string, number>;
  readonly drained: Map<string, number>;
  /** True once something was held at 1×, whose fees and funding may overdraw the cash. */
  unlevered: boolean;
}

const marginedLots = ({ cost, margin, lots, lotDecimals }: Position) => ({
  cost,
  margin,
  lotUnits: lots * unitsPerLot(lotDecimals),
});

function isLiquidated(held: Position, price: number, schedule: MarginSchedule): boolean {
  const touched = liquidationPrice(held.direction, marginedLots(held), schedule);
  return held.direction === "long" ? price <= touched : price >= touched;
}

const stateOf = (ledger: Ledger) => ({
  cash: ledger.cash,
  margin: ledger.margin,
  unrealised: ledger.unrealised,
  realised: ledger.realised,
  fees: ledger.fees,
  funding: ledger.funding,
  deposits: ledger.deposits,
  nav: ledger.nav,
  positions: [...ledger.positions()].map((position) => ({ ...position })),
});

function expectConserved(ledger: Ledger, outside: Outside): void {
  let worth = outside.cash;
  let margin = 0;
  for (const position of ledger.positions()) {
    const marked = BigInt(notionalOf(position.lots, position.lotDecimals, position.mark));
    worth += position.direction === "long" ? marked : -marked;
    margin += position.margin;
    // Rounded once per entry and once per partial exit; what funding drew is released in proportion with it.
    const drawn = position.cost / position.leverage - position.margin;
    const drained = outside.drained.get(position.id) ?? 0;
    if (position.margin < 0) throw new Error(`the margin of ${position.id} is ${position.margin}`);
    if (position.leverage === 1) same(`margin of ${position.id}`, position.margin, position.cost);
    else if (drawn < -MOST_STEPS || drawn > drained + MOST_STEPS) {
      throw new Error(`the margin of ${position.id} lacks ${drawn}, funding drew ${drained}`);
    }
    same(`lots of ${position.id}`, position.lots, outside.lots.get(position.id));
  }
  same("equity", BigInt(ledger.equity), worth);
  same("margin", ledger.margin, margin);
  same("cash + margin + unrealised", ledger.cash + ledger.margin + ledger.unrealised, ledger.equity);
}

function walk(some: readonly Step[], check: (ledger: Ledger, outside: Outside) => void) {
  const ledger = openLedger("a", INITIAL, 0);
  const outside: Outside = { cash: BigInt(INITIAL), lots: new Map(), drained: new Map(), unlevered: false };
  const log: Entry[] = [];
  const record = (events: readonly DeskEvent[]): void => {
    for (const event of events) {
      log.push({ event });
      if (event.type === "order.filled") {
        const { kind, direction, notional, fee, positionId, lots } = event.data;
        const buys = (kind === "exit") !== (direction === "long");
        outside.cash += BigInt(buys ? -notional : notional) - BigInt(fee);
        outside.lots.set(positionId, (outside.lots.get(positionId) ?? 0) + (kind === "exit" ? -lots : lots));
        if (kind !== "exit" && event.data.leverage === undefined) outside.unlevered = true;
      } else if (event.type === "funding.posted" || event.type === "cash.deposited") {
        outside.cash += BigInt(event.data.amount);
        if (event.type === "funding.posted") {
          const { positionId, fromMargin = 0 } = event.data;
          outside.drained.set(positionId, (outside.drained.get(positionId) ?? 0) + fromMargin);
        }
      }
    }
  };
  some.forEach((one, index) => {
    const at = index + 1;
    const price = BASES[one.symbol] * one.price;
    const held = ledger.position(one.symbol);
    const common = { clientOrderId: `o${at}`, agent: "a", symbol: one.symbol, price, at, decisionId: `d${at}` };
    switch (one.act) {
      case "trade": {
        const lotDecimals = held?.lotDecimals ?? lotDecimalsAt(price);
        const leverage = held?.leverage ?? one.leverage;
        // At 20× a lucky walk would soon pass what money holds exactly, which is an error and no matter of this test.
        const size = Math.max(0, Math.min(LARGEST, Math.floor(ledger.cash * one.share * leverage)));
        const lots = lotsWithin(moneyOfUnits(size), lotDecimals, price);
        if (lots === 0) return;
        const fill: Fill = {
          ...common,
          kind: held ? "scale-in" : "entry",
          direction: held?.direction ?? (one.long ? "long" : "short"),
          positionId: held?.id ?? `p${at}`,
          lots,
          lotDecimals,
          ...(leverage === 1 ? {} : { leverage }),
        };
        record(ledger.fill(fill, 0.001));
        break;
      }
      case "exit":
      case "exit-all": {
        if (held === undefined) return;
        // Execution never lets a leveraged position get to a price at which the venue has taken it over.
        if (held.leverage > 1 && isLiquidated(held, price, one.schedule)) return;
        const lots = one.act === "exit" ? Math.max(1, Math.floor(held.lots * one.share)) : held.lots;
        const { id: positionId, direction, lotDecimals } = held;
        record(
          ledger.fill({ ...common, kind: "exit", reason: "decision", direction, positionId, lots, lotDecimals }, 0.001),
        );
        break;
      }
      case "liquidate": {
        if (held === undefined) return;
        const { id: positionId, direction, lots, lotDecimals } = held;
        const touched = liquidationPrice(direction, marginedLots(held), one.schedule);
        const end = bankruptcyPrice(direction, marginedLots(held));
        // Where the price has gone past it, within the margin; else as if it had just come there.
        const paid =
          direction === "long" ? Math.max(Math.min(price, touched), end) : Math.min(Math.max(price, touched), end);
        if (!(paid > 0)) return;
        const { liquidationFeeRate } = one.schedule;
        const fill: Fill = {
          ...common,
          price: paid,
          kind: "exit",
          reason: "liquidation",
          direction,
          positionId,
          lots,
          lotDecimals,
          liquidationFeeRate,
        };
        const before = ledger.cash;
        record(ledger.fill(fill, 0.001));
        if (ledger.cash < before)
          throw new Error(`liquidating ${positionId} took ${before - ledger.cash} of free cash`);
        break;
      }
      case "fund":
      case "drain": {
        // A drain asks for up to twice the free cash: more than venues charge, so that margins are drawn on.
        const worth = held === undefined ? 1 : notionalOf(held.lots, held.lotDecimals, held.mark);
        const drain = ((held?.direction === "short" ? -1 : 1) * Math.max(0, ledger.cash) * 2 * one.share) / worth;
        const event = ledger.fund(one.symbol, one.act === "drain" ? drain : one.rate, at);
        if (event) record([event]);
        break;
      }
      case "deposit":
        if (ledger.equity > 0) record([ledger.deposit(money(one.share * 1_000), at)]);
        break;
      case "mark":
        ledger.mark(one.symbol, price);
        log.push({ mark: [one.symbol, price] });
        break;
      case "settle":
        ledger.settle();
        log.push({ settle: true });
        break;
    }
    if (!outside.unlevered && ledger.cash < 0) throw new Error(`leveraged positions overdrew the cash: ${ledger.cash}`);
    check(ledger, outside);
  });
  return { ledger, log };
}

describe("over random trades, partial exits, funding, deposits and marks in several symbols", () => {
  test("no unit of 1e-8 is made or lost, and the fills of a position add up to it", {
    timeout: SOAK_TIMEOUT_MS,
  }, () => {
    let operations = 0;
    let liquidations = 0;
    let drains = 0;
    fc.assert(
      fc.property(steps, (some) => {
        operations += some.length;
        for (const entry of walk(some, expectConserved).log) {
          if (!("event" in entry)) continue;
          const { event } = entry;
          if (event.type === "order.filled" && event.data.liquidationFeeRate !== undefined) liquidations += 1;
          if (event.type === "funding.posted" && event.data.fromMargin !== undefined) drains += 1;
        }
      }),
      { numRuns: RUNS },
    );
    expect(liquidations).toBeGreaterThan(RUNS);
    expect(drains).toBeGreaterThan(RUNS / 10);
    if (SOAK) expect(operations).toBeGreaterThanOrEqual(1_000_000);
    tellCounts(
      "ledger",
      `${operations} operations (${liquidations} liquidations, ${drains} drawn margins), not a unit made or lost`,
    );
  });

  test("a book folded from its recorded events and the same marks is the same book, peak and drawdown included", () => {
    fc.assert(
      fc.property(steps, (some) => {
        const { ledger, log } = walk(some, () => undefined);
        const folded = openLedger("a", INITIAL, 0);
        for (const entry of JSON.parse(JSON.stringify(log)) as Entry[]) {
          if ("event" in entry) folded.apply(entry.event);
          else if ("mark" in entry) folded.mark(...entry.mark);
          else folded.settle();
        }
        expect(stateOf(folded)).toEqual(stateOf(ledger));
        expect(folded.highWater).toEqual(ledger.highWater);
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });

  test("folded from the events alone it lacks only the marks and the persisted peak", () => {
    fc.assert(
      fc.property(steps, (some) => {
        const { ledger, log } = walk(some, () => undefined);
        const folded = openLedger("a", INITIAL, 0);
        for (const entry of log) if ("event" in entry) folded.apply(entry.event);
        folded.resumeHighWater(ledger.highWater);
        for (const { symbol, mark } of ledger.positions()) folded.mark(symbol, mark);
        expect(stateOf(folded)).toEqual(stateOf(ledger));
        expect(folded.highWater).toEqual(ledger.highWater);
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });

  test("what a position reports at its end is what it did to the cash", () => {
    fc.assert(
      fc.property(steps, (some) => {
        const { log } = walk(some, () => undefined);
        const cash = new Map<string, number>();
        for (const entry of log) {
          if (!("event" in entry)) continue;
          const { event } = entry;
          if (event.type === "order.filled") {
            const { positionId } = event.data;
            cash.set(positionId, (cash.get(positionId) ?? 0) + event.data.cash + event.data.margin);
          } else if (event.type === "funding.posted") {
            cash.set(event.data.positionId, (cash.get(event.data.positionId) ?? 0) + event.data.amount);
          } else if (event.type === "position.closed") {
            expect(event.data.net).toBe(cash.get(event.data.positionId));
            expect(event.data.net).toBe((event.data.gross - event.data.fees + event.data.funding) as Money);
          }
        }
      }),
      { numRuns: Math.ceil(RUNS / 4) },
    );
  });
});
