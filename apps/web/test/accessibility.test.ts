/// <reference lib="dom" />
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LOCALE_COOKIE, LOCALES, type Locale } from "../i18n/locales.ts";
import { openBrowser } from "./browser.ts";
import type { Site } from "./fixture-site.ts";
import { openTestSite } from "./open-test-site.ts";
import { addressOf, openSitePage, routesOf, type SitePage, sitePages } from "./site-pages.ts";

const VIEWPORTS = { wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844 } } as const;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let site: Site;
let browser: Browser;

beforeAll(async () => {
  site = await openTestSite();
  browser = await openBrowser();
}, 300_000);

afterAll(async () => {
  await browser?.close();
  await site?.close();
});

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

interface Look {
  readonly page: SitePage;
  readonly width: keyof typeof VIEWPORTS;
  readonly locale: Locale;
}

/** Light and dark, of one width in one language. */
async function faultsOf({ page: each, width, locale }: Look): Promise<readonly string[]> {
  const { url } = site.servers[each.server];
  const context = await browser.newContext({ viewport: VIEWPORTS[width], locale: "en-US", reducedMotion: "reduce" });
  try {
    await context.addCookies([{ name: LOCALE_COOKIE, value: locale, url }]);
    const page = await context.newPage();
    await page.emulateMedia({ colorScheme: "light" });
    await openSitePage(page, url, each);
    // Not a script of the page's: its policy would not let it in.
    await page.evaluate(AXE);
    const light = await violationsOf(page, null);
    await page.emulateMedia({ colorScheme: "dark" });
    // The theme changes colours and nothing else.
    const dark = await violationsOf(page, ["color-contrast"]);
    return [...light, ...dark.map((text) => `dark: ${text}`)].map((text) => `${each.name} ${width} ${locale}: ${text}`);
  } catch (error) {
    return [`${each.name} ${width} ${locale}: ${error}`];
  } finally {
    await context.close();
  }
}

/** Every width in every language takes ten minutes; of them, each page gets two that have nothing in common. */
const looks = sitePages().flatMap((page) =>
  (process.env.ALPHAFORGE_SOAK === "1"
    ? LOCALES.flatMap((locale) => (["wide", "narrow"] as const).map((width) => ({ page, width, locale })))
    : [{ page, width: "wide", locale: "en" } as const, { page, width: "narrow", locale: "zh" } as const]
  ).map((look): Look => look),
);

test("axe finds nothing on any page in any state, light and dark, wide and narrow, in every language", async () => {
  const waiting = [...looks];
  const found: string[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) found.push(...(await faultsOf(next)));
  };
  await Promise.all([work(), work()]);
  expect(found.join("\n")).toBe("");
}, 1_200_000);

test("a page that is added under app/ is looked at without being named", () => {
  expect(routesOf()).toContain("/desk/[name]/agents/[agent]");
  expect(sitePages(["/desk/[name]/orders"]).map(({ path }) => path)).toContain("/desk/arena/orders");
  expect(() => addressOf("/venue/[id]")).toThrow("say in site-pages.ts what [id] may be");
  for (const page of sitePages()) expect(sitePages().filter(({ name }) => name === page.name)).toHaveLength(1);
});
