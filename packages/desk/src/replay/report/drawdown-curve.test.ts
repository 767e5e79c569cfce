import { evenly } from "@alphaforge/core/testing/evenly";
import fc from "fast-check";
import { expect, test } from "vitest";
import { maxDrawdown } from "../metrics/equity-metrics.ts";
import { drawdownCurve } from "./drawdown-curve.ts";

test("its deepest is the maximal drawdown of all the values, however they are cut into stretches", () => {
  fc.assert(
    fc.property(
      fc.array(evenly(0, 1e6), { minLength: 2, maxLength: 200 }),
      fc.integer({ min: 1, max: 50 }),
      (values, length) => {
        const ends = [0];
        for (let end = length; end < values.length - 1; end += length) ends.push(end);
        ends.push(values.length - 1);
        const curve = drawdownCurve(values, ends);
        expect(curve).toHaveLength(ends.length);
        expect(Math.max(...curve)).toBe(maxDrawdown(values));
      },
    ),
  );
});

test("a stretch that only rises from its peak has none, and one is measured from peaks of earlier stretches", () => {
  expect([...drawdownCurve([100, 80, 120, 130, 65, 91], [0, 2, 3, 5])]).toEqual([0, 1 - 80 / 100, 0, 0.5]);
});
