import { describe, expect, test } from "vitest";
import {
  DEFAULT_SCHEDULE,
  deductedTiers,
  FLAT_SCHEDULE,
  initialMargin,
  type MarginSchedule,
  maintenanceMargin,
  maxLeverageAt,
  scheduleFault,
} from "./margin-schedule.ts";
import { money, moneyOfUnits } from "./money.ts";

test("the default's deductions are those that the exchange publishes beside its rates", () => {
  const published = [0, 25, 75, 700, 3_825, 6_950, 17_375, 142_325, 767_325];
  expect(deductedTiers(DEFAULT_SCHEDULE).map(({ deduction }) => Math.round(deduction))).toEqual(
    published.map((amount) => money(amount)),
  );
});

test("each tier's rate holds for its own part, so the margin grows without jumps", () => {
  expect(maintenanceMargin(DEFAULT_SCHEDULE, money(5_000))).toBe(money(75));
  expect(maintenanceMargin(DEFAULT_SCHEDULE, money(6_000))).toBe(money(75 + 20));
  expect(maintenanceMargin(DEFAULT_SCHEDULE, money(100_000))).toBe(money(10_000 - 3_825));
  expect(maintenanceMargin(FLAT_SCHEDULE, money(100_000))).toBe(money(500));
});

test("the leverage that is allowed falls with the size; a tier's end belongs to it", () => {
  const allowed = [0, 5_000, 5_001, 62_500, 62_501, 9_000_000].map((size) =>
    maxLeverageAt(DEFAULT_SCHEDULE, money(size)),
  );
  expect(allowed).toEqual([50, 50, 25, 10, 5, 1]);
});

test("at 1× all of the notional is reserved, at 3× a third, rounded to 1e-8", () => {
  expect(initialMargin(moneyOfUnits(1_000), 1)).toBe(1_000);
  expect(initialMargin(moneyOfUnits(1_000), 3)).toBe(333);
});

describe("a schedule that cannot be reckoned with says what is wrong", () => {
  const [first, second] = DEFAULT_SCHEDULE.tiers;
  if (first === undefined || second === undefined) throw new Error("the default has two tiers at least");
  const with_ = (...tiers: MarginSchedule["tiers"]): MarginSchedule => ({ ...DEFAULT_SCHEDULE, tiers });
  test.each([
    ["the first tier begins at undefined, not at 0", with_()],
    ["the first tier begins at 500000000000, not at 0", with_(second)],
    ["tier 2 begins at 0, not above 0", with_(first, { ...second, from: first.from })],
    ["tier 2 has rate 0.015, not above 0.015", with_(first, { ...second, rate: first.rate })],
    ["tier 1 has rate 0", with_({ ...first, rate: 0 })],
    ["tier 1 has leverage 0.5", with_({ ...first, maxLeverage: 0.5 })],
    ["tier 1 has rate 0.015, which leverage 100 does not cover", with_({ ...first, maxLeverage: 100 })],
    ["liquidation fee 1", { ...DEFAULT_SCHEDULE, liquidationFeeRate: 1 }],
  ])("%s", (fault, schedule) => {
    expect(scheduleFault(schedule)).toBe(fault);
  });

  test("the two that are ours are sound", () => {
    expect([scheduleFault(DEFAULT_SCHEDULE), scheduleFault(FLAT_SCHEDULE)]).toEqual([undefined, undefined]);
  });
});
