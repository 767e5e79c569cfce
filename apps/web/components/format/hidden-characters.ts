/**
 * Control and format characters: they turn text around, join it or hide in it, and show nothing themselves. Line
 * breaks and tabs are meant to be seen as such; joiners (U+200C, U+200D) hold emoji and several scripts together.
 */
const HIDDEN = /(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** "U+202E" */
export const codePointName = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

export interface TextPart {
  readonly text: string;
  /** The part is one character that would not be seen. */
  readonly hidden: boolean;
}

/** A text cut at its hidden characters. The parts joined are the text, with its line ends as "\n". */
export function textParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  const plain = text.replaceAll("\r\n", "\n");
  let end = 0;
  for (const match of plain.matchAll(HIDDEN)) {
    if (match.index > end) parts.push({ text: plain.slice(end, match.index), hidden: false });
    parts.push({ text: match[0], hidden: true });
    end = match.index + match[0].length;
  }
  if (end < plain.length) parts.push({ text: plain.slice(end), hidden: false });
  return parts;
}

/** The same as one text, for where no markup can stand: titles, labels, options. */
export function spelledOut(text: string): string {
  return textParts(text)
    .map((part) => (part.hidden ? `[${codePointName(part.text)}]` : part.text))
    .join("");
}
