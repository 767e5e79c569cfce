import { InvalidArgumentError } from "commander";

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const LONGEST_MS = 30 * UNITS.d;

/** "90s", "30m", "2h" or "1d" in ms, from a second to 30 days. Throws commander's error on anything else. */
export function duration(text: string): number {
  const [, count = "", unit = "s"] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  const ms = count === "" ? 0 : Number(count) * UNITS[unit as keyof typeof UNITS];
  if (ms > 0 && ms <= LONGEST_MS) return ms;
  throw new InvalidArgumentError(`expected a time such as 90s, 30m, 2h or 1d, 30d at most, got ${text}`);
}

/** "45 s", "12 min", "1 h 30 min" or "2 d 3 h" of ms, rounded up to the smaller unit. */
export function roughly(ms: number): string {
  if (ms < 90_000) return `${Math.ceil(ms / 1_000)} s`;
  const minutes = Math.ceil(ms / UNITS.m);
  if (minutes < 90) return `${minutes} min`;
  if (minutes < 48 * 60) return twoUnits(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.ceil(minutes / 60);
  return twoUnits(Math.floor(hours / 24), "d", hours % 24, "h");
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
