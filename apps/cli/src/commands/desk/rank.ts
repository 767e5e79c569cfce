import { OperationalError, UserError } from "@alphaforge/core/errors";
import type { Highlight } from "@alphaforge/desk/forecast/ranking/signal";
import { RANKED_TIMEFRAMES } from "@alphaforge/desk/instrument/timeframe";
import { type Command, InvalidArgumentError } from "commander";
import type { App } from "../../command.ts";
import { type DeskClient, type DeskRow, readDesk } from "../../compose/desk-state.ts";
import { minute, percent, price } from "../../format.ts";
import { choices } from "../../nearest.ts";
import { table } from "../../table.ts";

interface Row {
  readonly rank: number;
  readonly symbol: string;
  readonly score: number;
  readonly confidence: number;
  readonly price: number;
  readonly change24h: number | null;
  readonly highlights: readonly Highlight[];
}

interface Stored extends DeskRow {
  readonly timeframe: string;
  /** The close that was ranked, ms. */
  readonly close: number;
  /** How many symbols were ranked; `rows` may be fewer. */
  readonly symbols: number;
  readonly skipped: readonly { readonly symbol: string; readonly reason: string }[];
  readonly rows: readonly Row[];
}

/** `alphaforge desk rank`: the latest ranking that the desk has stored. */
export function define(command: Command, app: App): void {
  command
    .description("show a desk's latest ranking")
    .argument("<desk>", "a desk, such as arena")
    .option("--timeframe <timeframe>", `one of ${RANKED_TIMEFRAMES.join(", ")}`, "1h")
    .option("--limit <count>", "symbols to show, most bullish first", wholeNumber, 20)
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
The score runs from 0 (bearish) over 0.5 (neutral) to 1 (bullish), the confidence from 0 to 100.

Example:
  alphaforge desk rank arena --timeframe 4h --limit 10`,
    )
    .action(async (name: string, options: { timeframe: string; limit: number; json?: boolean }) => {
      const { timeframe, limit, json } = options;
      if (!(RANKED_TIMEFRAMES as readonly string[]).includes(timeframe)) {
        throw new UserError(
          `${JSON.stringify(timeframe)} is not a ranked timeframe: ${choices(timeframe, RANKED_TIMEFRAMES)}`,
        );
      }
      const ranking = await readDesk(app.config, name, (client, desk) => readRanking(client, desk, timeframe, limit));
      app.print(json ? JSON.stringify(ranking) : render(ranking));
    });
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !(value >= 1 && value <= 100_000)) {
    throw new InvalidArgumentError("Give a whole number from 1 to 100000.");
  }
  return value;
}

async function readRanking(client: DeskClient, desk: DeskRow, timeframe: string, limit: number): Promise<Stored> {
  const { rows: runs } = await client.query<{
    id: string;
    close: number;
    symbols: number;
    skipped: Stored["skipped"];
  }>(
    `SELECT id, candle_close AS close, symbol_count AS symbols, skipped FROM computation_runs
     WHERE timeframe = $1 AND status = 'completed' ORDER BY candle_close DESC LIMIT 1`,
    [timeframe],
  );
  const run = runs[0];
  if (run === undefined) {
    throw new OperationalError(
      `desk ${desk.name} has no ${timeframe} ranking yet; let it run past a ${timeframe} close, and see alphaforge desk status ${desk.name}`,
    );
  }
  const { rows } = await client.query<Row>(
    `SELECT rank, symbol, score, confidence, close_price AS price, change_24h AS "change24h", highlights
     FROM snapshots WHERE computed_at = to_timestamp($1 / 1000.0) AND timeframe = $2 AND run_id = $3
     ORDER BY rank LIMIT $4`,
    [run.close, timeframe, run.id, limit],
  );
  return { ...desk, timeframe, close: run.close, symbols: run.symbols, skipped: run.skipped, rows };
}

function render({ name, venue, simulated, timeframe, close, symbols, skipped, rows }: Stored): string {
  const what = `${name}: ${timeframe} ranking at ${minute(close)} UTC on ${venue}${simulated ? ", simulated prices" : ""}`;
  const count = `${rows.length} of ${symbols} symbols${skipped.length === 0 ? "" : `, ${skipped.length} left out`}`;
  const body = table(
    ["rank", "symbol", "score", "confidence", "price", "24h", "highlights"],
    rows.map((row) => [
      String(row.rank),
      row.symbol,
      row.score.toFixed(3),
      String(row.confidence),
      price(row.price),
      row.change24h === null ? "n/a" : percent(row.change24h),
      row.highlights.map(({ text }) => text).join(", "),
    ]),
  );
  return `${what}; ${count}\n${body}`;
}
