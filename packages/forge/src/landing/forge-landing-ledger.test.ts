import { systemClock } from "@alphaforge/core/clock";
import { armFailpoints } from "@alphaforge/core/failpoints";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { freshDatabase, type TestDatabase } from "@alphaforge/core/testing/test-database";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ClaimStore } from "../claims/claim-store.ts";
import { FORGE_MIGRATIONS } from "../claims/migrations.ts";
import { postgresClaimStore } from "../claims/postgres-claim-store.ts";
import { type TempRepository, tempRepository } from "../git/temp-repository.fixture.ts";
import type { ForgeEvent } from "../sessions/forge-events.ts";
import { branchStream, taskStream } from "../sessions/forge-events.ts";
import { type ForgeLog, forgeLog } from "../sessions/forge-log.ts";
import { describeLandingLedger } from "./conformance.ts";
import { forgeLandingLedger } from "./forge-landing-ledger.ts";
import type { LandingLedger } from "./landing-ledger.ts";
import { LandingQueue } from "./landing-queue.ts";
import { branch, landingWorld, readingVerifier } from "./landing-world.fixture.ts";

interface Forge {
  readonly database: TestDatabase;
  readonly log: ForgeLog;
  readonly claims: ClaimStore;
  /** As a process that has just started has it. */
  open(): LandingLedger;
  /** Gives the task a claim, in place of the one it had. */
  grant(task: string): Promise<number>;
  events(stream?: string): Promise<readonly ForgeEvent[]>;
  close(): Promise<void>;
}

async function openForge(): Promise<Forge> {
  const database = await freshDatabase([EVENT_LOG_MIGRATIONS, FORGE_MIGRATIONS]);
  const open = () => forgeLog(new PostgresEventLog(database.store), systemClock);
  const log = open();
  const claims = postgresClaimStore(database.store, {
    rules: { ignoresCase: false },
    leaseMs: 60_000,
    clock: systemClock,
    monotonic: () => performance.now(),
  });
  const held = new Map<string, number>();
  let asked = 0;
  return {
    database,
    log,
    claims,
    open: () => forgeLandingLedger({ forge: open(), claims }),
    async grant(task) {
      const before = held.get(task);
      if (before !== undefined) await claims.release(before);
      asked += 1;
      const answer = await claims.claim({ id: `${task}/${asked}`, holder: task, mode: "exclusive", globs: [task] });
      if (!answer.granted) throw new Error(`${task} was not granted`);
      held.set(task, answer.claim.token);
      return answer.claim.token;
    },
    async events(stream) {
      const found: ForgeEvent[] = [];
      for await (const event of log.read(stream === undefined ? {} : { stream })) found.push(event);
      return found;
    },
    async close() {
      await claims.close();
      await database.drop();
    },
  };
}

describeLandingLedger("landings in a forge's log", async () => {
  const forge = await openForge();
  return {
    open: forge.open,
    grant: forge.grant,
    close: forge.close,
    landed: async () =>
      (await forge.events()).flatMap(({ type, data }) => {
        if (type !== "task.landed") return [];
        const { task, attempt, token, commit } = data;
        return [{ task, attempt, token, commit }];
      }),
  };
});

let forge: Forge;
let repository: TempRepository;
beforeEach(async () => {
  forge = await openForge();
  repository = tempRepository();
});
afterEach(async () => {
  armFailpoints(undefined);
  repository.remove();
  await forge.close();
});

const typesOf = async (stream: string) => (await forge.events(stream)).map(({ type }) => type);
const landing = (task: string, commit = "c0") => ({ task, attempt: 1, token: 1, commit });
const intent = { id: "one", branch, from: "a0", to: "b0", landings: [landing("s.1")] };

test("an acknowledgement and the landings of its tasks are written together or not at all", async () => {
  const ledger = forge.open();
  await ledger.intend(intent);
  armFailpoints("event-log.before-commit=throw");
  await expect(ledger.acknowledge("one", [landing("s.1"), landing("s.2")])).rejects.toThrow("failpoint");
  armFailpoints(undefined);
  expect(await typesOf(branchStream(branch))).toEqual(["landing.intended"]);
  expect(await typesOf(taskStream("s.2"))).toEqual([]);
  await ledger.acknowledge("one", [landing("s.1"), landing("s.2")]);
  const [acknowledged, ...landed] = (await forge.events()).slice(-3);
  expect(acknowledged).toMatchObject({ type: "landing.acknowledged", data: { intent: "one" } });
  expect(landed).toMatchObject([
    { type: "task.landed", data: { ...landing("s.1"), branch } },
    { type: "task.landed", data: { ...landing("s.2"), branch } },
  ]);
});

test("a commit that somebody took off the branch lands again when it is there again", async () => {
  const ledger = forge.open();
  await ledger.intend(intent);
  await ledger.acknowledge("one", [landing("s.1")]);
  const data = { task: "s.1", commit: "c0", reason: "the branch was set back" };
  await forge.log.write({ stream: taskStream("s.1"), type: "task.unlanded", data });
  for (const each of [ledger, forge.open()]) await each.acknowledge("one", [landing("s.1")]);
  expect(await typesOf(taskStream("s.1"))).toEqual(["task.landed", "task.unlanded", "task.landed"]);
});

test("what nobody intended cannot be closed", async () => {
  await expect(forge.open().acknowledge("never", [landing("s.1")])).rejects.toThrow("never intended");
  await expect(forge.open().abandon("never", "why")).rejects.toThrow("never intended");
  expect(await forge.events()).toEqual([]);
});

test("while it acts no claim of its tasks ends", async () => {
  const ledger = forge.open();
  const tokens = [await forge.grant("s.1"), await forge.grant("s.2")];
  const order: string[] = [];
  let release: Promise<unknown> = Promise.resolve();
  await ledger.whileCurrent(
    tokens.map((token, index) => ({ ...landing(`s.${index + 1}`), token })),
    async () => {
      release = forge.claims.release(tokens[1] as number).then(() => order.push("released"));
      // The release is asked for, and waits until this is over.
      await forge.database.store.pool.query("SELECT pg_sleep(0.2)");
      order.push("acted");
    },
  );
  await release;
  expect(order).toEqual(["acted", "released"]);
});

test("a process that dies before it acknowledges: the next finds the landing on the branch and records it once", async () => {
  const world = await landingWorld(repository);
  const { verify } = readingVerifier(world.room, () => false);
  const work = [];
  for (const task of ["s.1", "s.2"]) {
    work.push(await world.candidate(task, { [`${task}.txt`]: task }, { token: await forge.grant(task) }));
  }
  const dying: LandingLedger = {
    ...forge.open(),
    acknowledge: () => Promise.reject(new Error("killed")),
  };
  const queue = new LandingQueue(await world.options(dying, verify));
  for (const each of await Promise.allSettled(work.map((candidate) => queue.submit(candidate)))) {
    expect(each).toMatchObject({ status: "rejected", reason: { message: "killed" } });
  }
  expect(world.landed()).toEqual(["s.1", "s.2"]);
  expect(await typesOf(taskStream("s.1"))).toEqual([]);
  for (let process = 0; process < 2; process += 1) {
    const next = new LandingQueue(await world.options(forge.open(), verify));
    const outcomes = await Promise.all(work.map((candidate) => next.submit(candidate)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(["landed", "landed"]);
    expect(await forge.open().open(branch)).toEqual([]);
  }
  expect(world.landed()).toEqual(["s.1", "s.2"]);
  expect(await typesOf(taskStream("s.1"))).toEqual(["task.landed"]);
  expect(await typesOf(taskStream("s.2"))).toEqual(["task.landed"]);
  expect(await typesOf(branchStream(branch))).toEqual(["landing.intended", "landing.acknowledged"]);
});

test("work whose claim was lost before it landed is refused by the name of its task, and the rest lands", async () => {
  const world = await landingWorld(repository);
  const { verify } = readingVerifier(world.room, () => false);
  const work = [];
  for (const task of ["s.1", "s.2"]) {
    work.push(await world.candidate(task, { [`${task}.txt`]: task }, { token: await forge.grant(task) }));
  }
  await forge.grant("s.1");
  const queue = new LandingQueue(await world.options(forge.open(), verify));
  const outcomes = await Promise.all(work.map((candidate) => queue.submit(candidate)));
  expect(outcomes.map(({ kind }) => kind)).toEqual(["stale-token", "landed"]);
  expect(await typesOf(branchStream(branch))).toEqual([
    "landing.intended",
    "landing.abandoned",
    "landing.intended",
    "landing.acknowledged",
  ]);
  expect(await forge.events(branchStream(branch))).toMatchObject({
    1: { data: { reason: expect.stringContaining("s.1") } },
  });
});
