import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { FORGE_MIGRATIONS } from "@alphaforge/forge/claims/migrations";
import { ensureBuilt, startWeb } from "../serve.ts";
import { fillHistory } from "./fill-history.ts";
import { FIXTURE_MODEL_AGENT, fillFixtureDesk } from "./fixture-desk.ts";
import { fillFixtureForge, manyTasks } from "./fixture-forge.ts";
import { DESK_MIGRATIONS } from "./fixture-site.ts";
import { freePort } from "./free-port.ts";
import { openScriptDatabases } from "./script-databases.ts";

// Server time of every page and answer, with 90 days of a desk's history and a forge of 1,000 tasks:
// node test/measure-pages.ts [--requests 40] [--only TEXT]
const { values } = parseArgs({
  options: { requests: { type: "string", default: "40" }, only: { type: "string", default: "" } },
});
const requests = Number(values.requests);
const databases = await openScriptDatabases();
const desk = await databases.newDatabase(DESK_MIGRATIONS);
await fillFixtureDesk(desk.url);
await fillHistory(desk.store);
const forge = await databases.newDatabase([EVENT_LOG_MIGRATIONS, FORGE_MIGRATIONS]);
await fillFixtureForge(forge.store, { session: "city", tasks: manyTasks(1_000), now: Date.now() });
await forge.store.pool.query("VACUUM ANALYZE");
await ensureBuilt({ log: () => undefined });
const stop = new AbortController();
const web = await startWeb({
  port: await freePort(),
  desks: [{ name: "arena", url: desk.url }],
  forges: [{ name: "city", url: forge.url }],
  signal: stop.signal,
});

const agent = `/desk/arena/agents/${FIXTURE_MODEL_AGENT}`;
const busy = "/desk/arena/agents/momentum-15m";
const api = "/api/desks/arena";
const PATHS = [
  ...["/", "/agents", "/desk/arena", agent, `${agent}.rules`],
  ...["trades", "reasoning", "prompt", "models"].map((tab) => `${agent}?tab=${tab}`),
  ...[`${busy}?tab=reasoning`, `${busy}?tab=reasoning&q=nothing+like+it`, `${busy}?tab=reasoning&action=refused`],
  ...["/forge/city", "/nowhere"],
  ...["rankings", "rankings?timeframe=1h", "leaderboard", "desk"].map((route) => `${api}/${route}`),
  ...["", "?tab=trades", "?tab=reasoning", "?tab=prompt", "?tab=models"].map(
    (query) => `${api}/agents/${FIXTURE_MODEL_AGENT}${query}`,
  ),
  ...["/api/forges/city/state", "/api/forges/city/tasks/city.700"],
].filter((path) => path.includes(values.only));

const print = (line: string) => process.stdout.write(`${line}\n`);
print(
  `load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(" ")}; ${requests} requests each, one after the other, ms`,
);
print("| address | median | p95 | least | kB |\n|---|---|---|---|---|");
for (const path of PATHS) {
  const times: number[] = [];
  let bytes = 0;
  for (let at = -5; at < requests; at++) {
    const began = performance.now();
    const response = await fetch(web.url + path);
    bytes = (await response.arrayBuffer()).byteLength;
    if (at >= 0) times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(0);
  print(`| ${path} | ${at(0.5)} | ${at(0.95)} | ${at(0)} | ${(bytes / 1_000).toFixed(0)} |`);
}
print(
  `load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(" ")}`,
);
stop.abort();
await web.stopped;
await databases.close();
