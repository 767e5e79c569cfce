import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { openBrowser } from "./browser.ts";
import { openSite } from "./fixture-site.ts";
import { openScriptDatabases } from "./script-databases.ts";
import { openSitePage, type SitePage, sitePages } from "./site-pages.ts";

// Draws docs/images and docs/pages.md: npm run screenshots -w apps/web [-- --only NAME …]
// The fixture is the same every time and the browser's clock stands still, so that a picture changes when its page does.
const { values } = parseArgs({ options: { only: { type: "string", multiple: true } } });
const DOCS = fileURLToPath(new URL("../../../docs", import.meta.url));
const IMAGES = join(DOCS, "images");
/** The machine's time in every picture. */
const NOW = Date.UTC(2026, 2, 2, 9, 7, 30);
const VIEWPORTS = {
  "": { width: 1440, height: 900 },
  "-narrow": { width: 390, height: 844 },
} as const;
const THEMES = { "": "light", "-dark": "dark" } as const;

/** What docs/pages.md says of each picture, in its order; states that are not named here are tested and not drawn. */
const PICTURES: Readonly<Record<string, string>> = {
  rankings: "Rankings: every symbol of the desk's venue on six timeframes.",
  "rankings-row": "A row opened: every signal with its value, its weight and what it read.",
  leaderboard: "The leaderboard: agents by net return, held against their twins.",
  desk: "A desk: its agents' curves, positions, trades, refusals and halts.",
  "desk-untraded": "A desk whose agents have not traded yet: each says why.",
  "desk-silent": "A desk whose process has ended: everything is as of its last word.",
  agent: "An agent: its book, its figures, and its equity beside that of its twins.",
  trades: "Trades, each with the decisions that opened and closed it.",
  reasoning: "Reasoning: every decision, holds and replies that were turned down among them.",
  prompt: "The prompt in use, its versions, and what came of them.",
  models: "Models, with what they were asked and what it cost.",
  token: "A command asks for the desk's token.",
  "twin-rules": "A rule twin: a ledger of its own, and no prompt.",
  "agent-abstains": "An agent that abstains, with the reason.",
  forge: "A forge: tasks with what each waits for, coders, claims, landings.",
  "forge-table": "The tasks as a table.",
  "forge-task": "A task, opened: its attempts, and why it failed.",
  "forge-large": "A forge of 200 tasks.",
  "forge-choice": "Several forges: a choice.",
  "forge-unused": "A repository in which nothing has run yet.",
  keys: "The keys of a page.",
  "desk-unreachable": "A desk whose database does not answer.",
  "not-found": "An address that leads nowhere.",
  fault: "A fault of the dashboard's own, with the id that stands in its log.",
  "no-desks": "A dashboard without desks and forges.",
};

type Sharp = (input: Buffer) => { png(options: object): { toBuffer(): Promise<Buffer> } };

/** Next brings sharp along where it can; 256 colours are all that these pages have, but for the smoothing of letters. */
function sharpOfNext(): Sharp {
  const next = createRequire(createRequire(import.meta.url).resolve("next/package.json"));
  return next("sharp") as Sharp;
}

async function draw(browser: Browser, url: string, page: SitePage, sharp: Sharp): Promise<void> {
  for (const [width, viewport] of Object.entries(VIEWPORTS)) {
    const context = await browser.newContext({ viewport, locale: "en-US", timezoneId: "UTC", reducedMotion: "reduce" });
    try {
      const tab = await context.newPage();
      await tab.clock.setFixedTime(NOW);
      for (const [theme, colorScheme] of Object.entries(THEMES)) {
        await tab.emulateMedia({ colorScheme });
        await openSitePage(tab, url, page);
        if ((await tab.locator("[role='img'].h-72").count()) > 0) await tab.locator("canvas").first().waitFor();
        // Ages move with the browser's clock, which the page looks at once a second.
        await tab.waitForTimeout(1_300);
        await tab.evaluate(() => {
          // What was opened may lie far down; a page is known by its head.
          scrollTo(0, 0);
          for (const each of document.querySelectorAll("[data-testid='fault']"))
            each.textContent = (each.textContent ?? "").replace(/[0-9a-f]{8,}/, "5f3a90c1");
        });
        const shot = await tab.screenshot({ caret: "hide", animations: "disabled" });
        const small = await sharp(shot).png({ palette: true, colours: 256, dither: 0, effort: 10 }).toBuffer();
        writeFileSync(join(IMAGES, `${page.name}${width}${theme}.png`), small);
      }
    } finally {
      await context.close();
    }
  }
}

function pagesDocument(): string {
  const picture = (name: string, alt: string, width: string): string =>
    `<picture><source media="(prefers-color-scheme: dark)" srcset="images/${name}-dark.png"><img alt="${alt}" src="images/${name}.png" width="${width}"></picture>`;
  const parts = Object.entries(PICTURES).map(
    ([name, text]) =>
      `## ${text}\n\n${picture(name, text, "70%")} ${picture(`${name}-narrow`, `${text} On a phone.`, "24%")}\n`,
  );
  return `# Pages\n\nThe dashboard as it looks, wide and narrow, in your system's light or dark. Drawn from a made-up desk and a made-up forge\nby \`npm run screenshots -w apps/web\`, which also writes this page.\n\n${parts.join("\n")}`;
}

const pages = sitePages();
const unknown = Object.keys(PICTURES).filter((name) => !pages.some((page) => page.name === name));
if (unknown.length > 0) throw new Error(`no page is called ${unknown.join(", ")}: see site-pages.ts`);
const databases = await openScriptDatabases();
const site = await openSite({ now: NOW, symbols: 200, newDatabase: databases.newDatabase });
const browser = await openBrowser();
try {
  mkdirSync(IMAGES, { recursive: true });
  const sharp = sharpOfNext();
  const names = values.only ?? Object.keys(PICTURES);
  for (const name of names) {
    const page = pages.find((each) => each.name === name);
    if (!page) throw new Error(`no page is called ${name}`);
    await draw(browser, site.servers[page.server].url, page, sharp);
    process.stdout.write(`${name}\n`);
  }
  writeFileSync(join(DOCS, "pages.md"), pagesDocument());
  const wanted = new Set(
    Object.keys(PICTURES).flatMap((name) =>
      Object.keys(VIEWPORTS).flatMap((width) => Object.keys(THEMES).map((theme) => `${name}${width}${theme}.png`)),
    ),
  );
  const bytes = [...wanted].reduce((sum, file) => sum + readFileSync(join(IMAGES, file)).length, 0);
  process.stdout.write(`${wanted.size} pictures, ${(bytes / 1e6).toFixed(1)} MB\n`);
} finally {
  await browser.close();
  await site.close();
  await databases.close();
}
