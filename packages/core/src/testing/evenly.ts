import fc from "fast-check";

const STEPS = 2 ** 30;

/**
 * Numbers spread evenly from `min` to `max`, both included. `fc.double` spreads over bit patterns: from a range that
 * holds 0 nearly all its draws are next to 0, so that a share of a length is the first index and a rate moves nothing.
 */
export function evenly(min: number, max: number): fc.Arbitrary<number> {
  return fc.nat(STEPS).map((step) => min + (max - min) * (step / STEPS));
}
