/// <reference lib="dom" />
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import { Client } from "pg";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectionOf } from "../database/connections.ts";
import type { DeskState } from "../desks/desk-state.ts";
import { ensureBuilt, type RunningWeb, startWeb } from "../serve.ts";
import { openBrowser } from "./browser.ts";
import {
  FIXTURE_ABSTAINER,
  FIXTURE_MODEL_AGENT,
  FIXTURE_NOW,
  FIXTURE_PROMPTS,
  fillFixtureDesk,
  fixtureSymbols,
  insertRanking,
} from "./fixture-desk.ts";

const MIGRATIONS = fileURLToPath(new URL("../../../packages/desk/migrations", import.meta.url));
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const HOUR = 3_600_000;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

let database: TestDatabase;
let empty: TestDatabase;
let rules: TestDatabase;
let web: RunningWeb;
let browser: Browser;
const stop = new AbortController();

beforeAll(async () => {
  const sources = [EVENT_LOG_MIGRATIONS, { name: "desk", directory: MIGRATIONS }];
  database = await freshDatabase(sources);
  empty = await freshDatabase(sources);
  rules = await freshDatabase(sources);
  await fillFixtureDesk(database.url);
  await fillFixtureDesk(rules.url, { name: "rules", symbols: 12, byRules: true });
  await ensureBuilt({ log: () => undefined });
  const missing = database.url.replace(/test_[0-9a-f]+/, "no_such_desk");
  web = await startWeb({
    port: await freePort(),
    desks: [
      { name: "arena", url: database.url },
      { name: "empty", url: empty.url },
      { name: "rules", url: rules.url },
      { name: "missing", url: missing },
    ],
    signal: stop.signal,
  });
  browser = await openBrowser();
}, 180_000);

afterAll(async () => {
  await browser?.close();
  stop.abort();
  await web?.stopped;
  await database?.drop();
  await empty?.drop();
  await rules?.drop();
});

/** What a page asked for and complained about. */
interface Seen {
  readonly requests: string[];
  readonly complaints: string[];
}

async function visit(path: string, options: BrowserContextOptions = {}): Promise<{ page: Page; seen: Seen }> {
  const context = await browser.newContext({ viewport: DESK, locale: "en-US", ...options });
  const page = await context.newPage();
  const seen: Seen = { requests: [], complaints: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") seen.complaints.push(message.text());
  });
  page.on("pageerror", (error) => seen.complaints.push(error.message));
  await page.goto(`${web.url}${path}`);
  return { page, seen };
}

/** Loaded, hydrated and listening for updates. */
async function live(page: Page): Promise<void> {
  await page.locator('[data-testid="live"][data-status="live"]').waitFor();
}

const symbolsOf = (page: Page) =>
  page.locator("[data-symbol]").evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.symbol));

const widthOver = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function notify(payload: object): Promise<void> {
  await database.store.pool.query("SELECT pg_notify('desk_updates', $1)", [JSON.stringify(payload)]);
}

describe("the rankings page", () => {
  test("is complete without scripts: every symbol is in the served document", async () => {
    const html = await (await fetch(`${web.url}/?timeframe=4h`)).text();
    for (const symbol of fixtureSymbols()) expect(html).toContain(`data-symbol="${symbol}"`);
  });

  test("brings six timeframes of 200 symbols in at most 400 kB compressed, scripts and styles included", async () => {
    const { page } = await visit("/");
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    await session.send("Network.setCacheDisabled", { cacheDisabled: true });
    let bytes = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await page.reload();
    await live(page);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThanOrEqual(400_000);
    await page.context().close();
  });

  test("switches timeframes by click and by key without asking the server for anything", async () => {
    const { page, seen } = await visit("/");
    await live(page);
    const before = await symbolsOf(page);
    const asked = seen.requests.length;
    const orders = new Set([before.join()]);
    for (const [index, timeframe] of ["15m", "30m", "1h", "4h", "1d", "1w"].entries()) {
      await page.keyboard.press(String(index + 1));
      await page.locator(`table[data-timeframe="${timeframe}"]`).waitFor();
      const symbols = await symbolsOf(page);
      expect(symbols).toHaveLength(200);
      orders.add(symbols.join());
    }
    expect(orders.size).toBe(6);
    await page.locator('a[data-timeframe="4h"]').click();
    await page.locator('table[data-timeframe="4h"]').waitFor();
    expect(seen.requests.slice(asked)).toEqual([]);
    await page.context().close();
  });

  test("finds by name, sorts by column, and opens a row with its signals", async () => {
    const { page } = await visit("/");
    await live(page);
    await page.keyboard.press("/");
    await page.keyboard.type("eth");
    await expect.poll(() => symbolsOf(page)).toContain("ETHUSDT");
    for (const symbol of await symbolsOf(page)) expect(symbol).toContain("ETH");
    await page.keyboard.press("Escape");
    await expect.poll(async () => (await symbolsOf(page)).length).toBe(200);
    const scores = () =>
      page
        .locator('[data-cell="confidence"]')
        .evaluateAll((cells) => cells.map((cell) => Number.parseInt(cell.textContent ?? "", 10)));
    await page.getByRole("button", { name: "Confidence" }).click();
    const descending = await scores();
    expect(descending).toEqual([...descending].sort((a, b) => b - a));
    await page.getByRole("button", { name: "Confidence" }).click();
    const ascending = await scores();
    expect(ascending).toEqual([...ascending].sort((a, b) => a - b));
    await page.locator("[data-row-button]").first().click();
    const breakdown = page.getByTestId("breakdown");
    await breakdown.waitFor();
    expect(await breakdown.locator("li").count()).toBe(10);
    expect(await breakdown.textContent()).toContain("weight 0.15");
    await page.context().close();
  });

  test("is worked by keyboard: j and k move, Enter opens, ? lists the keys", async () => {
    const { page } = await visit("/");
    await live(page);
    const focused = () =>
      page.evaluate(() => (document.activeElement?.closest("tr") as HTMLElement | null)?.dataset.symbol);
    const symbols = await symbolsOf(page);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    await page.keyboard.press("ArrowDown");
    expect(await focused()).toBe(symbols[2]);
    await page.keyboard.press("k");
    expect(await focused()).toBe(symbols[1]);
    await page.keyboard.press("Enter");
    await page.locator(`#breakdown-${symbols[1]}`).waitFor();
    await page.keyboard.press("Enter");
    await page.locator(`#breakdown-${symbols[1]}`).waitFor({ state: "detached" });
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await page.context().close();
  });

  test("takes in a new ranking while it is open, and keeps sort, search and open rows", async () => {
    const { page, seen } = await visit("/");
    await live(page);
    await page.getByRole("searchbox").fill("BTC");
    await page.getByRole("button", { name: "Price" }).click();
    await page.locator('[data-symbol="BTCUSDT"] [data-row-button]').click();
    const score = page.locator('[data-symbol="BTCUSDT"] [data-cell="score"]');
    const before = await score.textContent();
    const asked = seen.requests.length;
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await insertRanking(client, "1h", fixtureSymbols(), FIXTURE_NOW + HOUR, 4_711);
    await client.end();
    await notify({ kind: "rankings", timeframe: "1h" });
    await expect.poll(() => score.textContent()).not.toBe(before);
    expect(seen.requests.slice(asked)).toEqual([`${web.url}/api/desks/arena/rankings?timeframe=1h`]);
    expect(await page.getByTestId("breakdown").count()).toBe(1);
    expect(await page.getByRole("searchbox").inputValue()).toBe("BTC");
    expect(await page.getByRole("columnheader", { name: "Price" }).getAttribute("aria-sort")).toBe("descending");
    await page.context().close();
  });

  test("says when it is no longer kept up to date, and catches up by itself", async () => {
    const { page } = await visit("/");
    await live(page);
    const { rowCount } = await database.store.pool.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'alphaforge web' AND query LIKE 'LISTEN%'",
    );
    expect(rowCount).toBe(1);
    await page.locator('[data-testid="live"][data-status="reconnecting"]').waitFor();
    // Ranked while nobody listened: found by comparing, not by being told.
    const client = new Client({ connectionString: database.url });
    await client.connect();
    await insertRanking(client, "1h", fixtureSymbols(), FIXTURE_NOW + 2 * HOUR, 4_712);
    await client.end();
    await live(page);
    await expect.poll(() => page.getByTestId("updated").textContent(), { timeout: 20_000 }).toContain("11:00");
    await page.context().close();
  });
});

describe("the desk page", () => {
  test("shows 28 agents, each with its curve or with its reason for abstaining", async () => {
    const { page } = await visit("/desk/arena");
    const cards = page.locator("[data-agent]");
    expect(await cards.count()).toBe(28);
    expect(await page.locator("[data-agent] [data-curve]").count()).toBe(27);
    expect(await page.locator(`[data-agent="${FIXTURE_ABSTAINER.name}"]`).textContent()).toContain(
      FIXTURE_ABSTAINER.reason,
    );
    await page.locator("canvas").first().waitFor();
    await page.context().close();
  });

  test("shows positions, trades, refusals and halts as the database has them", async () => {
    const { page } = await visit("/desk/arena");
    const { rows } = await database.store.pool.query(
      `SELECT (SELECT count(*) FROM positions JOIN agents ON name = agent WHERE twin_of IS NULL)::int AS positions,
         (SELECT symbol FROM trades JOIN agents ON name = agent WHERE twin_of IS NULL
          ORDER BY closed_at DESC, id LIMIT 1) AS symbol,
         (SELECT reason FROM halts WHERE cleared_at IS NULL) AS halt`,
    );
    const region = (id: string) => page.locator(`section[aria-labelledby="${id}"]`);
    expect(await region("positions").locator("tbody tr").count()).toBe(rows[0].positions);
    expect(await region("trades").locator("tbody tr").count()).toBe(100);
    expect(await region("trades").locator("tbody tr").first().textContent()).toContain(rows[0].symbol);
    expect(await region("halts").locator("tbody tr").first().textContent()).toContain(rows[0].halt);
    expect(await region("refusals").locator("tbody tr").first().textContent()).toContain("the limit is");
    await page.context().close();
  });

  test("follows the books while it is open", async () => {
    const { page } = await visit("/desk/arena");
    await live(page);
    const totals = page.getByTestId("totals");
    const before = await totals.textContent();
    await database.store.pool.query(
      "UPDATE books SET equity = equity + 1234, cash = cash + 1234, updated_at = updated_at + interval '1 hour' WHERE agent = 'momentum-1h'",
    );
    await notify({ kind: "books" });
    await expect.poll(() => totals.textContent()).not.toBe(before);
    await page.context().close();
  });

  test("leaves twins out of its agents, records and totals", async () => {
    const html = await (await fetch(`${web.url}/desk/arena`)).text();
    expect(html).not.toContain(`${FIXTURE_MODEL_AGENT}.coin`);
    const state = (await (await fetch(`${web.url}/api/desks/arena/desk`)).json()) as DeskState;
    expect(state.agents).toHaveLength(28);
    const { rows } = await database.store.pool.query(
      `SELECT count(*)::int AS trades FROM trades JOIN agents ON agents.name = trades.agent WHERE twin_of IS NULL`,
    );
    expect(state.tradeCount).toBe(rows[0].trades);
    expect(state.agents.reduce((sum, { trades }) => sum + trades, 0)).toBe(rows[0].trades);
    for (const { agent } of [...state.positions, ...state.trades]) expect(agent).not.toContain(".");
  });

  test("leads to an agent", async () => {
    const { page } = await visit("/desk/arena");
    await live(page);
    await page.locator('[data-agent="breakout-4h"]').click();
    await page.getByRole("heading", { level: 1, name: "Breakout Hunter 4h" }).waitFor();
    await page.context().close();
  });
});

describe("the leaderboard", () => {
  const agentsOf = (page: Page) =>
    page
      .locator("[data-board-agent]")
      .evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.boardAgent as string));

  test("ranks 28 agents by net return, with their twins under them and nowhere else", async () => {
    const { page } = await visit("/agents");
    await live(page);
    const { rows } = await database.store.pool.query<{ agent: string }>(
      `SELECT agent FROM leaderboard JOIN agents ON name = agent WHERE scope = 'scored' AND twin_of IS NULL
       ORDER BY net_return DESC`,
    );
    const shown = await agentsOf(page);
    expect(shown.slice(0, rows.length)).toEqual(rows.map(({ agent }) => agent));
    // Without a standing there is no rank: it comes last.
    expect(shown.slice(rows.length)).toEqual([FIXTURE_ABSTAINER.name]);
    expect(await page.locator("[data-twin]").count()).toBe(0);
    await page.getByRole("button", { name: `Twins of ${FIXTURE_MODEL_AGENT}`, exact: true }).click();
    const twins = await page.locator("[data-twin]").allTextContents();
    expect(twins).toHaveLength(3);
    expect(twins.join()).toMatch(/rule twin.*coin twin.*champion’s shadow v2/);
    await page.context().close();
  });

  test("calls an edge by its name only when its interval leaves 0 out, and says why there is none", async () => {
    const { page } = await visit("/agents");
    const { rows } = await database.store.pool.query<{
      agent: string;
      edge: { edge: number | null; low: number; high: number; why: string };
    }>(
      "SELECT agent, edge_over_coin AS edge FROM leaderboard JOIN agents ON name = agent WHERE scope = 'scored' AND twin_of IS NULL",
    );
    const kinds = new Set<string>();
    for (const { agent, edge } of rows) {
      const cell = page.locator(`[data-board-agent="${agent}"] [data-cell="overCoin"]`);
      const text = await cell.textContent();
      const kind = edge.edge === null ? "none" : edge.low <= 0 && edge.high >= 0 ? "luck" : "edge";
      kinds.add(kind);
      expect(await cell.locator("[data-edge]").getAttribute("data-edge")).toBe(kind);
      if (kind === "none") expect(text).toContain(edge.why);
      else expect(text?.includes("not distinguishable from luck")).toBe(kind === "luck");
    }
    expect([...kinds].sort()).toEqual(["edge", "luck", "none"]);
    await page.context().close();
  });

  test("sorts by any column, from the keyboard too, and keeps what it was asked in the address", async () => {
    const { page } = await visit("/agents");
    await live(page);
    const names = [
      "Drawdown",
      "Sharpe",
      "Deflated Sharpe",
      "Wins",
      "Trades",
      "Token cost",
      "Cost per trade, USDT",
      "Open positions",
      "Agent",
      "Status",
    ];
    for (const name of names) {
      const header = page.getByRole("columnheader", { name, exact: true });
      await header.getByRole("button").focus();
      await page.keyboard.press("Enter");
      await expect.poll(() => header.getAttribute("aria-sort")).not.toBeNull();
    }
    await page.getByRole("columnheader", { name: "Net return" }).getByRole("button").click();
    const best = (await agentsOf(page))[0];
    await page.getByRole("columnheader", { name: "Net return" }).getByRole("button").click();
    await expect.poll(async () => (await agentsOf(page))[0]).not.toBe(best);
    await page.reload();
    await live(page);
    expect(await page.getByRole("columnheader", { name: "Net return" }).getAttribute("aria-sort")).toBe("ascending");
    await page.context().close();
  });

  test("shows every column at a desk's width, twins and all", async () => {
    const { page } = await visit("/agents");
    await live(page);
    await page.locator(`[data-board-agent="${FIXTURE_MODEL_AGENT}"] button`).click();
    await page.locator(`[data-twin="${FIXTURE_MODEL_AGENT}.v2"]`).waitFor();
    const hidden = await page
      .locator('section[aria-label="Agents"]')
      .evaluate((table) => table.scrollWidth - table.clientWidth);
    expect(hidden).toBe(0);
    await page.context().close();
  });

  test("is narrowed by timeframe, archetype and decider", async () => {
    const { page } = await visit("/agents");
    await live(page);
    await page.getByRole("combobox", { name: "Timeframe" }).selectOption("1h");
    await expect.poll(async () => (await agentsOf(page)).length).toBe(4);
    await page.getByRole("combobox", { name: "Decider" }).selectOption("anthropic/claude-sonnet-4-5");
    await expect.poll(async () => (await agentsOf(page)).sort()).toEqual(["meanrev-1h", "momentum-1h"]);
    await page.getByRole("combobox", { name: "Archetype" }).selectOption("momentum");
    await expect.poll(() => agentsOf(page)).toEqual(["momentum-1h"]);
    await page.reload();
    expect(await agentsOf(page)).toEqual(["momentum-1h"]);
    await page.context().close();
  });

  test("counts what lies before the model's cutoff only when it is asked to", async () => {
    const { page } = await visit("/agents");
    await live(page);
    const trades = page.locator(`[data-board-agent="${FIXTURE_MODEL_AGENT}"] [data-cell="trades"]`);
    const { rows } = await database.store.pool.query<{ scope: string; trades: number }>(
      "SELECT scope, trades FROM leaderboard WHERE agent = $1",
      [FIXTURE_MODEL_AGENT],
    );
    const of = (scope: string) => String(rows.find((row) => row.scope === scope)?.trades);
    expect(of("all")).not.toBe(of("scored"));
    expect(await trades.textContent()).toBe(of("scored"));
    await page.getByRole("checkbox").check();
    await expect.poll(() => trades.textContent()).toBe(of("all"));
    await page.context().close();
  });

  test("shows coin twins alone where no agent asks a model", async () => {
    const { page } = await visit("/agents?desk=rules");
    await page.getByRole("columnheader", { name: "Edge over coin" }).waitFor();
    expect(await page.getByRole("columnheader", { name: "Edge over rules" }).count()).toBe(0);
    expect(await page.locator("main").textContent()).toContain("No agent here asks a model");
    await page.context().close();
  });
});

describe("an agent's page", () => {
  const path = `/desk/arena/agents/${FIXTURE_MODEL_AGENT}`;

  test("draws its equity beside that of its twins, each with its name", async () => {
    const { page } = await visit(path);
    await page.locator("canvas").first().waitFor();
    const legend = page.locator("[data-legend]");
    expect(await legend.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.legend))).toEqual([
      "agent",
      "rules",
      "coin",
      "shadow",
    ]);
    await page.context().close();
  });

  test("gives each trade the reasoning of the decisions that opened and closed it", async () => {
    const { rows } = await database.store.pool.query<{ id: string; entry: string; exit: string }>(
      `SELECT trades.id, entry.reasoning AS entry, exit.reasoning AS exit FROM trades
       JOIN decisions AS entry ON entry.id = entry_decision JOIN decisions AS exit ON exit.id = exit_decision
       WHERE trades.agent = $1 ORDER BY closed_at DESC LIMIT 1`,
      [FIXTURE_MODEL_AGENT],
    );
    const [trade] = rows;
    const { page } = await visit(`${path}?tab=trades`);
    const card = page.locator(`[data-trade="${trade?.id}"]`);
    expect(await card.getByText("Why it was entered").isVisible()).toBe(false);
    await card.locator("summary").click();
    await card.getByText("Why it was entered").waitFor();
    const text = await card.textContent();
    expect(text).toContain(trade?.entry);
    expect(text).toContain(trade?.exit);
    await page.context().close();
  });

  test("pages through all decisions without losing or repeating one", async () => {
    const { rows } = await database.store.pool.query<{ id: string }>(
      "SELECT id FROM decisions WHERE agent = $1 ORDER BY at DESC, id DESC",
      [FIXTURE_MODEL_AGENT],
    );
    const { page } = await visit(`${path}?tab=reasoning`);
    const seen: string[] = [];
    for (;;) {
      const ids = await page
        .locator("[data-decision]")
        .evaluateAll((cards) => cards.map((card) => (card as HTMLElement).dataset.decision as string));
      seen.push(...ids);
      const older = page.locator("[data-older]");
      if ((await older.count()) === 0) break;
      await page.goto(new URL((await older.getAttribute("href")) ?? "", page.url()).href);
    }
    expect(seen).toEqual(rows.map(({ id }) => id));
    await page.context().close();
  });

  test("finds reasoning by words and by action, and takes % and _ as they are", async () => {
    const { page } = await visit(`${path}?tab=reasoning`);
    await live(page);
    const cards = page.locator("[data-decision]");
    await page.getByRole("searchbox").fill("volume at 2.3 times");
    await page.getByRole("button", { name: "Search" }).click();
    await expect.poll(() => cards.count()).toBe(1);
    expect(await cards.textContent()).toContain("SOLUSDT");
    await page.goto(`${web.url}${path}?tab=reasoning&q=%25_%25`);
    await page.getByText("No decision matches.").waitFor();
    await page.goto(`${web.url}${path}?tab=reasoning`);
    await live(page);
    await page.getByRole("combobox", { name: "Show" }).selectOption("invalid");
    await page.waitForURL(/action=invalid/);
    await expect.poll(() => cards.count()).toBe(1);
    expect(await cards.textContent()).toContain("the limit is 2,500");
    await page.context().close();
  });

  test("looks at the latest 2,000 decisions for a word, says how far it looked, and goes on when asked", async () => {
    const quiet = FIXTURE_ABSTAINER.name;
    await database.store.pool.query(
      `INSERT INTO decisions (at, id, agent, timeframe, decider, action, reason, params)
       SELECT at, $1 || '@' || round(extract(epoch FROM at) * 1000), $1, '1w', 'rules', 'hold',
         CASE WHEN step IN (1500, 3999, 4100) THEN 'a needle' ELSE 'hay' END, '{}'
       FROM generate_series(1, 4100) AS step,
         LATERAL (SELECT to_timestamp($2 / 1000.0) - step * interval '1 minute' AS at) AS time`,
      [quiet, FIXTURE_NOW],
    );
    const { page } = await visit(`/desk/arena/agents/${quiet}?tab=reasoning&q=needle`);
    const cards = page.locator("[data-decision]");
    const found: number[] = [];
    const looked: (string | null)[] = [];
    for (;;) {
      found.push(await cards.count());
      const note = page.getByTestId("searched");
      looked.push((await note.count()) === 0 ? null : await note.textContent());
      const further = page.getByRole("link", { name: "Search further back" });
      if ((await further.count()) === 0) break;
      await page.goto(new URL((await further.getAttribute("href")) ?? "", page.url()).href);
    }
    expect(found).toEqual([1, 1, 1]);
    const backTo = (minutes: number) =>
      new Date(FIXTURE_NOW - minutes * 60_000).toISOString().slice(0, 16).replace("T", " ");
    expect(looked).toEqual([
      `2,000 decisions looked at, back to ${backTo(2_000)} UTC. Older ones have not been searched.`,
      `2,000 decisions looked at, back to ${backTo(4_000)} UTC. Older ones have not been searched.`,
      null,
    ]);
    await database.store.pool.query("DELETE FROM decisions WHERE agent = $1", [quiet]);
    await page.context().close();
  });

  test("gives what was asked for in its units: notional in USDT, not in the ledger's 1e-8", async () => {
    const { page } = await visit(`${path}?tab=reasoning&q=volume+at+2.3+times`);
    const card = page.locator("[data-decision]");
    await card.locator("summary").click();
    const text = await card.textContent();
    expect(text).toContain("notional, USDT1,800.00");
    expect(text).toContain("stop141.20");
    await page.context().close();
  });

  test("says so when the only figures are those that count what a model may have known", async () => {
    const { page: usual } = await visit(path);
    expect(await usual.getByTestId("scope").textContent()).toContain("left out of net return");
    await usual.context().close();
    const { rows } = await database.store.pool.query<{ row: object }>(
      "DELETE FROM leaderboard WHERE agent = 'breakout-4h' AND scope = 'scored' RETURNING to_jsonb(leaderboard) AS row",
    );
    const { page } = await visit("/desk/arena/agents/breakout-4h");
    expect(await page.getByTestId("scope").textContent()).toContain("only the figures that count every decision");
    await database.store.pool.query(
      "INSERT INTO leaderboard SELECT * FROM jsonb_populate_record(NULL::leaderboard, $1)",
      [JSON.stringify(rows[0]?.row)],
    );
    await page.context().close();
  });

  test("shows what a model wrote as text, with the characters that turn it around spelt out", async () => {
    for (const tab of ["reasoning&action=invalid", "prompt"]) {
      const { page, seen } = await visit(`${path}?tab=${tab}`);
      await live(page);
      for (const summary of await page.locator("main details > summary").all()) await summary.click();
      const main = page.locator("main");
      expect(await main.textContent()).toContain('<img src="x" onerror="document.title=1">');
      expect(await main.locator("img, b, script").count()).toBe(0);
      expect(await main.textContent()).not.toContain("\u202e");
      expect(await main.locator("[data-hidden]").allTextContents()).toContain("U+202E");
      expect(await page.title()).not.toBe("1");
      expect(seen.complaints).toEqual([]);
      await page.context().close();
    }
  });

  test("tells the prompt's story: sources, outcomes, changes, what was turned down", async () => {
    const { page } = await visit(`${path}?tab=prompt`);
    const version = (number: number) => page.locator(`[data-version="${number}"]`);
    expect(await version(3).textContent()).toMatch(/by evolution.*In use.*on trial against v2/);
    expect(await version(2).textContent()).toMatch(/stood its trial.*41 trades, 51% won/);
    expect(await version(1).textContent()).toContain("from the mandate");
    await version(2).locator("[data-diff-of] summary").click();
    expect(await version(2).locator('[data-diff="removed"]').textContent()).toContain("between 50 and 70");
    expect(await version(2).locator('[data-diff="added"]').textContent()).toContain("between 52 and 68");
    expect(await page.locator("[data-rejection]").textContent()).toContain("at least 100 are needed");
    await page.context().close();
  });

  test("adds up tokens by model and task, and by day", async () => {
    const { page } = await visit(`${path}?tab=models`);
    const { rows } = await database.store.pool.query<{ calls: number }>(
      "SELECT sum(calls)::int AS calls FROM token_usage WHERE agent = $1 AND task = 'trade'",
      [FIXTURE_MODEL_AGENT],
    );
    const usage = page.locator('section[aria-labelledby="usage"] tbody tr');
    expect(await usage.count()).toBe(3);
    expect(await usage.first().textContent()).toContain(`anthropic/claude-sonnet-4-5${rows[0]?.calls}`);
    expect(await page.locator('section[aria-labelledby="usage-days"] tbody tr').count()).toBeGreaterThan(14);
    await page.context().close();
  });

  test("offers no prompt and no model where rules decide, and says how to have one", async () => {
    const { page } = await visit("/desk/arena/agents/swing-1h?tab=prompt");
    expect(await page.getByTestId("no-prompt").textContent()).toContain("decides by rules");
    expect(await page.getByRole("textbox").count()).toBe(0);
    await page.goto(`${web.url}/desk/arena/agents/swing-1h?tab=models`);
    expect(await page.getByTestId("no-models").textContent()).toContain("agents.models in desks/arena.yaml");
    await page.context().close();
  });

  test("of a twin names its agent and takes no commands", async () => {
    const { page } = await visit(`${path}.coin`);
    expect(await page.getByTestId("twin-of").textContent()).toContain(`The coin twin of ${FIXTURE_MODEL_AGENT}.`);
    expect(await page.getByTestId("twin-of").getByRole("link").getAttribute("href")).toBe(path);
    expect(await page.getByRole("button", { name: "Pause" }).count()).toBe(0);
    await page.context().close();
  });

  test("of a rule or coin twin has no prompt and no models, also not under their address", async () => {
    for (const twin of ["rules", "coin"]) {
      const { page } = await visit(`${path}.${twin}?tab=prompt`);
      const tabs = page.getByRole("navigation", { name: "Parts of this page" }).getByRole("link");
      expect(await tabs.allTextContents()).toEqual(["Overview", "Trades", "Reasoning"]);
      expect(await page.locator('[aria-current="page"]').allTextContents()).toContain("Overview");
      expect(await page.getByRole("textbox").count()).toBe(0);
      await page.context().close();
    }
  });

  test("of a shadow shows the version that it goes by, to be read, and leads to where it is edited", async () => {
    const { page } = await visit(`${path}.v2?tab=prompt`);
    const prompt = page.getByTestId("shadow-prompt");
    expect(await prompt.textContent()).toContain(FIXTURE_PROMPTS[1]);
    expect(await prompt.getByRole("link").getAttribute("href")).toBe(`${path}?tab=prompt`);
    expect(await page.getByRole("textbox").count()).toBe(0);
    await page.context().close();
  });
});

describe("every page", () => {
  const AGENT = `/desk/arena/agents/${FIXTURE_MODEL_AGENT}`;
  const TABS = ["trades", "reasoning", "prompt", "models"].map((tab) => `${AGENT}?tab=${tab}`);
  const PATHS = ["/", "/agents", "/desk/arena", AGENT, ...TABS];

  test("fits a phone without scrolling sideways", async () => {
    for (const path of PATHS) {
      const { page } = await visit(path, { viewport: PHONE });
      await live(page);
      if (path === "/") await page.locator("[data-row-button]").first().click();
      expect(await widthOver(page)).toBe(0);
      await page.context().close();
    }
  });

  test("is light or dark as the system is, and as the reader chose, from the first paint on", async () => {
    const background = (page: Page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const { page: light } = await visit("/", { colorScheme: "light" });
    const { page: dark } = await visit("/", { colorScheme: "dark" });
    const [bright, gloomy] = [await background(light), await background(dark)];
    expect(bright).not.toBe(gloomy);
    await live(dark);
    await dark.getByTestId("theme").click();
    await expect.poll(() => background(dark)).toBe(bright);
    await dark.reload({ waitUntil: "commit" });
    expect(await (await dark.context().request.get(web.url)).text()).toContain('data-theme="light"');
    expect(await background(dark)).toBe(bright);
    await light.context().close();
    await dark.context().close();
  });

  test("finds the first desk by itself", async () => {
    const response = await fetch(`${web.url}/desk`, { redirect: "manual" });
    expect(response.headers.get("location")).toBe("/desk/arena");
  });

  test("says what is the matter with a desk that cannot be read", async () => {
    const { page: missing } = await visit("/desk/missing");
    expect(await missing.getByTestId("absent").getAttribute("data-absence")).toBe("not-created");
    await missing.context().close();
    expect((await fetch(`${web.url}/api/desks/missing/desk`)).status).toBe(503);
    expect((await fetch(`${web.url}/api/desks/nobody/desk`)).status).toBe(404);
    expect((await fetch(`${web.url}/desk/nobody`)).status).toBe(404);
  });

  test("appears by itself once an unopened desk opens", async () => {
    const { page } = await visit("/?desk=empty");
    expect(await page.getByTestId("absent").getAttribute("data-absence")).toBe("not-opened");
    await fillFixtureDesk(empty.url, { name: "empty", symbols: 12 });
    await expect.poll(async () => (await symbolsOf(page)).length, { timeout: 20_000 }).toBe(12);
    await page.context().close();
  });

  test("reads on connections with which nothing can be written", async () => {
    const client = new Client(connectionOf({ name: "arena", url: database.url }));
    await client.connect();
    await expect(client.query("DELETE FROM books")).rejects.toThrow(/read-only/);
    await client.end();
    const { rows } = await database.store.pool.query(
      "SELECT count(*)::int AS open FROM pg_stat_activity WHERE application_name = 'alphaforge web'",
    );
    expect(rows[0].open).toBeGreaterThan(0);
  });
});

describe("the server", () => {
  test("ends when the process that started it is killed", async () => {
    const port = await freePort();
    const parent = spawn(
      process.execPath,
      [fileURLToPath(new URL("start-web.fixture.ts", import.meta.url)), String(port)],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const [line] = (await once(parent.stdout, "data")) as [Buffer];
    const url = line.toString().trim();
    expect(await (await fetch(url)).text()).toContain("No desk is configured");
    parent.kill("SIGKILL");
    await expect
      .poll(
        () =>
          fetch(url).then(
            () => "answers",
            () => "gone",
          ),
        { timeout: 10_000 },
      )
      .toBe("gone");
  });

  test("names a taken port and the remedy", async () => {
    const port = Number(new URL(web.url).port);
    await expect(startWeb({ port, desks: [], signal: new AbortController().signal })).rejects.toThrow(
      `port ${port} is taken; choose another with --port`,
    );
  });
});
