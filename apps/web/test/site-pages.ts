import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { FIXTURE_MODEL_AGENT } from "./fixture-desk.ts";
import type { SiteServer } from "./fixture-site.ts";

/** A page of the fixture site as a reader may find it, or brought there by `open`. */
export interface SitePage {
  /** Also the name of its picture. */
  readonly name: string;
  readonly server: SiteServer;
  readonly path: string;
  /** What it answers; 200 when absent. */
  readonly status?: number;
  /** Nothing keeps it up to date, so that there is nothing to wait for. */
  readonly still?: boolean;
  /** Works in every language and at every width. */
  readonly open?: (page: Page) => Promise<void>;
}

const AGENT = `/desk/arena/agents/${FIXTURE_MODEL_AGENT}`;
const main = { server: "main" } as const;
const others = { server: "others" } as const;

async function openTask(page: Page): Promise<void> {
  await page.locator('[data-node="9"], [data-task="shop.9"]').locator("visible=true").first().click();
  await page.getByTestId("task").locator("[data-attempt]").first().waitFor();
}

/** The states of each route's pages. A route that is not named here is still visited, with the values below. */
const STATES: Readonly<Record<string, readonly SitePage[]>> = {
  "/": [
    { ...main, name: "rankings", path: "/" },
    {
      ...main,
      name: "rankings-row",
      path: "/?timeframe=4h",
      open: async (page) => {
        await page.locator("[data-row-button]").first().click();
        await page.getByTestId("breakdown").waitFor();
      },
    },
    {
      ...main,
      name: "rankings-skipped",
      path: "/",
      open: (page) => page.locator("main details > summary").click(),
    },
    { ...main, name: "rankings-no-match", path: "/", open: (page) => page.getByRole("searchbox").fill("nothing") },
    { ...others, name: "rankings-several-desks", path: "/?desk=quiet" },
    { server: "none", name: "no-desks", path: "/", still: true },
    {
      ...main,
      name: "keys",
      path: "/",
      open: async (page) => {
        await page.keyboard.press("?");
        await page.getByRole("dialog").waitFor();
      },
    },
  ],
  "/agents": [
    {
      ...main,
      name: "leaderboard",
      path: "/agents",
      open: (page) => page.locator(`[data-board-agent="${FIXTURE_MODEL_AGENT}"] button`).first().click(),
    },
    { ...main, name: "leaderboard-no-match", path: "/agents?timeframe=1h&strategy=regime" },
    { ...others, name: "leaderboard-rules", path: "/agents?desk=rules" },
    { ...others, name: "leaderboard-untraded", path: "/agents?desk=quiet" },
    { ...others, name: "leaderboard-not-opened", path: "/agents?desk=unopened" },
  ],
  "/desk": [{ ...main, name: "desk-first", path: "/desk" }],
  "/desk/[name]": [
    { ...main, name: "desk", path: "/desk/arena" },
    { ...others, name: "desk-untraded", path: "/desk/quiet" },
    { ...others, name: "desk-silent", path: "/desk/silent" },
    { ...others, name: "desk-not-opened", path: "/desk/unopened" },
    { ...others, name: "desk-not-created", path: "/desk/missing" },
    { ...others, name: "desk-unreachable", path: "/desk/gone" },
    { ...others, name: "desk-failing", path: "/desk/failing" },
    { ...others, name: "desk-unknown", path: "/desk/nobody", status: 404, still: true },
    { ...others, name: "fault", path: "/desk/broken", status: 500, still: true },
  ],
  "/desk/[name]/agents/[agent]": [
    { ...main, name: "agent", path: AGENT },
    {
      ...main,
      name: "trades",
      path: `${AGENT}?tab=trades`,
      open: (page) => page.locator("[data-trade] > summary").first().click(),
    },
    {
      ...main,
      name: "reasoning",
      path: `${AGENT}?tab=reasoning`,
      open: (page) => page.locator("[data-decision] summary").nth(1).click(),
    },
    { ...main, name: "reasoning-none", path: `${AGENT}?tab=reasoning&q=no+such+words` },
    {
      ...main,
      name: "prompt",
      path: `${AGENT}?tab=prompt`,
      open: (page) => page.locator("[data-diff-of] > summary").first().click(),
    },
    {
      ...main,
      name: "prompt-edited",
      path: `${AGENT}?tab=prompt`,
      open: (page) => page.locator("main textarea").fill("Rest on Sundays.\u202e"),
    },
    { ...main, name: "models", path: `${AGENT}?tab=models` },
    {
      ...main,
      name: "token",
      path: AGENT,
      open: async (page) => {
        await page.getByTestId("pause").click();
        await page.getByRole("dialog").waitFor();
      },
    },
    {
      ...main,
      name: "command-cancelled",
      path: AGENT,
      open: async (page) => {
        await page.getByTestId("pause").click();
        await page.getByRole("dialog").getByRole("button").first().click();
        await page.locator('[data-testid="command"][data-state="cancelled"]').waitFor();
      },
    },
    { ...main, name: "agent-abstains", path: "/desk/arena/agents/swing-1w" },
    { ...main, name: "twin-rules", path: `${AGENT}.rules` },
    { ...main, name: "twin-coin", path: `${AGENT}.coin?tab=trades` },
    { ...main, name: "twin-shadow", path: `${AGENT}.v2?tab=prompt` },
    { ...main, name: "prompt-of-rules", path: "/desk/arena/agents/swing-1h?tab=prompt" },
    { ...main, name: "models-of-rules", path: "/desk/arena/agents/swing-1h?tab=models" },
    { ...others, name: "agent-untraded", path: `/desk/quiet/agents/${FIXTURE_MODEL_AGENT}` },
    { ...others, name: "trades-untraded", path: `/desk/quiet/agents/${FIXTURE_MODEL_AGENT}?tab=trades` },
    { ...others, name: "prompt-untraded", path: `/desk/quiet/agents/${FIXTURE_MODEL_AGENT}?tab=prompt` },
    { ...others, name: "models-untraded", path: `/desk/quiet/agents/${FIXTURE_MODEL_AGENT}?tab=models` },
    { ...main, name: "agent-unknown", path: "/desk/arena/agents/nobody", status: 404, still: true },
  ],
  "/forge": [
    { ...others, name: "forge-choice", path: "/forge", still: true },
    { server: "none", name: "no-forges", path: "/forge", status: 404, still: true },
  ],
  "/forge/[name]": [
    { ...main, name: "forge", path: "/forge/shop" },
    {
      ...main,
      name: "forge-table",
      path: "/forge/shop",
      open: async (page) => {
        const table = page.locator('[data-view="table"]');
        if (await table.isVisible()) await table.click();
      },
    },
    { ...main, name: "forge-task", path: "/forge/shop", open: openTask },
    { ...main, name: "forge-ended", path: "/forge/shop?session=monday" },
    {
      ...main,
      name: "forge-filtered",
      path: "/forge/shop",
      open: (page) => page.locator('[data-state-filter="failed"]').click(),
    },
    { ...others, name: "forge-large", path: "/forge/warehouse" },
    { ...others, name: "forge-unused", path: "/forge/unused" },
    { ...others, name: "forge-not-created", path: "/forge/missing" },
    { ...others, name: "forge-unreachable", path: "/forge/gone" },
    { ...others, name: "forge-unknown", path: "/forge/nobody", status: 404, still: true },
  ],
};

/** What stands in the place of a route's parameters, by the folder before. */
const VALUES: Readonly<Record<string, string>> = { desk: "arena", agents: FIXTURE_MODEL_AGENT, forge: "shop" };
const NOT_FOUND: SitePage = { ...main, name: "not-found", path: "/nowhere", status: 404, still: true };

/** "/desk/[name]" for app/desk/[name]/page.tsx. */
export function routesOf(app = fileURLToPath(new URL("../app", import.meta.url))): readonly string[] {
  return readdirSync(app, { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|\/)page\.tsx$/.test(file))
    .map((file) => `/${file.replace(/\/?page\.tsx$/, "")}`)
    .sort();
}

/** Throws for a route whose parameters have no value here. */
export function addressOf(route: string): string {
  const parts = route.split("/");
  return parts
    .map((part, at) => {
      if (!part.startsWith("[")) return part;
      const value = VALUES[parts[at - 1] ?? ""];
      if (value === undefined) throw new Error(`${route}: say in site-pages.ts what ${part} may be`);
      return value;
    })
    .join("/");
}

/** Every page of the dashboard in every state that is known here; those of a new route are found by its place. */
export function sitePages(routes = routesOf()): readonly SitePage[] {
  const known = routes.flatMap((route): readonly SitePage[] => {
    const name = `route${route.replaceAll(/[^a-z]+/g, "-")}`;
    return STATES[route] ?? [{ ...main, name, path: addressOf(route), still: true }];
  });
  return [...known, NOT_FOUND];
}

/** Loads a page and brings it into its state; for one that is kept up to date, waits until the browser has taken it over. */
export async function openSitePage(page: Page, url: string, { path, status, still, open }: SitePage): Promise<void> {
  const response = await page.goto(`${url}${path}`);
  if (response?.status() !== (status ?? 200)) throw new Error(`${path} answered ${response?.status()}`);
  // One that cannot be read says so by its status instead.
  if (!still)
    await page.locator('[data-testid="live"]:is([data-status="live"]), [data-testid="absent"]').first().waitFor();
  if (still) await page.waitForLoadState("networkidle");
  await open?.(page);
}
