import type { Tampering } from "./market-window.ts";
import type { SeenColumn, Sighting, Subject } from "./witness.ts";

/** Something that is another with other candles after the close. */
export interface Difference {
  readonly subject: Subject;
  readonly by: Tampering;
  /** Of a column: the close of the first candle whose value changed, ms. */
  readonly valueAt?: number;
  /** With the candles that follow, and without or with other ones. */
  readonly whole: string;
  readonly without: string;
}

/** What differs, bit for bit. */
export function compareSightings(whole: Sighting, other: Sighting, by: Tampering): readonly Difference[] {
  const differences: Difference[] = [];
  for (const [key, { subject, column }] of whole.columns) {
    const now = other.columns.get(key)?.column ?? "nothing";
    const found = columnDifference(column, now);
    if (found !== undefined) differences.push({ subject, by, ...found });
  }
  for (const [key, { subject, text }] of whole.answers) {
    const now = other.answers.get(key)?.text ?? "nothing";
    if (now !== text) differences.push({ subject, by, whole: text, without: now });
  }
  for (const [key, { subject, text }] of other.answers) {
    if (!whole.answers.has(key)) differences.push({ subject, by, whole: "nothing", without: text });
  }
  return differences;
}

function columnDifference(whole: SeenColumn, now: SeenColumn): Omit<Difference, "subject" | "by"> | undefined {
  if (typeof whole === "string" || typeof now === "string") {
    const [a, b] = [whole, now].map((each) => (typeof each === "string" ? `error: ${each}` : "values"));
    return a === b ? undefined : { whole: a as string, without: b as string };
  }
  for (let i = 0; i < whole.values.length; i += 1) {
    const [a, b] = [whole.values[i] as number, now.values[i] as number];
    // Bit for bit, but any NaN is as good as another.
    if (!Object.is(a, b)) return { valueAt: whole.closes[i], whole: String(a), without: String(b) };
  }
  return undefined;
}
