/// <reference lib="dom" />
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Violations of every rule of axe that is on by default, and of the size of what is pressed. */
async function violationsOf(page: Page, rules: readonly string[] | null): Promise<readonly string[]> {
  const violations = await page.evaluate(async (only) => {
    const { axe } = window as unknown as {
      axe: { run(context: Document, options: object): Promise<{ violations: readonly Violation[] }> };
    };
    const all = { rules: { "target-size": { enabled: true } } };
    const found = await axe.run(document, only === null ? all : { runOnly: { type: "rule", values: only } });
    return found.violations.map(({ id, nodes }) => ({
      id,
      nodes: nodes.slice(0, 3).map(({ html, failureSummary }) => ({ html, failureSummary: failureSummary ?? "" })),
    }));
  }, rules);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary.slice(0, 300)}`),
  );
}

/** What axe finds on the page as it stands, in light and in dark, each in a line. */
export async function axeViolations(page: Page): Promise<readonly string[]> {
  // Not a script of the page's: its policy would not let it in.
  await page.evaluate(AXE);
  await page.emulateMedia({ colorScheme: "light" });
  const light = await violationsOf(page, null);
  await page.emulateMedia({ colorScheme: "dark" });
  // The theme changes colours and nothing else.
  const dark = await violationsOf(page, ["color-contrast"]);
  return [...light, ...dark.map((text) => `dark: ${text}`)];
}
