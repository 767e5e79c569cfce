import { createHash } from "node:crypto";
import { systemClock } from "@alphaforge/core/clock";
import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { catchUp } from "@alphaforge/core/log/projection";
import type { Store } from "@alphaforge/core/store/open-store";
import { branchStream, sessionStream, taskStream } from "@alphaforge/forge/sessions/forge-events";
import type { ForgeEntry } from "@alphaforge/forge/sessions/forge-log";
import { FORGE_PROJECTION } from "@alphaforge/forge/sessions/forge-projection";

/** How a task of the fixture stands. */
export type FixtureState =
  | "landed"
  | "landing"
  | "making"
  | "working"
  | "coded"
  | "waiting"
  | "pending"
  | "failed"
  | "conflicted";

export interface FixtureTask {
  readonly index: number;
  readonly shape?: "core" | "plugin";
  readonly plugin?: string;
  readonly dependsOn?: readonly number[];
  readonly description: string;
  readonly state: FixtureState;
}

export interface FixtureForge {
  readonly session: string;
  readonly tasks: readonly FixtureTask[];
  /** When the page is looked at, ms since the epoch. */
  readonly now: number;
  /** How the run ended, if it did. */
  readonly ended?: { readonly how: "done" | "stopped" | "failed"; readonly reason?: string };
  readonly openedAgo?: number;
}

const MINUTE = 60_000;
export const FIXTURE_SECRET = "AKIAIOSFODNN7EXAMPLE";
export const HOSTILE_TITLE = 'Show a banner <script>document.title="taken"</script> to \u202eadmin\u202c users';
export const FAILED_REASON = "2 files lie outside the claim of the plugin returns";

/** A little shop with a task in every state; the 14th is hostile. */
export const SHOP: readonly FixtureTask[] = [
  { index: 1, shape: "core", state: "landed", description: "Move money into a Money type\nAll amounts are in cents." },
  { index: 2, shape: "core", dependsOn: [1], state: "landed", description: "Load plugins from src/plugins" },
  { index: 3, shape: "plugin", plugin: "catalog", dependsOn: [2], state: "landed", description: "List the products" },
  { index: 4, shape: "plugin", plugin: "cart", dependsOn: [2], state: "conflicted", description: "Keep a cart" },
  {
    index: 5,
    shape: "plugin",
    plugin: "tax",
    dependsOn: [1],
    state: "landed",
    description: "Compute the tax by country",
  },
  {
    index: 6,
    shape: "plugin",
    plugin: "search",
    dependsOn: [3],
    state: "landing",
    description: "Search the catalogue",
  },
  { index: 7, shape: "plugin", plugin: "reviews", dependsOn: [3], state: "landing", description: "Take reviews" },
  { index: 8, shape: "plugin", plugin: "checkout", dependsOn: [4, 5], state: "working", description: "Check out" },
  { index: 9, shape: "plugin", plugin: "returns", dependsOn: [4], state: "failed", description: "Take goods back" },
  { index: 10, shape: "plugin", plugin: "refunds", dependsOn: [9], state: "pending", description: "Pay refunds" },
  { index: 11, shape: "plugin", plugin: "stock", dependsOn: [2], state: "making", description: "Count the stock" },
  { index: 12, shape: "core", dependsOn: [2], state: "waiting", description: "Rename Order to Purchase everywhere" },
  { index: 13, shape: "plugin", plugin: "mails", dependsOn: [8], state: "pending", description: "Send a receipt" },
  { index: 14, state: "coded", description: HOSTILE_TITLE },
];

const VERBS = ["Add", "Rework", "Test", "Document", "Speed up", "Guard", "Export", "Import"];
const THINGS = ["invoices", "coupons", "shipping", "audit trail", "wish lists", "warehouses", "gift cards", "ratings"];

/** What the first tasks that may start are at, with six coders. */
const ACTIVE: readonly FixtureState[] = [
  ...(["landing", "landing", "working", "working", "coded", "landing", "making", "working"] as const),
  ...(["waiting", "landing", "waiting", "coded", "waiting", "landing"] as const),
];

/** Tasks in all states, in chains and alone. The same for the same `count`. */
export function manyTasks(count: number): readonly FixtureTask[] {
  const tasks: FixtureTask[] = [];
  for (let index = 1; index <= count; index++) {
    const isCore = index % 17 === 1;
    const dependsOn =
      index % 9 === 4
        ? []
        : [Math.floor(index / 4), Math.floor(index / 3) - 5, index % 6 === 0 ? Math.floor(index / 2) : 0].filter(
            (other, at, all) => other > 0 && all.indexOf(other) === at,
          );
    const before = dependsOn.map((other) => tasks[other - 1]?.state);
    const open = before.every((state) => state === "landed" || state === "conflicted");
    const started = tasks.filter(({ state }) => ACTIVE.includes(state)).length;
    const state: FixtureState = !open
      ? "pending"
      : index < count * 0.55
        ? index % 29 === 0
          ? "failed"
          : index % 13 === 0
            ? "conflicted"
            : "landed"
        : (ACTIVE[started] ?? "pending");
    const verb = VERBS[index % VERBS.length];
    const thing = THINGS[Math.floor(index / 3) % THINGS.length];
    tasks.push({
      index,
      dependsOn,
      state,
      description:
        `${verb} ${thing} ${index % 5 === 0 ? "for every customer that has ordered at least once this year" : ""}`.trim(),
      ...(isCore ? { shape: "core" as const } : { shape: "plugin" as const, plugin: `part-${index}` }),
    });
  }
  return tasks;
}

type TimedEntry = ForgeEntry & { readonly at: number };

const commitOf = (text: string): string => createHash("sha1").update(text).digest("hex");

/** What the events of one task are, ending `now` or before. */
function storyOf(forge: FixtureForge, { index, state, ...feature }: FixtureTask, token: number): TimedEntry[] {
  const task = `${forge.session}.${index}`;
  const branch = `refs/heads/alphaforge/${forge.session}`;
  const opened = forge.now - (forge.openedAgo ?? 47 * MINUTE);
  const span = forge.now - opened - 3 * MINUTE;
  // Early tasks early: what they did lies between the opening and now.
  let at = opened + 5_000 + index;
  const entries: TimedEntry[] = [];
  const add = (entry: ForgeEntry, ms: number) => {
    at += ms;
    entries.push({ ...entry, at });
  };
  const stream = taskStream(task);
  const touches = feature.plugin ? [`src/plugins/${feature.plugin}/**`] : ["src/money/**", "src/core/*.ts"];
  add(
    {
      stream,
      type: "task.added",
      data: {
        task,
        session: forge.session,
        branch,
        spec: "specs/shop.xml",
        feature: {
          index,
          ...(feature.shape ? { shape: feature.shape } : {}),
          ...(feature.plugin ? { plugin: feature.plugin } : {}),
          dependsOn: feature.dependsOn ?? [],
          touches,
          priority: 0,
          description: feature.description,
          acceptance: ["npm test passes"],
          verify: [],
        },
      },
    },
    0,
  );
  if (state === "pending") return entries;
  const active = state !== "landed" && state !== "conflicted" && state !== "failed";
  at = active ? forge.now - 6 * MINUTE - (index % 7) * 11_000 : Math.round(opened + (span * 0.75 * (index % 97)) / 97);
  const ask = (attempt: number) =>
    add({ stream, type: "claim.asked", data: { task, claim: `${task}/${attempt}`, globs: touches } }, 1_000);
  if (state === "waiting") {
    ask(1);
    add(
      {
        stream,
        type: "claim.waited",
        data: {
          task,
          claim: `${task}/1`,
          position: 1,
          estimatedWaitMs: 4 * MINUTE,
          blockers: [{ holder: `${forge.session}.8`, state: "held", path: "src/core/order.ts" }],
        },
      },
      10,
    );
    return entries;
  }
  const start = (attempt: number) => {
    ask(attempt);
    const claim = `${task}/${attempt}`;
    const data = { task, attempt, token: token + attempt - 1, claim, waitedMs: 400, landsOnly: false };
    add({ stream, type: "attempt.started", data }, 400);
  };
  const open = (attempt: number) =>
    add(
      {
        stream,
        type: "workspace.opened",
        data: {
          task,
          attempt,
          workspace: `${task}-${attempt}`,
          directory: "/somewhere",
          base: commitOf("base"),
          start: commitOf("base"),
          ports: { from: 42_000 + index * 10, to: 42_009 + index * 10 },
          setup: [],
        },
      },
      900,
    );
  const code = (attempt: number) => {
    const usage = { input: 1_200 * index, output: 3_100, cacheRead: 88_000, cacheWrite: 9_500 };
    const took = 70_000 + index * 300;
    add(
      {
        stream,
        type: "attempt.coded",
        data: {
          task,
          attempt,
          isOk: true,
          end: { how: "exited", status: 0 },
          usage,
          costUsd: 0.21 + index / 100,
          model: "claude-sonnet-4-5",
          startedAt: at,
          endedAt: at + took,
          lastWords: `All done. export AWS_ACCESS_KEY_ID=${FIXTURE_SECRET}`,
        },
      },
      took,
    );
  };
  const keep = (attempt: number) =>
    add(
      {
        stream,
        type: "attempt.kept",
        data: { task, attempt, ref: `refs/alphaforge/keep/${task}/${attempt}`, commit: commitOf(`${task}/${attempt}`) },
      },
      200,
    );
  const queue = (attempt: number) => add({ stream, type: "landing.queued", data: { task, attempt } }, 100);
  if (state === "failed" || state === "conflicted") {
    start(1);
    open(1);
    code(1);
    keep(1);
    const refusal =
      state === "failed"
        ? {
            stage: "verify" as const,
            code: "red",
            reason: "npm test failed with exit code 1",
            output: `FAIL test/returns.test.ts\nAWS_ACCESS_KEY_ID=${FIXTURE_SECRET}`,
          }
        : {
            stage: "landing" as const,
            code: "conflict",
            reason: "the branch has changed the same lines since",
            paths: ["src/plugins/cart/cart.ts", "package.json"],
          };
    add({ stream, type: "attempt.refused", data: { task, attempt: 1, refusal, next: "again", counts: true } }, 500);
    start(2);
    open(2);
    code(2);
    keep(2);
    if (state === "failed") {
      const outside = {
        stage: "fence" as const,
        code: "outside-claim",
        reason: FAILED_REASON,
        paths: ["src/core/order.ts", "package.json"],
      };
      const data = { task, attempt: 2, refusal: outside, next: "failed" as const, counts: true };
      add({ stream, type: "attempt.refused", data }, 500);
      return entries;
    }
    queue(2);
  } else {
    start(1);
    if (state === "making") return entries;
    open(1);
    if (state === "working") return entries;
    code(1);
    keep(1);
    if (state === "coded") return entries;
    queue(1);
    if (state === "landing") return entries;
  }
  const attempt = state === "conflicted" ? 2 : 1;
  const commit = commitOf(task);
  const verification = `v-${task}`;
  const log = branchStream(branch);
  add({ stream: log, type: "verification.started", data: { verification, branch, commit, tasks: [task] } }, 300);
  const ms = 21_000 + index * 100;
  const ended = { verification, branch, commit, tasks: [task], green: true, flaky: index % 5 === 0, ms, runs: [] };
  add({ stream: log, type: "verification.ended", data: ended }, ms);
  add({ stream, type: "task.landed", data: { task, branch, attempt, token: token + attempt - 1, commit } }, 200);
  return entries;
}

/** Writes a session's whole story into a forge's database and folds it, as a forge does. */
export async function fillFixtureForge(store: Store, forge: FixtureForge): Promise<void> {
  const { session, now, tasks } = forge;
  const opened = now - (forge.openedAgo ?? 47 * MINUTE);
  const branch = `refs/heads/alphaforge/${session}`;
  const stream = sessionStream(session);
  const since = commitOf("base");
  const opening = { session, target: "main", since, directly: false, spec: "specs/shop.xml" };
  const run = {
    ...{ session, run: `${session}-1`, pid: 4_711, coder: "claude", model: "claude-sonnet-4-5" },
    ...{ concurrency: 6, recorded: true },
  };
  const entries: TimedEntry[] = [
    { stream, type: "session.opened", at: opened, data: opening },
    { stream, type: "branch.opened", at: opened + 1, data: { session, branch } },
    { stream, type: "run.started", at: opened + 2, data: run },
    ...tasks.flatMap((task) => storyOf(forge, task, task.index * 3)),
  ];
  const queued = tasks.filter(({ state }) => state === "landing").map(({ index }) => `${session}.${index}`);
  if (queued.length > 0) {
    const red = { verification: `${session}-red`, branch, commit: commitOf("red"), tasks: queued };
    const log = branchStream(branch);
    const failed = { ...red, green: false, flaky: false, ms: 31_000 };
    const note = { command: "npm test", outcome: "failed" as const, code: 1, ms: 31_000, tail: FIXTURE_SECRET };
    entries.push(
      { stream: log, type: "verification.started", at: now - 95_000, data: red },
      { stream: log, type: "verification.ended", at: now - 64_000, data: { ...failed, runs: [note] } },
      {
        stream: log,
        type: "verification.started",
        at: now - 40_000,
        data: { verification: `${session}-now`, branch, commit: commitOf("now"), tasks: queued.slice(0, 4) },
      },
    );
  }
  if (forge.ended) {
    entries.push({ stream, type: "run.ended", at: now - 1_000, data: { session, run: run.run, ...forge.ended } });
  }
  await writeForge(store, entries);
  if (!forge.ended) await insertClaims(store, forge);
}

/** Appends events with times of their own, and folds them. */
export async function writeForge(store: Store, entries: readonly TimedEntry[]): Promise<void> {
  const log = new PostgresEventLog({ pool: store.pool, connect: () => store.connect(), clock: systemClock });
  const batches = [...entries]
    .sort((a, b) => a.at - b.at)
    .map(({ stream, type, at, data }) => ({ stream, expectedVersion: "any" as const, events: [{ type, at, data }] }));
  for (let from = 0; from < batches.length; from += 500) await log.appendMany(batches.slice(from, from + 500));
  await catchUp(store.pool, log, FORGE_PROJECTION);
}

async function insertClaims(store: Store, { session, tasks, now }: FixtureForge): Promise<void> {
  const held = tasks.filter(({ state }) => ["making", "working", "coded", "landing"].includes(state));
  const waiting = tasks.filter(({ state }) => state === "waiting");
  let changed = 0;
  const insert = async (id: string, holder: string, globs: readonly string[], token: number | null, ago: number) => {
    changed += 1;
    await store.pool.query(
      `INSERT INTO forge_claims (id, holder, mode, globs, priority, expected_ms, requested_at, granted_at, ended_at,
         state, token, lease_ms, beat, changed)
       VALUES ($1, $2, $3, $4, 0, 600000, $5, $6, NULL, $7, $8, $9, 0, $10) ON CONFLICT DO NOTHING`,
      [
        ...[id, holder, holder.startsWith("user/") ? "shared" : "exclusive", globs, now - ago],
        ...[token === null ? null : now - ago, token === null ? "waiting" : "held", token, token && 60_000, changed],
      ],
    );
  };
  for (const { index, plugin } of held)
    await insert(
      ...([`${session}.${index}/1`, `${session}.${index}`] as const),
      ...([plugin ? [`src/plugins/${plugin}/**`] : ["src/banner/**"], index * 3, 6 * MINUTE] as const),
    );
  await insert("docs-1", "user/grace", ["docs/**", "README.md"], 9_001, 18 * MINUTE);
  for (const { index } of waiting)
    await insert(`${session}.${index}/1`, `${session}.${index}`, ["src/money/**", "src/core/*.ts"], null, 2 * MINUTE);
  await insert("docs-2", "user/ada", ["docs/guide.md"], null, 90_000);
}
