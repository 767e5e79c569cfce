import { appendFileSync } from "node:fs";
import { inject } from "vitest";
import { countsFile } from "./soak.ts";

/**
 * Tells what a test has counted, in one line: at once, since a long run may be cut off, and for a soak once more below
 * the report, when all of its tests have ended.
 */
export function tellCounts(what: string, counts: string): void {
  const line = `${what}: ${counts}\n`;
  process.stdout.write(line);
  appendFileSync(countsFile(inject("testDatabaseDir")), line);
}
