import { UserError } from "@alphaforge/core/errors";
import type { ExportRequest } from "@alphaforge/corpus/export-corpus";
import type { DedupeMode } from "@alphaforge/corpus/filters/deduplicator";
import type { SampleFilter } from "@alphaforge/corpus/filters/sample-filter";
import type { Redactor } from "@alphaforge/corpus/redaction/redactor";
import { type Sample, sampleOfDecision, sampleOfTrajectory } from "@alphaforge/corpus/sample";
import type { DiffSource } from "@alphaforge/corpus/trajectory";
import { type Command, Option } from "commander";
import type { App } from "../../command.ts";
import { PROGRAM_VERSION, type TracesWanted, withTraces } from "../../compose/traces.ts";
import { size } from "../../format.ts";
import { choices } from "../../nearest.ts";
import { clock } from "../../system.ts";
import { timeHint } from "../../utc-time.ts";

interface Options extends TracesWanted {
  readonly desk?: readonly string[];
  readonly out: string;
  readonly format: string;
  readonly arguments: "string" | "object";
  readonly outcome?: readonly string[];
  readonly model?: readonly string[];
  readonly agent?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly dedupe: DedupeMode;
  readonly split?: string;
  readonly includeDiff?: boolean;
  readonly project?: string;
  readonly redact: boolean;
  readonly redactPattern?: readonly string[];
  readonly json?: boolean;
}

/** What is exported: samples, and what goes with the place that they come from. */
interface Samples {
  readonly samples: AsyncIterable<Sample>;
  readonly diffs?: DiffSource;
  /** Patterns to take out beside those that were given. */
  readonly patterns: readonly string[];
}

/** `alphaforge traces export`: recorded trajectories as training data, redacted. */
export function define(command: Command, app: App): void {
  command
    .description("write trajectories as training data, redacted, with what landed as the label")
    .option("--from <file...>", "files with one trajectory per line; otherwise what the forge here has recorded")
    .option("--task <task...>", "of these tasks alone, such as shop.14")
    .option("--session <session...>", "of these sessions alone")
    .option("--desk <name...>", "the decisions of these desks' model agents instead, with what each brought")
    .requiredOption("--out <file>", "the corpus to write; its manifest is written beside it")
    .option("--format <format>", "openai, sharegpt, chatml, raw or atif", "openai")
    .addOption(
      new Option("--arguments <form>", "of tool calls in openai's format")
        .choices(["string", "object"])
        .default("string"),
    )
    .option(
      "--outcome <outcome...>",
      "landed, failed, refused, abandoned, running; of decisions: profit, loss, flat, open, hold, refused, unfilled, adjusted",
    )
    .option("--model <model...>", "as the stream named it")
    .option("--agent <agent...>", "claude, codex, gemini, qwen, opencode or a command's name")
    .option("--since <date>", "started on or after, UTC, such as 2026-01-31 or 2026-01-31T12:00:00Z")
    .option("--until <date>", "started before")
    .addOption(
      new Option("--dedupe <mode>", "keep the first of those that are alike in prompt and diff, or in one of them")
        .choices(["both", "prompt", "diff", "none"])
        .default("both"),
    )
    .option("--split <shares>", "by SHA-256 of the task's id", "train=0.8,val=0.1,test=0.1")
    .option("--include-diff", "with the landed diff in every record, as final_diff")
    .option("--project <name>", "goes before every record's id, for corpora that will be merged")
    .option("--redact-pattern <kind=pattern...>", "take out what this regular expression finds, too")
    .option("--no-redact", "take nothing out: for a corpus that never leaves this machine")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Either every record is written and searched clean after redaction, or there is no file. Before
training on what a model wrote, read docs/training/fine-tuning.md on what its terms allow.

In a repository the patterns of its alphaforge.yaml (redaction.patterns) are taken out as well.

Examples:
  alphaforge traces export --outcome landed --include-diff --out corpus.jsonl
  alphaforge traces export --desk arena --outcome profit loss --out decisions.jsonl`,
    )
    .action((options: Options) => run(app, options));
}

async function run(app: App, options: Options): Promise<void> {
  const { desk, from, task, session } = options;
  if (desk !== undefined && (from !== undefined || task !== undefined || session !== undefined)) {
    throw new UserError("--desk does not go with --from, --task and --session: export decisions by themselves");
  }
  // What was asked wrongly is said before a database is started.
  const plan = await planOf(options);
  if (desk === undefined) {
    const { findReaders } = await import("@alphaforge/corpus/readers/read-conversation");
    const readers = await findReaders();
    await withTraces(app, options, ({ source, diffs, patterns }) =>
      write(app, options, plan, {
        samples: samplesOf(source, (trajectory) => sampleOfTrajectory(readers, trajectory), app),
        ...(diffs === undefined ? {} : { diffs }),
        patterns,
      }),
    );
    return;
  }
  const { withDecisions } = await import("../../compose/traces-of-desks.ts");
  await withDecisions(app.config, desk, async (decisions) => {
    await write(app, options, plan, { samples: samplesOf(decisions, sampleOfDecision, app), patterns: [] }, () =>
      [...decisions.tallies].map(([name, { read, withoutModel, unanswered, forgotten }]) => ({
        ...{ desk: name, read, without_model: withoutModel, unanswered, forgotten },
      })),
    );
  });
}

/** What the options say, checked. */
interface Plan extends Pick<ExportRequest, "projector" | "filter" | "splits"> {
  redactorOf(patterns: readonly string[]): Redactor;
}

async function planOf(options: Options): Promise<Plan> {
  const [{ findProjectors }, { Redactor }, { standardRules }, { customRule }, { parseSplits, DEFAULT_SPLITS }] =
    await Promise.all([
      import("@alphaforge/corpus/projectors/projector"),
      import("@alphaforge/corpus/redaction/redactor"),
      import("@alphaforge/corpus/redaction/standard-rules"),
      import("@alphaforge/corpus/redaction/custom-rule"),
      import("@alphaforge/corpus/filters/split"),
    ]);
  const { format, redact, redactPattern = [], split } = options;
  const projectors = await findProjectors();
  const projector = projectors.get(format);
  if (projector === undefined) {
    throw new UserError(`there is no format ${JSON.stringify(format)}: ${choices(format, [...projectors.keys()])}`);
  }
  if (!redact && redactPattern.length > 0) {
    throw new UserError("--redact-pattern does not go with --no-redact: leave one of them out");
  }
  customRule(redactPattern);
  return {
    projector,
    filter: filterOf(options),
    splits: split === undefined ? DEFAULT_SPLITS : parseSplits(split),
    redactorOf: (patterns) => {
      const own = [...patterns, ...redactPattern];
      return new Redactor(redact ? [...standardRules(), ...(own.length === 0 ? [] : [customRule(own)])] : []);
    },
  };
}

/** A desk's decisions, and those that are no samples by why. */
interface DeskTally {
  readonly desk: string;
  /** Decisions that are samples. */
  readonly read: number;
  readonly without_model: number;
  readonly unanswered: number;
  readonly forgotten: number;
}

/** Exports and says what was done; `tallies` is asked when all has been read. */
async function write(
  app: App,
  options: Options,
  { redactorOf, ...plan }: Plan,
  { samples, diffs, patterns }: Samples,
  tallies: () => readonly DeskTally[] = () => [],
): Promise<void> {
  const { exportCorpus } = await import("@alphaforge/corpus/export-corpus");
  const manifest = await exportCorpus({
    ...plan,
    samples,
    file: options.out,
    format: options.format,
    projection: { arguments: options.arguments },
    redactor: redactorOf(patterns),
    dedupe: options.dedupe,
    includeDiff: options.includeDiff ?? false,
    ...(diffs === undefined ? {} : { diffs }),
    ...(options.project === undefined ? {} : { project: options.project }),
    programVersion: PROGRAM_VERSION,
    now: clock.now(),
    signal: app.signal,
  }).finally(() => app.progress(undefined));
  if (options.json) {
    const desks = tallies();
    app.print(JSON.stringify(desks.length === 0 ? manifest : { ...manifest, desks }));
  } else {
    const count = (name: string): number => Number(manifest[name]);
    app.print(
      `${manifest.records} records (${size(manifest.bytes)}) written to ${options.out}; of ${count("read")} read, ` +
        `${count("filtered")} were filtered out and ${count("repeated")} repeated another`,
    );
    for (const tally of tallies()) app.print(tallyLine(tally));
  }
  if (!options.redact) app.warn(`${options.out} is not redacted: keep it where the traces are`);
}

function tallyLine({ desk, read, without_model, unanswered, forgotten }: DeskTally): string {
  if (read + unanswered + forgotten === 0) return `desk ${desk} has no decision of a model`;
  return (
    `desk ${desk}: left out ${without_model} of rules and coins (they have no prompt), ${unanswered} that no model ` +
    `answered, ${forgotten} whose question is not kept any more`
  );
}

async function* samplesOf<T>(
  source: { read(): AsyncIterable<T> },
  toSample: (item: T) => Sample,
  app: App,
): AsyncGenerator<Sample> {
  let read = 0;
  for await (const item of source.read()) {
    read += 1;
    app.progress(`exporting ${read}`);
    yield toSample(item);
  }
}

function filterOf({ outcome, model, agent, since, until }: Options): SampleFilter {
  return {
    ...(outcome === undefined ? {} : { outcomes: outcome }),
    ...(model === undefined ? {} : { models: model }),
    ...(agent === undefined ? {} : { agents: agent }),
    ...(since === undefined ? {} : { since: dateOf("--since", since) }),
    ...(until === undefined ? {} : { until: dateOf("--until", until) }),
  };
}

function dateOf(option: string, text: string): number {
  const time = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) {
    throw new UserError(
      `${option} ${JSON.stringify(text)} is no date: write 2026-01-31 or 2026-01-31T12:00:00Z${timeHint(text)}`,
    );
  }
  return time;
}
