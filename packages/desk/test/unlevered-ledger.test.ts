import { expect, test } from "vitest";
import type { DeskEvent } from "../src/events.ts";
import { smallBacktest } from "./small-backtest.ts";

/**
 * Taken from the code before leverage and margin tiers came into it. It moves with the simulated market and the eager
 * strategies too: when one of these changes on purpose, take it anew, and say so.
 */
const LEDGER_BEFORE_TIERS = "3629e1c9b55e0a8e77dacd2f624e8747ae1e8b0f675ebee23f531693a4fa088e";

test("at 1× leverage and tiers change nothing: the same ledger to the last byte, and no word of either in it", async () => {
  const events: DeskEvent[] = [];
  const { ledgerHash } = await smallBacktest({ onEvent: (event) => events.push(event) });
  expect(ledgerHash).toBe(LEDGER_BEFORE_TIERS);
  const explicit = await smallBacktest({ limits: { maxPositionShare: 0.25, maxPositions: 5, leverage: 1 } });
  expect(explicit.ledgerHash).toBe(LEDGER_BEFORE_TIERS);
  expect(JSON.stringify(events)).not.toMatch(/leverage|marginSchedule|fromMargin|liquidationFeeRate/);
});

test("at 5× the same decisions reserve a fifth, and the ledger is another", async () => {
  const events: DeskEvent[] = [];
  const report = await smallBacktest({
    limits: { maxPositionShare: 0.25, maxPositions: 5, leverage: 5 },
    onEvent: (event) => events.push(event),
  });
  expect(report.ledgerHash).not.toBe(LEDGER_BEFORE_TIERS);
  const entries = events.flatMap((event) =>
    event.type === "order.filled" && event.data.kind === "entry" ? event.data : [],
  );
  expect(entries.length).toBeGreaterThan(10);
  for (const { notional, margin } of entries) expect(Math.abs(margin * 5 - notional)).toBeLessThan(3);
});
