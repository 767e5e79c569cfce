import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PasswordServer, startPasswordServer } from "../testing/password-server.ts";
import { isConnectionLost } from "./connection-lost.ts";
import { connectStore, type Store } from "./open-store.ts";
import { isStorageFull } from "./storage-full.ts";

let directory: string;
let server: PasswordServer;
let store: Store;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "storage-full-"));
  server = await startPasswordServer(directory);
  store = connectStore(server.url(), { applicationName: "test" });
});
afterAll(async () => {
  await store?.pool.end();
  await server?.stop();
  rmSync(directory, { recursive: true, force: true });
});

test("a disk without room is told from a refused statement and from a lost connection; what was committed is there", async () => {
  await store.pool.query("CREATE TABLE kept (text text)");
  await server.stop();
  await server.start({ largestFileBytes: 2_000_000 });
  let stored = 0;
  const fill = async () => {
    // Uncompressible, so that each row takes its size.
    for (; stored < 200; stored += 1) {
      await store.pool.query(
        "INSERT INTO kept SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 1000)",
      );
    }
  };
  const full = await fill().then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(isStorageFull(full)).toBe(true);
  expect(isStorageFull(new Error("cannot append", { cause: full }))).toBe(true);
  expect(isConnectionLost(full)).toBe(false);
  expect(isStorageFull(new Error("git add: No space left on device"))).toBe(false);
  expect(isStorageFull(await store.pool.query("SELECT nothing").catch((error: unknown) => error))).toBe(false);
  await server.stop();
  await server.start();
  expect((await store.pool.query("SELECT count(*) AS n FROM kept")).rows).toEqual([{ n: stored }]);
  await store.pool.query("INSERT INTO kept VALUES ('goes on')");
});
