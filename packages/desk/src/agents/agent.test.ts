import { expect, test } from "vitest";
import { allStrategies } from "../../test/plugins.ts";
import { RANKED_TIMEFRAMES } from "../instrument/timeframe.ts";
import { barOf, dueAt, seatsOf } from "./agent.ts";

const HOUR = 3_600_000;
/** A Monday. */
const MONDAY = Date.UTC(2024, 2, 4);

test("every strategy has one seat per timeframe, cross ones a single one, in an order that does not depend on theirs", async () => {
  const strategies = await allStrategies();
  const seats = seatsOf(strategies);
  // No count: a strategy that is added must not need an edit here.
  const cross = strategies.filter(({ scope }) => scope === "cross").length;
  const others = strategies.reduce((sum, each) => sum + (each.scope === "cross" ? 0 : each.timeframes.length), 0);
  expect(seats.length).toBe(cross + others);
  expect(new Set(seats.map(({ name }) => name)).size).toBe(seats.length);
  expect(seats.map(({ timeframe }) => timeframe === "cross")).toEqual([
    ...new Array(others).fill(false),
    ...new Array(cross).fill(true),
  ]);
  expect(seatsOf([...strategies].reverse())).toEqual(seats);
  const momentum = seats.find(({ name }) => name === "momentum-4h");
  expect(momentum).toMatchObject({ displayName: "Momentum Trader (4h)", timeframe: "4h" });
});

test("two agents of one name are refused, by the strategies that they are of: their books would be mixed", async () => {
  const [first, second] = await allStrategies().then((all) => all.filter(({ scope }) => scope === "timeframe"));
  if (first === undefined || second === undefined) throw new Error("this needs two strategies");
  expect(() => seatsOf([first, { ...second, agentPrefix: first.agentPrefix }])).toThrow(
    /^strategies [a-z-]+ and [a-z-]+ both have an agent [a-z]+-[0-9]+[mhdw]: give one another agentPrefix$/,
  );
});

test("what is due at a close: every timeframe that ends there, and cross agents on the hour, last", () => {
  expect(dueAt(MONDAY, RANKED_TIMEFRAMES)).toEqual(["15m", "30m", "1h", "4h", "1d", "1w", "cross"]);
  expect(dueAt(MONDAY + 3 * HOUR, RANKED_TIMEFRAMES)).toEqual(["15m", "30m", "1h", "cross"]);
  expect(dueAt(MONDAY + HOUR / 2, RANKED_TIMEFRAMES)).toEqual(["15m", "30m"]);
  expect(dueAt(MONDAY + HOUR / 12, RANKED_TIMEFRAMES)).toEqual([]);
  expect(dueAt(MONDAY + 24 * HOUR, ["1d"])).toEqual(["1d", "cross"]);
});

test("cross agents count in hours, the others in their own timeframe", async () => {
  for (const seat of seatsOf(await allStrategies())) {
    expect(barOf(seat), seat.name).toBe(seat.timeframe === "cross" ? "1h" : seat.timeframe);
  }
});
