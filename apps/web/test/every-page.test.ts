import { SOAK } from "@alphaforge/core/testing/soak";
import { expect, test } from "vitest";
import { LOCALE_COOKIE, LOCALES, type Locale } from "../i18n/locales.ts";
import { axeViolations } from "./axe-violations.ts";
import { siteForTests } from "./open-test-site.ts";
import { pageFaults } from "./page-faults.ts";
import { addressOf, openSitePage, routesOf, type SitePage, sitePages } from "./site-pages.ts";
import { tabWalk } from "./tab-walk.ts";

const VIEWPORTS = { wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844 } } as const;
/** What opens over a page has a walk of its own, among the tests of keys. */
const OVER: ReadonlySet<string> = new Set(["keys", "token", "forge-task"]);

const opened = siteForTests();

interface Look {
  readonly page: SitePage;
  readonly width: keyof typeof VIEWPORTS;
  readonly locale: Locale;
}

/** Visits a page once, and judges all of it. Faults, each in a line. */
async function faultsOf({ page: each, width, locale }: Look): Promise<readonly string[]> {
  const { url } = opened.site.servers[each.server];
  const faults: string[] = [];
  const context = await opened.browser.newContext({
    viewport: VIEWPORTS[width],
    locale: "en-US",
    reducedMotion: "reduce",
  });
  try {
    await context.addCookies([{ name: LOCALE_COOKIE, value: locale, url }]);
    await context.route("**", async (route) => {
      const asked = route.request().url();
      if (asked.startsWith(`${url}/`) || asked.startsWith("data:")) return route.continue();
      faults.push(`asks somebody else: ${asked}`);
      return route.abort();
    });
    const page = await context.newPage();
    page.on("console", (message) => {
      // Of a page that is not found the browser says so, and of one that cannot be made also why.
      if (each.status === 500) return;
      if (each.status !== undefined && message.text().startsWith("Failed to load resource")) return;
      if (message.type() === "error" || message.type() === "warning") faults.push(`complains: ${message.text()}`);
    });
    page.on("pageerror", (error) => faults.push(`throws: ${error.message}`));
    await openSitePage(page, url, each);
    faults.push(...(await pageFaults(page)));
    faults.push(...(await axeViolations(page)));
    if (!OVER.has(each.name)) faults.push(...(await tabWalk(page)));
  } catch (error) {
    faults.push(String(error));
  } finally {
    await context.close();
  }
  return faults.map((text) => `${each.name} ${width} ${locale}: ${text}`);
}

const WIDE = { width: "wide", locale: "en" } as const;
const NARROW = { width: "narrow", locale: "zh" } as const;

/** Every width in every language takes many minutes; else each page has one look, neighbours different ones. */
const looks = sitePages().flatMap((page, at): readonly Look[] =>
  SOAK
    ? LOCALES.flatMap((locale) => (["wide", "narrow"] as const).map((width) => ({ page, width, locale })))
    : [{ page, ...(at % 2 === 0 ? WIDE : NARROW) }],
);

test("on every page in every state, axe finds nothing, Tab misses nothing and is never caught, nothing complains or scrolls sideways, and nobody but its own server is asked", async () => {
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
