import { createInterface } from "node:readline/promises";
import { OperationalError } from "@alphaforge/core/errors";

/** Somebody who answers. */
export interface Asker {
  say(text: string): void;
  /** Enter alone is `otherwise`. Throws OperationalError when the answer is Ctrl-C or the end of the input. */
  yes(question: string, otherwise: boolean): Promise<boolean>;
}

/** Asks on the terminal, and gives it back after `work`. */
export async function onTerminal<T>(signal: AbortSignal, work: (ask: Asker) => Promise<T>): Promise<T> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const ended = new AbortController();
  // Raw mode: Ctrl-C comes as a key, not as a signal.
  lines.on("SIGINT", () => ended.abort());
  lines.on("close", () => ended.abort());
  const stop = AbortSignal.any([signal, ended.signal]);
  try {
    return await work({
      say: (text) => void process.stdout.write(`${text}\n`),
      async yes(question, otherwise) {
        for (;;) {
          const answer = await lines.question(`${question} [${otherwise ? "Y/n" : "y/N"}] `, { signal: stop });
          if (/^\s*$/.test(answer)) return otherwise;
          if (/^\s*(y|yes)\s*$/i.test(answer)) return true;
          if (/^\s*(n|no)\s*$/i.test(answer)) return false;
        }
      },
    });
  } catch (error) {
    if (!stop.aborted) throw error;
    process.stdout.write("\n");
    throw new OperationalError("stopped: nothing was written");
  } finally {
    lines.close();
  }
}
