/** An axis whose ends are ticks. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
}

/** The narrowest axis with steps of 1, 2, 2.5 or 5 × 10^n that holds both values in at most `most` steps. */
export function niceAxis(lowest: number, highest: number, most = 4): Axis {
  // A line without any height lies in the middle.
  const margin = lowest === highest ? Math.max(Math.abs(lowest) * 0.01, 1e-6) : 0;
  const [from, to] = [lowest - margin, highest + margin];
  let power = 10 ** Math.floor(Math.log10((to - from) / most));
  for (;;) {
    for (const factor of [1, 2, 2.5, 5]) {
      const step = factor * power;
      const first = Math.floor(from / step + 1e-9);
      const last = Math.ceil(to / step - 1e-9);
      if (last - first > most) continue;
      const ticks = Array.from({ length: last - first + 1 }, (_, index) =>
        Number(((first + index) * step).toPrecision(12)),
      );
      return { low: ticks[0] as number, high: ticks.at(-1) as number, ticks };
    }
    power *= 10;
  }
}

export interface TimeTick {
  readonly time: number;
  readonly label: string;
}

const DAY = 86_400_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** Beginnings of days, months or years (UTC) in [from, to], at most `most` of them. */
export function timeTicks(from: number, to: number, most = 6): readonly TimeTick[] {
  for (const days of [1, 2, 7, 14]) {
    if ((to - from) / (days * DAY) > most) continue;
    const first = Math.ceil(from / (days * DAY));
    const count = Math.floor(to / (days * DAY)) - first + 1;
    return Array.from({ length: Math.max(0, count) }, (_, index) => {
      const time = (first + index) * days * DAY;
      const date = new Date(time);
      return { time, label: `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}` };
    });
  }
  for (const months of [1, 2, 3, 6, 12, 24, 60, 120]) {
    const ticks = monthTicks(from, to, months);
    if (ticks.length <= most) return ticks;
  }
  return [];
}

function monthTicks(from: number, to: number, step: number): readonly TimeTick[] {
  const ticks: TimeTick[] = [];
  const start = new Date(from);
  let month = start.getUTCFullYear() * 12 + start.getUTCMonth();
  month -= month % step;
  for (; ; month += step) {
    const time = Date.UTC(Math.floor(month / 12), month % 12);
    if (time > to) return ticks;
    const year = Math.floor(month / 12);
    if (time < from) continue;
    // A year is named once, so that labels fit a phone: at its January, or at the first tick.
    const name = MONTHS[month % 12] as string;
    ticks.push({ time, label: month % 12 === 0 ? String(year) : ticks.length === 0 ? `${name} ${year}` : name });
  }
}

/** Name of a month, 1..12. */
export function monthName(month: number): string {
  return MONTHS[month - 1] as string;
}
