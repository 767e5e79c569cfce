import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const LOOK_MS = 100;

/** Processes that work in `directory` or name it, once they have had `patienceMs` to end: "pid command". */
export async function processesLeftIn(directory: string, patienceMs: number): Promise<readonly string[]> {
  for (let waited = 0; ; waited += LOOK_MS) {
    const left = processesIn(directory);
    if (left.length === 0 || waited >= patienceMs) return left;
    await sleep(LOOK_MS);
  }
}

function processesIn(directory: string): readonly string[] {
  if (!existsSync("/proc/self/cwd")) {
    const all = execFileSync("ps", ["-axo", "pid=,command="], { encoding: "utf8" }).split("\n");
    return all.filter((line) => line.includes(directory));
  }
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.flatMap((pid) => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      const isInside = command.includes(directory) || readlinkSync(`/proc/${pid}/cwd`).startsWith(directory);
      return isInside ? [`${pid} ${command}`] : [];
    } catch {
      return []; // It has ended since.
    }
  });
}
