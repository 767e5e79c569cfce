import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { copyOut } from "@alphaforge/core/store/backup/copy-out";
import { copyOutOf, schemaTables, TEXT_SETTINGS } from "@alphaforge/core/store/backup/schema-tables";
import { openStore } from "@alphaforge/core/store/open-store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));
const DESK = `name: small
venue:
  name: simulated
  settings: { seed: 7, symbols: 5 }
clock: { from: 2024-03-04T00:00:00Z, days: 2, speed: 60 }
history: 220
`;

let directory: ReturnType<typeof temporaryDirectory>;
let home: string;
let other: string;
let file: string;
const desks: ChildProcess[] = [];

function homeWithDesk(name: string): string {
  const path = join(directory.path, name);
  mkdirSync(join(path, "desks", "small"), { recursive: true });
  writeFileSync(join(path, "desks", "small", "desk.yaml"), DESK);
  return path;
}

/** Starts the desk and resolves when it runs. */
async function startDesk(at: string): Promise<ChildProcess> {
  const { DATABASE_URL: _url, WORKER_TOKEN: _token, WORKER_PORT: _port, ...rest } = process.env;
  const desk = spawn(process.execPath, [BIN, "desk", "run", "small", "--attached"], {
    env: { ...rest, ALPHAFORGE_HOME: at },
    stdio: ["pipe", "ignore", "pipe"],
  });
  desks.push(desk);
  let said = "";
  desk.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  while (!said.includes('"desk.running"')) {
    if (desk.exitCode !== null) throw new Error(said);
    await setTimeout(50);
  }
  return desk;
}

async function stopDesk(desk: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => desk.once("close", resolve));
  desk.stdin?.end();
  await ended;
  expect(desk.exitCode).toBe(0);
}

/** SHA-256 of each table's rows. */
async function tablesOf(at: string): Promise<Readonly<Record<string, string>>> {
  const store = await openStore({ stateDir: join(at, "desks", "small"), applicationName: "test" });
  const client = await store.connect();
  try {
    await client.query(TEXT_SETTINGS);
    const hashes: Record<string, string> = {};
    for (const table of (await schemaTables(client)).filter(({ isPartitioned }) => !isPartitioned)) {
      const hash = createHash("sha256");
      for await (const chunk of copyOut(client, copyOutOf(table))) hash.update(chunk as Buffer);
      hashes[table.name] = hash.digest("hex");
    }
    return hashes;
  } finally {
    await client.end();
    await store.close();
  }
}

const json = async (at: string, ...args: string[]) => {
  const { code, stdout, errors } = await runCli(at, [...args, "--json"]);
  expect({ code, errors }).toEqual({ code: 0, errors: [] });
  return JSON.parse(stdout);
};

beforeAll(() => {
  directory = temporaryDirectory();
  home = homeWithDesk("home");
  other = homeWithDesk("other");
  file = join(directory.path, "small.afbackup");
});
afterAll(() => {
  for (const desk of desks) desk.kill("SIGKILL");
  directory.remove();
});

test("a desk that never ran has nothing to back up", async () => {
  const { code, errors } = await runCli(home, ["db", "backup", "small"]);
  expect({ code, errors }).toEqual({
    code: 1,
    errors: ["alphaforge: desk small has no state yet; start it with alphaforge up --desk small"],
  });
});

test.each([
  [["db", "backup"], "name a desk, or give --forge for the forge of this repository"],
  [["db", "backup", "small", "--forge"], "name a desk or give --forge, not both: small"],
  [["db", "restore", "small"], "name the desk and the file, such as db restore arena arena.afbackup"],
  [["db", "restore", "small", "/nowhere/x"], "there is no file /nowhere/x"],
])("%j is bad usage, in one line", async (args, expected) => {
  const { code, errors } = await runCli(home, args);
  expect({ code, errors }).toEqual({ code: 2, errors: [`alphaforge: ${expected}`] });
});

test("a running desk's backup, restored into another home, is that desk to the last digit, and runs on", async () => {
  const desk = await startDesk(home);
  const whileRunning = await json(home, "db", "backup", "small");
  expect(whileRunning.file).toMatch(/backups\/desk\/small\/small-\d{8}T\d{9}Z\.afbackup$/);
  await stopDesk(desk);
  const backup = await json(home, "db", "backup", "small", "--out", file);
  expect(backup.lastSeq).toBeGreaterThanOrEqual(whileRunning.lastSeq);
  expect(backup.ledger).toMatch(/^[0-9a-f]{64}$/);

  const restored = await json(other, "db", "restore", "small", whileRunning.file);
  expect(restored).toMatchObject({ ledger: whileRunning.ledger, lastSeq: whileRunning.lastSeq, replaced: false });
  const refused = await runCli(other, ["db", "restore", "small", file]);
  expect({ code: refused.code, errors: refused.errors }).toEqual({
    code: 2,
    errors: [
      "alphaforge: desk small has state: add --replace to put the backup in its place, or restore into another home",
    ],
  });
  expect(await json(other, "db", "restore", "small", file, "--replace")).toMatchObject({
    ledger: backup.ledger,
    lastSeq: backup.lastSeq,
    replaced: true,
  });
  expect(await tablesOf(other)).toEqual(await tablesOf(home));

  const again = await startDesk(other);
  const busy = await runCli(other, ["db", "restore", "small", file, "--replace"]);
  expect({ code: busy.code, errors: busy.errors }).toEqual({
    code: 1,
    errors: ["alphaforge: desk small is in use by another process: stop that one first"],
  });
  await stopDesk(again);
  const replay = await runCli(other, ["desk", "replay", "small"]);
  expect({ code: replay.code, errors: replay.errors }).toEqual({ code: 0, errors: [] });
});

test("a backup and a restore that are killed leave the desk as it was, and no half file", async () => {
  const before = await tablesOf(other);
  const killing = (failpoints: string, ...args: string[]) =>
    runCli(other, ["db", ...args], { ALPHAFORGE_FAILPOINTS: failpoints });
  const backups = join(other, "backups", "desk", "small");
  expect((await killing("backup.before-rename=kill", "backup", "small")).code).toBe(null);
  expect(readdirSync(backups).filter((name) => name.endsWith(".afbackup"))).toEqual([]);
  expect((await killing("restore.before-swap=kill", "restore", "small", file, "--replace")).code).toBe(null);
  expect(await tablesOf(other)).toEqual(before);
  expect(existsSync(file)).toBe(true);
});

test("a file that was cut short, altered or is no backup is refused in one line, and nothing is changed", async () => {
  const before = await tablesOf(other);
  const bad = join(directory.path, "bad");
  const bytes = readFileSync(file);
  const failing = async () => {
    const { code, errors } = await runCli(other, ["db", "restore", "small", bad, "--replace"]);
    expect(code).toBe(2);
    expect(errors.length).toBe(1);
    return errors[0];
  };
  writeFileSync(bad, bytes);
  truncateSync(bad, bytes.length - 1000);
  expect(await failing()).toContain("was cut short: its end is missing");
  bytes[2_000] = (bytes[2_000] as number) ^ 1;
  writeFileSync(bad, bytes);
  expect(await failing()).toContain("was altered or is damaged: table ");
  writeFileSync(bad, DESK);
  expect(await failing()).toContain("is no backup of alphaforge");
  expect(await tablesOf(other)).toEqual(before);
});
