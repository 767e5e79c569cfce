import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connectStore, type Store } from "@alphaforge/core/store/open-store";
import { processState } from "@alphaforge/core/store/process-state";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));
const SOAK = process.env.ALPHAFORGE_SOAK === "1";
const KILLS = SOAK ? 200 : 5;
/** A quiet machine needs less than five seconds; one that others load is given this. */
const PATIENCE_MS = 30_000;
/** An hour of the desk's in a second. */
const DESK = `name: north
venue:
  name: simulated
  settings: { seed: 7, symbols: 5 }
clock: { from: 2024-03-04T00:00:00Z, days: 1, speed: 3600 }
history: 220
`;

let directory: ReturnType<typeof temporaryDirectory>;
let home: string;
let state: string;
let port: number;
const started: ChildProcess[] = [];

beforeAll(async () => {
  directory = temporaryDirectory();
  home = join(directory.path, "home");
  state = join(home, "desks", "north");
  mkdirSync(state, { recursive: true });
  writeFileSync(join(state, "desk.yaml"), DESK);
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  ({ port } = probe.address() as { port: number });
  probe.close();
});
afterEach(async () => {
  started.splice(0);
  const left = processes();
  for (const pid of left) process.kill(pid, "SIGKILL");
  await untilGone(left);
});
afterAll(() => directory.remove());

type Victim = "up" | "desk" | "dashboard" | "database";
const VICTIMS: readonly Victim[] = ["up", "desk", "dashboard", "database"];

interface Up {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  errors(): readonly string[];
  pids(): Readonly<Record<Victim, number>>;
}

/** `alphaforge up`, once its desk runs and its dashboard answers; in a process group of its own, as in a terminal. */
async function up(): Promise<Up> {
  const { DATABASE_URL: _url, LOG_LEVEL: _level, ALPHAFORGE_FAILPOINTS: _failpoints, ...rest } = process.env;
  const child = spawn(process.execPath, [BIN, "up", "--desk", "north", "--port", String(port)], {
    env: { ...rest, ALPHAFORGE_HOME: home },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  started.push(child);
  let [said, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  while (!/Desk north runs;/.test(said)) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`up ended: ${said}${errors}`);
    await setTimeout(50);
  }
  const pids = {
    up: child.pid as number,
    desk: (JSON.parse(readFileSync(join(state, "worker.json"), "utf8")) as { pid: number }).pid,
    dashboard: childrenOf(child.pid as number).find((pid) =>
      /next-server|standalone-server/.test(commandOf(pid)),
    ) as number,
    database: postmaster() as number,
  };
  for (const victim of VICTIMS) expect(pids[victim], victim).toEqual(expect.any(Number));
  return { child, ended, errors: () => errors.split("\n").filter((line) => line !== ""), pids: () => pids };
}

const postmasterFile = () => join(state, "postgres/data/postmaster.pid");
function postmaster(): number | undefined {
  return existsSync(postmasterFile()) ? Number(readFileSync(postmasterFile(), "utf8").split("\n")[0]) : undefined;
}

const commandOf = (pid: number): string => processState(pid)?.command ?? "";
const isRunning = (pid: number): boolean => (processState(pid)?.state ?? "Z") !== "Z";

function childrenOf(parent: number): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
        return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent;
      } catch {
        // It ended while this looked.
        return false;
      }
    });
}

/** Everything that was started with this home, or serves its database. */
function processes(): number[] {
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0 && pid !== process.pid)
    .filter((pid) => {
      if (!isRunning(pid)) return false;
      if (commandOf(pid).includes(home)) return true;
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`ALPHAFORGE_HOME=${home}`);
      } catch {
        // Another user's, or it ended while this looked.
        return false;
      }
    });
}

/** Milliseconds until none of them runs. */
async function untilGone(pids: readonly number[]): Promise<number> {
  const start = performance.now();
  for (;;) {
    const left = pids.filter(isRunning);
    const took = performance.now() - start;
    if (left.length === 0) return took;
    if (took > PATIENCE_MS) throw new Error(`still there: ${left.map((pid) => `${pid} ${commandOf(pid)}`).join("; ")}`);
    await setTimeout(20);
  }
}

/** Looks into the desk's database without holding it open, as those who use it do. */
async function looking<T>(work: (store: Store) => Promise<T>): Promise<T> {
  const sockets = readFileSync(postmasterFile(), "utf8").split("\n")[4] as string;
  const url = `postgres://alphaforge@${encodeURIComponent(sockets)}:5432/alphaforge`;
  const store = connectStore(url, { applicationName: "test", poolSize: 1 });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

interface Acknowledged {
  readonly seq: number;
  readonly hash: string;
}

const HASH = "md5(string_agg(concat_ws(' ', seq, stream, version, type, at, data), ',' ORDER BY seq))";

const acknowledged = (): Promise<Acknowledged> =>
  looking(async ({ pool }) => (await pool.query(`SELECT max(seq) AS seq, ${HASH} AS hash FROM events`)).rows[0]);

async function expectKept({ seq, hash }: Acknowledged): Promise<void> {
  await looking(async ({ pool }) => {
    const { rows } = await pool.query(`SELECT ${HASH} AS hash FROM events WHERE seq <= $1`, [seq]);
    expect(rows[0].hash).toBe(hash);
  });
}

/** Every order filled once, every close decided once, every step done once. */
async function expectOnce(): Promise<{ readonly filled: number }> {
  return looking(async ({ pool }) => {
    const { rows } = await pool.query(
      `SELECT count(*) FILTER (WHERE type = 'order.filled') AS filled,
         count(DISTINCT data ->> 'clientOrderId') FILTER (WHERE type = 'order.filled') AS orders,
         count(*) FILTER (WHERE type = 'decision.made') AS decided,
         count(DISTINCT (data ->> 'agent', at)) FILTER (WHERE type = 'decision.made') AS decisions,
         count(*) FILTER (WHERE type = 'desk.advanced') AS advanced, count(DISTINCT at) FILTER (WHERE type = 'desk.advanced') AS steps
       FROM events`,
    );
    const { filled, orders, decided, decisions, advanced, steps } = rows[0];
    expect({ filled, decided, advanced }).toEqual({ filled: orders, decided: decisions, advanced: steps });
    return { filled };
  });
}

async function kill(running: Up, victim: Victim): Promise<{ readonly endMs: number; readonly line: string }> {
  const all = processes();
  process.kill(running.pids()[victim], "SIGKILL");
  const endMs = await untilGone(all);
  const code = await running.ended;
  expect(code).toBe(victim === "up" ? null : 1);
  return { endMs, line: running.errors().at(-1) ?? "" };
}

describe("killed, the same command starts it again, and nothing acknowledged is lost", () => {
  const says: Readonly<Record<Victim, RegExp>> = {
    up: /^$/,
    desk: /^alphaforge: desk north ended \(SIGKILL\)/,
    dashboard: /^alphaforge: the dashboard's server ended by itself \(SIGKILL\)/,
    database: /^alphaforge: (desk north ended \(exit code 1\): .*went away|the database of desk north went away)/,
  };

  for (const victim of VICTIMS) {
    test(`${victim}: all that belongs to it ends with it`, { timeout: 240_000 }, async () => {
      const before = await up();
      const kept = await acknowledged();
      const { line } = await kill(before, victim);
      expect(line).toMatch(says[victim]);
      const again = await up();
      await expectKept(kept);
      await expectOnce();
      const all = processes();
      again.child.kill("SIGTERM");
      await untilGone(all);
      expect(await again.ended).toBe(0);
      expect(again.errors()).toEqual([]);
    });
  }

  test(`at random, ${KILLS} times`, { timeout: 120_000 + KILLS * 60_000 }, async () => {
    const counts: Record<Victim, number> = { up: 0, desk: 0, dashboard: 0, database: 0 };
    const began = performance.now();
    let slowest = 0;
    const tell = (how: string) => {
      const total = VICTIMS.reduce((sum, victim) => sum + counts[victim], 0);
      const each = VICTIMS.map((victim) => `${victim} ${counts[victim]}`).join(", ");
      const seconds = ((performance.now() - began) / 1000).toFixed(0);
      process.stdout.write(
        `${total} kills (${each}) in ${seconds} s, slowest ending ${(slowest / 1000).toFixed(1)} s; ${how}\n`,
      );
    };
    let kept: Acknowledged | undefined;
    for (let n = 0; n < KILLS; n += 1) {
      const running = await up();
      if (kept !== undefined) await expectKept(kept);
      await setTimeout(Math.random() * 2_000);
      kept = await acknowledged();
      const victim = VICTIMS[Math.floor(Math.random() * VICTIMS.length)] as Victim;
      const { endMs } = await kill(running, victim);
      slowest = Math.max(slowest, endMs);
      counts[victim] += 1;
      if ((n + 1) % 25 === 0) tell("so far");
    }
    const last = await up();
    if (kept !== undefined) await expectKept(kept);
    const { filled } = await expectOnce();
    const all = processes();
    process.kill(-(last.child.pid as number), "SIGINT");
    slowest = Math.max(slowest, await untilGone(all));
    tell(`${filled} fills, none doubled, nothing acknowledged lost`);
  });
});

describe("told to stop", () => {
  for (const [how, stop] of [
    ["SIGTERM", ({ child }: Up) => child.kill("SIGTERM")],
    ["Ctrl-C", ({ child }: Up) => process.kill(-(child.pid as number), "SIGINT")],
  ] as const) {
    test(`${how} ends everything, its PostgreSQL too`, { timeout: 240_000 }, async () => {
      const running = await up();
      const all = processes();
      expect(all.length).toBeGreaterThanOrEqual(5);
      stop(running);
      const took = await untilGone(all);
      expect(await running.ended).toBe(0);
      expect(took).toBeLessThan(PATIENCE_MS);
      process.stdout.write(`${how}: everything ended in ${(took / 1000).toFixed(1)} s\n`);
    });
  }
});

test("a second `up` says what runs where, whatever port it asks for, and leaves the first as it is", async () => {
  const running = await up();
  const { up: first, desk } = running.pids();
  for (const asked of [port, port + 1]) {
    const { code, errors } = await runCli(home, ["up", "--desk", "north", "--port", String(asked)]);
    expect({ code, errors }).toEqual({
      code: 1,
      errors: [
        `alphaforge: desk north runs already (process ${desk}, dashboard http://127.0.0.1:${port} of process ${first}): stop that one first`,
      ],
    });
  }
  const both = await Promise.all([0, 1].map(() => runCli(home, ["desk", "run", "north"])));
  for (const { code, errors } of both) {
    expect(code).toBe(1);
    expect(errors).toEqual([expect.stringContaining(`desk north runs already (process ${desk}, dashboard`)]);
  }
  expect(running.child.exitCode).toBeNull();
  expect((await fetch(`http://127.0.0.1:${port}/icon.svg`)).ok).toBe(true);
});

test("files that killed processes left, with numbers that others have now, stop nothing", async () => {
  // This very process: alive, and none of those that have written the files.
  writeFileSync(
    join(state, "worker.json"),
    JSON.stringify({ url: `http://127.0.0.1:${port}`, pid: process.pid, started_at: "2024-03-04T00:00:00.000Z" }),
  );
  writeFileSync(
    join(state, "up.json"),
    JSON.stringify({ pid: process.pid, identity: "of another", dashboard: "http://127.0.0.1:1" }),
  );
  const health = await runCli(home, ["desk", "health", "north"]);
  expect({ code: health.code, errors: health.errors }).toEqual({
    code: 1,
    errors: ["alphaforge: desk north does not run; start it with alphaforge up --desk north"],
  });
  const running = await up();
  running.child.kill("SIGTERM");
  expect(await running.ended).toBe(0);
  expect(existsSync(join(state, "up.json"))).toBe(false);
});
