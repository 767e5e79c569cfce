import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Alert } from "@alphaforge/core/alerts/alert";
import { systemClock } from "@alphaforge/core/clock";
import { memoryJobs } from "@alphaforge/core/jobs/memory-jobs";
import { readManifest } from "@alphaforge/core/store/backup/backup-file";
import { createLogger } from "@alphaforge/core/telemetry/logger";
import { type FixedClock, fixedClock } from "@alphaforge/core/testing/fixed-clock";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import { afterEach, beforeEach, expect, test } from "vitest";
import { smtpReceiver } from "../../../packages/core/src/alerts/smtp-receiver.fixture.ts";
import { deskFacts } from "../src/compose/backup-subject.ts";
import { DESK_DATABASE } from "../src/compose/desk-migrations.ts";
import { scheduledBackups } from "../src/compose/scheduled-backups.ts";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));
const HOUR = 3_600_000;
const START = Date.parse("2026-02-04T12:30:00Z");
const quiet = createLogger({ level: "silent", clock: systemClock });

let place: ReturnType<typeof temporaryDirectory>;
let database: TestDatabase;
let wall: FixedClock;
let alerts: Alert[];
beforeEach(async () => {
  place = temporaryDirectory();
  database = await freshDatabase(DESK_DATABASE);
  wall = fixedClock(START);
  alerts = [];
});
afterEach(async () => {
  await database.drop();
  place.remove();
});

/** A desk's schedule of backups every hour, of which three are kept, while `work` goes on. */
async function scheduled(work: (passHour: () => Promise<void>) => Promise<void>, directory = join(place.path, "b")) {
  const jobs = memoryJobs({ clock: wall, wall: systemClock, logger: quiet });
  const backups = scheduledBackups(jobs, {
    ...{ desk: "small", store: database.store, sources: DESK_DATABASE, facts: deskFacts, program: "1", directory },
    ...{ every: HOUR, keep: 3, wall, logger: quiet, incidentsFile: join(place.path, "incidents.json") },
    sinks: [{ name: "list", send: async (alert) => void alerts.push(alert) }],
  });
  await jobs.start();
  backups.begin();
  await wall.advance(0);
  // A failed one waits for its next attempt in the wall's time, which only goes on below.
  const quietOrWaiting = () => Promise.race([jobs.idle(), setTimeout(300)]);
  await quietOrWaiting();
  try {
    await work(async () => {
      for (let minutes = 0; minutes < 60; minutes += 5) {
        await wall.advance(5 * 60_000);
        await quietOrWaiting();
      }
    });
  } finally {
    const closing = backups.close();
    await wall.advance(1_000);
    await closing;
    await jobs.close();
  }
  return directory;
}

test("one is made at once and one in every hour, and the oldest beyond those that are kept go", async () => {
  const directory = await scheduled(async (passHour) => {
    for (let hours = 0; hours < 4; hours++) await passHour();
    writeFileSync(join(place.path, "b", "small-by-hand.afbackup"), "mine");
  });
  expect(readdirSync(directory).sort()).toEqual([
    "small-20260204T1400Z.afbackup",
    "small-20260204T1500Z.afbackup",
    "small-20260204T1600Z.afbackup",
    "small-by-hand.afbackup",
  ]);
  expect(await readManifest(join(directory, "small-20260204T1600Z.afbackup"))).toMatchObject({
    kind: "desk",
    name: "small",
  });
  expect(alerts).toEqual([]);
});

test("after downtime the one that is due is made once, and a restart within the hour makes none", async () => {
  await scheduled(async () => undefined);
  await wall.advance(7 * HOUR);
  await scheduled(async () => undefined);
  await scheduled(async () => undefined);
  expect(readdirSync(join(place.path, "b")).sort()).toEqual([
    "small-20260204T1200Z.afbackup",
    "small-20260204T1900Z.afbackup",
  ]);
});

test("one that fails is told once, until one succeeds", async () => {
  const directory = join(place.path, "b");
  writeFileSync(directory, "a file where the directory should be");
  await scheduled(async (passHour) => {
    await passHour();
    await expect.poll(() => alerts.map(({ key, state }) => `${key} ${state}`)).toEqual(["backup.failed raised"]);
    expect(alerts[0]?.text).toMatch(/^the backup of 2026-02-04T12:00:00.000Z failed: /);
    rmSync(directory);
    await passHour();
  }, directory);
  expect(alerts.map(({ key, state }) => `${key} ${state}`)).toEqual([
    "backup.failed raised",
    "backup.failed recovered",
  ]);
});

test.each(["1w", "0h", "8d", "day"])("a desk that asks for one every %s is refused by file and key", async (every) => {
  const state = join(place.path, "desks", "small");
  mkdirSync(state, { recursive: true });
  writeFileSync(join(state, "desk.yaml"), `name: small\nvenue: { name: simulated }\nbackup: { every: ${every} }\n`);
  const { code, errors } = await runCli(place.path, ["desk", "run", "small"]);
  expect(code).toBe(2);
  expect(errors.join()).toContain(`expected hours or days such as 6h or 1d, at most 7d, got ${every}`);
});

test("a running desk backs itself up, and mails what is wrong with that, as its file and the environment say", async () => {
  const receiver = await smtpReceiver();
  const state = join(place.path, "desks", "small");
  mkdirSync(state, { recursive: true });
  mkdirSync(join(place.path, "backups", "desk", "small"), { recursive: true });
  const scheduledDirectory = join(place.path, "backups", "desk", "small", "scheduled");
  writeFileSync(scheduledDirectory, "in the way");
  writeFileSync(
    join(state, "desk.yaml"),
    "name: small\nvenue: { name: simulated, settings: { seed: 7, symbols: 5 } }\nclock: { from: 2024-03-04T00:00:00Z, days: 1, speed: 60 }\nhistory: 220\nbackup: { every: 1h, keep: 2 }\n",
  );
  const { DATABASE_URL: _url, WORKER_TOKEN: _token, WORKER_PORT: _port, ...rest } = process.env;
  const desk = spawn(process.execPath, [BIN, "desk", "run", "small", "--attached"], {
    env: {
      ...rest,
      ALPHAFORGE_HOME: place.path,
      ALERT_SMTP_URL: `smtp://desk:hunter2@127.0.0.1:${receiver.settings.port}`,
      ALERT_MAIL_FROM: "desk@example.org",
      ALERT_MAIL_TO: "first@example.org,second@example.org",
    },
    stdio: ["pipe", "ignore", "pipe"],
  });
  const ended = new Promise((resolve) => desk.once("close", resolve));
  let said = "";
  desk.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  try {
    while (receiver.mails.length === 0) {
      if (desk.exitCode !== null) throw new Error(said);
      await setTimeout(50);
    }
    expect(receiver.alerts()[0]).toMatchObject({ source: "desk small", key: "backup.failed", state: "raised" });
    desk.stdin.end();
    await ended;
    expect(desk.exitCode).toBe(0);
    expect(said).not.toContain("hunter2");
  } finally {
    desk.kill("SIGKILL");
    await ended;
    await receiver.close();
  }
});
