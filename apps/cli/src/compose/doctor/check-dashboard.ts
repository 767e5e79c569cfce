import { accessSync, constants, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Checkup, ok, problem } from "./checkup.ts";

/** The dashboard is built, or can be. @param place where its package.json lies */
export function checkDashboard(place = webDirectory()): Checkup {
  if (existsSync(join(place, ".next", "alphaforge-build.json"))) return ok("dashboard", "has been built");
  try {
    createRequire(join(place, "package.json")).resolve("next/dist/bin/next");
  } catch {
    return problem("dashboard", "cannot be built, the package next is not installed: run npm ci");
  }
  try {
    accessSync(place, constants.W_OK);
  } catch {
    return problem("dashboard", `cannot be built, ${place} is not writable: run alphaforge up as its owner once`);
  }
  return ok("dashboard", "is built at the first alphaforge up, which takes some ten seconds");
}

function webDirectory(): string {
  return dirname(createRequire(import.meta.url).resolve("@alphaforge/web/serve"));
}
