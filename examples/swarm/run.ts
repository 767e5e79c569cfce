// `npm run example:swarm`: twelve features, six coders, most of them up to no good, and a branch that stays green. What
// became of it is checked; whatever is not as it should be is named, and the exit code is 1. `--keep` leaves everything
// where it is, to be looked at.
import { rmSync } from "node:fs";
import type { TaskView } from "@alphaforge/forge/sessions/task-view";
import { belongingsOf } from "./belongings.ts";
import { wrongsOf } from "./check-ending.ts";
import { codersOf } from "./coders.ts";
import { takePart } from "./colleague.ts";
import { alphaforge } from "./command-line.ts";
import { processesLeftIn } from "./left-behind.ts";
import { CODERS, makeWorld, type World } from "./world.ts";

const PATIENCE_MS = 5_000;
const print = (line: string) => void process.stdout.write(`${line}\n`);

async function play(world: World, signal: AbortSignal): Promise<{ tasks: readonly TaskView[]; wrongs: string[] }> {
  const before = belongingsOf(world);
  let isOver = false;
  const others = takePart(world, () => isOver);
  // Waited for below; a failure in it must not end this process before the run has ended.
  others.catch(() => undefined);
  const ran = await alphaforge(world, ["forge", "run", world.spec], { show: true, signal });
  isOver = true;
  signal.throwIfAborted();
  await others;
  const wrongs = ran.code === 1 ? [] : [`forge run ended with ${ran.code}, not with 1, although features did not land`];
  // The same command has nothing left to do, and says how everything ended.
  const again = await alphaforge(world, ["forge", "run", world.spec, "--json"], { show: false, signal });
  signal.throwIfAborted();
  if (again.stdout === "") throw new Error(`forge run did not come to an end: ${again.stderr}`);
  const { tasks } = JSON.parse(again.stdout) as { tasks: readonly TaskView[] };
  wrongs.push(...wrongsOf(world, tasks, codersOf(world.marks)));
  const after = belongingsOf(world);
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    if (before.get(name) !== after.get(name)) wrongs.push(`the user's ${name} is not as it was`);
  }
  return { tasks, wrongs };
}

async function main(): Promise<number> {
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => stop.abort(new Error(name)));
  const began = performance.now();
  const keeps = process.argv.includes("--keep");
  const world = makeWorld();
  try {
    const { tasks, wrongs } = await play(world, stop.signal);
    const left = await processesLeftIn(world.directory, PATIENCE_MS);
    const all = [...wrongs, ...left.map((one) => `still runs after ${PATIENCE_MS / 1000} s: ${one}`)];
    for (const wrong of all) print(`NOT AS IT SHOULD BE: ${wrong}`);
    const landed = tasks.filter(({ state }) => state === "landed").length;
    const verdict =
      all.length === 0
        ? `${landed} landed, ${tasks.length - landed} refused as they should be, branch green`
        : `${all.length} things are not as they should be`;
    const seconds = Math.round((performance.now() - began) / 1000);
    print(`${tasks.length} features, ${CODERS} coders: ${verdict}, ${seconds} s`);
    return all.length === 0 ? 0 : 1;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    print("stopped");
    return 130;
  } finally {
    await processesLeftIn(world.directory, PATIENCE_MS);
    if (keeps) print(`everything is in ${world.directory}`);
    else rmSync(world.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

process.exitCode = await main();
