import { InvalidArgumentError } from "commander";

/**
 * "2024-01-01" or "2024-01-01T12:00:00Z" as ms since the epoch. Throws commander's error on anything else, days that no
 * calendar has included, with what was probably meant.
 */
export function utcTime(text: string): number {
  const value = timeOf(text);
  if (value !== undefined) return value;
  throw new InvalidArgumentError(`expected a UTC time such as 2024-01-01, got ${text}${timeHint(text)}`);
}

function timeOf(text: string): number | undefined {
  const [, day] = /^(\d{4}-\d\d-\d\d)(T[\d:.]+Z)?$/.exec(text) ?? [];
  const value = day === undefined ? Number.NaN : Date.parse(text);
  // The parser takes 2024-02-30 for the first of March.
  return day === undefined || Number.isNaN(value) || isoDay(value) !== day ? undefined : value;
}

/** " (Did you mean 2024-03-04?)" where it can be told what was meant, for the end of an error line; otherwise nothing. */
export function timeHint(text: string): string {
  const meant = meantBy(text);
  return meant === undefined ? "" : ` (Did you mean ${meant}?)`;
}

/** Other signs between the numbers, single digits, a time without its zone, and a day after the month's last. */
function meantBy(text: string): string | undefined {
  const [, year, month, day, time] =
    /^(\d{4})[-/. ]?(\d{1,2})[-/. ]?(\d{1,2})(?:[T ](\d\d:\d\d(?::\d\d)?)Z?)?$/.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return undefined;
  if (Number(month) < 1 || Number(month) > 12 || Number(day) < 1 || Number(day) > 31) return undefined;
  const last = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const date = isoDay(Date.UTC(Number(year), Number(month) - 1, Math.min(Number(day), last)));
  const meant = time === undefined ? date : `${date}T${time}Z`;
  return timeOf(meant) === undefined ? undefined : meant;
}

const isoDay = (value: number): string => new Date(value).toISOString().slice(0, 10);
