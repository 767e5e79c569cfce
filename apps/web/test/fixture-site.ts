import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { tryLock } from "@alphaforge/core/store/advisory-lock";
import type { MigrationSource } from "@alphaforge/core/store/migrations";
import type { Store } from "@alphaforge/core/store/open-store";
import { FORGE_MIGRATIONS } from "@alphaforge/forge/claims/migrations";
import { ensureBuilt, type RunningWeb, startWeb } from "../serve.ts";
import { startFakeWorker } from "./fake-worker.ts";
import { fillFixtureDesk } from "./fixture-desk.ts";
import { fillFixtureForge, manyTasks, SHOP } from "./fixture-forge.ts";
import { freePort } from "./free-port.ts";

export const DESK_MIGRATIONS: readonly MigrationSource[] = [
  EVENT_LOG_MIGRATIONS,
  { name: "desk", directory: fileURLToPath(new URL("../../../packages/desk/migrations", import.meta.url)) },
];
export const SITE_TOKEN = "the-token-of-this-desk";
const DAY_MS = 86_400_000;

export interface NewDatabase {
  readonly url: string;
  readonly store: Store;
}

/**
 * "main": the desk and the forge that one looks at. "others": desks and forges in every state that a reader may find
 * them in. "none": neither desk nor forge.
 */
export const SITE_SERVERS = ["main", "others", "none"] as const;
export type SiteServer = (typeof SITE_SERVERS)[number];

export interface Site {
  readonly servers: Readonly<Record<SiteServer, RunningWeb>>;
  /** What the servers wrote to their logs so far. */
  log(): string;
  close(): Promise<void>;
}

/** Dashboards over fixture desks and forges in every state that there is a page for. `now` is the wall's time, in ms. */
export async function openSite(options: {
  now: number;
  symbols: number;
  newDatabase: (sources: readonly MigrationSource[]) => Promise<NewDatabase>;
}): Promise<Site> {
  const { now, symbols, newDatabase } = options;
  const desk = () => newDatabase(DESK_MIGRATIONS);
  const forge = () => newDatabase([EVENT_LOG_MIGRATIONS, FORGE_MIGRATIONS]);
  const [arena, rules, quiet, silent] = [await desk(), await desk(), await desk(), await desk()];
  const [broken, failing, unopened] = [await desk(), await desk(), await desk()];
  const [shop, warehouse, unused] = [await forge(), await forge(), await forge()];
  await fillFixtureDesk(arena.url, { symbols, wallTime: now });
  await fillFixtureDesk(rules.url, { name: "rules", symbols: 12, byRules: true, wallTime: now });
  await fillFixtureDesk(quiet.url, { name: "quiet", symbols: 12, untraded: true, wallTime: now });
  await fillFixtureDesk(silent.url, { name: "silent", symbols: 12, untraded: true, wallTime: now - DAY_MS });
  await fillFixtureDesk(broken.url, { name: "broken", symbols: 12, untraded: true, wallTime: now });
  await fillFixtureDesk(failing.url, { name: "failing", symbols: 12, untraded: true, wallTime: now });
  // A time that no page can write, and one that is none: they stand for any fault in making a page and in reading.
  await broken.store.pool.query("UPDATE desk_clock SET desk_time = '290000-01-01'");
  await failing.store.pool.query("UPDATE desk_clock SET desk_time = 'infinity'");
  await fillFixtureForge(shop.store, {
    session: "monday",
    tasks: SHOP.slice(0, 3),
    now: now - 90_000_000,
    ended: { how: "done" },
  });
  await fillFixtureForge(shop.store, { session: "shop", tasks: SHOP, now });
  await fillFixtureForge(warehouse.store, { session: "warehouse", tasks: manyTasks(200), now });
  // Held as long as the store is open: the page shows a forge that runs.
  await tryLock(await shop.store.connect(), "forge orchestrator");

  const worker = await startFakeWorker("arena", SITE_TOKEN);
  const directory = mkdtempSync(join(tmpdir(), "alphaforge-site-"));
  const workerFile = join(directory, "worker.json");
  writeFileSync(workerFile, JSON.stringify({ url: worker.url, pid: process.pid, started_at: "2026-03-02T09:00:00Z" }));
  await ensureBuilt({ log: () => undefined });
  const stop = new AbortController();
  let logged = "";
  const start = async (desks: Parameters<typeof startWeb>[0]["desks"], forges: { name: string; url: string }[]) =>
    startWeb({
      port: await freePort(),
      desks,
      forges,
      signal: stop.signal,
      log: (text) => {
        logged += text;
      },
    });
  const nowhere = `postgres://nobody@127.0.0.1:${await freePort()}/nothing`;
  const notCreated = new URL(arena.url);
  notCreated.pathname = "/no_such_database";
  const main = await start([{ name: "arena", url: arena.url, worker: workerFile }], [{ name: "shop", url: shop.url }]);
  const others = await start(
    [
      { name: "rules", url: rules.url },
      { name: "quiet", url: quiet.url },
      { name: "silent", url: silent.url },
      { name: "broken", url: broken.url },
      { name: "failing", url: failing.url },
      { name: "unopened", url: unopened.url },
      { name: "missing", url: notCreated.href },
      { name: "gone", url: nowhere },
      { name: "of-a-forge", url: shop.url },
    ],
    [
      { name: "warehouse", url: warehouse.url },
      { name: "unused", url: unused.url },
      { name: "missing", url: notCreated.href },
      { name: "gone", url: nowhere },
    ],
  );
  const none = await start([], []);
  return {
    servers: { main, others, none },
    log: () => logged,
    close: async () => {
      stop.abort();
      await Promise.all([main.stopped, others.stopped, none.stopped]);
      await worker.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
