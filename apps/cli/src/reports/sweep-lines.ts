import type { SweepRow, SweepSummary } from "../compose/sweep-rows.ts";
import { minute, percent } from "../format.ts";
import { table } from "../table.ts";

/** All sweeps of a desk, for people. */
export function sweepLines(desk: string, sweeps: readonly SweepSummary[]): readonly string[] {
  if (sweeps.length === 0) return [`desk ${desk} has no sweeps; queue one with alphaforge desk sweep ${desk} --vary …`];
  const rows = sweeps.map(({ id, at, runs, done, failed }) => [
    id,
    minute(at),
    String(runs),
    String(done),
    String(failed),
  ]);
  return [table(["sweep", "asked for (UTC)", "runs", "done", "failing"], rows)];
}

/** One sweep, a line for each backtest: what was varied, how it stands, and the books' figures. */
export function runLines({ id, runs, done }: SweepSummary, rows: readonly SweepRow[]): readonly string[] {
  const parameters = Object.keys(rows[0]?.varied ?? {});
  const cells = rows.map((row) => [...parameters.map((parameter) => row.varied[parameter] ?? ""), ...figures(row)]);
  return [
    `sweep ${id}: ${done} of ${runs} done`,
    table([...parameters, "state", "books", "mean return", "best", "worst", "trades", "ledger"], cells),
    ...rows.filter(({ failed }) => failed !== null).map(({ run, failed }) => `run ${run} failed: ${failed}`),
  ];
}

function figures({ failed, result, ledgerHash }: SweepRow): readonly string[] {
  if (result === null) return [failed === null ? "waiting" : "failing", "", "", "", "", "", ""];
  const returns = result.books.flatMap((book) => book.return ?? []);
  const trades = result.books.reduce((sum, book) => sum + (book.trades ?? 0), 0);
  const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
  const [best, worst] = [Math.max(...returns), Math.min(...returns)];
  const shares = returns.length === 0 ? ["n/a", "n/a", "n/a"] : [mean, best, worst].map(percent);
  return ["done", String(returns.length), ...shares, String(trades), (ledgerHash ?? "").slice(0, 12)];
}
