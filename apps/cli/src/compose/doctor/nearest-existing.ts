import { existsSync } from "node:fs";
import { dirname } from "node:path";

/** The path itself, or the nearest directory above it that there is. */
export function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
