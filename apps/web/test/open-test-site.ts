import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { openBrowser } from "./browser.ts";
import { openSite, type Site } from "./fixture-site.ts";

/** Gives all tests of a file the fixture site and a browser; both are there once the tests have begun. */
export function siteForTests(): { readonly site: Site; readonly browser: Browser } {
  const opened: { site?: Site; browser?: Browser } = {};
  beforeAll(async () => {
    opened.site = await openTestSite();
    opened.browser = await openBrowser();
  }, 300_000);
  afterAll(async () => {
    await opened.browser?.close();
    await opened.site?.close();
  });
  return opened as { readonly site: Site; readonly browser: Browser };
}

/** The fixture site for one test file, on databases of its own; closing it drops them. */
async function openTestSite(): Promise<Site> {
  const databases: TestDatabase[] = [];
  const site = await openSite({
    now: Date.now(),
    symbols: 24,
    newDatabase: async (sources) => {
      const database = await freshDatabase(sources);
      databases.push(database);
      return database;
    },
  });
  return {
    ...site,
    close: async () => {
      await site.close();
      for (const database of databases) await database.drop();
    },
  };
}
