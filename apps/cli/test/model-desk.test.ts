import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startFakeAnthropic } from "@alphaforge/core/llm/testing/fake-anthropic";
import type { FakeEndpoint } from "@alphaforge/core/llm/testing/fake-endpoint";
import { startFakeOpenAi } from "@alphaforge/core/llm/testing/fake-openai";
import { openStore, type Store } from "@alphaforge/core/store/open-store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVOLUTION, type FakeTrader, fakeTrader, SCAN, textsOf } from "./fake-trader.fixture.ts";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));
/** No other text in the desk holds one of these. */
const ANTHROPIC_KEY = "sk-ant-e2e-do-not-show-5f1d";
const LOCAL_KEY = "local-e2e-do-not-show-88c2";

interface DeskFile {
  readonly budget?: number;
  readonly speed?: number;
  readonly models?: string;
  readonly overrides?: string;
}

const AGENTS = ["momentum-15m", "momentum-30m", "momentum-1h", "momentum-4h", "momentum-1d", "momentum-1w"];

function deskFile({
  budget = 100,
  speed = 1800,
  models = "anthropic/fake-trade",
  overrides = "",
}: DeskFile = {}): string {
  return `name: small
venue: { name: simulated, settings: { seed: 7, symbols: 6 } }
clock: { from: 2024-03-04T00:00:00Z, days: 0, speed: ${speed} }
history: 250
strategies: [momentum, confluence]
agents:
  models: { scan: anthropic/${SCAN}, trade: ${models}, evolution: anthropic/${EVOLUTION} }
  overrides: { ${overrides || "momentum-30m: { trade: openai-compatible/local/trader:8b }"} }
  budget: { agent: ${budget}, desk: ${budget} }
  evolution: { trades: 1 }
`;
}

const priced = (provider: string, id: string): string =>
  `  - { provider: ${provider}, id: "${id}", prices: [{ from: 2020-01-01, input: 1, output: 1, cacheRead: 0, cacheWrite: 0, source: test }] }\n`;
const PRICES = `models:\n${[SCAN, "fake-trade", "fake-other", EVOLUTION].map((id) => priced("anthropic", id)).join("")}${priced("openai-compatible", "local/trader:8b")}`;

let directory: ReturnType<typeof temporaryDirectory>;
let home: string;
let state: string;

beforeAll(() => {
  directory = temporaryDirectory();
  home = join(directory.path, "home");
  state = join(home, "desks", "small");
  layOut(home);
});
afterAll(() => directory.remove());

describe.concurrent("a desk that cannot ask its models", () => {
  const key = { ANTHROPIC_API_KEY: ANTHROPIC_KEY, OPENAI_COMPATIBLE_BASE_URL: "http://127.0.0.1:9/v1" };
  const noKey = { OPENAI_COMPATIBLE_BASE_URL: key.OPENAI_COMPATIBLE_BASE_URL };
  const up = ["up", "--desk", "small", "--port", "1"];

  interface Case {
    readonly desk?: DeskFile;
    readonly env?: Record<string, string>;
    readonly prices?: string;
    readonly args?: readonly string[];
    readonly says: string;
  }
  test.each<[string, Case]>([
    ["for want of a key", { env: noKey, says: "desk small: set ANTHROPIC_API_KEY: agents use models of anthropic" }],
    ["for want of a key, nor with a dashboard", { env: noKey, args: up, says: "desk small: set ANTHROPIC_API_KEY" }],
    [
      "without a price",
      { desk: { models: "anthropic/fake-new" }, says: "model anthropic/fake-new has no price: add it to" },
    ],
    ["of a provider that there is not", { desk: { models: "bedrock/claude" }, says: 'there is no provider "bedrock"' }],
    [
      "for an agent that it does not have",
      {
        desk: { overrides: "momentum-2h: { trade: anthropic/fake-other }" },
        says: "agents.overrides names momentum-2h; there are momentum-15m,",
      },
    ],
    ["by a price table with gaps", { prices: "models: [{ provider: anthropic, id: x }]\n", says: "models.yaml:1: " }],
    ["by a price table that is no YAML", { prices: "models: [\n", says: "models.yaml" }],
  ])(
    "%s says so in one line, and has begun nothing",
    async (name, { desk, env = key, prices = PRICES, args, says }) => {
      const own = join(directory.path, name.replace(/\W/g, "-"));
      layOut(own, desk, prices);
      const { code, stdout, errors } = await runCli(own, args ?? ["desk", "run", "small"], env);
      expect({ code, stdout, errors }).toEqual({ code: 2, stdout: "", errors: [expect.stringContaining(says)] });
      expect(errors[0]).not.toContain(ANTHROPIC_KEY);
      expect(existsSync(join(own, "desks", "small", "postgres"))).toBe(false);
    },
  );
});

/** One desk with a past: each test goes on from where the one before has left it. */
describe("a desk whose agents decide by models", { retry: 0 }, () => {
  const trader: FakeTrader = { answers: true };
  let anthropic: FakeEndpoint;
  let local: FakeEndpoint;
  let store: Store;
  let desk: ChildProcess | undefined;
  /** Everything that the desk has written to its log, over all starts. */
  let said = "";

  beforeAll(async () => {
    anthropic = await startFakeAnthropic({ answer: fakeTrader(trader), apiKey: ANTHROPIC_KEY });
    local = await startFakeOpenAi({ answer: fakeTrader(trader), apiKey: LOCAL_KEY });
    store = await openStore({ stateDir: state, applicationName: "test" });
  });
  afterAll(async () => {
    desk?.kill("SIGKILL");
    await Promise.all([anthropic, local].map((fake) => fake?.close()));
    await store?.close();
  });

  async function start(file: DeskFile = {}, env: Record<string, string> = {}): Promise<ChildProcess> {
    writeFileSync(join(state, "desk.yaml"), deskFile(file));
    const {
      DATABASE_URL: _url,
      WORKER_TOKEN: _token,
      WORKER_PORT: _port,
      ALPHAFORGE_FAILPOINTS: _,
      ...rest
    } = process.env;
    const child = spawn(process.execPath, [BIN, "desk", "run", "small"], {
      env: withoutEmpty({
        ...rest,
        ALPHAFORGE_HOME: home,
        LOG_LEVEL: "debug",
        ANTHROPIC_API_KEY: ANTHROPIC_KEY,
        ANTHROPIC_BASE_URL: anthropic.url,
        OPENAI_COMPATIBLE_API_KEY: LOCAL_KEY,
        OPENAI_COMPATIBLE_BASE_URL: `${local.url}/v1`,
        ...env,
      }),
      stdio: ["ignore", "ignore", "pipe"],
    });
    desk = child;
    const begun = said.length;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const isThere = () => said.slice(begun).includes('"desk.running"');
    while (!isThere() && child.exitCode === null && child.signalCode === null) await setTimeout(20);
    if (!isThere() && child.signalCode === null) throw new Error(said.slice(begun));
    return child;
  }

  /** Resolves to what the desk ended with. */
  async function end(child: ChildProcess, signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const ended = once(child, "close");
    child.kill(signal);
    await ended;
    return child.exitCode;
  }

  // biome-ignore lint/suspicious/noExplicitAny: rows of many tables
  const rows = async (sql: string, values: unknown[] = []): Promise<any[]> =>
    (await store.pool.query(sql, values)).rows;
  const count = async (from: string): Promise<number> => (await rows(`SELECT count(*)::int AS n FROM ${from}`))[0].n;
  async function until(what: () => Promise<boolean>): Promise<void> {
    while (!(await what())) {
      if (desk?.exitCode !== null) throw new Error(`the desk ended: ${said.slice(-2000)}`);
      await setTimeout(30);
    }
  }

  async function api(path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }> {
    const { url } = JSON.parse(readFileSync(join(state, "worker.json"), "utf8"));
    const token = readFileSync(join(state, "worker-token"), "utf8").trim();
    const response = await fetch(`${url}${path}`, {
      headers: { authorization: `Bearer ${token}` },
      ...(body && { method: "POST", body: JSON.stringify(body) }),
    });
    const text = await response.text();
    answered += text;
    return { status: response.status, body: JSON.parse(text) };
  }
  /** Everything that the API has answered. */
  let answered = "";

  test("records each decision with its reasoning, usage and cost, of either provider", async () => {
    await start({}, { EVOLUTION_ENABLED: "false" });
    await until(async () => (await count("trades WHERE agent IN ('momentum-15m', 'momentum-30m')")) >= 2);
    await until(async () => (await count("token_usage WHERE task = 'scan'")) > 0);
    const made = await rows(
      "SELECT agent, model, action, reasoning, cost_usd::float8 AS cost, confidence, prompt_version AS version FROM decisions WHERE decider = 'llm' AND invalid IS NULL",
    );
    expect(new Set(made.map(({ agent, model }) => `${agent} ${model}`))).toEqual(
      new Set(
        [...new Set(made.map(({ agent }) => agent))].map((agent) =>
          agent === "momentum-30m" ? `${agent} openai-compatible/local/trader:8b` : `${agent} anthropic/fake-trade`,
        ),
      ),
    );
    for (const decision of made) expect(decision).toMatchObject({ cost: 0.0015, confidence: 60, version: 1 });
    for (const { reasoning } of made) {
      expect(reasoning).toMatch(/^I read \d+ and \d+ characters\.\n\nThe first of the ranking goes on rising\.$/);
    }
    expect(new Set(made.map(({ action }) => action))).toContain("open");
    expect(anthropic.requests.every(({ body }) => body.stream === true)).toBe(true);
    expect(local.requests.some(({ body }) => body.stream === true)).toBe(false);
    const usage = await rows(
      "SELECT agent, model, calls, input::int, output::int, cost_usd::float8 AS cost FROM token_usage",
    );
    for (const { calls, input, output, cost } of usage) {
      expect({ input, output, cost }).toEqual({
        input: calls * 1000,
        output: calls * 500,
        cost: expect.closeTo(calls * 0.0015, 8),
      });
    }
    const twins = await rows(
      "SELECT twin_kind AS kind, count(*)::int AS n FROM agents WHERE twin_of IS NOT NULL GROUP BY 1 ORDER BY 1",
    );
    expect(twins).toEqual([
      { kind: "coin", n: 7 },
      { kind: "rules", n: 7 },
    ]);
    expect(await rows("SELECT DISTINCT source FROM agent_prompts")).toEqual([{ source: "initial" }]);
    expect(await count("agent_memories WHERE reflection = 'I sold too early.'")).toBeGreaterThan(0);
  });

  test("takes pause, resume, prompts and models by its API, and refuses what is stale or cannot be asked", async () => {
    expect(await api("/agents/momentum-15m/pause", {})).toMatchObject({ status: 200, body: { status: "applied" } });
    const [{ at }] = await rows("SELECT max(at) AS at FROM decisions WHERE agent = 'momentum-15m'");
    const later = await count("decisions WHERE agent = 'momentum-30m'");
    await until(async () => (await count("decisions WHERE agent = 'momentum-30m'")) > later + 1);
    expect(await rows("SELECT max(at) AS at FROM decisions WHERE agent LIKE 'momentum-15m%'")).toEqual([{ at }]);
    expect(await api("/agents/momentum-15m/resume", {})).toMatchObject({ status: 200, body: { status: "applied" } });

    const text = `Buy what the ranking puts first and sell it at the next close. ${"Never hold more than one. ".repeat(4)}`;
    expect(await api("/agents/momentum-15m/prompt", { text, expected_version: 1 })).toMatchObject({
      status: 200,
      body: { version: 2 },
    });
    expect(await api("/agents/momentum-15m/prompt", { text: `${text}!`, expected_version: 1 })).toMatchObject({
      status: 409,
      body: { current_version: 2, status: "refused" },
    });
    expect(await api("/agents/momentum-15m/models", { trade: "anthropic/fake-other" })).toMatchObject({ status: 200 });
    expect(await api("/agents/momentum-15m/models", { trade: "anthropic/fake-unpriced" })).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining("anthropic/fake-unpriced") },
    });
    await until(
      async () =>
        (await count(
          "decisions WHERE agent = 'momentum-15m' AND model = 'anthropic/fake-other' AND prompt_version = 2",
        )) > 0,
    );
    const asked = anthropic.requests.filter(({ body }) => body.model === "fake-other");
    for (const { body } of asked) expect(textsOf(body).system).toContain("Buy what the ranking puts first");
    expect(await rows("SELECT name, refused IS NULL AS applied FROM commands ORDER BY at, id")).toHaveLength(6);
  });

  test("shows its keys nowhere: not in its log, its events, its exchanges or its API", async () => {
    for (const path of ["/agents", "/status", "/health"]) expect((await api(path)).status).toBe(200);
    const { url } = JSON.parse(readFileSync(join(state, "worker.json"), "utf8"));
    answered += await (await fetch(`${url}/metrics`)).text();
    await until(async () => (await count("model_exchanges")) > 10);
    const [{ dump }] = await rows(
      `SELECT (SELECT string_agg(e::text, ' ') FROM events e) ||
         (SELECT string_agg(x::text || encode(request, 'escape') || encode(coalesce(response, ''), 'escape'), ' ')
          FROM model_exchanges x) AS dump`,
    );
    // Where the questions are, the keys would be.
    expect(dump).toContain("You are");
    for (const [place, text] of Object.entries({ said, dump, answered })) {
      expect(text.length, place).toBeGreaterThan(1000);
      for (const secret of [ANTHROPIC_KEY, LOCAL_KEY]) expect(text.includes(secret), place).toBe(false);
    }
    const sent = [...anthropic.requests, ...local.requests].map(({ headers }) => JSON.stringify(headers));
    expect(sent.every((headers) => headers.includes(ANTHROPIC_KEY) || headers.includes(LOCAL_KEY))).toBe(true);
  });

  test("tells agents from twins wherever they are counted or listed", async () => {
    const [health, status, json, list] = await Promise.all(
      [["health", "small"], ["status", "small"], ["status", "small", "--json"], ["ls"]].map((args) =>
        runCli(home, ["desk", ...args]).then(({ stdout }) => stdout),
      ),
    );
    expect(health).toContain("\n7 agents active, 0 paused, ");
    expect(status).toContain("\nbooks (7; 14 of twins)\n");
    expect(status).toMatch(/\nmomentum-15m .*\n {2}momentum-15m\.rules .*\n {2}momentum-15m\.coin .*\nmomentum-30m /);
    const { books, positions } = JSON.parse(json ?? "");
    for (const { agent, twinOf } of [...books, ...positions]) {
      expect(twinOf, agent).toBe(agent.includes(".") ? agent.split(".")[0] : null);
    }
    expect(list).toMatch(/small +simulated +momentum, confluence +anthropic\/fake-trade +yes/);
  });

  test("a second one is turned away and leaves the first as it is", async () => {
    const env = { ANTHROPIC_API_KEY: ANTHROPIC_KEY, OPENAI_COMPATIBLE_BASE_URL: "http://127.0.0.1:9/v1" };
    const { code, errors } = await runCli(home, ["desk", "run", "small"], env);
    expect({ code, errors }).toEqual({
      code: 1,
      errors: [expect.stringMatching(/^alphaforge: desk small runs already \(process \d+\): stop that one first$/)],
    });
    expect(await api("/status")).toMatchObject({ status: 200, body: { incidents: [] } });
  });

  test("killed when an answer is in the log, it asks no answered question again and decides nothing twice", async () => {
    await end(desk as ChildProcess, "SIGKILL");
    // Slow enough that a close may still be the latest when the desk is back: then the answer is used.
    const killed = await start({ speed: 300 }, { ALPHAFORGE_FAILPOINTS: "models.after-append=kill@2" });
    if (killed.signalCode === null && killed.exitCode === null) await once(killed, "close");
    expect(killed.signalCode).toBe("SIGKILL");
    const known = new Set((await rows("SELECT id FROM events WHERE type = 'model.called'")).map(({ id }) => id));
    const before = [anthropic.requests.length, local.requests.length] as const;
    await start({ speed: 300 });
    await until(async () => (await count("agent_prompts WHERE source = 'auto'")) > 0);
    const asked = new Set(
      [...anthropic.requests.slice(before[0]), ...local.requests.slice(before[1])].map(({ body }) => {
        const { system, user } = textsOf(body);
        return `${sha256(system)} ${sha256(user)}`;
      }),
    );
    const decided = await rows(
      `SELECT data->'model'->>'callId' AS call, data->'model'->>'promptHash' AS prompt, data->'model'->>'snapshotHash' AS seen
       FROM events WHERE type = 'decision.made' AND data->>'decider' = 'llm'`,
    );
    expect(asked.size).toBeGreaterThan(0);
    for (const { call, prompt, seen } of decided) {
      if (known.has(call)) expect(asked.has(`${prompt} ${seen}`), call).toBe(false);
    }
    const twice = (type: string, keys: string) =>
      rows(`SELECT ${keys} FROM events WHERE type = '${type}' GROUP BY ${keys} HAVING count(*) > 1`);
    expect(await twice("decision.made", "data->>'agent', at")).toEqual([]);
    expect(await twice("model.called", "data->>'callId'")).toEqual([]);
    expect(await twice("order.filled", "data->>'clientOrderId'")).toEqual([]);
  });

  test("put on trial, a prompt that a model wrote runs beside its champion's shadow", async () => {
    const [{ agent, shadow }] = await rows(
      "SELECT agent, shadow FROM agent_prompts WHERE source = 'auto' ORDER BY at LIMIT 1",
    );
    expect(AGENTS.concat("cross-confluence")).toContain(agent);
    await until(async () => (await count(`events WHERE type = 'decision.made' AND data->>'agent' = '${shadow}'`)) > 0);
  });

  test("ends without waiting for a question that is unanswered, is not halted, and goes on", async () => {
    trader.answers = false;
    await until(async () => anthropic.open > 0);
    const begun = performance.now();
    expect(await end(desk as ChildProcess)).toBe(0);
    // A question is given 30 s, twice: far from that even where the machine is busy.
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(await rows("SELECT phase FROM desk_clock")).toEqual([{ phase: "stopped" }]);
    expect(await count("halts")).toBe(0);
    expect(said).not.toMatch(/"desk\.failed"|"level":"(error|fatal)"/);
    trader.answers = true;
    const before = await count("events WHERE type = 'decision.made'");
    await start();
    await until(async () => (await count("events WHERE type = 'decision.made'")) > before);
    expect(await end(desk as ChildProcess)).toBe(0);
  });

  test("with its budget spent it asks nobody, also after a restart, and holds with that reason", async () => {
    const asked = anthropic.requests.length + local.requests.length;
    const [{ last }] = await rows("SELECT (extract(epoch FROM max(at)) * 1000)::bigint::text AS last FROM decisions");
    await start({ budget: 0.004 });
    await until(
      async () =>
        (
          await rows(
            "SELECT count(*)::int AS n FROM decisions WHERE at > to_timestamp($1::bigint / 1000.0) AND decider = 'llm'",
            [last],
          )
        )[0].n > 2,
    );
    expect(await end(desk as ChildProcess)).toBe(0);
    expect(anthropic.requests.length + local.requests.length).toBe(asked);
    const held = await rows(
      "SELECT action, reason, cost_usd::float8 AS cost FROM decisions WHERE at > to_timestamp($1::bigint / 1000.0) AND decider = 'llm'",
      [last],
    );
    for (const each of held)
      expect(each).toEqual({ action: "hold", reason: expect.stringContaining("budget"), cost: 0 });
  });

  test("with AGENTS_ENABLED=false and no key its model agents and their twins stand still, and nobody is asked", async () => {
    const asked = anthropic.requests.length + local.requests.length;
    const [{ seq }] = await rows("SELECT last_seq AS seq FROM event_log_head");
    const reached = async () =>
      (await rows("SELECT max(at)::float8 AS at FROM events WHERE type = 'desk.advanced'"))[0].at;
    const at = await reached();
    await start({}, { AGENTS_ENABLED: "false", ANTHROPIC_API_KEY: "", OPENAI_COMPATIBLE_BASE_URL: "" });
    await until(async () => (await reached()) - at > 3_600_000);
    expect(await api("/agents/momentum-1h/models", { trade: "anthropic/fake-other" })).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining("this desk cannot ask anthropic/fake-other") },
    });
    expect(await end(desk as ChildProcess)).toBe(0);
    const decided = "SELECT at, data FROM events WHERE seq > $1 AND type IN ('decision.made', 'decision.missed')";
    expect(await rows(decided, [seq])).toEqual([]);
    expect(anthropic.requests.length + local.requests.length).toBe(asked);
  });

  test("is replayed from its log without a model call, and as it would have been otherwise", async () => {
    const asked = anthropic.requests.length + local.requests.length;
    const replay = async (...args: string[]) => {
      const { code, stdout, errors } = await runCli(home, ["desk", "replay", "small", "--json", ...args]);
      expect({ code, errors }).toEqual({ code: 0, errors: [] });
      return JSON.parse(stdout);
    };
    const report = await replay();
    expect(report).toMatchObject({ modelCalls: 0, mismatches: 0 });
    expect(report.books.length).toBeGreaterThan(21);
    for (const { recorded, rebuilt } of report.books) expect(rebuilt).toEqual(recorded);

    const [{ id, symbol }] = await rows(
      "SELECT entry_decision AS id, symbol FROM trades WHERE agent = 'momentum-15m' ORDER BY opened_at LIMIT 1",
    );
    const smaller = { action: "open", symbol, direction: "long", notional: "100", stop: 1e-6 };
    for (const change of [
      ["--without", `decision:${id}`],
      ["--with", `decision:${id}=${JSON.stringify(smaller)}`],
      ["--decider", "momentum-15m=rules"],
    ]) {
      const { modelCalls, counterfactual } = await replay(...change);
      const changed = counterfactual.books.filter(({ isChanged }: { isChanged: boolean }) => isChanged);
      expect(
        { modelCalls, changed: changed.map(({ agent }: { agent: string }) => agent) },
        change.join(" "),
      ).toMatchObject({
        modelCalls: 0,
        changed: expect.arrayContaining(["momentum-15m"]),
      });
    }
    expect(anthropic.requests.length + local.requests.length).toBe(asked);
  });
});

/** A home with one desk and its prices. */
function layOut(place: string, desk: DeskFile = {}, prices = PRICES): void {
  mkdirSync(join(place, "desks", "small"), { recursive: true });
  writeFileSync(join(place, "desks", "small", "desk.yaml"), deskFile(desk));
  writeFileSync(join(place, "models.yaml"), prices);
}

/** Leaves out what is empty: a variable that is not set. */
const withoutEmpty = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
