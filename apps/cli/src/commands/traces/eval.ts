import type { Named } from "@alphaforge/corpus/evaluate/evaluate";
import type { Command } from "commander";
import type { App } from "../../command.ts";
import { table } from "../../table.ts";

interface Options {
  readonly reference: string;
  readonly predictions: string;
  readonly json?: boolean;
}

/** `alphaforge traces eval`: how near a model's patches come to what landed. */
export function define(command: Command, app: App): void {
  command
    .description("score a model's patches, put together from its tool calls, against what landed")
    .requiredOption("--reference <file>", "a corpus exported with --include-diff")
    .requiredOption("--predictions <file>", "records with the same task_id and the model's messages")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
How to read the figures is said in docs/training/fine-tuning.md. Without a prediction a task
counts as 0 in the second row.

Example:
  alphaforge traces eval --reference corpus.test.jsonl --predictions model.jsonl`,
    )
    .action((options: Options) => run(app, options));
}

async function run(app: App, { reference, predictions, json }: Options): Promise<void> {
  const [{ evaluate }, { findReaders }] = await Promise.all([
    import("@alphaforge/corpus/evaluate/evaluate"),
    import("@alphaforge/corpus/readers/read-conversation"),
  ]);
  const result = evaluate(await named(reference), await named(predictions), await findReaders());
  if (json) {
    app.print(JSON.stringify(result));
    return;
  }
  app.print(
    `${result.scored} of ${result.references} tasks scored, ${result.missing.length} without a prediction, ${result.unmatched} predictions without a reference`,
  );
  const { mean, mean_over_all: all } = result;
  if (mean === undefined || all === undefined) return;
  const figure = (value: number | undefined): string => (value === undefined ? "n/a" : value.toFixed(4));
  const row = (name: string, score: typeof mean): string[] => [
    name,
    figure(score.line_jaccard),
    figure(score.sequence_ratio),
    figure(score.sequence_ratio_lines),
    figure(score.rouge_l),
  ];
  app.print(
    table(
      ["mean over", "line Jaccard", "sequence ratio", "by lines", "ROUGE-L"],
      [row("scored tasks", mean), row("all tasks", all)],
    ),
  );
  if (result.share_followed === undefined) {
    app.print("No call that changes files was seen.");
    return;
  }
  const lost = Object.entries(result.not_followed).map(([reason, count]) => `${reason} (${count})`);
  app.print(
    `${(100 * result.share_followed).toFixed(1)} % of the calls that change files, or may, were followed` +
      `${lost.length === 0 ? "" : `; not: ${lost.join(", ")}`}. ${result.taken_as_new} files written whole were taken as new.`,
  );
}

async function named(file: string): Promise<Named[]> {
  const { readJsonLines } = await import("@alphaforge/corpus/json-lines");
  const records: Named[] = [];
  for await (const { line, value } of readJsonLines(file)) records.push({ where: `${file}:${line}`, record: value });
  return records;
}
