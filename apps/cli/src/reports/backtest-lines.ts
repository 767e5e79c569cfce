import type { BacktestReport } from "@alphaforge/desk/replay/backtest";
import type { BookReport } from "@alphaforge/desk/replay/book-report";
import { PLAIN, type ReportStyle } from "./report-style.ts";

/** Every figure of a book as it is printed, by its title: pages and tables show the same text. */
export const BOOK_COLUMNS: readonly (readonly [string, (book: BookReport) => string])[] = [
  ["agent", (book) => book.agent],
  ["return", (book) => percent(book.return)],
  ["net P&L", (book) => amount(book.netPnl)],
  ["Sharpe", (book) => number(book.sharpe)],
  ["Sortino", (book) => number(book.sortino)],
  ["max DD", (book) => percent(book.maxDrawdown)],
  ["trades", (book) => String(book.trades ?? "n/a")],
  ["win rate", (book) => percent(book.winRate)],
  ["profit factor", (book) => number(book.profitFactor)],
  ["exposure", (book) => percent(book.exposure)],
  ["turnover", (book) => number(book.turnover)],
  ["fees", (book) => amount(book.fees)],
  ["funding", (book) => amount(book.funding)],
  ["f. coverage", (book) => percent(book.fundingCoverage)],
  ["refused", (book) => String(book.refusals ?? "n/a")],
];

/** A backtest for people: a table of the books that traded, the reasons of those that did not, and what it stands on. */
export function backtestLines(report: BacktestReport, seconds: number, style: ReportStyle = PLAIN): readonly string[] {
  const traded = report.books.filter((book) => book.abstained === undefined);
  const idle = report.books.filter((book) => book.abstained !== undefined);
  const halted = report.books.filter((book) => book.halted !== undefined);
  // Markdown wants a blank line before a list.
  const gap = style === PLAIN ? [] : [""];
  const day = (time: number): string => new Date(time).toISOString().slice(0, 16).replace("T", " ");
  return [
    `${report.desk} on ${report.venue}${report.simulated ? " (simulated prices)" : ""}, ${day(report.from)} to ${day(report.to)} UTC, ` +
      `${report.symbols.length} symbols, orders and stops on ${report.finest} candles`,
    "",
    ...(traded.length === 0
      ? ["No agent traded."]
      : [
          style.table(
            BOOK_COLUMNS.map(([title]) => title),
            traded.map((book) => BOOK_COLUMNS.map(([, cell]) => cell(book))),
          ),
        ]),
    ...(idle.length === 0
      ? []
      : ["", "Did not trade:", ...gap, ...idle.map((book) => style.item(`${book.agent}: ${book.abstained}`))]),
    ...(halted.length === 0
      ? []
      : ["", "Halted:", ...gap, ...halted.map((book) => style.item(`${book.agent}: ${book.halted}`))]),
    ...(report.turnedAway.length === 0
      ? []
      : [
          "",
          "Left out:",
          ...gap,
          ...report.turnedAway.map((each) => style.item(`${each.symbol} ${each.timeframe}: ${each.reason}`)),
        ]),
    "",
    `${report.bars} ${report.finest} candles in ${seconds.toFixed(1)} s; ledger ${report.ledgerHash}`,
  ];
}

const number = (value: number | undefined): string => (value === undefined ? "n/a" : value.toFixed(2));
const amount = number;
const percent = (value: number | undefined): string => (value === undefined ? "n/a" : `${(value * 100).toFixed(1)} %`);
