import { OperationalError, UserError } from "@alphaforge/core/errors";
import { isTimeframe, TIMEFRAMES, type Timeframe } from "@alphaforge/desk/instrument/timeframe";
import type { ImportReport, ImportRequest } from "@alphaforge/desk/market-data/archive/import-file";
import { type Command, Option } from "commander";
import type { App } from "../../command.ts";
import { writableArchiveRoot } from "../../compose/archive.ts";
import { choices } from "../../nearest.ts";
import { clock } from "../../system.ts";

interface Options {
  readonly venue: string;
  readonly timeframe?: string;
  readonly symbol?: string;
  readonly kind: "candles" | "funding";
  readonly replace?: boolean;
  readonly json?: boolean;
}

type Outcome = ImportReport | { readonly file: string; readonly error: string };

/** `alphaforge data import`: checks files of candles or funding and merges them into the archive, file by file. */
export function define(command: Command, app: App): void {
  command
    .description("check files and merge them into the archive")
    .argument("<file...>", "CSV, CSV.GZ or Parquet files; the name up to the ending is the symbol")
    .requiredOption("--venue <venue>", "where the data comes from, such as binance-perp")
    .option("--timeframe <timeframe>", `of candles: one of ${TIMEFRAMES.join(", ")}`)
    .option("--symbol <symbol>", "instead of the file's name; only with one file")
    .addOption(new Option("--kind <kind>", "what the files hold").choices(["candles", "funding"]).default("candles"))
    .option("--replace", "where a row differs from the archive's, take the file's (otherwise the archive's stays)")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Candles need the columns open_time_ms,open,high,low,close,volume, funding needs
funding_time_ms,funding_rate. Times are ms since 1970, UTC; of candles they are open times.

Every row is checked; what is dropped or mended is reported with its row numbers. A file imports
wholly or not at all, and importing it again changes nothing. One file that fails does not stop
the others.

Exit codes: 0 all files were imported, 1 at least one was not, 2 asked wrongly.

Example:
  alphaforge data import candles/*.csv.gz --venue binance-perp --timeframe 1h`,
    )
    .action((files: readonly string[], options: Options) => run(app, files, options));
}

async function run(app: App, files: readonly string[], options: Options): Promise<void> {
  const requestOf = await readRequest(files, options);
  const root = writableArchiveRoot(app.config.home);
  const [{ importFile }, { ArchiveError }, { importLines }] = await Promise.all([
    import("@alphaforge/desk/market-data/archive/import-file"),
    import("@alphaforge/desk/market-data/archive/archive-error"),
    import("@alphaforge/desk/market-data/import-lines"),
  ]);
  const outcomes: Outcome[] = [];
  try {
    for (const [index, file] of files.entries()) {
      app.signal.throwIfAborted();
      app.progress(`importing ${index + 1} of ${files.length}: ${file}`);
      try {
        const report = await importFile({ ...requestOf(file), root, now: clock.now() });
        outcomes.push(report);
        app.progress(undefined);
        if (!options.json) app.print(importLines(report).join("\n"));
      } catch (error) {
        if (!(error instanceof ArchiveError)) throw error;
        outcomes.push({ file, error: error.message });
        app.progress(undefined);
        if (files.length > 1) app.warn(error.message);
      }
    }
  } finally {
    app.progress(undefined);
  }
  if (options.json) {
    const { venue, kind, timeframe } = options;
    app.print(JSON.stringify({ venue, kind, timeframe, root, files: outcomes }));
  }
  const failed = outcomes.flatMap((outcome) => ("error" in outcome ? [outcome] : []));
  if (failed.length === 0) return;
  throw new OperationalError(
    files.length === 1
      ? (failed[0] as { error: string }).error
      : `${failed.length} of ${files.length} files were not imported: ${failed.map(({ file }) => file).join(", ")}`,
  );
}

/** Checks what was asked for, before anything is read or made. Returns the request for each file. */
async function readRequest(
  files: readonly string[],
  options: Options,
): Promise<(file: string) => Omit<ImportRequest, "root" | "now"> & RequestKind> {
  const { isSymbolName, isVenueName } = await import("@alphaforge/desk/market-data/archive/archive-layout");
  const { venue, symbol, replace } = options;
  if (!isVenueName(venue)) {
    throw new UserError(
      `--venue ${JSON.stringify(venue)} cannot be stored: use lower-case letters, digits and dashes, such as binance-perp`,
    );
  }
  if (symbol !== undefined && files.length > 1) {
    throw new UserError(
      `--symbol ${symbol} goes with one file, but ${files.length} were given: import them one by one`,
    );
  }
  if (symbol !== undefined && !isSymbolName(symbol)) {
    throw new UserError(
      `--symbol ${JSON.stringify(symbol)} cannot be stored: use letters, digits, dots, dashes and underscores, such as BTCUSDT`,
    );
  }
  const kind = requestKind(options);
  return (file) => ({ ...kind, file, venue, symbol, onConflict: replace ? "replace" : "keep" });
}

type RequestKind = { readonly kind: "candles"; readonly timeframe: Timeframe } | { readonly kind: "funding" };

function requestKind({ kind, timeframe }: Options): RequestKind {
  if (kind === "funding") {
    if (timeframe !== undefined) {
      throw new UserError(`--timeframe ${timeframe} does not go with --kind funding, which has none: leave it out`);
    }
    return { kind };
  }
  if (timeframe === undefined) throw new UserError(`candles need --timeframe: choose one of ${TIMEFRAMES.join(", ")}`);
  if (!isTimeframe(timeframe)) {
    throw new UserError(`there is no timeframe ${JSON.stringify(timeframe)}: ${choices(timeframe, TIMEFRAMES)}`);
  }
  return { kind, timeframe };
}
