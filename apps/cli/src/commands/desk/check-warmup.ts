import { type Command, InvalidArgumentError } from "commander";
import type { App } from "../../command.ts";

interface Options {
  readonly strategy?: string;
  readonly tolerance: number;
  readonly json?: boolean;
}

/** `alphaforge desk check-warmup`: how much history do indicators need, and does a live desk have it? */
export function define(command: Command, app: App): void {
  command
    .description("measure how many bars indicators need before their values settle")
    .argument("[indicators...]", "names such as ema, or keys such as 'ema(200)'; all when absent")
    .option("--strategy <name>", "only what this strategy asks for")
    .option("--tolerance <fraction>", "largest relative difference that counts as the same", tolerance, 1e-4)
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
A desk that runs computes on its last 1,000 bars, a backtest on all that it has. Indicators that
forget slowly then differ a little. Differences are relative to the value, or to the column's median
size where that is larger. Prices are simulated.

Exit codes: 0 nothing found, 1 a strategy asks for what 1,000 bars do not settle, 2 asked wrongly.

Examples:
  alphaforge desk check-warmup ema rsi
  alphaforge desk check-warmup --strategy momentum --tolerance 0.001`,
    )
    .action(async (indicators: readonly string[], { strategy, tolerance: allowed, json }: Options) => {
      const { measureWarmUp } = await import("../../compose/desk-warm-up.ts");
      const report = await measureWarmUp(app, { indicators, strategy, tolerance: allowed });
      if (json) app.print(JSON.stringify(report));
      else {
        const { warmUpLines } = await import("../../reports/warm-up-lines.ts");
        for (const line of warmUpLines(report)) app.print(line);
      }
      if (report.features.some(({ isFinding }) => isFinding)) process.exitCode = 1;
    });
}

function tolerance(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= 1e-12 && value < 1) return value;
  throw new InvalidArgumentError("it is not a fraction from 1e-12 to 1, such as 1e-4.");
}
