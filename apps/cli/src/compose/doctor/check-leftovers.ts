import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { processState } from "@alphaforge/core/store/process-state";
import { advice, type Checkup, ok, type Patient } from "./checkup.ts";

/** What dead processes have left: servers without a keeper, and files that the next start takes away. */
export function checkLeftovers(
  { config: { home } }: Pick<Patient, "config">,
  web = dirname(createRequire(import.meta.url).resolve("@alphaforge/web/serve")),
): Checkup {
  const orphans: number[] = [];
  const stale: string[] = [];
  for (const kind of ["desks", "forge"]) {
    for (const name of namesIn(join(home, kind))) {
      const data = join(home, kind, name, "postgres", "data");
      const file = join(data, "postmaster.pid");
      const pid = pidIn(file);
      if (pid === undefined) continue;
      const server = processState(pid);
      const isOurs = server !== undefined && server.state !== "Z" && server.command.includes(data);
      if (!isOurs) stale.push(file);
      else if (!isKept(pid)) orphans.push(pid);
    }
  }
  const buildLock = join(web, ".build-lock");
  const builder = pidIn(buildLock);
  if (builder !== undefined && processState(builder) === undefined) stale.push(buildLock);
  if (orphans.length > 0) {
    return advice("leftovers", `PostgreSQL runs without anybody who uses it: run kill -INT ${orphans.join(" ")}`);
  }
  if (stale.length === 0) return ok("leftovers", "none");
  return advice("leftovers", `${stale.join(", ")}: of processes that were killed; the next start clears them away`);
}

/** Its parent is the keeper, which ends it about a second after its last user has gone. */
function isKept(pid: number): boolean {
  // Elsewhere the parent is not worth another program: a server without a keeper is ended by the next start.
  if (process.platform !== "linux") return true;
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  return processState(parent)?.command.includes("alphaforge-postgres-keeper") ?? false;
}

function pidIn(file: string): number | undefined {
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, "utf8").split("\n", 1)[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}

function namesIn(directory: string): readonly string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}
