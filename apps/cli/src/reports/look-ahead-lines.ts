import type { LookAheadReport } from "@alphaforge/desk/replay/look-ahead/check-look-ahead";
import { minute } from "../format.ts";
import { table } from "../table.ts";
import { wrapLine } from "./wrap-line.ts";

type Leak = LookAheadReport["leaks"][number];

/** What was looked at, what was found, and what such a check cannot see. */
export function lookAheadLines(report: LookAheadReport): readonly string[] {
  const { leaks, looked, symbols, venue, simulated, silent } = report;
  return [
    `Prices: ${simulated ? "simulated" : venue}, ${symbols.length} symbols (${symbols.join(", ")}). Times are UTC.`,
    "",
    table(
      ["timeframe", "closes", "from", "to", "values", "rule answers"],
      looked.map(({ timeframe, closes, first, last, values, answers }) => [
        timeframe,
        count(closes),
        first === undefined ? "" : minute(first),
        last === undefined ? "" : minute(last),
        count(values),
        count(answers),
      ]),
    ),
    ...leaks.flatMap((leak) => ["", ...leakLines(leak)]),
    "",
    ...silentLines(silent),
    verdict(report),
    "",
    ...limits(report),
  ];
}

function verdict({ leaks, points, after }: LookAheadReport): string {
  if (leaks.length > 0) return `${count(leaks.length)} found at ${count(points)} closes. Mend the first one first.`;
  return [
    `No look-ahead found at ${count(points)} closes: with the ${after} candles after each cut off, and altered,`,
    "every value, ranking, answer and decision stayed the same, bit for bit.",
  ].join("\n");
}

function silentLines(silent: readonly string[]): readonly string[] {
  if (silent.length === 0) return [];
  return [
    ...wrapLine(`Not looked at, for want of history or rankings: no rule was asked of ${silent.join(", ")}.`, 0),
    "Choose a range with more candles before it.",
    "",
  ];
}

function leakLines(leak: Leak): readonly string[] {
  const { kind, name, agent, at, closes, first, cause } = leak;
  const { subject, valueAt, by } = first;
  const where = [agent === name ? undefined : agent, subject.timeframe, subject.symbol]
    .filter((each) => each !== undefined && each !== "")
    .join(", ");
  return [
    `LOOK-AHEAD  ${kind} ${name}${where === "" ? "" : ` (${where})`}`,
    `  first close         ${minute(at)}, one of ${count(closes)}`,
    ...(valueAt === undefined ? [] : [`  value that changed  of the candle that closed ${minute(valueAt)}`]),
    `  with the future     ${short(first.whole, first.without)}`,
    `  future ${by.padEnd(12)} ${short(first.without, first.whole)}`,
    ...wrapLine(cause, 22, "  usual cause         "),
  ];
}

const LONGEST = 70;

/** A text as it is, or, when it is long, from a little before the place where it parts from the other. */
function short(text: string, other: string): string {
  if (text.length <= LONGEST) return text;
  let same = 0;
  while (same < text.length && text[same] === other[same]) same += 1;
  const start = Math.max(0, Math.min(same - 20, text.length - LONGEST));
  return `${start > 0 ? "…" : ""}${text.slice(start, start + LONGEST)}${start + LONGEST < text.length ? "…" : ""}`;
}

function limits({ after }: LookAheadReport): readonly string[] {
  return [
    "What this check cannot see:",
    `- closes, symbols and timeframes other than those above, and what reads more than ${after} candles ahead;`,
    "- rules that answer otherwise once a position was held for long: exits are asked after one bar;",
    "- rules that were chosen because they did well on the same past, and symbols that were chosen",
    "  because they survived;",
    "- candles that the venue itself published late or corrected later.",
  ];
}

const count = (value: number): string => value.toLocaleString("en-US");
