/** The options that decide what a backtest does. */
export interface RepeatedOptions {
  readonly desk: string;
  readonly venue: string;
  readonly from: number;
  readonly to: number;
  readonly symbols?: readonly string[];
  readonly agents?: readonly string[];
  readonly twins?: number;
}

/** The command line that runs a backtest again, for a shell. What only shapes the output is not in it. */
export function repeatCommand({ desk, venue, from, to, symbols, agents, twins }: RepeatedOptions): string {
  return [
    "alphaforge desk backtest",
    quoted(desk),
    `--venue ${quoted(venue)}`,
    `--from ${timeArgument(from)}`,
    `--to ${timeArgument(to)}`,
    ...(symbols === undefined ? [] : [`--symbols ${quoted(symbols.join(","))}`]),
    ...(agents === undefined ? [] : [`--agents ${quoted(agents.join(","))}`]),
    ...(twins === undefined ? [] : [`--twins ${twins}`]),
    "--report report.html",
  ].join(" ");
}

function timeArgument(time: number): string {
  return new Date(time).toISOString().replace(/T00:00:00\.000Z$/, "");
}

function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
