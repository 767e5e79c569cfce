import { evenly } from "@alphaforge/core/testing/evenly";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ComparedBook, reportTwins, type TwinReportInput } from "./twin-report.ts";

/** A book of 10,000 that makes these returns, day by day. */
function book(name: string, returns: readonly number[], more: Partial<ComparedBook> = {}): ComparedBook {
  const dailyEquity = [10_000];
  for (const each of returns) dailyEquity.push((dailyEquity.at(-1) as number) * (1 + each));
  const total = (dailyEquity.at(-1) as number) / 10_000 - 1;
  return { name, dailyEquity, return: total, fees: 10, trades: 30, longs: 12, halted: "", ...more };
}

const report = (agents: TwinReportInput["agents"]) => reportTwins({ agents, feeRate: 0.001, ledgerHash: "0" });
const only = (agent: ComparedBook, coins: readonly ComparedBook[]) => {
  const [line] = report([{ book: agent, coins }]).agents;
  if (line === undefined) throw new Error("one agent was given");
  return line;
};
const daily = (value: number, days = 60): number[] =>
  Array.from({ length: days }, (_, day) => value + (day % 2) * 0.001);

describe("the edge", () => {
  test("is the sum of the daily returns less the coins' mean, within its interval", () => {
    const { edge } = only(book("a", daily(0.002)), [book("c1", daily(0.001)), book("c2", daily(-0.001))]);
    expect(edge?.estimate).toBeCloseTo(60 * 0.002, 10);
    // The same difference every day: whatever is drawn, it is the same sum.
    expect(edge?.low).toBeCloseTo(60 * 0.002, 10);
    expect(edge?.high).toBeCloseTo(60 * 0.002, 10);
  });

  test("over a coin that did the same is nothing", () => {
    const { edge } = only(book("a", daily(0.002)), [book("c", daily(0.002))]);
    expect(edge).toEqual({ estimate: 0, low: 0, high: 0 });
  });

  test.each([
    [
      "the agent has 29 trades",
      book("a", daily(0.002), { trades: 29 }),
      book("c", daily(0)),
      "29 of the 30 trades that it takes",
    ],
    [
      "its coin has 29",
      book("a", daily(0.002)),
      book("c", daily(0), { trades: 29 }),
      "its coins closed 29.0 of the 30 trades that it takes",
    ],
    ["its book was spent", book("a", [-1, 0, 0]), book("c", daily(0, 3)), "its book was spent"],
    ["a coin's book was spent", book("a", daily(0, 3)), book("c", [-1, 0, 0]), "a coin's book was spent"],
    ["no day was full", book("a", []), book("c", []), "not one full day"],
  ])("is not given when %s, and the report says why", (_, agent, coin, why) => {
    const line = only(agent, [coin]);
    expect(line.edge).toBeUndefined();
    expect(line.why).toBe(why);
  });
});

test("coins are told by their means, and by the lowest and the highest", () => {
  const coins = [0.1, -0.2, 0.04].map((each, i) =>
    book(`c${i}`, [each], { fees: 10 * (i + 1), trades: 30 + i, longs: 1 }),
  );
  const line = only(book("a", [0.05], { longs: 24 }), coins);
  expect(line.coins.return).toBeCloseTo(-0.02, 10);
  expect(line.coins.lowest).toBeCloseTo(-0.2, 10);
  expect(line.coins.highest).toBeCloseTo(0.1, 10);
  expect(line.coins).toMatchObject({ trades: 31, fees: 20 });
  expect(line.long).toBeCloseTo(0.8, 10);
});

test("the place counts who did better or as well: ties go against the agent", () => {
  const coins = (...returns: number[]): ComparedBook[] => returns.map((each, i) => book(`c${i}`, [each]));
  expect(only(book("a", [0.05]), coins(0.01, 0.02, 0.03))).toMatchObject({ place: 1, percentile: 1 });
  expect(only(book("a", [0.05]), coins(0.06, 0.05, 0.03, 0.02))).toMatchObject({ place: 3, percentile: 0.5 });
  expect(only(book("a", [0]), coins(0, 0))).toMatchObject({ place: 3, percentile: 0 });
});

test("among its own kind an agent is as often in one place as in another", () => {
  const places = [0, 0, 0, 0, 0];
  fc.assert(
    fc.property(fc.uniqueArray(evenly(-0.5, 0.5), { minLength: 5, maxLength: 5 }), (returns) => {
      // Each of five takes the agent's part once.
      returns.forEach((own, i) => {
        const coins = returns.filter((_, j) => j !== i).map((each, j) => book(`c${j}`, [], { return: each }));
        const { place } = only(book("a", [], { return: own }), coins);
        places[place - 1] = (places[place - 1] ?? 0) + 1;
      });
      expect(new Set(places).size).toBe(1);
    }),
  );
});

test("a coin that was stopped by a failure is named with the reason", () => {
  const coins = [book("c1", [0]), book("c2", [0], { halted: "execution: lost" })];
  expect(only(book("a", [0]), coins).halted).toEqual({ coins: 1, reason: "execution: lost" });
  expect(only(book("a", [0]), coins.slice(0, 1)).halted).toBeUndefined();
});

test("the Sharpe ratio is deflated for all that were tried", () => {
  const best = book("a", daily(0.0005));
  const alone = only(best, [book("c", daily(0))]).deflatedSharpe;
  const others = [-0.002, -0.001, -0.0005].map((each, i) => book(`b${i}`, daily(each)));
  const among = report([best, ...others].map((each) => ({ book: each, coins: [book("c", daily(0))] })));
  expect(among.tried).toBe(4);
  expect(among.agents[0]?.deflatedSharpe).toBeLessThan(alone as number);
});
