import { oneLine } from "@alphaforge/core/errors";
import { checkCoders } from "./check-coders.ts";
import { checkDashboard } from "./check-dashboard.ts";
import { checkDatabaseUrl } from "./check-database-url.ts";
import { checkFiles } from "./check-files.ts";
import { checkGit } from "./check-git.ts";
import { checkHome } from "./check-home.ts";
import { checkLeftovers } from "./check-leftovers.ts";
import { checkMemory } from "./check-memory.ts";
import { checkModels } from "./check-models.ts";
import { checkNode } from "./check-node.ts";
import { checkPlatform } from "./check-platform.ts";
import { checkPort } from "./check-port.ts";
import { checkPostgres } from "./check-postgres.ts";
import { checkClock, checkTimezones } from "./check-time.ts";
import type { Check, Checkup, Patient } from "./checkup.ts";

const CHECKS: readonly (readonly [string, Check])[] = [
  ["platform", (patient) => checkPlatform(patient)],
  ["node", () => checkNode()],
  ["git", checkGit],
  ["state", checkHome],
  ["postgresql", checkPostgres],
  ["database", checkDatabaseUrl],
  ["dashboard", () => checkDashboard()],
  ["port", checkPort],
  ["memory", () => checkMemory()],
  ["open files", () => checkFiles()],
  ["clock", () => checkClock()],
  ["time zones", () => checkTimezones()],
  ["models", checkModels],
  ["coders", (patient) => checkCoders(patient)],
  ["leftovers", (patient) => checkLeftovers(patient)],
];

/** Every check, in the order in which they are shown. */
export function examineMachine(patient: Patient): Promise<readonly Checkup[]> {
  return Promise.all(
    CHECKS.map(async ([name, check]): Promise<Checkup> => {
      try {
        return await check(patient);
      } catch (error) {
        return { name, state: "problem", text: `cannot be checked: ${oneLine(error)}` };
      }
    }),
  );
}
