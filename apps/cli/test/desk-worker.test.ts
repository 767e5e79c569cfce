import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));
const DESK = `name: small
venue:
  name: simulated
  settings: { seed: 7, symbols: 5 }
clock: { from: 2024-03-04T00:00:00Z, days: 1, speed: 1 }
history: 220
`;

let directory: ReturnType<typeof temporaryDirectory>;
let home: string;
let state: string;
beforeAll(() => {
  directory = temporaryDirectory();
  home = join(directory.path, "home");
  state = join(home, "desks", "small");
  mkdirSync(state, { recursive: true });
  writeFileSync(join(state, "desk.yaml"), DESK);
});
afterAll(() => directory.remove());

test.each([
  [{ WORKER_PORT: "http" }, 'WORKER_PORT: is "http"; set it to a port from 0 to 65535, or unset it for a free one'],
  [{ WORKER_TOKEN: "hunter2" }, "WORKER_TOKEN: is shorter than 16 characters or holds white space"],
  [{ ALERT_WEBHOOK_URL: "ftp://x/hunter2" }, "ALERT_WEBHOOK_URL: is not an http or https URL"],
  [{ ALERT_SMTP_URL: "smtp://desk:hunter2@mail" }, "ALERT_MAIL_FROM: is not set, but ALERT_SMTP_URL is: set all three"],
])("%o is refused without showing a secret", async (env, expected) => {
  const { code, errors } = await runCli(home, ["desk", "ls"], env as unknown as Record<string, string>);
  expect(code).toBe(2);
  expect(errors.length).toBe(1);
  expect(errors[0]).toContain(expected);
  expect(errors[0]).not.toContain("hunter2");
});

test("a desk that does not run has no health", async () => {
  const { code, errors } = await runCli(home, ["desk", "health", "small"]);
  expect(code).toBe(1);
  expect(errors).toEqual(["alphaforge: desk small does not run; start it with alphaforge up --desk small"]);
});

describe("of a desk in a process of its own", () => {
  let desk: ChildProcess;
  let said = "";
  beforeAll(async () => {
    const { DATABASE_URL: _url, WORKER_TOKEN: _token, WORKER_PORT: _port, ...rest } = process.env;
    const env = { ...rest, ALPHAFORGE_HOME: home, LOG_LEVEL: "debug" };
    desk = spawn(process.execPath, [BIN, "desk", "run", "small", "--attached"], {
      env,
      stdio: ["pipe", "ignore", "pipe"],
    });
    desk.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    while (!said.includes('"desk.running"')) {
      if (desk.exitCode !== null) throw new Error(said);
      await setTimeout(50);
    }
  });
  afterAll(() => void desk.kill("SIGKILL"));

  test("health is printed for people and as the one document", async () => {
    const human = await runCli(home, ["desk", "health", "small"]);
    expect({ code: human.code, errors: human.errors }).toEqual({ code: 0, errors: [] });
    expect(human.stdout).toMatch(
      /^small: ok, up for \d+ s, database ok\n28 agents active, 0 paused, \d+ positions open\n/,
    );
    const { code, stdout } = await runCli(home, ["desk", "health", "small", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: "ok", active_agents: 28, db_connection: "ok" });
    expect(Object.keys(JSON.parse(stdout).last_runs).length).toBe(6);
  });

  test("trigger asks for a ranking, which the desk makes", async () => {
    const { code, stdout, errors } = await runCli(home, ["desk", "trigger", "small", "1h", "--json"]);
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    const { run_id } = JSON.parse(stdout);
    expect(run_id).toMatch(/^1h@\d+$/);
    const { url } = JSON.parse(readFileSync(join(state, "worker.json"), "utf8"));
    for (;;) {
      const status = (await (await fetch(`${url}/status`)).json()) as {
        requested: unknown[];
        runs: Record<string, unknown>;
      };
      if (status.requested.length === 0) {
        expect(status.runs["1h"]).toMatchObject({ run_id, status: "completed" });
        break;
      }
      await setTimeout(20);
    }
  });

  test("trigger of an unknown timeframe is bad usage; with another token it is refused", async () => {
    const unknown = await runCli(home, ["desk", "trigger", "small", "7m"]);
    expect(unknown.code).toBe(2);
    expect(unknown.errors.join()).toMatch(/^alphaforge: "7m" is not a ranked timeframe: .*15m, 30m, 1h, 4h, 1d, 1w/);
    const refused = await runCli(home, ["desk", "trigger", "small", "1h"], { WORKER_TOKEN: "not-the-desk's-token" });
    expect(refused.code).toBe(1);
    expect(refused.errors).toEqual([
      "alphaforge: desk small answered 401: set WORKER_TOKEN to what the desk was started with, or unset it",
    ]);
  });

  test("the token stands in no log, and where the API listened is gone with the desk", async () => {
    const token = readFileSync(join(state, "worker-token"), "utf8").trim();
    expect(token).toMatch(/^[0-9a-f]{64}$/);
    desk.stdin?.end();
    await once(desk, "close");
    expect(desk.exitCode).toBe(0);
    expect(said).toContain("api.trigger.accepted");
    expect(said).not.toContain(token);
    expect(existsSync(join(state, "worker.json"))).toBe(false);
  });

  test("a desk that was killed leaves its file, and does not pass for a running one", async () => {
    const gone = { url: "http://127.0.0.1:9", pid: desk.pid, started_at: "2024-03-04T12:00:00.000Z" };
    writeFileSync(join(state, "worker.json"), JSON.stringify(gone));
    const { code, errors } = await runCli(home, ["desk", "health", "small"]);
    expect(code).toBe(1);
    expect(errors[0]).toContain("desk small does not run");
  });
});
