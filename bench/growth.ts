import { availableParallelism, loadavg } from "node:os";
import { GROWTH_TOLERANCE, growthOf } from "@alphaforge/core/testing/growth";
import { withDatabases } from "./bench-databases.ts";
import { measureAgents } from "./growth-agents.ts";
import type { GrowthRow } from "./growth-row.ts";
import { measureSymbols } from "./growth-symbols.ts";
import { measureTrades } from "./growth-trades.ts";

export interface GrowthPart {
  readonly what: string;
  readonly rows: readonly GrowthRow[];
}

/** How the desk's work grows with symbols, stored trades and agents. */
export async function runGrowthBench(): Promise<readonly GrowthPart[]> {
  // A server for each: one could not hold the connections of all these databases.
  return [
    { what: "symbols", rows: await withDatabases(measureSymbols) },
    { what: "agents", rows: await withDatabases(measureAgents) },
    { what: "stored trades", rows: await withDatabases(measureTrades) },
  ];
}

/** For each piece of work its times, the exponent, and time / n log n relative to the smallest size. */
export function formatGrowthBench(parts: readonly GrowthPart[]): string {
  const lines: string[] = [];
  const worse: string[] = [];
  for (const { what, rows } of parts) {
    for (const { work, points } of rows) {
      const { exponent, overLinearithmic, worst, isWorse } = growthOf(points);
      const verdict = isWorse ? `WORSE than n log n (${worst.toFixed(2)} ×)` : "no worse than n log n";
      if (isWorse) worse.push(`${work} (${what})`);
      lines.push(`${work}: n^${exponent.toFixed(2)}, ${verdict}`);
      lines.push(row(`  ${what}`, points, ({ n }) => n.toLocaleString("en")));
      lines.push(row("  ms", points, ({ time }) => time.toFixed(time < 100 ? 1 : 0)));
      lines.push(row("  ÷ n log n", overLinearithmic, (relative) => relative.toFixed(2)));
    }
  }
  const [load] = loadavg() as [number];
  if (load > availableParallelism()) {
    const machine = `load ${load.toFixed(1)} on ${availableParallelism()} processors`;
    lines.push(
      `${machine}: others wait for them too, long work longer than short, which looks like growth: run it alone`,
    );
  }
  const tolerance = `called worse where between any two sizes time grows ${GROWTH_TOLERANCE} × as much as n log n`;
  lines.push(`${worse.length === 0 ? "nothing grows worse than n log n" : `WORSE: ${worse.join("; ")}`}; ${tolerance}`);
  return lines.join("\n");
}

function row<T>(title: string, values: readonly T[], text: (value: T) => string): string {
  return [title.padEnd(18), ...values.map((value) => text(value).padStart(11))].join("");
}

if (import.meta.main) process.stdout.write(`${formatGrowthBench(await runGrowthBench())}\n`);
