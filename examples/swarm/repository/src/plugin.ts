/** A tool: the words that it answers to, and what it makes of a text. */
export interface Plugin {
  readonly words: readonly string[];
  run(text: string): string;
}
