import { UserError } from "@alphaforge/core/errors";

/**
 * The words of a command line, as a shell would split it, without a shell: quotes and backslashes, and nothing else. A
 * shell would read the prompt that is put in for {prompt} as its own language.
 */
export function commandWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: "'" | '"' | undefined;
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else if (character === "\\" && quote === '"' && /["\\]/.test(line[at + 1] ?? "")) word += line[++at] as string;
      else word += character;
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === "'" || character === '"') {
      quote = character;
      word ??= "";
    } else if (character === "\\" && at + 1 < line.length) word = (word ?? "") + line[++at];
    else word = (word ?? "") + character;
  }
  if (quote !== undefined) throw new UserError(`coder.command has a quote ${quote} without its end: ${line}`);
  if (word !== undefined) words.push(word);
  return words;
}
