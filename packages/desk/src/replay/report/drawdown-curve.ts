/**
 * The deepest fall from the running peak within each stretch that ends at one of `ends`, 0..1 (above 1 below zero).
 * The first end is the beginning, with 0. Its maximum is `maxDrawdown` of all the values.
 * @param values marked equity, in any unit
 * @param ends rising indices into `values`; the first is 0
 */
export function drawdownCurve(values: ArrayLike<number>, ends: readonly number[]): Float64Array {
  const curve = new Float64Array(ends.length);
  let peak = values[0] as number;
  let index = 1;
  ends.forEach((end, stretch) => {
    let deepest = 0;
    for (; index <= end; index += 1) {
      const value = values[index] as number;
      if (value >= peak) peak = value;
      else if (peak > 0) deepest = Math.max(deepest, 1 - value / peak);
    }
    curve[stretch] = deepest;
  });
  return curve;
}
