/// <reference lib="dom" />
import { createServer } from "node:net";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { lockKey, tryLock } from "@alphaforge/core/store/advisory-lock";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import { FORGE_MIGRATIONS } from "@alphaforge/forge/claims/migrations";
import { sessionStream, taskStream } from "@alphaforge/forge/sessions/forge-events";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ForgeState } from "../forges/forge-state.ts";
import { ORCHESTRATOR_KEY } from "../forges/orchestrator-lock.ts";
import { ensureBuilt, type RunningWeb, startWeb } from "../serve.ts";
import { openBrowser } from "./browser.ts";
import {
  FAILED_REASON,
  FIXTURE_SECRET,
  fillFixtureForge,
  HOSTILE_TITLE,
  manyTasks,
  SHOP,
  writeForge,
} from "./fixture-forge.ts";

const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const ODD_NAME = "old shop (ü).git";
const ODD = `/forge/${encodeURIComponent(ODD_NAME)}`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

let shop: TestDatabase;
let warehouse: TestDatabase;
let empty: TestDatabase;
let web: RunningWeb;
let browser: Browser;
const stop = new AbortController();

beforeAll(async () => {
  const sources = [EVENT_LOG_MIGRATIONS, FORGE_MIGRATIONS];
  shop = await freshDatabase(sources);
  warehouse = await freshDatabase(sources);
  empty = await freshDatabase(sources);
  const now = Date.now();
  const earlier = SHOP.slice(0, 3);
  await fillFixtureForge(shop.store, {
    session: "monday",
    tasks: earlier,
    now: now - 90_000_000,
    ended: { how: "done" },
  });
  await fillFixtureForge(shop.store, { session: "shop", tasks: SHOP, now });
  await fillFixtureForge(warehouse.store, { session: "warehouse", tasks: manyTasks(200), now });
  await ensureBuilt({ log: () => undefined });
  web = await startWeb({
    port: await freePort(),
    desks: [],
    forges: [
      { name: "shop", url: shop.url },
      { name: "warehouse", url: warehouse.url },
      { name: ODD_NAME, url: empty.url },
      { name: "missing", url: shop.url.replace(/test_[0-9a-f]+/, "no_such_forge") },
    ],
    signal: stop.signal,
  });
  browser = await openBrowser();
}, 300_000);

afterAll(async () => {
  await browser?.close();
  stop.abort();
  await web?.stopped;
  await shop?.drop();
  await warehouse?.drop();
  await empty?.drop();
});

async function visit(
  path: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; requests: string[]; complaints: string[] }> {
  const context = await browser.newContext({ viewport: DESK, locale: "en-US", ...options });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(`${web.url}${path}`);
  return { page, requests, complaints };
}

/** Loaded, hydrated and listening for updates. */
const live = (page: Page) => page.locator('[data-testid="live"][data-status="live"]').waitFor();
const region = (page: Page, id: string) => page.locator(`section[aria-labelledby="${id}"]`);
const node = (page: Page, index: number) => page.locator(`[data-node="${index}"]`);

describe("the addresses of forges", () => {
  test("without a desk the dashboard is the forge's, and with several it offers a choice", async () => {
    for (const path of ["/", "/agents"]) {
      const { page } = await visit(path);
      expect(page.url()).toBe(`${web.url}/forge`);
      expect(await page.locator("main a").allTextContents()).toEqual(["shop", "warehouse", ODD_NAME, "missing"]);
      await page.context().close();
    }
    const { page } = await visit("/forge");
    expect(await page.getByRole("navigation", { name: "Pages" }).getByRole("link").allTextContents()).toEqual([
      "Forge",
    ]);
    await page.getByRole("link", { name: ODD_NAME }).click();
    await page.getByRole("heading", { level: 1, name: `Forge ${ODD_NAME}` }).waitFor();
    expect(page.url()).toBe(`${web.url}${ODD}`);
    await live(page);
    await page.context().close();
  });

  test("one forge is shown straight away, beside no desk", async () => {
    const end = new AbortController();
    const forges = [{ name: "shop", url: shop.url }];
    const one = await startWeb({ port: await freePort(), desks: [], forges, signal: end.signal });
    try {
      const response = await fetch(`${one.url}/`);
      expect(response.url).toBe(`${one.url}/forge/shop`);
      expect(await response.text()).toContain("Take goods back");
    } finally {
      end.abort();
      await one.stopped;
    }
  });

  test("unknown forges, sessions and tasks are not found, and an absent database is said", async () => {
    for (const path of ["/forge/nobody", "/forge/shop?session=never", "/api/forges/nobody/state"])
      expect((await fetch(web.url + path)).status).toBe(404);
    expect((await fetch(`${web.url}/api/forges/shop/tasks/shop.99`)).status).toBe(404);
    const { page } = await visit("/forge/missing");
    expect(await page.getByTestId("absent").getAttribute("data-absence")).toBe("not-created");
    await page.context().close();
  });
});

describe("the forge's page", () => {
  test("shows each task of the session once, with its state and what it waits for", async () => {
    const { page, complaints } = await visit("/forge/shop");
    await live(page);
    const states = await page
      .locator("[data-node]")
      .evaluateAll((nodes) =>
        nodes.map((each) => [(each as HTMLElement).dataset.node, (each as HTMLElement).dataset.state]),
      );
    expect(Object.fromEntries(states)).toMatchObject({ 1: "landed", 6: "landing", 8: "working", 9: "failed" });
    expect(Object.fromEntries(states)).toMatchObject({ 10: "blocked", 12: "waiting", 13: "pending", 14: "working" });
    expect(states).toHaveLength(14);
    const edges = SHOP.flatMap(({ dependsOn = [] }) => dependsOn).length;
    expect(await page.locator(".task-edge").count()).toBe(edges);
    expect(await page.locator('[data-state-filter="landed"]').textContent()).toBe("landed5");
    expect(await page.getByTestId("branches").textContent()).toContain("alphaforge/shop");
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  test("tells why a task failed and why another cannot start, and shows nothing that a command wrote", async () => {
    const { page } = await visit("/forge/shop");
    await live(page);
    await node(page, 9).click();
    const drawer = page.getByTestId("task");
    await drawer.getByTestId("reason").waitFor();
    expect(await drawer.getByTestId("reason").textContent()).toBe(FAILED_REASON);
    const last = drawer.locator('[data-attempt="2"]');
    expect(await last.textContent()).toMatch(
      /turned down by the fence.*src\/core\/order\.ts.*refs\/alphaforge\/keep\/shop\.9\/2/,
    );
    expect(await drawer.locator('[data-attempt="1"]').textContent()).toContain("alphaforge forge log shop.9");
    await page.keyboard.press("Escape");
    await drawer.waitFor({ state: "detached" });
    await node(page, 10).click();
    await drawer.getByText("Cannot start: #9 failed").waitFor();
    await page.context().close();
    for (const path of [
      "/forge/shop",
      "/api/forges/shop/state",
      "/api/forges/shop/tasks/shop.9",
      "/api/forges/shop/tasks/shop.14",
    ])
      expect(await (await fetch(web.url + path)).text()).not.toContain(FIXTURE_SECRET);
  });

  test("shows coders, claims, waits, the landing queue and conflicts as the tables have them", async () => {
    const { page } = await visit("/forge/shop");
    await live(page);
    expect(await region(page, "coders").locator("tbody tr").count()).toBe(3);
    const coder = region(page, "coders").locator("tbody tr", { hasText: "shop.8" });
    expect(await coder.textContent()).toMatch(/shop\.8-1.*42080–42089.*claude-sonnet-4-5/);
    const { rows } = await shop.store.pool.query("SELECT count(*)::int AS held FROM forge_claims WHERE state = 'held'");
    expect(await region(page, "claims").locator("tbody tr").count()).toBe(rows[0].held);
    const wait = region(page, "waits").locator("tbody tr").first();
    expect(await wait.textContent()).toMatch(
      /1.*shop\.12.*src\/money.*exclusive.*shop\.8.*src\/core\/order\.ts.*4 min/,
    );
    expect(await region(page, "queue").locator("tbody tr").count()).toBe(2);
    expect(await region(page, "verifications").locator("tbody tr").first().textContent()).toContain("red");
    expect(await region(page, "conflicts").textContent()).toContain("src/plugins/cart/cart.ts");
    expect(await page.getByTestId("activity").locator("li").count()).toBe(50);
    await page.context().close();
  });

  test("says that a run whose process is gone is not running, and that it runs once the lock is held", async () => {
    expect(ORCHESTRATOR_KEY).toBe(lockKey("forge orchestrator"));
    const { page } = await visit("/forge/shop");
    await live(page);
    expect(await page.getByTestId("run").getAttribute("data-run")).toBe("killed");
    expect(await page.getByTestId("verifying").count()).toBe(0);
    const client = await shop.store.connect();
    const lock = await tryLock(client, "forge orchestrator");
    expect(lock).not.toBeNull();
    // No notification tells of a lock: the page looks every ten seconds.
    await page.locator('[data-testid="run"][data-run="running"]').waitFor({ timeout: 30_000 });
    expect(await page.getByTestId("verifying").textContent()).toContain("shop.6");
    await client.end();
    await page.locator('[data-testid="run"][data-run="killed"]').waitFor({ timeout: 30_000 });
    await page.context().close();
  });

  test("shows a task that lands while it is open, and what has been opened of it, without a reload", async () => {
    const { page, requests } = await visit("/forge/shop");
    await live(page);
    await node(page, 7).click();
    const drawer = page.getByTestId("task");
    await drawer.locator("dl").first().waitFor();
    const documents = requests.filter((url) => url.endsWith("/forge/shop")).length;
    const landing = { task: "shop.7", branch: "refs/heads/alphaforge/shop", attempt: 1, token: 21 };
    const commit = "feedc0de".padEnd(40, "0");
    await writeForge(shop.store, [
      { stream: taskStream("shop.7"), type: "task.landed", at: Date.now(), data: { ...landing, commit } },
    ]);
    await page.locator('[data-node="7"][data-state="landed"]').waitFor({ state: "attached", timeout: 20_000 });
    await drawer.locator('[data-attempt="1"]', { hasText: "landed as feedc0de" }).waitFor();
    expect(await region(page, "landed").locator("tbody tr").first().textContent()).toContain("feedc0de");
    expect(await page.getByTestId("activity").locator("li").first().textContent()).toContain(
      "shop.7 landed as feedc0de",
    );
    expect(requests.filter((url) => url.endsWith("/forge/shop"))).toHaveLength(documents);
    await page.context().close();
  });

  test("says when it is no longer kept up to date, and catches up by itself", async () => {
    const { page } = await visit("/forge/shop");
    await live(page);
    await shop.store.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'alphaforge web' AND query LIKE 'LISTEN%' AND datname = current_database()",
    );
    await page.locator('[data-testid="live"][data-status="reconnecting"]').waitFor();
    await writeForge(shop.store, [
      {
        stream: taskStream("shop.13"),
        type: "claim.asked",
        at: Date.now(),
        data: { task: "shop.13", claim: "c", globs: ["a"] },
      },
    ]);
    await live(page);
    await page.locator('[data-node="13"][data-state="waiting"]').waitFor({ timeout: 20_000 });
    await page.context().close();
  });

  test("shows what a spec says as text, with the characters that turn it around spelt out", async () => {
    for (const viewport of [DESK, PHONE]) {
      const { page, complaints } = await visit("/forge/shop", { viewport });
      await live(page);
      await page.locator('[data-node="14"], [data-task="shop.14"]').locator("visible=true").first().click();
      await page.getByTestId("task").locator("dl").first().waitFor();
      expect(await page.locator("main").textContent()).toContain('<script>document.title="taken"</script>');
      expect(await page.locator("main script").count()).toBe(0);
      expect(await page.title()).not.toBe("taken");
      expect(HOSTILE_TITLE).toContain("\u202e");
      const said = await page.evaluate(
        () =>
          (document.querySelector("main")?.textContent ?? "") +
          [...document.querySelectorAll("[title], [aria-label]")]
            .map((each) => each.getAttribute("title") ?? each.getAttribute("aria-label"))
            .join(),
      );
      expect(said).not.toContain("\u202e");
      expect(said).toContain("U+202E");
      expect(complaints).toEqual([]);
      await page.context().close();
    }
  });

  test("goes from session to session, latest first", async () => {
    const { page } = await visit("/forge/shop");
    await live(page);
    const chooser = page.getByRole("combobox", { name: "Session" });
    expect(
      await chooser.locator("option").evaluateAll((all) => all.map((each) => (each as HTMLOptionElement).value)),
    ).toEqual(["shop", "monday"]);
    await chooser.selectOption("monday");
    await page.locator('[data-testid="run"][data-run="done"]').waitFor();
    expect(await page.locator("[data-node]").count()).toBe(3);
    expect(page.url()).toContain("?session=monday");
    await page.context().close();
  });

  test("of a forge without sessions says how to start one, and shows a session without tasks when it comes", async () => {
    const { page } = await visit(ODD);
    await live(page);
    expect(await page.getByTestId("no-session").textContent()).toContain("alphaforge forge run SPEC");
    await writeForge(empty.store, [
      {
        stream: sessionStream("first"),
        type: "session.opened",
        at: Date.now(),
        data: { session: "first", target: "main", since: "0".repeat(40), directly: false, spec: "spec.xml" },
      },
    ]);
    await page.getByTestId("no-tasks").waitFor({ timeout: 20_000 });
    expect(await page.getByTestId("run").getAttribute("data-run")).toBe("none");
    await page.context().close();
  });
});

describe("a forge of 200 tasks", () => {
  test("is found through by state and by text, in the graph and in the table", async () => {
    const { page } = await visit("/forge/warehouse");
    await live(page);
    expect(await page.locator("[data-node]").count()).toBe(200);
    const { tasks } = (await (await fetch(`${web.url}/api/forges/warehouse/state`)).json()) as ForgeState;
    await page.locator('[data-state-filter="failed"]').click();
    const failed = tasks.filter(({ state }) => state === "failed").length;
    await expect.poll(() => page.locator('[data-node][data-dim="false"]').count()).toBe(failed);
    await page.getByRole("button", { name: "Table" }).click();
    expect(await page.locator("[data-row-button]").count()).toBe(failed);
    await page.locator('[data-state-filter="failed"]').click();
    await page.keyboard.press("/");
    await page.keyboard.type("gift cards");
    const found = tasks.filter(({ title }) => title.includes("gift cards")).length;
    await expect.poll(() => page.locator("[data-row-button]").count()).toBe(found);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByTestId("shown").textContent()).toBe("200 of 200");
    expect(await page.locator("[data-row-button]").count()).toBe(100);
    await page.getByRole("button", { name: "Show all 200" }).click();
    expect(await page.locator("[data-row-button]").count()).toBe(200);
    await page.context().close();
  });

  test("is worked by keyboard: arrows go through the graph, Enter opens, Esc closes and gives the focus back", async () => {
    const { page } = await visit("/forge/shop");
    await live(page);
    expect(await page.locator('[data-node][tabindex="0"]').count()).toBe(1);
    await node(page, 1).focus();
    const focused = () => page.evaluate(() => (document.activeElement as HTMLElement).dataset.node);
    await page.keyboard.press("ArrowRight");
    expect(["2", "5"]).toContain(await focused());
    await page.keyboard.press("ArrowLeft");
    expect(await focused()).toBe("1");
    await page.keyboard.press("ArrowRight");
    const at = await focused();
    await page.keyboard.press("Enter");
    await page.getByTestId("task").waitFor();
    await page.keyboard.press("Escape");
    await page.getByTestId("task").waitFor({ state: "detached" });
    expect(await focused()).toBe(at);
    await page.getByRole("button", { name: "Table" }).click();
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.task)).toBe("shop.2");
    await page.context().close();
  });

  test("fits a phone, where the table takes the graph's place", async () => {
    for (const path of ["/forge/shop", "/forge/warehouse", "/forge", ODD]) {
      const { page } = await visit(path, { viewport: PHONE });
      if (path !== "/forge") await live(page);
      const over = () =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect({ path, over: await over() }).toEqual({ path, over: 0 });
      if (path === "/forge/shop" || path === "/forge/warehouse") {
        expect(await page.getByTestId("graph").locator("visible=true").count()).toBe(0);
        await page.locator("[data-row-button]").first().click();
        await page.getByTestId("task").locator("dl").first().waitFor();
        expect(await over()).toBe(0);
      }
      await page.context().close();
    }
  });
});

test("the page is read in Chinese by who chooses so", async () => {
  const { page, complaints } = await visit("/forge/shop");
  await live(page);
  await page.getByTestId("language").click();
  await expect.poll(() => page.evaluate(() => document.documentElement.lang)).toBe("zh");
  expect(await page.locator('[data-state-filter="landed"]').textContent()).toContain("已合入");
  await page.reload();
  await live(page);
  expect(await page.getByTestId("activity").textContent()).toContain("等待合入");
  expect(complaints).toEqual([]);
  await page.context().close();
});
