import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { tryLock } from "@alphaforge/core/store/advisory-lock";
import { startEmbeddedPostgres } from "@alphaforge/core/store/embedded-postgres";
import { migrate } from "@alphaforge/core/store/migrations";
import { connectStore } from "@alphaforge/core/store/open-store";
import { FORGE_MIGRATIONS } from "@alphaforge/forge/claims/migrations";
import { ensureBuilt, startWeb } from "../serve.ts";
import { fillFixtureDesk } from "./fixture-desk.ts";
import { fillFixtureForge, manyTasks, SHOP } from "./fixture-forge.ts";

// Serves the fixture desk and three forges, for working on the pages: node test/preview.ts [--port 3000] [--home DIR]
const { values } = parseArgs({ options: { port: { type: "string", default: "3000" }, home: { type: "string" } } });
const home = values.home ?? mkdtempSync(join(tmpdir(), "alphaforge-preview-"));
const server = await startEmbeddedPostgres({ stateDir: home, durable: false });
const administrator = connectStore(server.url("postgres"), { applicationName: "preview" });
const { rowCount } = await administrator.pool.query("SELECT FROM pg_database WHERE datname = 'preview'");
if (rowCount === 0) {
  await administrator.pool.query("CREATE DATABASE preview");
  const store = connectStore(server.url("preview"), { applicationName: "preview" });
  await migrate(store, [
    EVENT_LOG_MIGRATIONS,
    { name: "desk", directory: fileURLToPath(new URL("../../../packages/desk/migrations", import.meta.url)) },
  ]);
  await store.close();
  await fillFixtureDesk(server.url("preview"));
}
const now = Date.now();
const forges = [];
for (const [name, tasks] of [
  ["shop", SHOP.map((task) => (task.index === 14 ? { ...task, description: "Show a banner to new customers" } : task))],
  ["warehouse", manyTasks(200)],
  ["city", manyTasks(1_000)],
] as const) {
  await administrator.pool.query(`DROP DATABASE IF EXISTS ${name}`);
  await administrator.pool.query(`CREATE DATABASE ${name}`);
  const store = connectStore(server.url(name), { applicationName: "preview" });
  await migrate(store, [EVENT_LOG_MIGRATIONS, FORGE_MIGRATIONS]);
  const earlier = SHOP.slice(0, 3);
  await fillFixtureForge(store, { session: "monday", tasks: earlier, now: now - 90_000_000, ended: { how: "done" } });
  await fillFixtureForge(store, { session: name, tasks, now });
  // Held until this process ends: the page shows a forge that runs.
  await tryLock(await store.connect(), "forge orchestrator");
  forges.push({ name, url: store.url });
}
await administrator.close();
const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
await ensureBuilt({ log: (line) => process.stderr.write(`${line}\n`) });
const web = await startWeb({
  port: Number(values.port),
  desks: [{ name: "arena", url: server.url("preview") }],
  forges,
  signal: stop.signal,
});
process.stdout.write(`${web.url}\n`);
await web.stopped;
server.release();
process.exit();
