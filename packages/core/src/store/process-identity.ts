import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { processState } from "./process-state.ts";

/**
 * What tells this process from all others that have had or will have its number, also after the machine was started
 * anew and whatever is done to its clock: to be written beside the number. Undefined when there is no such process, or
 * only what is left of a dead one.
 */
export function processIdentity(pid: number): string | undefined {
  const found = processState(pid);
  if (found === undefined || found.state === "Z") return undefined;
  try {
    if (process.platform !== "linux") {
      return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    }
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The 22nd field, in ticks since the machine started; the second may itself hold spaces and parentheses.
    const started = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}/${started}`;
  } catch (error) {
    // It ended between the two looks.
    if (processState(pid) === undefined) return undefined;
    throw error;
  }
}
