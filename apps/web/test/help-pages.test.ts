/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { LOCALE_COOKIE, LOCALES } from "../i18n/locales.ts";
import type { SiteServer } from "./fixture-site.ts";
import { siteForTests } from "./open-test-site.ts";

/** Longer than a loaded machine takes. */
const SOON = { timeout: 30_000 };

const opened = siteForTests();

async function visit(server: SiteServer, path: string, locale: string, work: (page: Page) => Promise<void>) {
  const { url } = opened.site.servers[server];
  const context = await opened.browser.newContext({ viewport: { width: 1280, height: 900 } });
  await context.addCookies([{ name: LOCALE_COOKIE, value: locale, url }]);
  const page = await context.newPage();
  await page.goto(`${url}${path}`);
  await work(page);
  await context.close();
}

/** The log's lines of a fault, once they are written. */
async function logged(id: string): Promise<readonly Record<string, unknown>[]> {
  const lines = () =>
    opened.site
      .log()
      .split("\n")
      .filter((line) => line.startsWith("{") && line.includes(`"${id}"`))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  await expect.poll(() => lines().length, SOON).toBeGreaterThan(0);
  return lines();
}

const idIn = async (page: Page): Promise<string> =>
  /[0-9a-f]{8,}/.exec((await page.getByTestId("fault").textContent()) ?? "")?.[0] ?? "";
const typedIn = (page: Page) => page.locator("main dt code").allTextContents();
const SECRET = /\n\s+at |postgres(ql)?:\/\/|node_modules|\.next\/|Error:/;

test("what cannot be read says why, what still works and what to type, with the id that the log has", async () => {
  const cases = [
    ["/desk/gone", "unreachable", ["alphaforge up", "alphaforge desk health gone", "alphaforge db status gone"]],
    ["/desk/missing", "not-created", ["alphaforge up"]],
    ["/desk/unopened", "not-opened", ["alphaforge up", "alphaforge desk run unopened"]],
    ["/desk/failing", "failed", ["alphaforge db status failing", "alphaforge db migrate failing"]],
    ["/forge/gone", "unreachable", ["alphaforge forge status", "alphaforge forge dashboard"]],
    ["/forge/missing", "not-created", ["alphaforge forge run SPEC"]],
  ] as const;
  for (const [path, absence, commands] of cases)
    for (const locale of LOCALES)
      await visit("others", path, locale, async (page) => {
        const main = page.getByTestId("absent");
        await main.waitFor();
        expect(await main.getAttribute("data-absence")).toBe(absence);
        expect(await typedIn(page)).toEqual(commands);
        expect(await main.textContent()).not.toMatch(SECRET);
        const [line] = await logged(await idIn(page));
        expect(line).toMatchObject({ event: "database.read.failed", absence });
      });
});

test("an address that leads nowhere is not found, and the page says what there is instead", async () => {
  for (const path of ["/nowhere", "/desk/nobody", "/desk/quiet/agents/nobody", "/forge/nobody"])
    for (const locale of LOCALES)
      await visit("others", path, locale, async (page) => {
        const main = page.getByTestId("not-found");
        await main.waitFor();
        expect(await main.locator("a").evaluateAll((all) => all.map((each) => each.getAttribute("href")))).toEqual(
          expect.arrayContaining(["/desk/rules", "/desk/quiet", "/forge/warehouse"]),
        );
        expect(await typedIn(page)).toEqual(["alphaforge desk ls", "alphaforge forge status"]);
        expect((await page.title()).length).toBeGreaterThan(0);
      });
});

test("a fault of the server's shows no stack, and an id that stands in its log with the whole error", async () => {
  for (const locale of LOCALES)
    await visit("others", "/desk/broken", locale, async (page) => {
      const main = page.getByTestId("error");
      await main.waitFor();
      expect(await main.textContent()).not.toMatch(SECRET);
      expect(await typedIn(page)).toEqual(["alphaforge up", "alphaforge desk ls", "alphaforge forge status"]);
      const lines = await logged(await idIn(page));
      expect(JSON.stringify(lines)).toContain("RangeError");
    });
  // The others go on.
  expect((await fetch(`${opened.site.servers.others.url}/desk/quiet`)).status).toBe(200);
});

test("answers to programs have the same id, and neither a stack nor an address", async () => {
  for (const [path, error] of [
    ["/api/desks/gone/desk", "unreachable"],
    ["/api/desks/failing/leaderboard", "failed"],
    ["/api/forges/gone/state", "unreachable"],
  ] as const) {
    const response = await fetch(`${opened.site.servers.others.url}${path}`);
    const text = await response.text();
    expect({ path, status: response.status, text: SECRET.test(text) }).toEqual({ path, status: 503, text: false });
    const answer = JSON.parse(text) as { error: string; id: string };
    expect(answer.error).toBe(error);
    expect((await logged(answer.id))[0]).toMatchObject({ event: "database.read.failed" });
  }
});

test("faults of browsers are taken from the dashboard's own pages, short and in one form", async () => {
  const { url } = opened.site.servers.main;
  const send = (body: string, headers: Record<string, string> = { Origin: url }) =>
    fetch(`${url}/api/faults`, { method: "POST", body, headers });
  const fault = { id: "0123abcd", path: "/", message: "RangeError: x" };
  expect((await send(JSON.stringify(fault))).status).toBe(204);
  expect((await logged("0123abcd"))[0]).toMatchObject({ event: "page.failed.in-browser", message: "RangeError: x" });
  expect((await send(JSON.stringify(fault), {})).status).toBe(403);
  expect((await send(JSON.stringify(fault), { Origin: "https://evil.example" })).status).toBe(403);
  expect((await send("{")).status).toBe(400);
  expect((await send(JSON.stringify({ ...fault, id: "a\nforged" }))).status).toBe(400);
  expect((await send(JSON.stringify({ ...fault, message: "x".repeat(9_000) }))).status).toBe(413);
});
