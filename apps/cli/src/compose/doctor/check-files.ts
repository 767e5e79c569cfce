import { spawnSync } from "node:child_process";
import { advice, type Checkup, ok, problem } from "./checkup.ts";

const LEAST = 256;
const ENOUGH = 1_024;

/** How many files a process may have open. @param limit as `ulimit -n` says it */
export function checkFiles(
  limit = spawnSync("/bin/sh", ["-c", "ulimit -n"], { encoding: "utf8" }).stdout.trim(),
): Checkup {
  if (limit === "unlimited") return ok("open files", limit);
  const count = Number(limit);
  if (!(count >= LEAST)) return problem("open files", `the limit is ${limit || "unknown"}: run ulimit -n ${ENOUGH}`);
  if (count < ENOUGH)
    return advice("open files", `the limit is ${limit}: many desks and coders need ulimit -n ${ENOUGH}`);
  return ok("open files", `the limit is ${limit}`);
}
