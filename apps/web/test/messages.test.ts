import { createTranslator } from "next-intl";
import { expect, test } from "vitest";
import { ACTIVITY_KINDS } from "../forges/activity-kinds.ts";
import { LOCALES } from "../i18n/locales.ts";
import en from "../messages/en.json" with { type: "json" };
import zh from "../messages/zh.json" with { type: "json" };

type Tree = { readonly [key: string]: string | Tree };
const ALL: Readonly<Record<(typeof LOCALES)[number], Tree>> = { en, zh };

/** Every message by its path. */
function flat(tree: Tree, path = ""): readonly (readonly [string, string])[] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === "string" ? [[`${path}${key}`, value] as const] : flat(value, `${path}${key}.`),
  );
}

test("every language says all that English says, filled with the same values", () => {
  for (const locale of LOCALES) {
    expect(flat(ALL[locale]).map(([path]) => path)).toEqual(flat(en).map(([path]) => path));
    const translated = new Map(flat(ALL[locale]));
    for (const [path, message] of flat(en)) {
      const wanted = [...message.matchAll(/\{(\w+)(?:, (?:number|plural|select)|\})/g)].map(([, name]) => name);
      for (const name of wanted) {
        // The words of a choice look like values: they are what is translated.
        if (new RegExp(`\\w+ \\{${name}\\}`).test(message) && message.includes("select")) continue;
        expect({ path, has: translated.get(path)?.includes(`{${name}`) }).toEqual({ path, has: true });
      }
    }
  }
});

test("every kind of event has a sentence in every language that its values fill", () => {
  const values = {
    ...{
      session: "s",
      task: "t.1",
      attempt: "1",
      token: "7",
      position: "2",
      estimatedWaitMs: "4 min",
      coder: "claude",
    },
    ...{ concurrency: "6", how: "done", next: "again", target: "main", ms: "3 sec", waitedMs: "1 sec", branch: "b" },
    ...{ commit: "abc", tasks: "t.1", outcome: "green", lands: "no", stage: "fence" },
  };
  for (const locale of LOCALES) {
    const t = createTranslator({
      locale,
      messages: ALL[locale] as typeof en,
      namespace: "forge.activity.sentences",
      onError: (error) => {
        throw error;
      },
    });
    for (const kind of ACTIVITY_KINDS) expect(t(kind, values as never)).not.toMatch(/[{}]|sentences/);
  }
});
