import type { Command } from "commander";
import type { App } from "../../command.ts";
import { type DeskClient, type DeskRow, readDesk } from "../../compose/desk-state.ts";
import { minute, percent, price, usdt } from "../../format.ts";
import { table } from "../../table.ts";

/** `alphaforge desk status`: one desk at one moment, out of its database. */
export function define(command: Command, app: App): void {
  command
    .description("show how a desk does: its clock, books, positions, ranking runs and halts")
    .argument("<desk>", "a desk, such as arena")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Equity, prices and drawdown are as last marked by the desk. The return is what was earned,
deposits left out, as a share of the initial balance. Twins stand below the agent that they are
held against; the positions that they hold are counted, and listed with --json. Works while the
desk runs and while it does not.

Example:
  alphaforge desk status arena`,
    )
    .action(async (name: string, { json }: { json?: boolean }) => {
      const status = await readDesk(app.config, name, readStatus);
      app.print(json ? JSON.stringify(status) : render(status));
    });
}

interface ClockRow {
  readonly phase: string;
  readonly deskTime: number;
  readonly wallTime: number;
  readonly speed: number;
  readonly progress: number;
}

interface BookRow {
  readonly agent: string;
  /** The agent that this one is a twin of; null for an agent. */
  readonly twinOf: string | null;
  readonly strategy: string;
  readonly timeframe: string;
  readonly decider: string;
  readonly status: string;
  readonly abstains: string | null;
  /** Money as decimal text, exactly as it is stored. */
  readonly initialBalance: string;
  readonly deposits: string;
  readonly equity: string;
  readonly cash: string;
  readonly fees: string;
  readonly funding: string;
  readonly returned: number;
  readonly maxDrawdown: number;
  readonly positions: number;
  readonly trades: number;
}

interface PositionRow {
  readonly agent: string;
  readonly twinOf: string | null;
  readonly symbol: string;
  readonly direction: string;
  readonly quantity: number;
  readonly entryPrice: number;
  readonly markPrice: number;
  readonly stopLoss: number;
  readonly takeProfit: number | null;
  readonly notional: string;
  readonly unrealised: string;
  readonly openedAt: number;
}

interface RunRow {
  readonly timeframe: string;
  readonly close: number;
  readonly status: string;
  readonly symbols: number | null;
  readonly skipped: number;
  readonly error: string | null;
}

interface HaltRow {
  readonly at: number;
  readonly stage: string;
  readonly scope: string;
  readonly reason: string;
}

interface Status extends DeskRow {
  /** Null before the desk's first step. */
  readonly clock: ClockRow | null;
  readonly books: readonly BookRow[];
  readonly positions: readonly PositionRow[];
  /** The latest of each timeframe, whatever became of it. */
  readonly runs: readonly RunRow[];
  /** Not yet cleared. */
  readonly halts: readonly HaltRow[];
}

async function readStatus(client: DeskClient, desk: DeskRow): Promise<Status> {
  const all = async <T extends object>(sql: string): Promise<readonly T[]> => (await client.query<T>(sql)).rows;
  const clocks = await all<ClockRow>(
    `SELECT phase, desk_time AS "deskTime", wall_time AS "wallTime", speed, progress FROM desk_clock`,
  );
  const books = await all<BookRow>(
    `SELECT a.name AS agent, a.twin_of AS "twinOf", a.strategy, a.timeframe, a.decider, a.status, a.abstains,
       a.initial_balance AS "initialBalance", b.deposits, b.equity, b.cash, b.fees, b.funding,
       ((b.equity - b.deposits) / a.initial_balance - 1)::float8 AS returned, b.max_drawdown AS "maxDrawdown",
       (SELECT count(*)::int FROM positions WHERE agent = a.name) AS positions,
       (SELECT count(*)::int FROM trades WHERE agent = a.name) AS trades
     FROM agents a JOIN books b ON b.agent = a.name LEFT JOIN agents leader ON leader.name = a.twin_of
     ORDER BY coalesce(leader.position, a.position), a.twin_of NULLS FIRST, a.position, a.name`,
  );
  const positions = await all<PositionRow>(
    `SELECT p.agent, a.twin_of AS "twinOf", p.symbol, p.direction, p.quantity, p.entry_price AS "entryPrice", p.mark_price AS "markPrice",
       p.stop_loss AS "stopLoss", p.take_profit AS "takeProfit", p.notional, p.unrealised, p.opened_at AS "openedAt"
     FROM positions p JOIN agents a ON a.name = p.agent ORDER BY a.position, p.opened_at, p.symbol`,
  );
  const runs = await all<RunRow>(
    `SELECT DISTINCT ON (timeframe) timeframe, candle_close AS close, status, symbol_count AS symbols,
       jsonb_array_length(skipped) AS skipped, error_message AS error
     FROM computation_runs ORDER BY timeframe, candle_close DESC`,
  );
  const halts = await all<HaltRow>("SELECT at, stage, scope, reason FROM halts WHERE cleared_at IS NULL ORDER BY id");
  return { ...desk, clock: clocks[0] ?? null, books, positions, runs: byLength(runs), halts };
}

const UNITS = "mhdw";

/** 15m, 30m, 1h, 4h, 1d, 1w. */
function byLength(runs: readonly RunRow[]): readonly RunRow[] {
  const rank = ({ timeframe }: RunRow) =>
    UNITS.indexOf(timeframe.at(-1) as string) * 1000 + Number.parseInt(timeframe, 10);
  return runs.toSorted((a, b) => rank(a) - rank(b));
}

function render({ name, venue, simulated, clock, books, positions, runs, halts }: Status): string {
  const agents = books.filter(({ twinOf }) => twinOf === null).length;
  const held = positions.filter(({ twinOf }) => twinOf === null);
  const parts = [`${name} on ${venue}${simulated ? " (simulated prices)" : ""}: ${clockLine(clock)}`];
  parts.push(
    section(
      `books (${beside(agents, books.length - agents)})`,
      ["agent", "timeframe", "decider", "equity", "return", "max drawdown", "positions", "trades", "note"],
      books.map((book) => [
        // Below its agent, and seen at once not to be one.
        book.twinOf === null ? book.agent : `  ${book.agent}`,
        book.timeframe,
        book.decider,
        usdt(book.equity),
        percent(book.returned),
        percent(-book.maxDrawdown),
        String(book.positions),
        String(book.trades),
        [book.status === "active" ? undefined : book.status, book.abstains ?? undefined].filter(Boolean).join("; "),
      ]),
    ),
  );
  parts.push(
    section(
      `open positions (${beside(held.length, positions.length - held.length)})`,
      ["agent", "symbol", "side", "quantity", "entry", "mark", "stop", "target", "unrealised", "opened (UTC)"],
      held.map((position) => [
        position.agent,
        position.symbol,
        position.direction,
        String(Number(position.quantity.toPrecision(10))),
        price(position.entryPrice),
        price(position.markPrice),
        price(position.stopLoss),
        position.takeProfit === null ? "" : price(position.takeProfit),
        usdt(position.unrealised),
        minute(position.openedAt),
      ]),
    ),
  );
  parts.push(
    section(
      "last ranking runs",
      ["timeframe", "close (UTC)", "status", "symbols", "left out", "error"],
      runs.map(({ timeframe, close, status, symbols, skipped, error }) => [
        timeframe,
        minute(close),
        status,
        symbols === null ? "" : String(symbols),
        String(skipped),
        error ?? "",
      ]),
    ),
  );
  parts.push(
    section(
      `halts (${halts.length})`,
      ["since (UTC)", "scope", "stage", "reason"],
      halts.map(({ at, scope, stage, reason }) => [minute(at), scope, stage, reason]),
    ),
  );
  return parts.join("\n\n");
}

function clockLine(clock: ClockRow | null): string {
  if (clock === null) return "has not taken its first step yet";
  const { phase, progress, deskTime, speed, wallTime } = clock;
  const how = phase === "catching-up" ? `catching up, ${Math.round(progress * 100)} % done` : phase;
  return `${how}; desk time ${minute(deskTime)} UTC at ${speed}×, last written ${minute(wallTime)} UTC`;
}

/** "28; 28 of twins". */
function beside(own: number, ofTwins: number): string {
  return ofTwins === 0 ? String(own) : `${own}; ${ofTwins} of twins`;
}

function section(title: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? `${title}: none` : `${title}\n${table(head, rows)}`;
}
