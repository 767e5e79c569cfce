import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBrowser } from "../../web/test/browser.ts";
import { figureText } from "../src/reports/html/figure-text.ts";
import { refuseReportFile, writeReportFile } from "../src/reports/html/report-file.ts";
import { type Ended, runCli, temporaryDirectory } from "./run-cli.fixture.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const directory = temporaryDirectory();
afterAll(() => directory.remove());
const fileOf = (name: string): string => join(directory.path, name);

const backtest = (file: string, ...more: string[]): Promise<Ended> => {
  const range = ["--from", "2024-03-04", "--to", "2024-04-06", "--symbols", "BTCUSDT,ETHUSDT,DOGEUSDT"];
  const agents = ["--agents", "momentum-15m,meanrev-1h,cross-cascade,momentum-1w"];
  const args = ["desk", "backtest", "arena", "--venue", "simulated", ...range, ...agents, "--report", fileOf(file)];
  return runCli(directory.path, [...args, ...more]);
};

interface Book {
  readonly agent: string;
  readonly abstained?: string;
  readonly return: number;
  readonly netPnl: number;
  readonly trades: number;
}

describe("desk backtest --report", () => {
  let json: Ended;
  let text: Ended;
  let document: { ledgerHash: string; reportFile: string; books: Book[] };
  let page: string;
  beforeAll(async () => {
    [json, text] = await Promise.all([
      backtest("a.html", "--twins", "3", "--json"),
      backtest("b.html", "--twins", "3"),
    ]);
    document = JSON.parse(json.stdout);
    page = readFileSync(fileOf("a.html"), "utf8");
  });

  test("writes the same bytes for the same backtest, whatever else is printed, and names the file", () => {
    expect([json.code, text.code]).toEqual([0, 0]);
    expect(readFileSync(fileOf("b.html"), "utf8")).toBe(page);
    expect(document.reportFile).toBe(fileOf("a.html"));
    expect(text.stdout).toContain(`Report: ${fileOf("b.html")}`);
    expect(readdirSync(directory.path).filter((name) => name.includes("draft"))).toEqual([]);
  });

  test("says what it is, on what it stands, and how to repeat it", () => {
    for (const said of [
      "Simulated prices: no market traded them",
      "2024-03-04 00:00 to 2024-04-06 00:00 UTC",
      "BTCUSDT, ETHUSDT, DOGEUSDT",
      "0.1 % of the notional on each leg",
      "alphaforge 0.1.0",
      document.ledgerHash,
      "alphaforge desk backtest arena --venue simulated --from 2024-03-04 --to 2024-04-06 --symbols BTCUSDT,ETHUSDT,DOGEUSDT --agents momentum-15m,meanrev-1h,cross-cascade,momentum-1w --twins 3 --report report.html",
    ]) {
      expect(page).toContain(said);
    }
    expect(page).not.toMatch(/Infinity|NaN|undefined|\[object/);
  });

  test("needs nothing from outside and runs nothing", () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|<object|@import|url\(|javascript:|\son[a-z]+=|\sstyle=/i);
    expect([...page.matchAll(/(?:href|src)="([^"]*)"/g)].every(([, target]) => target?.startsWith("#"))).toBe(true);
    expect(page).toMatch(
      /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'">/,
    );
  });

  describe("in a browser", () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser?.close());

    async function opened<T>(options: BrowserContextOptions, work: (page: Page) => Promise<T>): Promise<T> {
      const context = await browser.newContext(options);
      try {
        const shown = await context.newPage();
        const faults: string[] = [];
        const requests: string[] = [];
        shown.on("console", (message) => faults.push(message.text()));
        shown.on("pageerror", (error) => faults.push(String(error)));
        shown.on("request", (request) => requests.push(request.url()));
        const url = pathToFileURL(fileOf("a.html")).href;
        await context.route(
          (address) => address.href !== url,
          (route) => route.abort(),
        );
        await shown.goto(url);
        const result = await work(shown);
        expect(faults).toEqual([]);
        expect(requests).toEqual([url]);
        return result;
      } finally {
        await context.close();
      }
    }

    test("shows every figure of the text report, and of no agent that did not trade", () =>
      opened({}, async (shown) => {
        const rows = await shown
          .locator("table.books tbody tr")
          .evaluateAll((found) => found.map((row) => [...row.children].map((cell) => cell.textContent ?? "")));
        const traded = document.books.filter(({ abstained }) => abstained === undefined);
        expect(rows.map(([name]) => name)).toEqual(traded.map(({ agent }) => agent));
        expect(traded.length).toBeGreaterThan(1);
        expect(document.books.length).toBeGreaterThan(traded.length);
        for (const [name, ...cells] of rows) {
          const line = text.stdout.split("\n").find((each) => each.startsWith(`${name} `)) ?? "";
          expect(line.split(/ {2,}/).slice(1).map(figureText)).toEqual(cells);
        }
      }));

    test("months multiply up to the return that is shown, and the trades listed are as many as were closed", () =>
      opened({}, async (shown) => {
        for (const { agent, abstained, ...book } of document.books) {
          if (abstained !== undefined) continue;
          const section = shown.locator(`section[aria-labelledby="agent-${agent}"]`);
          const months = await section
            .locator("table.months td[class^=up], table.months td[class^=down]")
            .allTextContents();
          const growth = months.reduce(
            (all, cell) => all * (1 + Number(cell.replace("−", "-").replace("*", "")) / 100),
            1,
          );
          // Each month is shown to 0.01 %.
          expect(Math.abs(growth - 1 - book.return), agent).toBeLessThan(0.0001 * (months.length + 1));
          const nets = await section.locator("table.trades tbody td:nth-child(10)").allTextContents();
          expect(nets.length).toBe(book.trades);
        }
      }));

    test.each([
      ["wide and light", { viewport: { width: 1280, height: 900 }, colorScheme: "light" }],
      ["narrow and dark", { viewport: { width: 390, height: 800 }, colorScheme: "dark" }],
    ] as const)("has no axe violation and never scrolls sideways: %s", (_, options) =>
      opened(options, async (shown) => {
        await shown.locator("details").evaluateAll((found) => {
          for (const each of found) each.setAttribute("open", "");
        });
        await shown.evaluate(AXE);
        const violations = await shown.evaluate(async () => {
          const { axe } = globalThis as unknown as {
            axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
          };
          const found = await axe.run();
          return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
        });
        expect(violations).toEqual([]);
        const [content, room] = await shown.evaluate(() => [
          globalThis.document.documentElement.scrollWidth,
          globalThis.document.documentElement.clientWidth,
        ]);
        expect(content).toBe(room);
      }),
    );

    test("every anchor leads somewhere, and every chart says in words what it shows", () =>
      opened({}, async (shown) => {
        const lost = await shown.evaluate(() =>
          [...globalThis.document.querySelectorAll("a")]
            .map((link) => link.getAttribute("href") ?? "")
            .filter((href) => globalThis.document.getElementById(href.slice(1)) === null),
        );
        expect(lost).toEqual([]);
        const charts = await shown
          .locator("[role=img]")
          .evaluateAll((found) => found.map((each) => each.ariaLabel ?? ""));
        expect(charts.length).toBeGreaterThan(12);
        for (const label of charts) expect(label).toMatch(/\d.*\.$/);
        const bare = await shown
          .locator("svg:not([aria-hidden=true] *):not([aria-hidden=true]):not([role=img])")
          .count();
        expect(bare).toBe(0);
      }));

    test("is reached by keyboard: the first stop skips the contents, and tables that scroll take the focus", () =>
      opened({ viewport: { width: 390, height: 800 } }, async (shown) => {
        await shown.keyboard.press("Tab");
        expect(await shown.evaluate(() => globalThis.document.activeElement?.textContent)).toBe("Skip to the report");
        await shown.keyboard.press("Enter");
        expect(await shown.evaluate(() => globalThis.document.activeElement?.id)).toBe("main");
        const unreachable = await shown
          .locator(".scroll")
          .evaluateAll((found) => found.filter((each) => (each as HTMLElement).tabIndex !== 0).length);
        expect(unreachable).toBe(0);
      }));

    test("prints on A4: ink on white, an agent on a new page, nothing wider than the paper", () =>
      opened({ viewport: { width: 695, height: 1017 }, colorScheme: "dark" }, async (shown) => {
        await shown.emulateMedia({ media: "print" });
        const laid = await shown.evaluate(() => {
          const doc = globalThis.document;
          const agents = [...doc.querySelectorAll(".agent")];
          return {
            paper: getComputedStyle(doc.documentElement).backgroundColor,
            width: doc.documentElement.scrollWidth,
            cut: [...doc.querySelectorAll(".scroll")].filter((each) => each.scrollWidth > each.clientWidth).length,
            breaks: agents.map((each) => getComputedStyle(each).breakBefore),
            figures: [...doc.querySelectorAll("figure")].map((each) => getComputedStyle(each).breakInside),
          };
        });
        expect(laid).toMatchObject({ paper: "rgb(255, 255, 255)", width: 695, cut: 0 });
        expect(new Set(laid.breaks)).toEqual(new Set(["page"]));
        expect(new Set(laid.figures)).toEqual(new Set(["avoid"]));
        // Columns as high as the paper break where pages do: what is cut has a part in each.
        const cut = await shown.evaluate(() => {
          const doc = globalThis.document;
          const sheet = new CSSStyleSheet();
          sheet.replaceSync(
            ".page{display:block!important;height:1017px;columns:695px auto;column-fill:auto}.agent{break-before:column!important}",
          );
          doc.adoptedStyleSheets = [sheet];
          const whole = [...doc.querySelectorAll("figure,.key,.multiples,h2,h3,tbody tr")];
          const parts = whole
            .filter((each) => each.getClientRects().length > 1)
            .map((each) => each.outerHTML.slice(0, 80));
          const columns = doc.documentElement.scrollWidth / 695;
          doc.adoptedStyleSheets = [];
          return { parts, columns };
        });
        expect(cut.parts).toEqual([]);
        expect(cut.columns).toBeGreaterThan(laid.breaks.length);
        const pdf = (await shown.pdf({ preferCSSPageSize: true })).toString("latin1");
        const pages = pdf.match(/\/Type \/Page\b/g) ?? [];
        expect(pages.length).toBeGreaterThanOrEqual(2 + laid.breaks.length);
        expect(pdf).toMatch(/\/MediaBox \[0 0 59[45]\.\d+ 84[12]\.\d+\]/);
      }));
  });
});

test("without coins the report says that nothing in it tells skill from luck", async () => {
  const { code } = await backtest("plain.html", "--json");
  expect(code).toBe(0);
  const page = readFileSync(fileOf("plain.html"), "utf8");
  expect(page).toContain("nothing in this report tells skill from luck");
  expect(page).not.toContain("distinguishable from luck");
});

test("refuses a directory, a folder that does not exist and what is no file, before anything runs", async () => {
  mkdirSync(fileOf("taken"));
  execFileSync("mkfifo", [fileOf("pipe")]);
  const directoryNamed = await backtest("taken");
  expect(directoryNamed).toMatchObject({ code: 2, stdout: "" });
  expect(directoryNamed.errors.join("\n")).toContain("is a directory; name a file in it, such as report.html");
  const nowhere = await backtest("missing/report.html");
  expect(nowhere).toMatchObject({ code: 2, stdout: "" });
  expect(nowhere.errors.join("\n")).toMatch(/there is no folder .*missing; make it first/);
  await expect(refuseReportFile(fileOf("pipe"))).rejects.toThrow(/no regular file/);
});

test("a file is replaced as a whole, and a failed write leaves neither draft nor change", async () => {
  const target = fileOf("kept.html");
  await writeReportFile(target, "old");
  await writeReportFile(target, "new");
  expect(readFileSync(target, "utf8")).toBe("new");
  mkdirSync(fileOf("full"));
  await expect(writeReportFile(fileOf("full"), "page")).rejects.toThrow();
  expect(statSync(fileOf("full")).isDirectory()).toBe(true);
  expect(readdirSync(directory.path).filter((name) => name.endsWith(".draft"))).toEqual([]);
  symlinkSync(fileOf("gone.html"), fileOf("link.html"));
  await refuseReportFile(fileOf("link.html"));
  expect(existsSync(fileOf("gone.html"))).toBe(false);
});
