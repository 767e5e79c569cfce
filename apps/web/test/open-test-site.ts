import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import { openSite, type Site } from "./fixture-site.ts";

/** The fixture site for one test file, on databases of its own; closing it drops them. */
export async function openTestSite(): Promise<Site> {
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
