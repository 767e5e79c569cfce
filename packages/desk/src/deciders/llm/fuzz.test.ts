import type { ModelRequest } from "@alphaforge/core/llm/model";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { fixedClock } from "@alphaforge/core/testing/fixed-clock";
import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { eager } from "../../../test/eager-strategies.ts";
import { allSignals } from "../../../test/plugins.ts";
import type { Agent } from "../../agents/agent.ts";
import { openAgent } from "../../agents/open-agent.ts";
import type { DeskEvent, DeskEvents, DeskEventType, Journal } from "../../events.ts";
import { type Candle, type CandleSeries, seriesFrom } from "../../instrument/candle.ts";
import { money } from "../../instrument/money.ts";
import { TIMEFRAME_MS } from "../../instrument/timeframe.ts";
import { FinestCandles } from "../../market-data/finest-candles.ts";
import { FundingStamps } from "../../market-data/funding-stamps.ts";
import { Pipeline } from "../../pipeline.ts";
import { GONE, INJECTION, type Move, moves, replyTo, SYMBOLS } from "./adversarial-replies.fixture.ts";
import { LlmDecider } from "./llm-decider.ts";
import { DOLLAR_PRICES, purse } from "./open-purse.fixture.ts";
import { expectLegal, type Snapshot, snapshotOf } from "./order-law.fixture.ts";
import { openRecordedCaller } from "./recorded-caller.ts";
import { answered, scriptedModel } from "./scripted-model.fixture.ts";
import { brainOf } from "./seen-market.fixture.ts";

const REPLIES = SOAK ? 10_000 : 500;
const SOAK_TIMEOUT_MS = 1_800_000;
/** Closes of one market; then another begins with fresh books, so that agents never end up too poor to break rules. */
const CLOSES = 60;
const BEFORE = 30;
const HOUR = TIMEFRAME_MS["1h"];
const FROM = Date.UTC(2024, 2, 4);
const LIMITS = { maxPositionShare: 0.25, maxPositions: 5 };

class RecordingJournal implements Journal {
  events: DeskEvent[] = [];
  record<T extends DeskEventType>(type: T, at: number, data: DeskEvents[T]): void {
    this.events.push({ type, at, data } as DeskEvent);
  }
}

function marketOf(seed: number): readonly CandleSeries[] {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return [...SYMBOLS, GONE].map((symbol, place) => {
    let close = [64_000, 3_000, 0.5, 100, 1, 20, 0.00000123, 7, 80][place] as number;
    const candles = Array.from({ length: BEFORE + CLOSES + 1 }, (_, i): Candle => {
      const open = close;
      close = open * (1 + (random() - 0.5) * 0.06);
      const high = Math.max(open, close) * (1 + random() * 0.01);
      const low = Math.min(open, close) * (1 - random() * 0.01);
      return { openTime: FROM + i * HOUR, open, high, low, close, volume: 1 + random() * 1_000 };
    });
    return seriesFrom(symbol, "1h", candles);
  });
}

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase([EVENT_LOG_MIGRATIONS]);
});
afterAll(() => database.drop());

test("of adversarial replies none becomes an illegal order, none ends the desk, and every invalid one is a hold", {
  timeout: SOAK_TIMEOUT_MS,
}, async () => {
  const signals = await allSignals();
  const log = new PostgresEventLog(database.store);
  const script = fc.sample(moves, { numRuns: REPLIES, seed: 20_240_304 });
  const counts = { holds: 0, invalid: 0, entries: 0, exits: 0, amends: 0, memories: 0 };
  let next = 0;
  let version = 0;
  for (let world = 0; next < script.length; world += 1) {
    const series = marketOf(world + 1);
    const finest = new FinestCandles();
    for (const each of series) finest.load(each);
    const priceAt = (symbol: string, at: number): number => {
      const found = series.find((each) => each.symbol === symbol);
      return found === undefined ? Number.NaN : (found.close[(at - FROM) / HOUR - 1] as number);
    };
    const journal = new RecordingJournal();
    const agents: Agent[] = [];
    const bySeat = new Map<string, Move>();
    const model = scriptedModel((request) => {
      expectFramed(request);
      if (request.task === "scan") return answered(`${INJECTION}\u0000${"y".repeat(2_000)}`);
      const move = bySeat.get(request.agent) ?? { kind: "silence" };
      return replyTo(move, request.agent, agents, (symbol) => priceAt(symbol, Number(request.callId.split(/[@:]/)[1])));
    });
    const caller = await openRecordedCaller({
      model,
      log,
      prices: DOLLAR_PRICES,
      budget: purse(),
      clock: fixedClock(FROM),
      signal: new AbortController().signal,
    });
    for (const place of [0, 1]) {
      // Every world decides on the same closes: without names of their own these would be one world's questions.
      const strategy = { ...eager(["1h"]), agentPrefix: `w${world}a${place}` };
      const name = `${strategy.agentPrefix}-1h`;
      const brain = brainOf(`${INJECTION}\n${"Trade. ".repeat(20)}`);
      const decider = new LlmDecider({
        agent: name,
        timeframe: "1h",
        brain,
        caller,
        market: { ...LIMITS, feeRate: 0.001, venue: INJECTION, simulated: false },
        isEnabled: () => true,
        cutoffOf: () => undefined,
      });
      const seat = { name, displayName: name, strategy, timeframe: "1h" } as const;
      agents.push(openAgent(seat, money(10_000), FROM, LIMITS, journal, { decider, brain }));
    }
    const pipeline = new Pipeline({
      desk: "fuzz",
      agents,
      signals,
      timeframes: ["1h"],
      finest: "1h",
      feeRate: 0.001,
      limits: LIMITS,
      journal,
    });
    pipeline.list(
      [...SYMBOLS, GONE].map((symbol) => ({
        symbol,
        base: symbol,
        quote: "USDT",
        listedAt: 0,
        ...(symbol === GONE && { delistedAt: FROM }),
      })),
    );
    pipeline.load("1h", series, { explain: true });
    for (let i = BEFORE; i < BEFORE + CLOSES && next < script.length; i += 1) {
      const at = FROM + i * HOUR;
      const before = new Map(agents.map((agent) => [agent.name, snapshotOf(agent)]));
      for (const { name } of agents) bySeat.set(name, script[next++] ?? { kind: "silence" });
      journal.events = [];
      await pipeline.close(at, ["1h"]);
      for (const agent of agents) {
        const move = bySeat.get(agent.name) as Move;
        const events = journal.events.filter(({ data }) => (data as { agent?: string }).agent === agent.name);
        const context = `world ${world}, close ${i}, ${JSON.stringify(move).slice(0, 500)}`;
        expect(agent.halted, context).toBe("");
        expectLegal(
          events,
          before.get(agent.name) as Snapshot,
          at,
          (symbol) => priceAt(symbol, at),
          move,
          context,
          counts,
        );
      }
      pipeline.trade(at, finest, new FundingStamps());
      for (const { ledger, name } of agents) expect(ledger.cash, `cash of ${name} at ${i}`).toBeGreaterThanOrEqual(0);
      expect(journal.events.filter(({ type }) => type === "halt.raised")).toEqual([]);
      const stored = journal.events.map(({ type, at: time, data }) => ({ type, at: time, data }));
      ({ version } = await log.append("desk", version, stored));
    }
  }
  // Seen to have done something: without entries, exits, amendments and refusals it would prove nothing.
  expect(next).toBe(REPLIES);
  expect(counts.invalid).toBeGreaterThan(REPLIES / 4);
  expect(counts.entries).toBeGreaterThan(REPLIES / 20);
  for (const kind of ["exits", "amends", "memories"] as const) expect(counts[kind], kind).toBeGreaterThan(0);
  const words = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
  tellCounts("replies of a model", `${next}: ${words.join(", ")}`);
});

/** Whatever mandate, names and memories say, the frame stays one frame and the message has its own headings alone. */
function expectFramed({ system, user, task }: ModelRequest): void {
  for (const hidden of ["\u202E", "\u200B", "\u0000"]) expect(`${system}${user}`).not.toContain(hidden);
  if (task === "scan") return;
  expect(system.match(/<\s*\/?\s*strategy/gi)).toEqual(["<strategy", "</strategy"]);
  expect(user.match(/^## \S+/gm)?.filter((title) => !/^## (Your|Ranking|Candles|Signals)$/.test(title))).toEqual([]);
}
