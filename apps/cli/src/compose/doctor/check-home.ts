import { accessSync, constants, statfsSync, statSync } from "node:fs";
import { size } from "../../format.ts";
import { advice, type Checkup, ok, type Patient, problem } from "./checkup.ts";
import { nearestExisting } from "./nearest-existing.ts";

/** A demo desk's database and history take some hundred megabytes; months of a desk and recordings take gigabytes. */
const LEAST_BYTES = 1e9;
const ENOUGH_BYTES = 5e9;

/** State can be written, and its disk has room. Asks the system for both, and writes nothing to find out. */
export function checkHome({ config: { home } }: Pick<Patient, "config">): Checkup {
  const place = nearestExisting(home);
  const remedy = "set ALPHAFORGE_HOME to a directory that you can write to";
  try {
    if (!statSync(place).isDirectory()) return problem("state", `${place} is no directory: ${remedy}`);
    accessSync(place, constants.W_OK | constants.X_OK);
  } catch (error) {
    return problem("state", `cannot write to ${place} (${(error as NodeJS.ErrnoException).code}): ${remedy}`);
  }
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  const room = `${home}, ${size(free)} free`;
  if (free < LEAST_BYTES) return problem("state", `${room}: make room, or set ALPHAFORGE_HOME to another disk`);
  if (free < ENOUGH_BYTES) return advice("state", `${room}: a desk that runs for months needs ${size(ENOUGH_BYTES)}`);
  return ok("state", room);
}
