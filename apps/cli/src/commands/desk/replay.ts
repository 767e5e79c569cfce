import { UserError } from "@alphaforge/core/errors";
import type { AgentSeat } from "@alphaforge/desk/agents/agent";
import type { DeskConfig } from "@alphaforge/desk/desk-config";
import type { DecisionChange } from "@alphaforge/desk/replay/decision-change";
import type { ReplayReport } from "@alphaforge/desk/replay/replay-desk";
import { type Command, Option } from "commander";
import type { App } from "../../command.ts";
import { choices } from "../../nearest.ts";
import { stopwatch } from "../../system.ts";
import { utcTime } from "../../utc-time.ts";

interface Options {
  readonly from?: number;
  readonly to?: number;
  readonly without: readonly string[];
  readonly with: readonly string[];
  readonly decider: readonly string[];
  readonly venue?: string;
  readonly json?: boolean;
}

/** `alphaforge desk replay`: the books of a desk out of its own log, and what would have been. */
export function define(command: Command, app: App): void {
  command
    .description("rebuild a desk's books from its log, without a model call, and show what would have been")
    .argument("<desk>", "a desk, such as arena")
    .option("--from <time>", "execute again from here, such as 2024-03-05 (UTC); the beginning when absent", utcTime)
    .option("--to <time>", "execute again up to here; the end of the log when absent", utcTime)
    .addOption(repeated("--without <decision:ID>", "as if that decision had been to hold; may be repeated"))
    .addOption(repeated("--with <decision:ID=JSON>", "as if that decision had been the given one; may be repeated"))
    .addOption(repeated("--decider <agent=rules>", "as if that agent had followed its rules; may be repeated"))
    .option("--venue <name>", "whose prices: an archive that holds the desk's venue; its venue itself when absent")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
A decision's ID is AGENT@CLOSE, the close in ms, such as momentum-1h@1709510400000. --from and
--to are moved outwards to the ends of the desk's own steps. Works while the desk runs, and writes
nothing.

Exit codes: 0 all is as it was recorded, 1 something differs, 2 asked wrongly.

Examples:
  alphaforge desk replay arena
  alphaforge desk replay arena --without decision:momentum-1h@1709510400000
  alphaforge desk replay arena \\
    --with 'decision:momentum-1h@1709510400000={"action":"close","symbol":"BTCUSDT"}'`,
    )
    .action(async (desk: string, options: Options) => {
      const elapsed = stopwatch();
      const report = await run(app, desk, options);
      const seconds = Math.round(elapsed()) / 1000;
      if (options.json) app.print(documentOf(report, seconds));
      else {
        const { replayLines } = await import("../../reports/replay-lines.ts");
        for (const line of replayLines(report, seconds)) app.print(line);
      }
      if (report.mismatches > 0) process.exitCode = 1;
    });
}

async function run(app: App, name: string, options: Options): Promise<ReplayReport> {
  const { readDeskFile } = await import("../../compose/desk-files.ts");
  const { readDesk, withDeskStore } = await import("../../compose/desk-state.ts");
  const { openBacktestVenue } = await import("../../compose/backtest-venue.ts");
  const { findSignals } = await import("../../compose/rules-agents.ts");
  const { PostgresEventLog } = await import("@alphaforge/core/log/postgres-event-log");
  const { DESK_STREAM } = await import("@alphaforge/desk/run/desk-journal");
  const { readRecordedBooks } = await import("@alphaforge/desk/replay/recorded-books");
  const { readSpan } = await import("@alphaforge/desk/replay/replay-span");
  const { replayDesk } = await import("@alphaforge/desk/replay/replay-desk");
  const { from, to } = options;
  if (from !== undefined && to !== undefined && from >= to) throw new UserError("--from must lie before --to");
  const config = readDeskFile(name, app.config.home);
  const changes = await changesOf(options);
  const rules = await rulesOf(config, options.decider);
  await readDesk(app.config, config.name, async () => undefined);
  return withDeskStore(app.config, config.name, async (store) => {
    const log = new PostgresEventLog(store);
    const tables = await readRecordedBooks(store);
    const span = await readSpan({ log, stream: DESK_STREAM, lastSeq: tables.lastSeq, from, to });
    const { venue, close } = await openBacktestVenue({
      name: options.venue ?? config.venue.name,
      environment: app.config.venueSettings,
      home: app.config.home,
      settings: (options.venue ?? config.venue.name) === config.venue.name ? config.venue.settings : {},
      symbols: undefined,
      to: span.end.until,
    });
    try {
      return await replayDesk({
        log,
        stream: DESK_STREAM,
        tables,
        span,
        venue,
        limits: config.risk,
        history: config.history,
        changes,
        rules,
        signals: rules.size === 0 ? [] : await findSignals(),
        signal: app.signal,
        onProgress: (share, at) =>
          app.progress(
            `replay ${name} ${(share * 100).toFixed(0).padStart(3)} %  ${new Date(at).toISOString().slice(0, 10)}`,
          ),
      });
    } finally {
      app.progress(undefined);
      await close();
    }
  });
}

async function changesOf(options: Options): Promise<readonly DecisionChange[]> {
  const { withDecision, withoutDecision } = await import("@alphaforge/desk/replay/decision-change");
  return [...options.without.map(withoutDecision), ...options.with.map(withDecision)];
}

async function rulesOf(config: DeskConfig, deciders: readonly string[]): Promise<ReadonlyMap<string, AgentSeat>> {
  const rules = new Map<string, AgentSeat>();
  if (deciders.length === 0) return rules;
  const { seatsFor } = await import("../../compose/rules-agents.ts");
  const seats = await seatsFor(config);
  for (const text of deciders) {
    const [agent = "", kind] = text.split("=");
    if (kind !== "rules") throw new UserError(`--decider ${text}: write AGENT=rules, such as momentum-1h=rules`);
    const seat = seats.find(({ name }) => name === agent);
    if (seat === undefined) {
      const names = seats.map((each) => each.name);
      throw new UserError(
        `desk ${config.name} has no rules for an agent ${JSON.stringify(agent)}: ${choices(agent, names)}`,
      );
    }
    rules.set(agent, seat);
  }
  return rules;
}

function documentOf({ reexecution, ...report }: ReplayReport, seconds: number): string {
  const { from, to, ...rest } = reexecution;
  const times = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
  return JSON.stringify({ ...report, reexecution: { ...times, ...rest }, seconds }, null, 2);
}

function repeated(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect).default([], "none");
}

function collect(text: string, before: readonly string[]): readonly string[] {
  return [...before, text];
}
