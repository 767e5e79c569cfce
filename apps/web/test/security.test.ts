/// <reference lib="dom" />
import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { describe, expect, test } from "vitest";
import { isLoopbackHost } from "../requests/loopback-host.ts";
import { FIXTURE_MODEL_AGENT } from "./fixture-desk.ts";
import { SITE_TOKEN } from "./fixture-site.ts";
import { siteForTests } from "./open-test-site.ts";
import { openSitePage, sitePages } from "./site-pages.ts";

/** Longer than a loaded machine takes. */
const SOON = { timeout: 30_000 };

const opened = siteForTests();

/** A request with whatever Host it says; fetch would not let it. */
async function ask(
  path: string,
  headers: Record<string, string>,
  method = "GET",
): Promise<{ status: number; headers: IncomingMessage["headers"]; text: string }> {
  const sent = httpRequest(`${opened.site.servers.main.url}${path}`, { method, headers });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const isStream = response.headers["content-type"]?.startsWith("text/event-stream");
  let text = "";
  for await (const chunk of response) {
    text += chunk;
    // An event stream has no end.
    if (isStream && text.includes("data:")) break;
  }
  response.destroy();
  return { status: response.statusCode ?? 0, headers: response.headers, text };
}

const PAUSE = `/api/desks/arena/agents/${FIXTURE_MODEL_AGENT}/pause`;
const ADDRESSES = [
  ["GET", "/"],
  ["GET", "/desk/arena"],
  ["GET", "/nowhere"],
  ["GET", "/icon.svg"],
  ["GET", "/api/desks/arena/desk"],
  ["GET", "/api/desks/arena/updates"],
  ["GET", "/api/forges/shop/state"],
  ["GET", "/api/forges/shop/updates"],
  ["POST", PAUSE],
  ["POST", "/api/faults"],
] as const;

describe("a name that somebody else has led to this machine", () => {
  test("gets no page, no answer, no stream and no command", async () => {
    for (const host of ["evil.example", "evil.example:3000", "127.0.0.1.evil.example", "localhost.evil.example:80"])
      for (const [method, path] of ADDRESSES) {
        const headers = {
          Host: host,
          Origin: `http://${host}`,
          "Sec-Fetch-Site": "same-origin",
          Authorization: `Bearer ${SITE_TOKEN}`,
          "Idempotency-Key": "0123456789abcdef",
        };
        const answer = await ask(path, headers, method);
        expect({ host, path, status: answer.status }).toEqual({ host, path, status: 421 });
        expect(answer.text).toMatch(/^This dashboard is for this machine alone/);
      }
  });

  test("cannot be hidden behind what a page may say of itself", async () => {
    for (const name of ["X-Forwarded-Host", "Forwarded", "X-Middleware-Subrequest", "X-Original-Host"]) {
      const value =
        name === "Forwarded" ? "host=127.0.0.1" : name.startsWith("X-Middleware") ? "proxy:proxy" : "localhost";
      expect((await ask("/api/desks/arena/desk", { Host: "evil.example", [name]: value })).status).toBe(421);
    }
  });

  test("is told from this machine's own names", async () => {
    const { port } = new URL(opened.site.servers.main.url);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, "LOCALHOST"]) {
      expect((await ask("/api/desks/arena/desk", { Host: host })).status).toBe(200);
      expect((await ask("/api/desks/arena/updates", { Host: host })).text).toContain("data:");
    }
    for (const host of [
      null,
      "",
      "127.0.0.1@evil.example",
      "127.0.0.1:3000:4000",
      "0.0.0.0",
      "127.0.0.2",
      "localhost.",
    ])
      expect({ host, is: isLoopbackHost(host) }).toEqual({ host, is: false });
  });
});

describe("every answer", () => {
  test("forbids frames, guessing at types, referrers and devices", async () => {
    const { text } = await ask("/", {});
    const script = /src="(\/_next\/static\/[^"]+\.js)"/.exec(text)?.[1] ?? "";
    expect(script).not.toBe("");
    for (const path of [...ADDRESSES.filter(([method]) => method === "GET").map(([, path]) => path), script]) {
      const { headers } = await ask(path, {});
      expect({ path, ...headers }).toMatchObject({
        path,
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
      });
      expect(headers["permissions-policy"]).toContain("camera=()");
      expect(headers["x-powered-by"]).toBeUndefined();
      expect(headers["access-control-allow-origin"]).toBeUndefined();
      expect(headers["set-cookie"]).toBeUndefined();
      if (path !== script) expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    }
  });

  test("has a policy without anything unsafe, and a nonce that no other has", async () => {
    const nonces = new Set<string>();
    for (const { server, path } of sitePages()) {
      const response = await fetch(`${opened.site.servers[server].url}${path}`);
      const policy = response.headers.get("content-security-policy") ?? "";
      expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'nonce-[^']{24}'; style-src 'self'; /);
      expect(policy).not.toMatch(/unsafe|\*|https?:/);
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? "";
      nonces.add(nonce);
      const html = await response.text();
      for (const [script] of html.matchAll(/<script\b[^>]*>/g)) expect(script).toContain(`nonce="${nonce}"`);
      expect(html).not.toMatch(/<style\b|\sstyle="|\son[a-z]+="|javascript:/);
    }
    expect(nonces.size).toBe(sitePages().length);
  });
});

test("scripts that come into a page by its content do not run", async () => {
  const context = await opened.browser.newContext();
  const page = await context.newPage();
  await page.goto(`${opened.site.servers.main.url}/`);
  const ran = await page.evaluate(async () => {
    const inline = document.createElement("div");
    inline.innerHTML = '<img src="data:," onerror="window.taken = 1">';
    document.body.append(inline);
    const script = document.createElement("script");
    script.textContent = "window.taken = 2";
    document.body.append(script);
    const answer = document.createElement("script");
    answer.src = "/api/desks/arena/desk";
    const failed = new Promise((resolve) => {
      answer.onerror = () => resolve("refused");
      answer.onload = () => resolve("loaded");
    });
    document.body.append(answer);
    const frame = document.createElement("iframe");
    frame.src = "/";
    document.body.append(frame);
    return { answer: await failed, taken: (window as { taken?: number }).taken ?? null };
  });
  expect(ran).toEqual({ answer: "refused", taken: null });
  await context.close();
});

test("cookies hold a theme and a language, and stay with this site", async () => {
  const context = await opened.browser.newContext();
  const page = await context.newPage();
  await openSitePage(page, opened.site.servers.main.url, { name: "rankings", server: "main", path: "/" });
  await page.getByTestId("theme").click();
  await page.getByTestId("language").click();
  await expect.poll(() => page.evaluate(() => document.documentElement.lang), SOON).toBe("zh");
  const cookies = await context.cookies();
  expect(cookies.map(({ name, value, sameSite }) => [name, value, sameSite]).sort()).toEqual([
    ["alphaforge-locale", "zh", "Strict"],
    ["alphaforge-theme", "light", "Strict"],
  ]);
  await context.close();
});
