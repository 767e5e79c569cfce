import { ShellCompDirective } from "@bomb.sh/tab";
import { buildProgram } from "../build-program.ts";
import type { App } from "../command.ts";
import { completeWords } from "./complete-words.ts";
import { knownValues } from "./known-values.ts";

/**
 * Prints what may follow, for the scripts of `alphaforge completion`: a line per candidate, with its description after a
 * tab, then ":" and a directive, the protocol of the library whose scripts these are.
 */
export async function answerCompletion(app: App, words: readonly string[]): Promise<void> {
  const program = await buildProgram(app, words.slice(0, -1));
  const { candidates, isFile } = await completeWords(program, words, knownValues(app.config.home, process.cwd()));
  for (const { value, description } of candidates) app.print(`${value}\t${description}`);
  app.print(
    `:${isFile ? ShellCompDirective.ShellCompDirectiveDefault : ShellCompDirective.ShellCompDirectiveNoFileComp}`,
  );
}
