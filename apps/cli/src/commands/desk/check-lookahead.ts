import { UserError } from "@alphaforge/core/errors";
import type { RankedTimeframe } from "@alphaforge/desk/instrument/timeframe";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { App } from "../../command.ts";
import { choices } from "../../nearest.ts";
import { utcTime } from "../../utc-time.ts";

interface Options {
  readonly signal: readonly string[];
  readonly feature: readonly string[];
  readonly points: number;
  readonly venue: string;
  readonly from?: number;
  readonly to?: number;
  readonly timeframe?: string;
  readonly json?: boolean;
}

/** `alphaforge desk check-lookahead`: does anything that a strategy looks at depend on later candles? */
export function define(command: Command, app: App): void {
  command
    .description("look for strategies that see the future")
    .argument("[strategies...]", "strategies by name; all that are found when nothing is named")
    .addOption(repeated("--signal <name>", "a signal by name; may be repeated"))
    .addOption(repeated("--feature <key>", "a feature by key, such as 'rsi(14)'; may be repeated"))
    .option("--points <n>", "closes to look at, over all timeframes", pointCount, 1_000)
    .option("--venue <name>", "whose prices: simulated, or a venue in the archive", "simulated")
    .option("--from <time>", "closes after this time (UTC); a year of the simulated market when absent", utcTime)
    .option("--to <time>", "closes up to this time (UTC)", utcTime)
    .option("--timeframe <timeframe>", "only this timeframe, such as 1h")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
A strategy is found by its place, packages/desk/src/strategies/<name>. At each close, everything is
computed with all candles, with the later ones cut off, and with the later ones altered: features,
signals, rankings, the answer of every rule, and the decision. All must be the same, bit for bit.

Exit codes: 0 nothing found, 1 look-ahead found or an agent could not be looked at, 2 asked wrongly.

Examples:
  alphaforge desk check-lookahead momentum
  alphaforge desk check-lookahead --feature 'rsi(14)' --timeframe 4h
  alphaforge desk check-lookahead momentum --venue binance-perp --from 2025-01-01 --to 2025-07-01`,
    )
    .action(async (strategies: readonly string[], options: Options) => {
      const { lookForLookAhead } = await import("../../compose/desk-look-ahead.ts");
      const { signal: signals, feature: features, points, venue, from, to } = options;
      const timeframe = await ranked(options.timeframe);
      const report = await lookForLookAhead(app, { strategies, signals, features, points, venue, from, to, timeframe });
      if (options.json) app.print(JSON.stringify(report));
      else {
        const { lookAheadLines } = await import("../../reports/look-ahead-lines.ts");
        for (const line of lookAheadLines(report)) app.print(line);
      }
      if (report.leaks.length > 0 || report.silent.length > 0) process.exitCode = 1;
    });
}

async function ranked(text: string | undefined): Promise<RankedTimeframe | undefined> {
  if (text === undefined) return undefined;
  const { RANKED_TIMEFRAMES } = await import("@alphaforge/desk/instrument/timeframe");
  const found = RANKED_TIMEFRAMES.find((each) => each === text);
  if (found === undefined) {
    throw new UserError(`${JSON.stringify(text)} is not a ranked timeframe: ${choices(text, RANKED_TIMEFRAMES)}`);
  }
  return found;
}

function pointCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("it is not a whole number from 1 to 999999.");
}

function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect).default([], "none");
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}
