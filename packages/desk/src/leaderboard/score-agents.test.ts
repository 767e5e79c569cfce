import { evenly } from "@alphaforge/core/testing/evenly";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AgentFacts, DAY, type Scope, type TradeFacts } from "./agent-facts.ts";
import { type Standing, scoreAgents } from "./score-agents.ts";

const START = Date.parse("2026-01-01T00:00:00Z");
const DAYS = 40;
const NOW = START + DAYS * DAY;

/** Values of a unit at each midnight of forty days, from daily returns. */
const grown = (returnOf: (day: number) => number): Float64Array => {
  const nav = new Float64Array(DAYS + 1).fill(1);
  for (let day = 0; day < DAYS; day += 1) nav[day + 1] = (nav[day] as number) * (1 + returnOf(day));
  return nav;
};

const trade = (changes: Partial<TradeFacts> = {}): TradeFacts => ({
  openedAt: START + DAY,
  won: true,
  fees: 1,
  funding: -0.5,
  confidence: undefined,
  isBeforeCutoff: false,
  ...changes,
});

const facts = (agent: string, changes: Partial<AgentFacts> = {}): AgentFacts => {
  const nav = changes.nav ?? grown((day) => (day % 2 === 0 ? 0.02 : -0.01));
  return {
    agent,
    twin: undefined,
    isRetired: false,
    initial: 10_000,
    enrolledAt: START,
    firstMidnight: START,
    nav,
    navNow: nav.at(-1) as number,
    maxDrawdown: 0.1,
    tokenCost: 0,
    asksSince: START,
    trades: [],
    cutoff: undefined,
    ...changes,
  };
};

const rulesOf = (of: string, changes: Partial<AgentFacts> = {}): AgentFacts =>
  facts(`${of}.rules`, { twin: { kind: "rules", of }, ...changes });

const score = (agents: readonly AgentFacts[], scope: Scope = "all"): Standing[] => [
  ...scoreAgents(agents, { now: NOW, scope, seed: "test" }),
];
const first = (agents: readonly AgentFacts[], scope: Scope = "all"): Standing => score(agents, scope)[0] as Standing;

describe("net of token cost", () => {
  test("the return loses the cost as a share of the initial balance", () => {
    const { netReturn, tokenCost } = first([facts("a", { nav: grown(() => 0), tokenCost: 50 })]);
    expect(netReturn).toBeCloseTo(-0.005, 12);
    expect(tokenCost).toBe(50);
  });

  test("a trade costs its fees, what it paid in funding, and its share of the tokens", () => {
    // (2 × 1 + 2 × 0.5 + 50) / 2
    expect(first([facts("a", { trades: [trade(), trade()], tokenCost: 50 })]).costPerTrade).toBe(26.5);
    expect(first([facts("a", { tokenCost: 50 })]).costPerTrade).toBeUndefined();
  });

  test("the edge over a twin loses it too, day by day", () => {
    const trades = Array.from({ length: 30 }, () => trade());
    const agent = facts("a", { trades, tokenCost: 400, nav: grown(() => 0) });
    // Nothing but the cost tells the two apart: 400 of 10,000.
    expect(first([agent, rulesOf("a", { nav: grown(() => 0) })]).edgeOverRules).toMatchObject({
      twin: "a.rules",
      since: START,
      days: DAYS,
      trades: 30,
      edge: expect.closeTo(-0.04, 10),
      low: expect.closeTo(-0.04, 10),
      high: expect.closeTo(-0.04, 10),
    });
  });
});

describe("an edge over a twin", () => {
  const busy = Array.from({ length: 30 }, () => trade());

  test("is the sum of the daily differences over the days that both have had", () => {
    const agent = facts("a", { trades: busy, nav: grown((day) => (day % 2 === 0 ? 0.02 : 0)) });
    const twin = rulesOf("a", { nav: grown(() => 0.005) });
    const { edge, low, high } = first([agent, twin]).edgeOverRules as { edge: number; low: number; high: number };
    // 20 × (0.02 − 0.005) − 20 × 0.005 = 0.2
    expect(edge).toBeCloseTo(0.2, 10);
    expect(low).toBeLessThan(edge);
    expect(high).toBeGreaterThan(edge);
  });

  test("begins at the first midnight of the twin, and counts the agent's trades from there", () => {
    const late = START + 10 * DAY + 3_600_000;
    const trades = [...busy, ...Array.from({ length: 30 }, () => trade({ openedAt: START + 20 * DAY }))];
    const twin = rulesOf("a", { enrolledAt: late, firstMidnight: START + 11 * DAY, nav: new Float64Array(30).fill(1) });
    expect(first([facts("a", { trades }), twin]).edgeOverRules).toMatchObject({
      since: START + 11 * DAY,
      days: 29,
      trades: 30,
    });
  });

  test("is not given under 30 trades or under 10 days, and says why", () => {
    const few = facts("a", { trades: busy.slice(1) });
    expect(first([few, rulesOf("a")]).edgeOverRules).toMatchObject({ edge: null, why: "29 of 30 trades" });
    const young = rulesOf("a", {
      enrolledAt: NOW - 9 * DAY,
      firstMidnight: NOW - 9 * DAY,
      nav: new Float64Array(10).fill(1),
    });
    const late = busy.map((each) => ({ ...each, openedAt: NOW - DAY }));
    expect(first([facts("a", { trades: late }), young]).edgeOverRules).toMatchObject({
      edge: null,
      why: "9 of 10 days",
    });
  });

  test("is absent without a twin, over a retired one, and for twins", () => {
    const agent = facts("a", { trades: busy });
    expect(first([agent]).edgeOverRules).toBeUndefined();
    expect(first([agent, rulesOf("a", { isRetired: true })]).edgeOverRules).toBeUndefined();
    const twins = score([agent, rulesOf("a"), facts("a.coin", { twin: { kind: "coin", of: "a" } })]);
    expect(twins.map(({ edgeOverRules, edgeOverCoin }) => [edgeOverRules?.twin, edgeOverCoin?.twin])).toEqual([
      ["a.rules", "a.coin"],
      [undefined, undefined],
      [undefined, undefined],
    ]);
  });

  test("is not drawn again over the same days and trades, and is when there is one more trade", () => {
    const agents = [facts("a", { trades: busy, nav: grown((day) => day / 1_000) }), rulesOf("a")];
    const { edgeOverRules } = first(agents);
    const altered = { ...edgeOverRules, low: -7 } as NonNullable<typeof edgeOverRules>;
    const again = (trades: readonly TradeFacts[]) => {
      const options = { now: NOW, scope: "all", seed: "test", known: [altered] } as const;
      return [...scoreAgents([{ ...(agents[0] as AgentFacts), trades }, agents[1] as AgentFacts], options)][0];
    };
    expect(again(busy)?.edgeOverRules).toEqual(altered);
    expect(again([...busy, trade()])?.edgeOverRules).toMatchObject({ trades: 31 });
    expect(again([...busy, trade()])?.edgeOverRules).not.toMatchObject({ low: -7 });
  });
});

describe("before the model's cutoff", () => {
  const cutoff = { until: START + 20 * DAY - 1, maxDrawdownSince: 0.03 };
  const agent = facts("a", {
    cutoff,
    // Doubles before, loses 10 % after.
    nav: grown((day) => (day < 20 ? 2 ** (1 / 20) - 1 : 0.9 ** (1 / 20) - 1)),
    trades: [
      trade({ isBeforeCutoff: true }),
      trade({ isBeforeCutoff: true }),
      trade({ openedAt: START + 30 * DAY, won: false }),
    ],
    tokenCost: 80,
  });

  test("trades and days are left out by default, and counted when all are asked for", () => {
    expect(first([agent], "all")).toMatchObject({ trades: 3, excluded: 0, maxDrawdown: 0.1, tokenCost: 80 });
    expect(first([agent], "all").netReturn).toBeCloseTo(0.8 - 0.008, 9);
    expect(first([agent], "scored")).toMatchObject({ trades: 1, excluded: 2, maxDrawdown: 0.03 });
    // Half of the tokens, to a millisecond: it asked evenly.
    expect(first([agent], "scored").tokenCost).toBeCloseTo(40, 5);
    expect(first([agent], "scored").netReturn).toBeCloseTo(-0.1 - 0.004, 9);
  });

  test("a book that still holds a position from then has nothing to score", () => {
    const holding = { ...agent, cutoff: { until: NOW, maxDrawdownSince: 0 } };
    expect(first([holding], "scored")).toMatchObject({ sharpe: undefined, maxDrawdown: 0 });
    expect(first([holding], "scored").netReturn).toBeCloseTo(0, 9);
  });
});

describe("the other figures", () => {
  test("Sharpe is annualised, over the daily returns: mean 0.5 %, deviation 1.5 % × √(40/39)", () => {
    expect(first([facts("a")]).sharpe).toBeCloseTo((0.005 / (0.015 * Math.sqrt(40 / 39))) * Math.sqrt(365), 9);
  });

  test("the more agents differ without skill, the less a ratio says; twins do not count as tried", () => {
    const others = Array.from({ length: 20 }, (_, index) =>
      facts(`o${index}`, { nav: grown((day) => (((day * (index + 3)) % 7) - 3) / 200) }),
    );
    const alone = first([facts("a")]).deflatedSharpe as number;
    expect(first([facts("a"), ...others]).deflatedSharpe).toBeLessThan(alone);
    const twins = others.map((other) => ({ ...other, twin: { kind: "coin" as const, of: other.agent } }));
    expect(first([facts("a"), ...twins]).deflatedSharpe).toBe(alone);
  });

  test("win rate and Brier need ten trades; Brier looks at those with a stated confidence", () => {
    const trades = Array.from({ length: 20 }, (_, index) =>
      trade({ won: index % 4 === 0, confidence: index < 10 ? 50 : undefined }),
    );
    expect(first([facts("a", { trades })])).toMatchObject({ winRate: 0.25, brier: 0.25, stated: 10 });
    expect(first([facts("a", { trades: trades.slice(1, 10) })])).toMatchObject({
      winRate: undefined,
      brier: undefined,
    });
  });

  test("no book, however it went, gives a figure that is not a number", () => {
    const book = fc.record({
      nav: fc.array(evenly(-0.5, 3), { minLength: DAYS + 1, maxLength: DAYS + 1 }),
      tokenCost: evenly(0, 1e5),
      asksSince: fc.integer({ min: START, max: NOW }),
      until: fc.option(fc.integer({ min: START, max: NOW }), { nil: undefined }),
      trades: fc.array(fc.record({ openedAt: fc.integer({ min: START, max: NOW }), won: fc.boolean() }), {
        maxLength: 50,
      }),
    });
    fc.assert(
      fc.property(fc.array(book, { minLength: 1, maxLength: 4 }), fc.constantFrom("all", "scored"), (books, scope) => {
        const agents = books.flatMap(({ nav, tokenCost, asksSince, until, trades }, index) => {
          const changes = {
            nav: Float64Array.from(nav),
            tokenCost,
            asksSince,
            cutoff: until === undefined ? undefined : { until, maxDrawdownSince: 0 },
            trades: trades.map((each) => trade(each)),
          };
          return [facts(`a${index}`, changes), rulesOf(`a${index}`)];
        });
        for (const standing of score(agents, scope)) {
          for (const [name, value] of Object.entries({ ...standing, ...standing.edgeOverRules })) {
            if (typeof value === "number") expect(`${name} ${Number.isFinite(value)}`).toBe(`${name} true`);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
