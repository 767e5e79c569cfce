import { readFileSync } from "node:fs";

/** Megabytes of a process that are in memory. Linux only. */
export const residentOf = (pid: number): number => field(readFileSync(`/proc/${pid}/status`, "utf8"), "VmRSS");

/**
 * Megabytes that processes hold together, without the files that they map: what they share is counted once, or as their
 * part of it. The resident sizes of PostgreSQL's processes would each count the same shared buffers.
 */
export function heldTogether(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + held(pid), 0);
}

function held(pid: number): number {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
  } catch (error) {
    // Sessions of a database end while this looks.
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return 0;
    throw error;
  }
  return text === "" ? 0 : field(text, "Pss_Anon") + field(text, "Pss_Shmem");
}

function field(text: string, name: string): number {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1];
  if (kilobytes === undefined) throw new Error(`no ${name} in ${text}`);
  return Number(kilobytes) / 1024;
}
