import fc from "fast-check";
import { expect, test } from "vitest";
import { monthlyReturns } from "./monthly-returns.ts";

const DAY = 86_400_000;

test("months multiply up to their year, and years to the whole return, wherever the range begins and ends", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2019, 0), max: Date.UTC(2024, 0) }),
      fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 900 }),
      fc.integer({ min: 1, max: DAY }),
      (from, equity, tail) => {
        const midnight = (Math.floor(from / DAY) + 1) * DAY;
        const times = equity.map((_, index) => (index === 0 ? from : midnight + (index - 1) * DAY));
        // The end need not be a midnight.
        times[times.length - 1] = (times.at(-2) as number) + tail;
        const years = monthlyReturns(times, equity);
        const product = (returns: readonly (number | undefined)[]): number =>
          returns.reduce<number>((growth, each) => growth * (1 + (each as number)), 1);
        for (const { months, return: total } of years) {
          expect(product(months.map((month) => month.return))).toBeCloseTo(1 + (total as number), 8);
        }
        const whole = (equity.at(-1) as number) / (equity[0] as number);
        expect(product(years.map((year) => year.return)) / whole).toBeCloseTo(1, 9);
      },
    ),
  );
});

test("what ends at the first midnight of a month belongs to the month before, and touched months are marked", () => {
  const times = [Date.UTC(2023, 11, 30), Date.UTC(2023, 11, 31), Date.UTC(2024, 0, 1)];
  for (let day = 2; day <= 31; day += 1) times.push(Date.UTC(2024, 0, day));
  times.push(Date.UTC(2024, 1, 1), Date.UTC(2024, 1, 1, 6));
  const equity = times.map(() => 120);
  equity.splice(0, 3, 100, 105, 110);
  equity.splice(-1, 1, 60);
  const years = monthlyReturns(times, equity);
  expect(years.map(({ year, months }) => [year, months.map(({ month, partial }) => [month, partial])])).toEqual([
    [2023, [[12, true]]],
    [
      2024,
      [
        [1, false],
        [2, true],
      ],
    ],
  ]);
  expect(years[0]?.return).toBeCloseTo(0.1, 12);
  expect(years[1]?.months[0]?.return).toBeCloseTo(120 / 110 - 1, 12);
  expect(years[1]?.months[1]?.return).toBeCloseTo(-0.5, 12);
});

test("a month that begins with nothing has no return", () => {
  const times = [Date.UTC(2024, 0, 1), Date.UTC(2024, 1, 1), Date.UTC(2024, 2, 1)];
  const [year] = monthlyReturns(times, [100, 0, 0]);
  expect(year?.months.map((month) => month.return)).toEqual([-1, undefined]);
  expect(year?.return).toBe(-1);
});
