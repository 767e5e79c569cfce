import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { oneLine } from "@alphaforge/core/errors";
import { installedPackage } from "@alphaforge/core/store/postgres-binaries";
import { type PostgresUser, postgresUser } from "@alphaforge/core/store/postgres-user";
import { type Checkup, ok, type Patient, problem } from "./checkup.ts";
import { nearestExisting } from "./nearest-existing.ts";

const NAME = "postgresql";

/** The embedded server's programs run here, under root as the unprivileged user. */
export function checkPostgres({ config }: Pick<Patient, "config">): Checkup {
  if (config.databaseUrl !== undefined) return ok(NAME, "not needed: DATABASE_URL names a server");
  let native: string;
  let version: string;
  try {
    ({ native, version } = installedPackage());
  } catch (error) {
    return problem(NAME, oneLine(error));
  }
  const user = postgresUser();
  const program = join(native, "bin", "postgres");
  const own = run(program, undefined);
  // The links between libraries that an install without scripts lacks are made when the server starts first.
  if (!own.ok && existsSync(program) && hasAllLinks(native)) {
    return problem(NAME, `${program} does not run (${own.reason}): run npm ci, or set DATABASE_URL`);
  }
  if (!existsSync(program)) return problem(NAME, `${program} is missing: run npm ci, or set DATABASE_URL`);
  if (user === undefined) return ok(NAME, version);
  const asUser = spawnSync("/bin/true", { ...user, cwd: "/" });
  if (asUser.error !== undefined) {
    return problem(NAME, `cannot run programs as uid ${user.uid}, which root must: run as an ordinary user`);
  }
  const shut = firstShut(config.home, user);
  if (shut === undefined) return ok(NAME, `${version}, as uid ${user.uid} under root`);
  return problem(NAME, `${shut} is shut to uid ${user.uid}: run chmod o+x ${shut}, or set ALPHAFORGE_HOME elsewhere`);
}

function run(program: string, user: PostgresUser | undefined): { readonly ok: boolean; readonly reason: string } {
  const { status, error, stderr } = spawnSync(program, ["--version"], { ...user, cwd: "/", encoding: "utf8" });
  return { ok: status === 0, reason: error?.message ?? stderr?.trim().split("\n")[0] ?? `exit code ${status}` };
}

function hasAllLinks(native: string): boolean {
  return existsSync(join(native, "lib", "libpq.so.5")) || existsSync(join(native, "lib", "libpq.5.dylib"));
}

/** The directory that keeps the server's user from the state; those below the temporary directory are opened for it. */
function firstShut(home: string, user: PostgresUser): string | undefined {
  for (let path = nearestExisting(home); ; path = dirname(path)) {
    const { mode, uid } = statSync(path);
    const isPassable = uid === user.uid ? (mode & 0o100) !== 0 : (mode & 0o001) !== 0;
    if (!isPassable && path !== home && !path.startsWith(`${tmpdir()}/`)) return path;
    if (dirname(path) === path) return undefined;
  }
}
