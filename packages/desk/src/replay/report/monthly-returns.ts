/** A calendar month (UTC) of a book; `return` is a fraction, absent where the month began with nothing. */
export interface MonthlyReturn {
  readonly year: number;
  /** 1..12. */
  readonly month: number;
  readonly return?: number;
  /** The period begins or ends within it. */
  readonly partial: boolean;
}

export interface YearlyReturn {
  readonly year: number;
  readonly return?: number;
  readonly months: readonly MonthlyReturn[];
}

/**
 * Returns by calendar month and year. One plus the months' returns multiply up to one plus the whole return.
 * @param times ms, rising; every midnight that begins a month of the range is among them, or the month is lost
 * @param equity at `times`, open positions included
 */
export function monthlyReturns(times: readonly number[], equity: ArrayLike<number>): readonly YearlyReturn[] {
  const years: { year: number; months: MonthlyReturn[]; before: number; after: number }[] = [];
  let before = equity[0] as number;
  for (let index = 1; index < times.length; index += 1) {
    // What ends at midnight belongs to the day before.
    const key = monthOf((times[index] as number) - 1);
    if (index < times.length - 1 && monthOf((times[index + 1] as number) - 1) === key) continue;
    const after = equity[index] as number;
    const year = Math.floor(key / 12);
    const month = (key % 12) + 1;
    let inYear = years.at(-1);
    if (inYear?.year !== year) {
      inYear = { year, months: [], before, after };
      years.push(inYear);
    }
    inYear.after = after;
    const start = Date.UTC(year, month - 1);
    const partial = (times[0] as number) > start || (times.at(-1) as number) < Date.UTC(year, month);
    inYear.months.push({ year, month, partial, ...growth(before, after) });
    before = after;
  }
  return years.map(({ year, months, before: first, after }) => ({ year, months, ...growth(first, after) }));
}

const growth = (before: number, after: number): { return?: number } =>
  before > 0 ? { return: after / before - 1 } : {};

function monthOf(time: number): number {
  const date = new Date(time);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}
