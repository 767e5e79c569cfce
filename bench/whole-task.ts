import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "@alphaforge/core/clock";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { startEmbeddedPostgres } from "@alphaforge/core/store/embedded-postgres";
import { migrate } from "@alphaforge/core/store/migrations";
import { connectStore } from "@alphaforge/core/store/open-store";
import { FORGE_MIGRATIONS } from "@alphaforge/forge/claims/migrations";
import { postgresClaimStore } from "@alphaforge/forge/claims/postgres-claim-store";
import { coderNamed, findCoders } from "@alphaforge/forge/coder/find-coders";
import { Orchestrator } from "@alphaforge/forge/dispatch/orchestrator";
import { taskBook } from "@alphaforge/forge/dispatch/task-book";
import { fence } from "@alphaforge/forge/fence/fence";
import { matches } from "@alphaforge/forge/globs/matches";
import { forgeLandingLedger } from "@alphaforge/forge/landing/forge-landing-ledger";
import { LandingQueue } from "@alphaforge/forge/landing/landing-queue";
import { attemptWork } from "@alphaforge/forge/pipeline";
import { type ForgeEvent, taskId, taskStream } from "@alphaforge/forge/sessions/forge-events";
import { forgeLog } from "@alphaforge/forge/sessions/forge-log";
import { sessionVerifier } from "@alphaforge/forge/verify/session-verifier";
import { DEFAULT_PORTS } from "@alphaforge/forge/workspace/port-leases";
import type { WorkspaceContext } from "@alphaforge/forge/workspace/workspace";

export interface WholeMedians {
  readonly wholeMs: number;
  readonly wholeParts: Readonly<Record<"workspace" | "coder" | "keep" | "land", number>>;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export interface WholeContext extends WorkspaceContext {
  readonly branch: string;
  readonly since: string;
  readonly top: string;
  readonly path: string;
}

export interface WholeTask {
  readonly ms: number;
  /** When each event came, by type. */
  readonly at: ReadonlyMap<string, number>;
}

/** Medians in ms: the whole task, and of that, from having a slot to the coder's end, its keeping, and its landing. */
export function wholeMedians(tasks: readonly WholeTask[]): WholeMedians {
  const between = (from: string, to: string) =>
    median(tasks.map(({ at }) => (at.get(to) ?? Number.NaN) - (at.get(from) ?? Number.NaN)));
  const wholeParts = {
    workspace: between("attempt.started", "workspace.opened"),
    coder: between("workspace.opened", "attempt.coded"),
    keep: between("attempt.coded", "attempt.kept"),
    land: between("attempt.kept", "task.landed"),
  };
  return { wholeMs: median(tasks.map(({ ms }) => ms)), wholeParts };
}

/** A session whose tasks run one after another, through everything that a session has. */
export async function openWhole(
  context: WholeContext,
): Promise<{ task(): Promise<WholeTask>; close(): Promise<void> }> {
  const { git, facts, room, branch, since, top, path, identity } = context;
  const stateDir = join(top, "state");
  const server = await startEmbeddedPostgres({ stateDir });
  const store = connectStore(server.url(), { applicationName: "bench", poolSize: 4 });
  await migrate(store, [EVENT_LOG_MIGRATIONS, FORGE_MIGRATIONS]);
  const clock = systemClock;
  const rules = { ignoresCase: false };
  const log = forgeLog(new PostgresEventLog({ pool: store.pool, connect: () => store.connect(), clock }), clock);
  const claims = postgresClaimStore(store, { rules, leaseMs: 600_000, clock, monotonic: () => performance.now() });
  let times = new Map<string, number>();
  const onEvent = ({ type }: ForgeEvent) => void times.set(type, performance.now());
  const book = taskBook(new Map(), log, clock.now, onEvent);
  const ledger = forgeLandingLedger({ forge: { ...log, write: book.record }, claims });
  const byGlobs = (changes: Parameters<typeof fence>[0], claim: readonly string[]) =>
    fence(changes, claim, (glob, file) => matches(glob, file, rules));
  const signal = new AbortController().signal;
  const verify = sessionVerifier({
    ...{ git, facts, room, book, branch, since, run: "bench", clock, env: { PATH: path }, verify: ["true"], setup: [] },
    ...{ scratch: join(top, "scratch"), timeoutMs: 60_000, keepBytes: 1_000, signal },
  });
  const landing = { git, room, commonDir: facts.commonDir, ledger, clock };
  const queue = new LandingQueue({ ...landing, author: identity, branch, since, fence: byGlobs, verify });
  const run = ["sh", "-c", "mkdir whole$0; echo done > whole$0/file.txt", "{feature}"];
  const coder = coderNamed(await findCoders(), "command").open({ run });
  const work = attemptWork({
    ...{ book, workspaces: context, coder, rules, clock, coders: join(top, "coders"), limits: {}, fence: byGlobs },
    ...{ ports: DEFAULT_PORTS, diskCapBytes: 2 ** 40, minFreeBytes: 0, caller: { PATH: path }, passes: [], verify: [] },
    setup: { commands: [], env: {}, timeoutMs: 60_000, keepBytes: 1_000 },
    submit: (_, candidate) => queue.submit(candidate),
  });
  let count = 0;
  return {
    async task() {
      count += 1;
      const index = count;
      const task = taskId("bench", index);
      const feature = {
        ...{ index, shape: "plugin" as const, dependsOn: [], touches: [`whole${index}/**`], priority: 0 },
        ...{ description: `Feature ${index}`, acceptance: [], verify: [] },
      };
      await book.record({
        ...{ stream: taskStream(task), type: "task.added" },
        data: { task, session: "bench", branch, feature, spec: "bench.xml" },
      });
      times = new Map();
      const began = performance.now();
      const run = `run${index}`;
      const options = { book, claims, work, clock, concurrency: 1, attempts: 1, leaseMs: 600_000, run, signal };
      await new Orchestrator(options).run();
      return { ms: performance.now() - began, at: times };
    },
    async close() {
      await claims.close();
      await store.close();
      server.release();
      // The database ends a second after its last user.
      await sleep(3_000);
    },
  };
}
