import { setTimeout } from "node:timers/promises";
import { systemClock } from "@alphaforge/core/clock";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { seatsOf } from "../src/agents/agent.ts";
import type { DeskEventType } from "../src/events.ts";
import { money } from "../src/instrument/money.ts";
import { TIMEFRAME_MS } from "../src/instrument/timeframe.ts";
import { DESK_MIGRATIONS } from "../src/projections/migrations.ts";
import { backtest } from "../src/replay/backtest.ts";
import { LedgerHash } from "../src/replay/ledger-hash.ts";
import { runDesk } from "../src/run/desk-runner.ts";
import type { Setup, Strategy } from "../src/strategies/strategy.ts";
import { plugin } from "../src/venues/simulated/index.ts";
import type { Venue } from "../src/venues/venue.ts";
import { eventsOf, expectConsistentBooks, recorded, startDesk } from "./desk-checks.ts";
import { deskConfig, FROM, HISTORY, settings, smallDesk } from "./desk-harness.ts";
import { eager, eagerStrategies } from "./eager-strategies.ts";
import { allSignals } from "./plugins.ts";

const DAY = TIMEFRAME_MS["1d"];

let database: TestDatabase;
beforeEach(async () => {
  database = await freshDatabase([EVENT_LOG_MIGRATIONS, DESK_MIGRATIONS]);
});
afterEach(() => database.drop());

const endOf = (...args: string[]) => startDesk(database.url, ...args).ended;

const MOVES: readonly DeskEventType[] = [
  "order.filled",
  "funding.posted",
  "position.protected",
  "position.closed",
  "cash.deposited",
];

test("a desk that goes through history posts exactly what a backtest of the same days posts", async () => {
  const days = 8;
  await runDesk(
    await smallDesk({
      store: database.store,
      wall: systemClock,
      signal: new AbortController().signal,
      config: deskConfig({ from: FROM, days, speed: 60 }),
      historyOnly: true,
    }),
  );
  const hash = new LedgerHash();
  const moved = (await eventsOf(database)).filter(({ type }) => MOVES.includes(type as DeskEventType));
  for (const { type, at, data } of moved) hash.add(type as DeskEventType, at, data);

  const to = FROM + days * DAY;
  const expected: unknown[] = [];
  const report = await backtest({
    desk: "small",
    venue: await plugin.open({ settings, clock: { now: () => to } }),
    from: FROM,
    to,
    seats: seatsOf(eagerStrategies),
    signals: await allSignals(),
    limits: { maxPositionShare: 0.25, maxPositions: 5 },
    initialBalance: money(10_000),
    history: HISTORY,
    onEvent: (event) => {
      if (MOVES.includes(event.type)) expected.push(event);
    },
  });
  expect(recorded(moved)).toEqual(expected);
  expect(hash.digest()).toBe(report.ledgerHash);
  for (const type of ["funding.posted", "position.protected", "position.closed"] as const) {
    expect(
      moved.some((event) => event.type === type),
      `the days hold a ${type}`,
    ).toBe(true);
  }
  await expectConsistentBooks(database);
});

test("a position in what is delisted where one piece of history ends is closed where the next begins", async () => {
  const gone = FROM + 10 * DAY;
  const delisting = (venue: Venue): Venue => ({
    traits: venue.traits,
    instruments: async (from, to) =>
      (await venue.instruments(from, to))
        .map((instrument) => (instrument.symbol === "BTCUSDT" ? { ...instrument, delistedAt: gone } : instrument))
        .filter(({ delistedAt }) => delistedAt === undefined || delistedAt > from),
    candles: (symbol, timeframe, from, to) =>
      venue.candles(symbol, timeframe, from, symbol === "BTCUSDT" ? Math.min(to, gone) : to),
    funding: (symbol, from, to) => venue.funding(symbol, from, to),
    close: () => venue.close(),
  });
  const faithful: Strategy = {
    ...eager(["4h"]),
    name: "faithful",
    agentPrefix: "faithful",
    scaleIns: [],
    exits: [],
    entries: [
      {
        direction: "long",
        criteria: [{ id: "btc", text: "it is Bitcoin", holds: ({ symbol }: Setup) => symbol === "BTCUSDT" }],
        plan: ({ close }: Setup) => ({ fraction: 0.1, stop: close / 100 }),
      },
    ],
  };
  await runDesk(
    await smallDesk({
      store: database.store,
      wall: systemClock,
      signal: new AbortController().signal,
      config: deskConfig({ from: FROM, days: 11, speed: 60 }),
      strategies: [faithful],
      historyOnly: true,
      through: delisting,
    }),
  );
  const closed = (await eventsOf(database, "position.closed")).map(({ at, data }) => ({ at, ...(data as object) }));
  expect(closed).toEqual([expect.objectContaining({ symbol: "BTCUSDT", reason: "delisted", at: gone })]);
});

describe("killed while it goes through history, a desk ends with the same events as one that was left alone", () => {
  const days = "21";
  let undisturbed: ReturnType<typeof recorded>;
  let curve: unknown;
  let books: unknown;
  const curveOf = async ({ store }: TestDatabase) =>
    (await store.pool.query("SELECT agent, at, equity FROM equity_points ORDER BY agent, at")).rows;
  const booksOf = async ({ store }: TestDatabase) =>
    (await store.pool.query("SELECT agent, equity, cash, peak_nav, max_drawdown FROM books ORDER BY agent")).rows;

  beforeAll(async () => {
    database = await freshDatabase([EVENT_LOG_MIGRATIONS, DESK_MIGRATIONS]);
    expect(await endOf(days, "60", "history")).toEqual({ ended: 0, said: "" });
    undisturbed = recorded(await eventsOf(database));
    curve = await curveOf(database);
    books = await booksOf(database);
    await database.drop();
  });

  // The first append enrols, each later one stores ten days.
  for (const failpoint of [
    "desk.before-append=kill@2",
    "event-log.before-commit=kill@3",
    "desk.after-append=kill@2",
    "desk.after-append=kill@1",
  ]) {
    test(failpoint, async () => {
      expect(await endOf(days, "60", "history", failpoint)).toEqual({ ended: "SIGKILL", said: expect.any(String) });
      expect(await endOf(days, "60", "history")).toEqual({ ended: 0, said: "" });
      const events = recorded(await eventsOf(database));
      expect(events.length).toBe(undisturbed.length);
      expect(events).toEqual(undisturbed);
      expect(await curveOf(database)).toEqual(curve);
      expect(await booksOf(database)).toEqual(books);
      await expectConsistentBooks(database);
    });
  }
});

describe("killed while it runs, a desk goes on from its log", () => {
  // History is short and time runs fast: looks come every 83 ms, until enough has been traded.
  const args = ["2", "3600", "run"];
  for (const failpoint of [
    "desk.before-append=kill@5",
    "event-log.before-commit=kill@20",
    "event-log.after-commit=kill@20",
    "desk.after-append=kill@9",
  ]) {
    test(failpoint, async () => {
      expect(await endOf(...args, failpoint)).toEqual({ ended: "SIGKILL", said: expect.any(String) });
      const before = await eventsOf(database);
      const again = startDesk(database.url, ...args);
      // Beyond where the killed one came to, so that it is the second one that is seen at work.
      const killedAt = before.findLast(({ type }) => type === "desk.advanced")?.at ?? 0;
      const reached = Math.max(FROM + 2 * DAY, killedAt) + 3 * TIMEFRAME_MS["1h"];
      for (let until = 0; until < reached; ) {
        await setTimeout(50);
        if (again.process.exitCode !== null) throw new Error((await again.ended).said);
        until = (await eventsOf(database, "desk.advanced")).at(-1)?.at ?? 0;
      }
      again.process.kill("SIGTERM");
      expect(await again.ended).toMatchObject({ ended: 0 });
      const after = await eventsOf(database);
      expect(recorded(after.slice(0, before.length))).toEqual(recorded(before));
      const steps = after.filter(({ type }) => type === "desk.advanced").map(({ at }) => at);
      expect(steps).toEqual([...steps].sort((a, b) => a - b));
      expect(new Set(steps).size).toBe(steps.length);
      await expectConsistentBooks(database);
    });
  }
});
