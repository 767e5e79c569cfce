import { expect, test } from "vitest";
import { memoryTrend } from "./memory-series.fixture.ts";

const QUARTERS = Array.from({ length: 97 }, (_, quarter) => quarter / 4);
/** A saw of 40 MB, as garbage collection makes it. */
const saw = (quarter: number) => 300 + ((quarter * 13) % 40);

test("memory that goes up and down and comes back has no growth to speak of", () => {
  const { mean, least, most, growth } = memoryTrend(
    QUARTERS.map((hours, quarter) => ({ hours, megabytes: saw(quarter) })),
  );
  expect(Math.abs(growth)).toBeLessThan(5);
  expect([least, most]).toEqual([300, 339]);
  expect(mean).toBeCloseTo(319.4, 0);
});

test("a leak of a megabyte an hour is seen through it", () => {
  const { slope, growth } = memoryTrend(QUARTERS.map((hours, quarter) => ({ hours, megabytes: saw(quarter) + hours })));
  expect(slope).toBeCloseTo(1, 0);
  expect(growth).toBeGreaterThan(20);
});

test("one sample has no trend", () => {
  expect(() => memoryTrend([{ hours: 0, megabytes: 1 }])).toThrow("a trend needs two samples");
});
