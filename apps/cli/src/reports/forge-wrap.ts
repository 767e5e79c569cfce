/** Lines of at most `width` characters, broken between words. A word that is longer stands alone and whole. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line === "") line = word;
    else if (line.length + 1 + word.length <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** `text` after `head`, later lines below where it begins. */
export function hanging(head: string, text: string, width: number): readonly string[] {
  const indent = " ".repeat(head.length);
  return wrapped(text, width - head.length).map((line, at) => `${at === 0 ? head : indent}${line}`);
}
