import type { DedupeMode } from "@alphaforge/corpus/filters/deduplicator";
import { type Command, Option } from "commander";
import type { App } from "../../command.ts";
import { PROGRAM_VERSION } from "../../compose/traces.ts";
import { size } from "../../format.ts";
import { clock } from "../../system.ts";

/** `alphaforge traces merge`: corpora of several projects as one. */
export function define(command: Command, app: App): void {
  command
    .description("put exported corpora together, with their manifests, the first of its like alone")
    .argument("<corpus...>", "files that traces export wrote, with their manifests beside them")
    .requiredOption("--out <file>", "the corpus to write; its manifest is written beside it")
    .addOption(
      new Option("--dedupe <mode>", "keep the first of those that are alike in prompt and diff, or in one of them")
        .choices(["both", "prompt", "diff", "none"])
        .default("both"),
    )
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Of records that are alike the first is kept, in the order of the files.

Example:
  alphaforge traces merge shop.jsonl desk.jsonl --out all.jsonl`,
    )
    .action(
      async (files: readonly string[], { out, dedupe, json }: { out: string; dedupe: DedupeMode; json?: boolean }) => {
        const { mergeCorpora } = await import("@alphaforge/corpus/merge-corpora");
        const manifest = await mergeCorpora({
          files,
          out,
          dedupe,
          programVersion: PROGRAM_VERSION,
          now: clock.now(),
          signal: app.signal,
        });
        app.print(
          json
            ? JSON.stringify(manifest)
            : `${manifest.records} records (${size(manifest.bytes)}) of ${files.length} corpora written to ${out}`,
        );
      },
    );
}
