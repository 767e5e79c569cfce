import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { DeskEvent, DeskEvents, Journal } from "../../events.ts";
import { money, toDecimal } from "../../instrument/money.ts";
import { openLedger } from "../../ledger/ledger.ts";
import type { ApprovedOrder } from "../../risk/approved-order.ts";
import { Execution } from "../execution.ts";
import type { Fill } from "../fill.ts";
import type { ExpectedFill, OracleCase, Step } from "./oracle-case.ts";

const AGENT = "agent";
const SYMBOL = "XUSDT";
const FEE_RATE = 0.001;
const CANDLE_MS = 300_000;
const directory = new URL("./cases/", import.meta.url);
const FILES = readdirSync(directory).toSorted();

/** By file: whatever lists of cases it exports. */
const CASES_OF: readonly (readonly OracleCase[])[] = await Promise.all(
  FILES.map(async (name) =>
    Object.values((await import(new URL(name, directory).href)) as Record<string, readonly OracleCase[]>).flat(),
  ),
);
const CASES = CASES_OF.flat();

/** Feeds one case through execution and ledger as the pipeline does, in the order of its steps. */
function run(oracle: OracleCase) {
  const events: DeskEvent[] = [];
  const journal: Journal = {
    record: (type, at, data) => {
      events.push({ type, at, data } as DeskEvent);
    },
  };
  const execution = new Execution(AGENT, journal);
  const ledger = openLedger(AGENT, money(10_000), 0);
  const fills: Fill[] = [];
  let cursor = 0;
  let decisions = 0;
  let positionId = "none";
  let direction: "long" | "short" = "long";
  let latest: ApprovedOrder | undefined;

  const post = (some: readonly Fill[]): void => {
    for (const fill of some) {
      fills.push(fill);
      events.push(...ledger.fill(fill, FEE_RATE));
    }
  };
  const place = (
    order: Omit<DeskEvents["order.approved"], "clientOrderId" | "decisionId" | "agent" | "symbol">,
  ): void => {
    decisions += 1;
    const decisionId = `d${decisions}`;
    const clientOrderId = `${decisionId}:${order.kind}`;
    const at = cursor * CANDLE_MS;
    // Risk has its own tests; what it would refuse is part of what execution must withstand.
    latest = { ...order, clientOrderId, decisionId, agent: AGENT, symbol: SYMBOL, at } as unknown as ApprovedOrder;
    execution.place(latest);
  };
  const take = (step: Step): void => {
    switch (step.step) {
      case "open": {
        direction = step.direction;
        if (!step.scaleIn) positionId = `p${decisions + 1}`;
        place({
          kind: step.scaleIn ? "scale-in" : "entry",
          positionId,
          direction,
          notional: money(step.notional),
          stop: step.stop,
          ...(step.target === undefined ? {} : { target: step.target }),
          ...(step.trail === undefined ? {} : { trailDistance: step.trail }),
          ...(step.expires === undefined ? {} : { expiresAt: step.expires * CANDLE_MS }),
          ...(step.leverage === undefined ? {} : { leverage: step.leverage }),
          ...(step.schedule === undefined ? {} : { marginSchedule: step.schedule }),
        });
        return;
      }
      case "exit":
        place({ kind: "exit", positionId, direction });
        return;
      case "amend": {
        const { step: _, ...bounds } = step;
        place({ kind: "amend", positionId, direction, ...bounds });
        return;
      }
      case "resend":
        execution.place(latest as ApprovedOrder);
        return;
      case "at":
        cursor = step.time;
        return;
      case "candle": {
        const time = step.time ?? Math.floor(cursor);
        post(execution.onCandle(SYMBOL, time * CANDLE_MS, step.open, step.high, step.low));
        ledger.mark(SYMBOL, step.close);
        ledger.settle();
        cursor = time + 1;
        return;
      }
      case "quote":
        post(execution.onQuote(SYMBOL, step.price, step.time * CANDLE_MS));
        return;
      case "close":
        execution.onClose(SYMBOL, step.price, cursor * CANDLE_MS);
        return;
      case "funding": {
        const event = ledger.fund(SYMBOL, step.rate, cursor * CANDLE_MS);
        if (event) {
          execution.onFunding(event.data);
          events.push(event);
        }
        return;
      }
      case "delist":
        post(execution.onDelisted(SYMBOL, step.price, cursor * CANDLE_MS));
        return;
    }
  };
  oracle.steps.forEach(take);
  return { fills, ledger, cancelled: events.filter((event) => event.type === "order.cancelled").length };
}

const seen = (fill: Fill): ExpectedFill => ({
  kind: fill.kind,
  time: fill.at / CANDLE_MS,
  lots: fill.lots,
  price: fill.price,
  ...(fill.reason ? { reason: fill.reason } : {}),
  ...(fill.ambiguous ? { ambiguous: true } : {}),
});

describe("fills and cash are what was worked out by hand", () => {
  test.each(CASES.map((oracle) => [oracle.name, oracle] as const))("%s", (_, oracle) => {
    const { fills, ledger, cancelled } = run(oracle);
    expect(fills.map(seen)).toEqual(oracle.fills);
    expect({ cash: toDecimal(ledger.cash), equity: toDecimal(ledger.equity), cancelled }).toEqual({
      cash: oracle.cash,
      equity: oracle.equity,
      cancelled: oracle.cancelled ?? 0,
    });
  });

  test("every file gives some", () => {
    expect(FILES.filter((_, index) => CASES_OF[index]?.length === 0)).toEqual([]);
  });

  test("there are at least sixty, each with its own name", () => {
    expect(CASES.length).toBeGreaterThanOrEqual(60);
    expect(new Set(CASES.map((oracle) => oracle.name)).size).toBe(CASES.length);
  });
});
