import { UserError } from "@alphaforge/core/errors";
import type { BacktestReport } from "@alphaforge/desk/replay/backtest";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { App } from "../../command.ts";
import { choices } from "../../nearest.ts";
import { stopwatch } from "../../system.ts";
import { utcTime } from "../../utc-time.ts";

interface Options {
  readonly venue: string;
  readonly from: number;
  readonly to: number;
  readonly symbols?: readonly string[];
  readonly agents?: readonly string[];
  readonly criteria?: boolean;
  /** true without a number: one. */
  readonly twins?: number | true;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly report?: string;
}

/** Each coin keeps books of its own: two hundred per agent of the arena take some two gigabytes over two years. */
const MAX_COINS = 200;

const HELP = `
Every close in the range is decided, orders fill at the next open, and fees and funding are
charged. Nothing is stored. Two symbols take seconds, all of them minutes.

Examples:
  alphaforge desk backtest arena --venue simulated --from 2024-03-04 --to 2024-04-04 \\
    --symbols BTCUSDT,ETHUSDT
  alphaforge desk backtest arena --venue simulated --from 2024-03-04 --to 2024-04-04 \\
    --agents momentum-4h --criteria
  alphaforge desk backtest arena --venue simulated --from 2024-01-01 --to 2024-03-01 \\
    --twins 20 --report arena.html`;

export function define(command: Command, app: App): void {
  command
    .description("run a desk's agents over recorded prices, by the pipeline that runs it live")
    .argument("<desk>", "a desk, such as arena")
    .requiredOption(
      "--venue <name>",
      "whose prices: prices imported under this name (see data ls), or a venue of its own, such as simulated",
    )
    .requiredOption("--from <time>", "beginning of the range, such as 2024-01-01 (UTC)", utcTime)
    .requiredOption("--to <time>", "end of the range, such as 2026-01-01 (UTC)", utcTime)
    .option("--symbols <list>", "only these, separated by commas", list)
    .option("--agents <list>", "only these agents, separated by commas", list)
    .option("--criteria", "also show how often every criterion held and decided, and how the rankings are spread")
    .option("--twins [n]", "also run n coins beside each agent (1 when not said), and hold it against them", coinCount)
    .option("--json", "print one JSON document")
    .addOption(new Option("--markdown", "print tables in Markdown").conflicts(["json", "criteria"]))
    .option("--report <file>", "also write a page with charts, one HTML file that needs nothing else")
    .addHelpText("after", HELP)
    .action(async (desk: string, options: Options) => {
      const elapsed = stopwatch();
      const report = await run(app, desk, options, versionOf(command));
      const seconds = Math.round(elapsed()) / 1000;
      if (options.json) {
        const { from, to, bars, desk: name, venue, ...rest } = report;
        const file = options.report === undefined ? {} : { reportFile: options.report };
        const times = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
        app.print(JSON.stringify({ desk: name, venue, ...times, bars, seconds, ...rest, ...file }, null, 2));
        return;
      }
      const { backtestLines } = await import("../../reports/backtest-lines.ts");
      const { MARKDOWN, PLAIN } = await import("../../reports/report-style.ts");
      const style = options.markdown ? MARKDOWN : PLAIN;
      for (const line of backtestLines(report, seconds, style)) app.print(line);
      if (report.twins !== undefined) {
        const { twinLines } = await import("../../reports/twin-lines.ts");
        for (const line of ["", ...twinLines(report.twins, style)]) app.print(line);
      }
      if (report.criteria !== undefined) {
        const { criteriaLines } = await import("../../reports/criteria-lines.ts");
        for (const line of ["", ...criteriaLines(report.criteria)]) app.print(line);
      }
      if (options.report !== undefined) for (const line of ["", `Report: ${options.report}`]) app.print(line);
    });
}

async function run(app: App, desk: string, options: Options, version: string): Promise<BacktestReport> {
  const { readDeskFile } = await import("../../compose/desk-files.ts");
  const { findSignals, seatsFor } = await import("../../compose/rules-agents.ts");
  const { openBacktestVenue } = await import("../../compose/backtest-venue.ts");
  const { alignTo, backtest } = await import("@alphaforge/desk/replay/backtest");
  const { money } = await import("@alphaforge/desk/instrument/money");
  const { BacktestWatch } = await import("@alphaforge/desk/replay/report/backtest-watch");
  const { reportData } = await import("@alphaforge/desk/replay/report/report-data");
  const { refuseReportFile, writeReportFile } = await import("../../reports/html/report-file.ts");
  const { repeatCommand } = await import("../../reports/html/repeat-command.ts");
  const { reportPage } = await import("../../reports/html/report-page.ts");
  if (options.from >= options.to) throw new UserError("--from must lie before --to");
  if (options.report !== undefined) await refuseReportFile(options.report);
  const config = readDeskFile(desk, app.config.home);
  const seats = await seatsFor(config);
  const unknown = options.agents?.find((name) => !seats.some((seat) => seat.name === name));
  if (unknown !== undefined) {
    const ofStrategy = seats.filter(({ strategy }) => strategy.name === unknown).map(({ name }) => name);
    const remedy =
      ofStrategy.length > 0
        ? `it is a strategy, whose agents are ${ofStrategy.join(", ")}`
        : choices(
            unknown,
            seats.map(({ name }) => name),
          );
    throw new UserError(`desk ${desk} has no agent ${JSON.stringify(unknown)}: ${remedy}`);
  }
  const { venue, close } = await openBacktestVenue({
    name: options.venue,
    environment: app.config.venueSettings,
    home: app.config.home,
    settings: config.venue.name === options.venue ? config.venue.settings : {},
    symbols: options.symbols,
    to: options.to,
  });
  try {
    const [finest] = venue.traits.timeframes;
    const taken = seats.filter(({ name }) => options.agents?.includes(name) ?? true);
    const settings = {
      desk: config.name,
      from: alignTo(finest, options.from),
      to: alignTo(finest, options.to),
      symbols: options.symbols,
      twins: options.twins === true ? 1 : options.twins,
    };
    const initialBalance = money(config.book.initialBalance);
    const names = taken.map(({ name }) => name);
    const watch = options.report === undefined ? undefined : new BacktestWatch(names, settings, finest);
    const report = await backtest({
      ...settings,
      venue,
      seats: taken,
      signals: await findSignals(),
      limits: config.risk,
      initialBalance,
      history: config.history,
      criteria: options.criteria,
      ...(watch && { onEvent: watch.onEvent, onMark: watch.onMark }),
      signal: app.signal,
      onProgress: (share, at) =>
        app.progress(
          `backtest ${desk} ${(share * 100).toFixed(0).padStart(3)} %  ${new Date(at).toISOString().slice(0, 10)}`,
        ),
    });
    if (watch !== undefined && options.report !== undefined) {
      app.progress(`backtest ${desk}: writing ${options.report}`);
      const data = await reportData(report, watch, initialBalance, venue);
      const page = reportPage(data, {
        version,
        commandLine: repeatCommand({ ...settings, venue: options.venue, agents: options.agents }),
        feeRate: venue.traits.feeRate,
        initialBalance: config.book.initialBalance,
        ...config.risk,
        history: config.history,
      });
      await writeReportFile(options.report, page);
    }
    return report;
  } finally {
    app.progress(undefined);
    await close();
  }
}

/** The program's, which its outermost command has. */
function versionOf(command: Command): string {
  let outermost = command;
  while (outermost.parent !== null) outermost = outermost.parent;
  return outermost.version() ?? "";
}

function coinCount(text: string): number {
  const count = Number(text);
  if (!(Number.isInteger(count) && count >= 1 && count <= MAX_COINS)) {
    throw new InvalidArgumentError(`expected a whole number from 1 to ${MAX_COINS}`);
  }
  return count;
}

function list(text: string): readonly string[] {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0) throw new InvalidArgumentError("expected names separated by commas");
  return names;
}
