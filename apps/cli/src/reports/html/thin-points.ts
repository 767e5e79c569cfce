/** Lines of more points than this are thinned. */
export const MOST_POINTS = 480;

/**
 * Which points of a line are drawn: all of up to 480, else the first, the last, and the lowest and highest of each of
 * 240 equal stretches, so that no peak and no trough is lost.
 */
export function thinPoints(values: ArrayLike<number>): readonly number[] {
  if (values.length <= MOST_POINTS) return Array.from(values, (_, index) => index);
  const stretches = MOST_POINTS / 2;
  const chosen = new Set([0, values.length - 1]);
  for (let stretch = 0; stretch < stretches; stretch += 1) {
    const start = Math.floor((stretch * values.length) / stretches);
    const end = Math.floor(((stretch + 1) * values.length) / stretches);
    let lowest = start;
    let highest = start;
    for (let index = start; index < end; index += 1) {
      if ((values[index] as number) < (values[lowest] as number)) lowest = index;
      if ((values[index] as number) > (values[highest] as number)) highest = index;
    }
    chosen.add(lowest).add(highest);
  }
  return [...chosen].sort((a, b) => a - b);
}
