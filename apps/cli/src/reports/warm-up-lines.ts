import type { FeatureSettling, WarmUpReport } from "../compose/desk-warm-up.ts";
import { table } from "../table.ts";
import { wrapLine } from "./wrap-line.ts";

/** How many bars each feature needs, beside what it declares, and what a live desk does not give it. */
export function warmUpLines(report: WarmUpReport): readonly string[] {
  const { features, tolerance, window, most, seeds, symbols, timeframes } = report;
  const findings = features.filter(({ isFinding }) => isFinding);
  const stepsOnly = features.filter(({ bars, stepBars }) => bars === undefined && stepBars !== undefined);
  const ordered = [...features].sort((a, b) => (b.bars ?? most + 1) - (a.bars ?? most + 1));
  return [
    `Bars until a value stays the same, within ${tolerance}, when history grows; on ${seeds.length} simulated markets of`,
    `${symbols} symbols each. A live desk computes on ${window} bars. "${most}+": not within what was measured.`,
    "",
    table(
      ["feature", "warm-up", ...timeframes, "asked by"],
      ordered.map((each) => [
        each.key,
        String(each.declared),
        ...timeframes.map((timeframe) => barsText(each.byTimeframe[timeframe], most)),
        askedBy(each),
      ]),
    ),
    "",
    ...(stepsOnly.length === 0
      ? []
      : [
          `Only the steps settle of ${stepsOnly.map(({ key }) => key).join(", ")}: their level follows from how long the`,
          "history is. That is what bars is for; of all others read changes and slopes, never the level.",
          "",
        ]),
    ...findings.flatMap(findingLines(window)),
    findings.length === 0
      ? `Every feature that a strategy asks for settles within the ${window} bars of a live desk.`
      : `${findings.length} found: rules that stand on such a value can decide differently live than in a backtest.`,
  ];
}

const findingLines =
  (window: number) =>
  ({ key, bars, strategies }: FeatureSettling): readonly string[] => [
    `FOUND  ${key} needs ${bars === undefined ? "more bars than were measured" : `${bars} bars`}, a live desk has ${window};`,
    ...wrapLine(`asked by ${strategies.join(", ")}.`, 7),
    "       Ask for a shorter period, or set history in the desk's file higher (5000 at most).",
    "",
  ];

function barsText(bars: number | null | undefined, most: number): string {
  return bars === null || bars === undefined ? `${most}+` : String(bars);
}

const SHOWN = 1;

function askedBy({ strategies, signals }: FeatureSettling): string {
  const all = [...strategies, ...signals.map((name) => `signal ${name}`)];
  const more = all.length - SHOWN;
  return all.length === 0 ? "nobody" : `${all.slice(0, SHOWN).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
