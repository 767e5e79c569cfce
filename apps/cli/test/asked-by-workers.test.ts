import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startFakeAnthropic } from "@alphaforge/core/llm/testing/fake-anthropic";
import type { FakeEndpoint, FakeRequest } from "@alphaforge/core/llm/testing/fake-endpoint";
import { startFakeOpenAi } from "@alphaforge/core/llm/testing/fake-openai";
import { openStore, type Store } from "@alphaforge/core/store/open-store";
import { type PasswordServer, startPasswordServer } from "@alphaforge/core/testing/password-server";
import { LedgerHash } from "@alphaforge/desk/replay/ledger-hash";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVOLUTION, fakeTrader, SCAN } from "./fake-trader.fixture.ts";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));
const ANTHROPIC_KEY = "sk-ant-workers-do-not-show-77ab";
const LOCAL_KEY = "local-workers-do-not-show-19ce";

/** At midnight to Monday every timeframe closes: seven agents ask at once. Half an hour of it takes 45 s. */
const MIDNIGHT = Date.parse("2024-03-04T00:00:00Z");
const UNTIL = MIDNIGHT + 25 * 60_000;
const deskFile = (askedBy: string) => `name: small
venue: { name: simulated, settings: { seed: 7, symbols: 6 } }
clock: { from: 2024-03-03T23:55:00Z, days: 0, speed: 40 }
history: 250
strategies: [momentum, confluence]
agents:
  models: { scan: anthropic/${SCAN}, trade: anthropic/fake-trade, evolution: anthropic/${EVOLUTION} }
  overrides: { momentum-30m: { trade: openai-compatible/local/trader } }
  askedBy: ${askedBy}
  budget: { agent: 100, desk: 100 }
`;
const priced = (provider: string, id: string): string =>
  `  - { provider: ${provider}, id: "${id}", prices: [{ from: 2020-01-01, input: 1, output: 1, cacheRead: 0, cacheWrite: 0, source: test }] }\n`;
const PRICES = `models:\n${[SCAN, "fake-trade", EVOLUTION].map((id) => priced("anthropic", id)).join("")}${priced("openai-compatible", "local/trader")}`;

let directory: ReturnType<typeof temporaryDirectory>;
const opened: (() => Promise<unknown>)[] = [];
const children: Running[] = [];
beforeAll(() => {
  directory = temporaryDirectory();
});
afterAll(async () => {
  for (const { process } of children) process.kill("SIGKILL");
  await Promise.all(children.map(({ ended }) => ended));
  for (const close of opened.reverse()) await close();
  directory.remove();
});

interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<unknown>;
  said(): string;
}

function run(home: string, args: readonly string[], env: Record<string, string>): Running {
  const { DATABASE_URL: _url, ALPHAFORGE_FAILPOINTS: _failpoints, LOG_LEVEL: _level, ...rest } = process.env;
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { ...rest, ALPHAFORGE_HOME: home, LOG_LEVEL: "debug", ...env },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  const running = {
    process: child,
    ended: new Promise((resolve) => child.once("close", resolve)),
    said: () => said,
  };
  children.push(running);
  return running;
}

interface Fakes {
  readonly keys: Record<string, string>;
  readonly endpoints: readonly FakeEndpoint[];
}

/** Both providers. The first question to Anthropic is never answered when `hangsOnce`. */
async function startFakes(hangsOnce: boolean): Promise<Fakes> {
  const trade = fakeTrader({ answers: true });
  let hangs = hangsOnce;
  const answer = (request: FakeRequest) => {
    if (!hangs) return trade(request);
    hangs = false;
    return { fault: "hang" } as const;
  };
  const anthropic = await startFakeAnthropic({ answer, apiKey: ANTHROPIC_KEY });
  const local = await startFakeOpenAi({ answer: trade, apiKey: LOCAL_KEY });
  opened.push(() => Promise.all([anthropic.close(), local.close()]));
  return {
    endpoints: [anthropic, local],
    keys: {
      ANTHROPIC_API_KEY: ANTHROPIC_KEY,
      ANTHROPIC_BASE_URL: anthropic.url,
      OPENAI_COMPATIBLE_API_KEY: LOCAL_KEY,
      OPENAI_COMPATIBLE_BASE_URL: `${local.url}/v1`,
    },
  };
}

function layOut(name: string, askedBy: string): string {
  const home = join(directory.path, name);
  mkdirSync(join(home, "desks", "small"), { recursive: true });
  writeFileSync(join(home, "desks", "small", "desk.yaml"), deskFile(askedBy));
  writeFileSync(join(home, "models.yaml"), PRICES);
  return home;
}

/** What was decided, booked and asked up to 00:25, once the desk has come so far. */
async function outcome(store: Store, desk: Running) {
  const reached = async (): Promise<number | undefined> => {
    const { rows } = await store.pool.query<{ there: boolean }>("SELECT to_regclass('events') IS NOT NULL AS there");
    if (rows[0]?.there !== true) return undefined;
    const advanced = await store.pool.query<{ seq: number }>(
      "SELECT seq FROM events WHERE type = 'desk.advanced' AND at >= $1 ORDER BY seq LIMIT 1",
      [UNTIL],
    );
    return advanced.rows[0]?.seq;
  };
  let end = await reached();
  while (end === undefined) {
    if (desk.process.exitCode !== null) throw new Error(desk.said());
    await setTimeout(100);
    end = await reached();
  }
  // biome-ignore lint/suspicious/noExplicitAny: events of many types
  const { rows } = await store.pool.query<any>(
    "SELECT stream, type, at, id, data FROM events WHERE seq <= $1 ORDER BY seq",
    [end],
  );
  const hash = new LedgerHash();
  for (const { stream, type, at, data } of rows) if (stream === "desk") hash.add(type, at, data);
  const ofType = (type: string) => rows.filter((row) => row.type === type);
  return {
    ledger: hash.digest(),
    fills: ofType("order.filled").length,
    missed: ofType("decision.missed").length,
    decisions: ofType("decision.made").map(({ at, data }) => ({ at, agent: data.agent, decision: data.decision })),
    called: ofType("model.called")
      .map(({ id, data }) => ({ id, outcome: data.outcome, input: data.input, costUsd: data.costUsd }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}
type Outcome = Awaited<ReturnType<typeof outcome>>;

/** How often each question was asked of a provider. */
function timesAsked({ endpoints }: Fakes): number[] {
  const times = new Map<string, number>();
  for (const { raw } of endpoints.flatMap(({ requests }) => requests)) {
    const question = createHash("sha256").update(raw).digest("hex");
    times.set(question, (times.get(question) ?? 0) + 1);
  }
  return [...times.values()].sort();
}

/** The same desk, which asks by itself. */
let alone: Promise<Outcome>;
beforeAll(async () => {
  const { keys } = await startFakes(false);
  const home = layOut("alone", "desk");
  const desk = run(home, ["desk", "run", "small"], keys);
  const store = await openStore({ stateDir: join(home, "desks", "small"), applicationName: "test" });
  opened.push(() => store.close());
  alone = outcome(store, desk);
  // Told where it is awaited.
  alone.catch(() => undefined);
});

/** Every stored byte and every line of a log. */
async function withoutKeys(store: Store, logs: readonly Running[], secrets: readonly string[]): Promise<void> {
  const { rows: tables } = await store.pool.query<{ name: string }>(
    `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
     WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
  );
  let dump = "";
  for (const { name } of tables) {
    const { rows } = await store.pool.query<{ row: string }>(`SELECT row_to_json(t)::text AS row FROM ${name} t`);
    const bytes = (row: string) =>
      [...row.matchAll(/\\\\x([0-9a-f]*)/g)].map(([, hex = ""]) => Buffer.from(hex, "hex"));
    for (const { row } of rows) dump += [row, ...bytes(row)].join("\n");
  }
  // Where the questions are, the keys would be.
  expect(dump.includes("You trade crypto perpetuals")).toBe(true);
  for (const text of [dump, ...logs.map(({ said }) => said())]) {
    for (const secret of secrets) expect(text.includes(secret)).toBe(false);
  }
}

function everyCallOnce(found: Outcome, expected: Outcome): void {
  expect(expected.called.length).toBeGreaterThanOrEqual(8);
  expect(new Set(found.called.map(({ id }) => id)).size).toBe(found.called.length);
  expect(found.called.map(({ outcome }) => outcome)).toEqual(found.called.map(() => "answered"));
  expect(found).toEqual(expected);
  expect({ filled: found.fills > 3, missed: found.missed }).toEqual({ filled: true, missed: 0 });
}

async function counts(store: Store) {
  const { rows: tables } = await store.pool.query("SELECT to_regclass('model_calls') IS NOT NULL AS there");
  if (!tables[0].there) return undefined;
  return (await store.pool.query("SELECT count(*)::int AS calls, count(reply)::int AS replies FROM model_calls"))
    .rows[0];
}

test.each([
  ["askedBy: workers", "askedBy: nobody", "agents.askedBy: "],
  [
    "trade: anthropic/fake-trade",
    "trade: bedrock/claude",
    'desk small: model bedrock/claude: there is no provider "bedrock"',
  ],
])("a file with %s changed to %s is refused in one line", async (good, bad, says) => {
  const home = layOut(bad.replace(/\W/g, "-"), "workers");
  writeFileSync(join(home, "desks", "small", "desk.yaml"), deskFile("workers").replace(good, bad));
  const { code, errors } = await runCli(home, ["desk", "run", "small"]);
  expect({ code, errors }).toEqual({ code: 2, errors: [expect.stringContaining(says)] });
});

describe.concurrent("a desk whose models workers ask", { retry: 0, timeout: 180_000 }, () => {
  test("three workers ask a desk's models, one is killed in the midst of a call, and the desk decides as one that asks by itself", async () => {
    const fakes = await startFakes(true);
    const home = layOut("embedded", "workers");
    const desk = run(home, ["desk", "run", "small"], {});
    const store = await openStore({ stateDir: join(home, "desks", "small"), applicationName: "test" });
    opened.push(() => store.close());
    const work = ["worker", "--desk", "small", "--concurrency", "1", "--json"];
    const workers = [1, 2, 3].map(() => run(home, work, fakes.keys));
    // Its other calls are answered and stored: what its death interrupts is this one alone.
    await expect.poll(() => counts(store), { timeout: 90_000 }).toEqual({ calls: 7, replies: 6 });
    const { rows } = await store.pool.query<{ worker: string }>(
      "SELECT worker FROM model_calls WHERE open_until IS NOT NULL",
    );
    const victim = workers.find(({ process }) => rows[0]?.worker.endsWith(`/${process.pid}`));
    if (victim === undefined) throw new Error(`none of them asks: ${JSON.stringify(rows)}`);
    victim.process.kill("SIGKILL");
    const found = await outcome(store, desk);
    everyCallOnce(found, await alone);
    expect(await counts(store)).toEqual({ calls: found.called.length, replies: found.called.length });
    // The question in whose midst its worker died, and no other, was asked a second time.
    expect(timesAsked(fakes)).toEqual([...Array(found.called.length - 1).fill(1), 2]);
    const left = workers.filter((worker) => worker !== victim);
    for (const { process } of [desk, ...left]) process.kill("SIGTERM");
    await Promise.all([desk, ...left].map(({ ended }) => ended));
    expect([desk, ...left].map(({ process }) => process.exitCode)).toEqual([0, 0, 0]);
    await withoutKeys(store, [desk, ...workers], [ANTHROPIC_KEY, LOCAL_KEY]);
  });

  test("workers that have nothing of a desk but DATABASE_URL do the same, and an answer that dies with its worker is asked for again", async () => {
    const server: PasswordServer = await startPasswordServer(join(directory.path, "server"));
    opened.push(() => server.stop());
    const fakes = await startFakes(false);
    const home = layOut("server", "workers");
    const database = { DATABASE_URL: server.url() };
    const elsewhere = join(directory.path, "elsewhere");
    const tooEarly = await runCli(elsewhere, ["worker", "--desk", "small"], database);
    expect(tooEarly).toMatchObject({
      code: 1,
      errors: [expect.stringMatching(/desk small has no database on the server of DATABASE_URL: start the desk with/)],
    });
    const desk = run(home, ["desk", "run", "small"], database);
    while (!desk.said().includes('"desk.running"')) {
      if (desk.process.exitCode !== null) throw new Error(desk.said());
      await setTimeout(50);
    }
    const store = await openStore({
      ...{ stateDir: elsewhere, applicationName: "test", poolSize: 2 },
      databaseUrl: server.url("alphaforge_small"),
    });
    opened.push(() => store.close());
    const work = ["worker", "--desk", "small", "--concurrency", "1"];
    const killed = run(elsewhere, work, {
      ...{ ...database, ...fakes.keys },
      ALPHAFORGE_FAILPOINTS: "model-call.before-reply=kill",
    });
    await killed.ended;
    expect(killed.process.signalCode).toBe("SIGKILL");
    const workers = [1, 2].map(() => run(elsewhere, work, { ...database, ...fakes.keys }));
    const found = await outcome(store, desk);
    everyCallOnce(found, await alone);
    expect(await counts(store)).toEqual({ calls: found.called.length, replies: found.called.length });
    for (const { process } of [desk, ...workers]) process.kill("SIGTERM");
    await Promise.all([desk, ...workers].map(({ ended }) => ended));
    expect([desk, ...workers].map(({ process }) => process.exitCode)).toEqual([0, 0, 0]);
    await withoutKeys(store, [desk, killed, ...workers], [ANTHROPIC_KEY, LOCAL_KEY, new URL(server.url()).password]);
  });
});
