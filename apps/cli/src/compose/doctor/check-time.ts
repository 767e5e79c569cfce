import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { minute } from "../../format.ts";
import { clock } from "../../system.ts";
import { advice, type Checkup, ok, problem } from "./checkup.ts";

const DAY = 86_400_000;

/**
 * The clock is not before this program's own files, which is all that can be said without asking anybody.
 * @param now ms @param installed when the files were written, ms
 */
export function checkClock(
  now = clock.now(),
  installed = statSync(fileURLToPath(new URL("../../main.ts", import.meta.url))).mtimeMs,
): Checkup {
  const said = `${minute(now)} UTC`;
  if (now < installed - DAY) {
    return problem("clock", `${said} is before this program was installed (${minute(installed)}): set the clock`);
  }
  return ok("clock", `${said}; whether it is exact is not checked, for that takes the network`);
}

/** Names of places are known, with their summer time. */
export function checkTimezones(offsetOf: (zone: string, at: number) => string = offsetIn): Checkup {
  const [winter, summer] = [Date.UTC(2024, 0, 15), Date.UTC(2024, 6, 15)].map((at) => offsetOf("America/New_York", at));
  if (winter === "GMT-5" && summer === "GMT-4") return ok("time zones", "known");
  return advice("time zones", "not known to this Node: use one with full ICU, or NODE_ICU_DATA; times are UTC anyway");
}

function offsetIn(timeZone: string, at: number): string {
  try {
    const parts = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "shortOffset" }).formatToParts(at);
    return parts.find(({ type }) => type === "timeZoneName")?.value ?? "none";
  } catch (error) {
    return String(error);
  }
}
