import { InvalidArgumentError } from "commander";

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const LONGEST_MS = 30 * UNITS.d;

/** "90s", "30m", "2h" or "1d" in ms, from a second to 30 days. Throws commander's error on anything else. */
export function readDuration(text: string): number {
  const [, count = "", unit = "s"] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  const ms = count === "" ? 0 : Number(count) * UNITS[unit as keyof typeof UNITS];
  if (ms > 0 && ms <= LONGEST_MS) return ms;
  throw new InvalidArgumentError(`expected a time such as 90s, 30m, 2h or 1d, 30d at most, got ${text}`);
}
