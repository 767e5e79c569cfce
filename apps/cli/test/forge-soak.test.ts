import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import { afterEach, expect, test, vi } from "vitest";
import { expectClean, expectLandedOnce, keepRefs } from "./forge-promises.fixture.ts";
import {
  type Process,
  plugin,
  processesWith,
  type Running,
  type ScriptedWorld,
  scriptedWorld,
} from "./scripted-world.fixture.ts";
import { seededDraws } from "./seeded-draws.fixture.ts";

const KILLS = SOAK ? 100 : 3;
const TASKS = 12;
/** ALPHAFORGE_SOAK_SEED=N draws the same victims and pauses again. */
const SEED = Number(process.env.ALPHAFORGE_SOAK_SEED ?? (SOAK ? Date.now() % 1_000_000 : 1));
/** A run that takes longer hangs: it is killed, and that fails the soak. */
const LONGEST_RUN_MS = 180_000;
const SHORTEST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 2_000;

/** A coder that is killed has failed, and that takes a try: none of them may be given up for it. */
const CONFIG = 'verify: ["sleep 0.2; test ! -e bad"]\nconcurrency: 4\nlimits: {attempts: 20}';

const VICTIMS = ["orchestrator", "coder", "git", "postgres"] as const;
type Victim = (typeof VICTIMS)[number];

let world: ScriptedWorld;
afterEach(() => world?.remove());

test(`${KILLS} kills at random moments: no commit is lost, none lands twice, every run ends`, {
  timeout: SOAK ? 3_600_000 : 600_000,
  retry: 0,
}, async () => {
  world = await scriptedWorld({ database: "own", config: CONFIG });
  const random = seededDraws(SEED);
  const say = (text: string) => void process.stdout.write(`soak (seed ${SEED}): ${text}\n`);
  say(`${KILLS} kills`);
  for (let index = 1; index <= TASKS; index++) world.script(index, stepsOf(index));
  const counts: Record<Victim, number> = { orchestrator: 0, coder: 0, git: 0, postgres: 0 };
  const killed = () => VICTIMS.reduce((sum, victim) => sum + counts[victim], 0);
  const kept = new Map<string, string>();
  const sessions: string[] = [];
  let runs = 0;
  while (sessions.length === 0 || killed() < KILLS) {
    const session = `soak-${sessions.length + 1}`;
    sessions.push(session);
    const spec = world.spec(
      session,
      Array.from({ length: TASKS }, (_, at) => ({
        attributes: plugin(at + 1, at >= 8 ? `depends_on="${at - 7}"` : ""),
        description: `Feature ${at + 1}`,
      })),
    );
    let tip: string | undefined;
    for (let code: number | null = null; code !== 0; ) {
      const isLast = killed() >= KILLS;
      const running = world.start(["forge", "run", spec]);
      runs += 1;
      const ended = await untilEnd(running, async (isOver) => {
        // Most kills hit a run that works; some hit one that starts, where it recovers from the kill before.
        if (random() < 0.8) await running.until(/ started \(attempt/).catch(() => undefined);
        while (killed() < KILLS) {
          await sleep(SHORTEST_PAUSE_MS + random() * (LONGEST_PAUSE_MS - SHORTEST_PAUSE_MS));
          if (isOver()) return;
          const victim = VICTIMS[Math.floor(random() * VICTIMS.length)] as Victim;
          const command = await killWhenThere(victim, running, random(), isOver);
          if (command === undefined) continue;
          counts[victim] += 1;
          say(`kill ${killed()}: ${victim} (${command.slice(0, 80)})`);
        }
      });
      code = ended.code;
      if (code !== 0) {
        for (const line of ended.stdout.split("\n")) if (/; (tries again|that was)/.test(line)) say(line);
        say(`run ${runs} of ${session}: ${code === null ? "killed" : `exit ${code}: ${ended.errors.join(" | ")}`}`);
        // It was killed, or says why it ended: anything else is a fault, and so is to end while nothing was killed.
        expect([1, null], `${ended.stdout}${ended.errors.join("\n")}`).toContain(code);
        expect(isLast, `nothing was killed, and it said: ${ended.stdout}${ended.errors.join("\n")}`).toBe(false);
      }
      for (const [ref, commit] of Object.entries(keepRefs(world, session))) {
        expect(kept.get(ref) ?? commit, `${ref} was moved`).toBe(commit);
        kept.set(ref, commit);
      }
      const now = world.git("for-each-ref", "--format=%(objectname)", `refs/heads/alphaforge/${session}`);
      // What has landed stays.
      if (tip !== undefined) expect(world.git("merge-base", tip, now)).toBe(tip);
      if (now !== "") tip = now;
    }
  }
  await vi.waitFor(() => expect(processesWith(world.top)).toEqual([]), { timeout: 5_000, interval: 100 });
  for (const session of sessions) await expectLandedOnce(world, session, TASKS);
  for (const [ref, commit] of kept) expect(world.git("rev-parse", ref)).toBe(commit);
  await expectClean(world);
  const words = VICTIMS.map((victim) => `${counts[victim]} ${victim}`).join(", ");
  tellCounts(
    "forge soak",
    `${killed()} kills (${words}) in ${runs} runs: ${sessions.length * TASKS} of ${sessions.length * TASKS} tasks landed once`,
  );
});

/** Work that is committed in part, so that a kill at any moment leaves something to keep. */
const stepsOf = (index: number) => [
  { write: `src/plugins/p${index}/a.ts`, text: `${index}\n` },
  { sleepMs: 300 },
  { git: ["add", "-A"] },
  { git: ["commit", "-qm", `c${index}`] },
  { sleepMs: 200 },
  { write: `src/plugins/p${index}/b.ts`, text: "b\n" },
];

async function untilEnd(running: Running, killing: (isOver: () => boolean) => Promise<void>) {
  let isOver = false;
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    running.signal("SIGKILL");
  }, LONGEST_RUN_MS);
  const [ended] = await Promise.all([
    running.ended.finally(() => {
      isOver = true;
      clearTimeout(late);
    }),
    killing(() => isOver),
  ]);
  expect(isLate, "a run hung").toBe(false);
  return ended;
}

/** Gits and coders come and go: one is waited for. */
async function killWhenThere(victim: Victim, running: Running, draw: number, isOver: () => boolean) {
  for (let left = 100; left > 0 && !isOver(); left--) {
    const command = kill(victim, running, draw);
    if (command !== undefined) return command;
    await sleep(20);
  }
  return undefined;
}

/** Kills one of them by SIGKILL and says which; undefined when there is none at this moment. */
function kill(victim: Victim, { pid }: Running, draw: number): string | undefined {
  const found = victimsOf(victim, pid);
  const chosen = found[Math.floor(draw * found.length)];
  if (chosen === undefined) return undefined;
  try {
    process.kill(chosen.pid, "SIGKILL");
    return chosen.command;
  } catch (error) {
    // It ended by itself a moment ago.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return undefined;
    throw error;
  }
}

function victimsOf(victim: Victim, orchestrator: number): Process[] {
  const all = processesWith(world.top);
  switch (victim) {
    case "orchestrator":
      return all.filter(({ pid }) => pid === orchestrator);
    case "coder":
      return all.filter(({ command }) => command.includes("run-script.ts"));
    case "git":
      return all.filter(({ command }) => command.startsWith("git "));
    case "postgres": {
      const server = all.find(({ command }) => /bin\/postgres -D/.test(command) && !command.includes("keeper"));
      return server === undefined ? [] : [server, ...childrenOf(server.pid)];
    }
  }
}

function childrenOf(pid: number): Process[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
  return children.map((child) => ({
    pid: Number(child),
    command: readFileSync(`/proc/${child}/cmdline`, "latin1").replaceAll("\0", " "),
  }));
}
