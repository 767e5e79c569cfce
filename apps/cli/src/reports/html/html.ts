/** Markup that needs no escaping any more. Only `html` and `trusted` make it. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text and numbers are escaped, markup is taken as it is, undefined is nothing. */
export type HtmlValue = Html | string | number | undefined | readonly HtmlValue[];

/** Markup from a template whose values are escaped, for element content and quoted attributes alike. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  let text = parts[0] as string;
  values.forEach((value, index) => {
    text += textOf(value) + parts[index + 1];
  });
  return new Html(text);
}

/** For constants of this program alone, such as the stylesheet: nothing is escaped. */
export function trusted(constant: string): Html {
  return new Html(constant);
}

function textOf(value: HtmlValue): string {
  if (value === undefined) return "";
  if (value instanceof Html) return value.text;
  if (typeof value === "string") return escaped(value);
  if (typeof value === "number") return String(value);
  return value.map(textOf).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Controls, marks that turn the direction of writing, and halves of characters could hide what a name really is. */
const HIDDEN = /[^\P{C}\n\t]/gu;

function escaped(text: string): string {
  return text
    .replace(
      HIDDEN,
      (character) => `‹U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}›`,
    )
    .replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
