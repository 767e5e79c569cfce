import { size } from "../../format.ts";
import { advice, type Checkup, ok, problem } from "./checkup.ts";

/** Going through a demo desk's history takes half a gigabyte, building the dashboard one; both are over in minutes. */
const LEAST_BYTES = 7e8;
const ENOUGH_BYTES = 2e9;

/** @param available bytes that this process may still use, by the machine and by the limits of its container */
export function checkMemory(available = process.availableMemory()): Checkup {
  const free = `${size(available)} available`;
  if (available < LEAST_BYTES)
    return problem("memory", `${free}: end something, or give the machine ${size(ENOUGH_BYTES)}`);
  if (available < ENOUGH_BYTES) return advice("memory", `${free}: a first start is slow below ${size(ENOUGH_BYTES)}`);
  return ok("memory", free);
}
