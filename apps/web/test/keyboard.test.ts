/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { FIXTURE_MODEL_AGENT } from "./fixture-desk.ts";
import { SITE_TOKEN, type SiteServer } from "./fixture-site.ts";
import { siteForTests } from "./open-test-site.ts";
import { openSitePage } from "./site-pages.ts";

const AGENT = `/desk/arena/agents/${FIXTURE_MODEL_AGENT}`;
/** More presses than any page has stops. */
const MOST_STOPS = 600;

/** Longer than a loaded machine takes. */
const SOON = { timeout: 30_000 };

const opened = siteForTests();

async function withPage<T>(work: (page: Page) => Promise<T>): Promise<T> {
  const context = await opened.browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-US" });
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}

const visit = (path: string, work: (page: Page) => Promise<void>, server: SiteServer = "main") =>
  withPage(async (page) => {
    await openSitePage(page, opened.site.servers[server].url, { name: path, server, path });
    await work(page);
  });

/** Presses Tab until the locator has the focus, as a reader without a mouse would. */
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let presses = 0; presses < MOST_STOPS; presses++) {
    const there = await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
    if (there) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never came to ${selector}`);
}

const has = (page: Page, selector: string): Promise<boolean> =>
  page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);

describe("without a mouse", () => {
  test("the first stop leads past the header to the page's content", async () => {
    for (const path of ["/", "/agents", "/desk/arena", AGENT, "/forge/shop"])
      await visit(path, async (page) => {
        await page.keyboard.press("Tab");
        expect(await has(page, "a[href='#main']")).toBe(true);
        await page.keyboard.press("Enter");
        await expect.poll(() => has(page, "#main"), SOON).toBe(true);
        await page.keyboard.press("Tab");
        expect(await page.evaluate(() => document.activeElement?.closest("main") !== null)).toBe(true);
      });
  });

  test("rankings are sorted, opened, narrowed and switched", async () => {
    await visit("/", async (page) => {
      await tabTo(page, 'a[data-timeframe="4h"]');
      await page.keyboard.press("Enter");
      await page.locator('table[data-timeframe="4h"]').waitFor();
      await tabTo(page, "main details > summary");
      await page.keyboard.press("Space");
      await page.locator("main details[open]").waitFor();
      await page.keyboard.press("Escape");
      await page.locator("main details:not([open])").waitFor();
      expect(await has(page, "summary")).toBe(true);
      await tabTo(page, "th button");
      await page.keyboard.press("Enter");
      await page.locator('th[aria-sort="descending"]').waitFor();
      await tabTo(page, "[data-row-button]");
      await page.keyboard.press("Space");
      await page.getByTestId("breakdown").waitFor();
      await page.keyboard.press("Enter");
      await page.getByTestId("breakdown").waitFor({ state: "detached" });
    });
  });

  test("theme and language are changed, and the focus stays where it was", async () => {
    await visit("/desk/arena", async (page) => {
      await tabTo(page, '[data-testid="theme"]');
      await page.keyboard.press("Space");
      await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme), SOON).toBe("light");
      expect(await has(page, '[data-testid="theme"]')).toBe(true);
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Enter");
      await expect.poll(() => page.evaluate(() => document.documentElement.lang), SOON).toBe("zh");
      expect(await has(page, '[data-testid="language"]')).toBe(true);
    });
  });

  test("the list of keys opens, keeps the focus, closes by Escape and gives the focus back", async () => {
    await visit("/agents", async (page) => {
      await tabTo(page, "[data-board-agent] button");
      await page.keyboard.press("?");
      const dialog = page.getByRole("dialog");
      await dialog.waitFor();
      for (let presses = 0; presses < 5; presses++) {
        await page.keyboard.press("Tab");
        expect(await page.evaluate(() => document.activeElement?.closest("main") ?? null)).toBeNull();
      }
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      expect(await has(page, "[data-board-agent] button")).toBe(true);
    });
  });

  test("the leaderboard is sorted, narrowed and opened", async () => {
    await visit("/agents", async (page) => {
      await tabTo(page, "fieldset select");
      await page.keyboard.press("ArrowDown");
      await expect.poll(() => page.url(), SOON).toContain("timeframe=");
      await tabTo(page, 'fieldset input[type="checkbox"]');
      await page.keyboard.press("Space");
      await expect.poll(() => page.url(), SOON).toContain("scope=all");
      await tabTo(page, "[data-board-agent] button");
      await page.keyboard.press("Enter");
      await page.locator("[data-twin]").first().waitFor();
    });
  });

  test("agents are compared, and one is followed to its page and through its parts", async () => {
    await visit("/desk/arena", async (page) => {
      const chips = page.locator("section[aria-labelledby='compare-title'] button");
      const before = await chips.count();
      await tabTo(page, "section[aria-labelledby='compare-title'] button");
      await page.keyboard.press("Enter");
      await expect.poll(() => chips.count(), SOON).toBe(before - 1);
      await tabTo(page, "section[aria-labelledby='compare-title'] select");
      await page.keyboard.press("ArrowDown");
      await expect.poll(() => chips.count(), SOON).toBe(before);
      await page.locator("[data-agent]").first().focus();
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/agents\//);
      for (const part of ["trades", "reasoning", "prompt", "models"]) {
        const link = `main nav a[href*="tab=${part}"]`;
        if ((await page.locator(link).count()) === 0) continue;
        await tabTo(page, link);
        await page.keyboard.press("Enter");
        await page.locator(`${link}[aria-current="page"]`).waitFor();
      }
    });
  });

  test("a trade and a decision are opened and closed", async () => {
    for (const [tab, summary] of [
      ["trades", "[data-trade] > summary"],
      ["reasoning", "[data-decision] summary"],
    ] as const)
      await visit(`${AGENT}?tab=${tab}`, async (page) => {
        await tabTo(page, summary);
        const open = () => page.evaluate(() => document.activeElement?.closest("details")?.open);
        await page.keyboard.press("Enter");
        expect(await open()).toBe(true);
        await page.keyboard.press("Space");
        expect(await open()).toBe(false);
      });
  });

  test("a prompt is written, its editor left again by Tab, and saved with the token typed in", async () => {
    await visit(`${AGENT}?tab=prompt`, async (page) => {
      await tabTo(page, "main textarea");
      await page.keyboard.type("Rest on Sundays. ");
      await page.keyboard.press("Tab");
      expect(await has(page, "textarea")).toBe(false);
      await tabTo(page, ".button-main");
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor();
      expect(await has(page, 'input[type="password"]')).toBe(true);
      await page.keyboard.press("Escape");
      await page.locator('[data-testid="command"][data-state="cancelled"]').waitFor();
      expect(await has(page, ".button-main")).toBe(true);
      await page.keyboard.press("Space");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.type(SITE_TOKEN);
      await page.keyboard.press("Enter");
      await page.locator('[data-testid="command"][data-state="applied"]').waitFor();
    });
  });

  test("models are chosen and an agent is paused", async () => {
    await visit(`${AGENT}?tab=models`, async (page) => {
      await page.locator('select[name="trade"] option[value="ollama/qwen3"]').waitFor({ state: "attached" });
      await tabTo(page, 'select[name="trade"]');
      await page.keyboard.type("ollama");
      await tabTo(page, ".button-main");
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor();
      await page.keyboard.type(SITE_TOKEN);
      await page.keyboard.press("Enter");
      await page.locator('[data-testid="command"][data-state="applied"]').waitFor();
      await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
      await tabTo(page, '[data-testid="pause"]');
      await page.keyboard.press("Space");
      await expect.poll(() => page.locator('[data-testid="command"][data-state="applied"]').count(), SOON).toBe(2);
    });
  });

  test("tasks are filtered, shown as a table and opened; the drawer keeps the focus and gives it back", async () => {
    await visit("/forge/shop", async (page) => {
      await tabTo(page, '[data-state-filter="failed"]');
      await page.keyboard.press("Space");
      await page.locator('[data-state-filter="failed"][aria-pressed="true"]').waitFor();
      await page.keyboard.press("Space");
      await tabTo(page, '[data-view="table"]');
      await page.keyboard.press("Enter");
      await tabTo(page, "[data-row-button]");
      await page.keyboard.press("Enter");
      const drawer = page.getByTestId("task");
      await drawer.locator("dl").first().waitFor();
      for (let presses = 0; presses < 5; presses++) {
        await page.keyboard.press("Tab");
        const behind = await page.evaluate(() => {
          const active = document.activeElement;
          return active !== null && active !== document.body && active.closest("dialog") === null;
        });
        expect(behind).toBe(false);
      }
      await page.keyboard.press("Escape");
      await drawer.waitFor({ state: "detached" });
      expect(await has(page, "[data-row-button]")).toBe(true);
    });
  });

  test("a session and a forge are chosen, and a page that failed is asked for again", async () => {
    await visit("/forge/shop", async (page) => {
      await tabTo(page, "main select");
      await page.keyboard.press("ArrowDown");
      await page.waitForURL(/session=monday/);
    });
    await withPage(async (page) => {
      const { url } = opened.site.servers.others;
      await page.goto(`${url}/forge`);
      await tabTo(page, "main a");
      await page.keyboard.press("Enter");
      await page.waitForURL(/\/forge\/warehouse/);
      await page.goto(`${url}/desk/broken`);
      await page.getByTestId("error").waitFor();
      await tabTo(page, "main button");
      const asked = page.waitForRequest((request) => request.url().includes("/desk/broken"));
      await page.keyboard.press("Enter");
      await asked;
      await tabTo(page, 'main a[href="/"]');
      await page.keyboard.press("Enter");
      await page.locator("table.rankings").waitFor();
    });
  });
});
