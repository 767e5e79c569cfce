import fc from "fast-check";
import { expect, test } from "vitest";
import type { DeskEvent, DeskEvents, Journal } from "../events.ts";
import { DEFAULT_SCHEDULE } from "../instrument/margin-schedule.ts";
import { money } from "../instrument/money.ts";
import { type Ledger, openLedger } from "../ledger/ledger.ts";
import type { ApprovedOrder } from "../risk/approved-order.ts";
import { Execution } from "./execution.ts";

const SYMBOLS = ["X", "Y"] as const;

const step = fc.record({
  symbol: fc.constantFrom(...SYMBOLS),
  act: fc.constantFrom("entry", "entry", "scale-in", "exit", "amend", "close", "quote", "none", "none", "delist"),
  long: fc.boolean(),
  trail: fc.boolean(),
  expires: fc.boolean(),
  later: fc.boolean(),
  levered: fc.boolean(),
  open: fc.integer({ min: 90, max: 110 }),
  up: fc.integer({ min: 0, max: 8 }),
  down: fc.integer({ min: 0, max: 8 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A desk reduced to execution and ledger, which can be thrown away and folded from its events at any step. */
class Bench {
  readonly events: DeskEvent[] = [];
  readonly journal: Journal = {
    record: (type, at, data) => {
      this.events.push({ type, at, data } as DeskEvent);
    },
  };
  execution = new Execution("a", this.journal);
  ledger: Ledger = openLedger("a", money(1_000_000), 0);

  restart(): void {
    const recorded = JSON.parse(JSON.stringify(this.events)) as DeskEvent[];
    this.execution = new Execution("a", this.journal);
    this.ledger = openLedger("a", money(1_000_000), 0);
    for (const event of recorded) {
      this.execution.restore(event);
      this.ledger.apply(event);
    }
  }

  take(one: Step, index: number): void {
    const at = (index + 1) * 10;
    const held = this.execution.protection(one.symbol);
    const place = (
      order: Partial<DeskEvents["order.approved"]> & { kind: "entry" | "scale-in" | "exit" | "amend" },
    ) => {
      const data = {
        clientOrderId: `d${index}`,
        decisionId: `d${index}`,
        agent: "a",
        symbol: one.symbol,
        direction: held?.direction ?? ("long" as const),
        positionId: held?.positionId ?? "gone",
        ...order,
      };
      // As the desk does: the approval is recorded before what it causes.
      this.events.push({ type: "order.approved", at: one.later ? at + 15 : at, data });
      this.execution.place({ ...data, at: one.later ? at + 15 : at } as ApprovedOrder);
    };
    const post = (fills: ReturnType<Execution["onCandle"]>) => {
      for (const fill of fills) this.events.push(...this.ledger.fill(fill, 0.001));
    };
    const direction = one.long ? "long" : "short";
    switch (one.act) {
      case "entry":
        place({
          kind: "entry",
          positionId: `p${index}`,
          direction,
          notional: money(1_000),
          stop: one.long ? one.open - 6 : one.open + 6,
          target: one.long ? one.open + 7 : one.open - 7,
          ...(one.trail ? { trailDistance: 3 } : {}),
          ...(one.expires ? { expiresAt: at + 45 } : {}),
          ...(one.levered ? { leverage: 20, marginSchedule: DEFAULT_SCHEDULE } : {}),
        });
        break;
      case "scale-in":
        place({ kind: "scale-in", notional: money(500) });
        break;
      case "exit":
        place({ kind: "exit" });
        break;
      case "amend":
        place({ kind: "amend", stop: held?.direction === "short" ? one.open + 4 : one.open - 4 });
        break;
      case "close":
        this.execution.onClose(one.symbol, one.open + one.up - one.down, at);
        break;
      case "quote":
        post(this.execution.onQuote(one.symbol, one.open, at - 5));
        break;
      case "delist":
        post(this.execution.onDelisted(one.symbol, one.open, at));
        break;
      case "none":
        break;
    }
    post(this.execution.onCandle(one.symbol, at, one.open, one.open + one.up, one.open - one.down));
  }
}

test("a desk folded from its events at any step goes on exactly as if it had never stopped", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 60, size: "max" }), fc.nat(60), (some, cut) => {
      const whole = new Bench();
      const stopped = new Bench();
      some.forEach((one, index) => {
        if (index === cut % some.length) stopped.restart();
        whole.take(one, index);
        stopped.take(one, index);
      });
      expect(stopped.events).toEqual(whole.events);
      expect([...stopped.execution.watched()]).toEqual([...whole.execution.watched()]);
      expect(stopped.ledger.cash).toBe(whole.ledger.cash);
    }),
    { numRuns: 300 },
  );
});

test("whatever happens, execution and ledger agree on what is held", () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 60, size: "max" }), (some) => {
      const bench = new Bench();
      some.forEach((one, index) => {
        bench.take(one, index);
        for (const symbol of SYMBOLS) {
          const held = bench.ledger.position(symbol);
          expect(bench.execution.protection(symbol)?.lots).toBe(held?.lots);
          expect(bench.execution.protection(symbol)?.positionId).toBe(held?.id);
        }
      });
    }),
    { numRuns: 200 },
  );
});

test("an order that was placed before a restart is not placed again after it", () => {
  const bench = new Bench();
  const entry: Step = {
    symbol: "X",
    act: "entry",
    long: true,
    trail: false,
    expires: false,
    later: false,
    levered: false,
    open: 100,
    up: 1,
    down: 1,
  };
  bench.take(entry, 0);
  bench.restart();
  const approved = bench.events.find((event) => event.type === "order.approved");
  expect(bench.execution.place({ ...approved?.data, at: 20 } as ApprovedOrder)).toBe(false);
  expect(bench.execution.pending()).toEqual([]);
});

test("margin that funding took is missing after a restart too", () => {
  const bench = new Bench();
  const order = {
    clientOrderId: "d1",
    decisionId: "d1",
    agent: "a",
    kind: "entry",
    symbol: "X",
    direction: "long",
    positionId: "p1",
    notional: money(1_000),
    stop: 70,
    leverage: 5,
    marginSchedule: DEFAULT_SCHEDULE,
  } as const;
  bench.events.push({ type: "order.approved", at: 10, data: order });
  bench.execution.place({ ...order, at: 10 } as unknown as ApprovedOrder);
  for (const fill of bench.execution.onCandle("X", 10, 100, 101, 99)) bench.events.push(...bench.ledger.fill(fill, 0));
  const before = bench.execution.protection("X")?.liquidation;
  const data = { agent: "a", positionId: "p1", symbol: "X", rate: 0.1, amount: money(-100), fromMargin: money(50) };
  bench.execution.onFunding(data);
  bench.events.push({ type: "funding.posted", at: 20, data });
  const { liquidation, bankruptcy } = bench.execution.protection("X") ?? {};
  expect(liquidation).toBeGreaterThan(before as number);
  bench.restart();
  expect(bench.execution.protection("X")).toMatchObject({ liquidation, bankruptcy });
  expect(bankruptcy).toBe(85);
});

test("another agent's order is refused", () => {
  const execution = new Execution("a", new Bench().journal);
  expect(() => execution.place({ agent: "b", clientOrderId: "o" } as ApprovedOrder)).toThrow("order o is b's, not a's");
});
