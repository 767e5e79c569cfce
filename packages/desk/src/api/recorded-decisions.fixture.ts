import { createHash } from "node:crypto";
import { NO_USAGE } from "@alphaforge/core/llm/model";
import { postgresExchangeStore } from "@alphaforge/core/llm/postgres-exchange-store";
import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { catchUp } from "@alphaforge/core/log/projection";
import type { Store } from "@alphaforge/core/store/open-store";
import { decisionIdOf } from "../decision-id.ts";
import type { DeskEvents } from "../events.ts";
import { deskProjection } from "../projections/desk-projection.ts";
import { enrolled, event, usdt } from "../projections/desk-tables.fixture.ts";
import type { Decision } from "../strategies/decision.ts";

export const HOUR = 3_600_000;
export const START = Date.parse("2024-03-04T00:00:00Z");
export const AGENT = "momentum-1h";
export const SYSTEM = "You trade.\n<strategy>Buy what rises.</strategy>";
/** In Anthropic's format. */
export const TOOL = { name: "trade_action", description: "States one action.", input_schema: { type: "object" } };
export const seenAt = (at: number): string => `The candle that ended at ${new Date(at).toISOString()} has closed.`;

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const open = (symbol: string): Decision => ({
  ...{ action: "open", symbol, direction: "long", notional: usdt(1_000), stop: 90, reason: "rises" },
});

interface Asked {
  readonly decision: Decision;
  readonly outcome?: "answered" | "invalid" | "failed";
  /** How the question went over the wire; null: it is not kept. */
  readonly wire?: "anthropic" | "openai" | "other-question" | null;
}

/** By hour: the decisions that a model agent makes. */
const MADE: readonly Asked[] = [
  { decision: open("BTCUSDT") },
  { decision: open("ETHUSDT"), wire: "openai" },
  { decision: { action: "close-all", reason: "enough" } },
  { decision: { action: "hold", reason: "refused: no stop" }, outcome: "invalid" },
  { decision: open("SOLUSDT") },
  { decision: open("XRPUSDT") },
  { decision: open("ADAUSDT") },
  { decision: { action: "adjust-stop", symbol: "ADAUSDT", stop: 95, reason: "rises" } },
  { decision: { action: "hold", reason: "the model gave no answer" }, outcome: "failed" },
  { decision: { action: "hold", reason: "nothing to do" }, wire: null },
  { decision: { action: "hold", reason: "nothing to do" }, wire: "other-question" },
];

/**
 * A desk of one model agent, one that goes by rules, and what they decided: two positions that one decision closed, an
 * entry that risk refused (SOL), one whose order never filled (XRP), one that is open (ADA).
 */
export async function recordDecisions(store: Store): Promise<void> {
  const log = new PostgresEventLog(store);
  const exchanges = postgresExchangeStore(store.pool);
  const write = (...events: Parameters<typeof log.append>[2]) => log.append("desk", "any", events);
  await write(
    event("desk.opened", START, { desk: "arena", venue: "simulated", simulated: true, feeRate: 0, finest: "5m" }),
    enrolled(AGENT, START),
    enrolled(`${AGENT}.rules`, START),
    event("decision.made", START, {
      ...{ agent: `${AGENT}.rules`, timeframe: "1h", decider: "rules", decision: { action: "hold", reason: "flat" } },
    }),
  );
  for (const [hour, { decision, outcome = "answered", wire = "anthropic" }] of MADE.entries()) {
    const at = START + hour * HOUR;
    const callId = `${decisionIdOf(AGENT, at)}:trade`;
    const user = seenAt(at);
    const invalid = { reasons: ["no stop"], reply: "{}" };
    const called: DeskEvents["model.called"] = {
      ...{ callId, agent: AGENT, task: "trade", model: "anthropic/fake", promptVersion: 3, outcome, usage: NO_USAGE },
      ...{ reasons: [], text: `Thought ${hour}.`, input: `{"action":"hold","hour": ${hour}}` },
      ...{ costUsd: 0, latencyMs: 1, attempts: 1, calledAt: at },
    };
    await log.append("models", "any", [{ type: "model.called", at, id: callId, data: called }]);
    const text = wire === "other-question" ? "something else" : user;
    const body =
      wire === "openai"
        ? {
            messages: [
              { role: "system", content: SYSTEM },
              { role: "user", content: text },
            ],
          }
        : { system: [{ type: "text", text: SYSTEM }], messages: [{ role: "user", content: [{ type: "text", text }] }] };
    if (wire !== null) {
      await exchanges.store({
        ...{
          callId,
          attempt: 1,
          provider: "p",
          model: "fake",
          agent: AGENT,
          task: "trade",
          url: "",
          requestHeaders: {},
        },
        request: Buffer.from(JSON.stringify({ ...body, tools: [TOOL] })),
        ...{ status: 200, response: undefined, error: undefined, at, durationMs: 1 },
      });
    }
    await write(
      event("decision.made", at, {
        ...{ agent: AGENT, timeframe: "1h", decider: "llm", decision },
        model: {
          ...{
            callId,
            model: "anthropic/fake",
            promptVersion: 3,
            promptHash: sha256(SYSTEM),
            snapshotHash: sha256(user),
          },
          ...{ reasoning: "", latencyMs: 1, costUsd: 0, answeredAt: at, isBeforeCutoff: hour === 0 },
          ...(outcome === "invalid" ? { invalid } : {}),
        },
      }),
    );
    if (hour < 2) await write(...entered(hour));
    if (hour === 2) await write(...closed(0, 125), ...closed(1, -25));
    if (hour === 4) {
      const refused = {
        decisionId: decisionIdOf(AGENT, at),
        agent: AGENT,
        action: "open",
        reasons: ["too many"],
      } as const;
      await write(event("order.refused", at, refused));
    }
    if (hour === 6) await write(...entered(6));
  }
  await catchUp(store.pool, log, deskProjection);
}

const positionOf = (hour: number) => {
  const { decision } = MADE[hour] as { decision: Decision & { symbol: string } };
  const { symbol } = decision;
  return { agent: AGENT, positionId: `p${hour}`, symbol, direction: "long" } as const;
};

function entered(hour: number) {
  const at = START + hour * HOUR;
  const decisionId = decisionIdOf(AGENT, at);
  const order = { ...positionOf(hour), clientOrderId: `o${hour}`, decisionId };
  return [
    event("order.approved", at, { ...order, kind: "entry", notional: usdt(1_000), stop: 90 }),
    event("order.filled", at, {
      ...{ ...order, kind: "entry", lots: 10, lotDecimals: 0, price: 100, at, notional: usdt(1_000), fee: usdt(0) },
      ...{ cash: usdt(-1_000), margin: usdt(1_000), realised: usdt(0) },
    }),
  ];
}

function closed(hour: number, net: number) {
  const at = START + 2 * HOUR;
  const position = positionOf(hour);
  const decisionId = decisionIdOf(AGENT, at);
  return [
    event("order.filled", at, {
      ...{
        ...position,
        clientOrderId: `x${hour}`,
        decisionId,
        kind: "exit",
        reason: "decision",
        lots: 10,
        lotDecimals: 0,
      },
      ...{ price: 100, at, notional: usdt(1_000), fee: usdt(0), cash: usdt(1_000), margin: usdt(-1_000) },
      realised: usdt(net),
    }),
    event("position.closed", at, {
      ...{ ...position, lots: 10, lotDecimals: 0, entryPrice: 100, exitPrice: 100, notional: usdt(1_000) },
      ...{
        gross: usdt(net + 3),
        fees: usdt(2),
        funding: usdt(-1),
        net: usdt(net),
        reason: "decision",
        ambiguous: false,
      },
      ...{ openedAt: START + hour * HOUR, closedAt: at, entryDecision: decisionIdOf(AGENT, START + hour * HOUR) },
    }),
  ];
}
