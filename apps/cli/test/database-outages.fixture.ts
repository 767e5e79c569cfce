import type { FailingDatabase, FailingServer } from "@alphaforge/core/testing/failing-server";
import { SOAK } from "@alphaforge/core/testing/soak";

/** What may befall a database at work, by what is said of it; a sample, but in a soak. */
export function databaseOutages(
  at: () => { readonly server: FailingServer["server"]; readonly database: FailingDatabase },
): readonly (readonly [says: string, fail: () => Promise<void>])[] {
  const restart = (how: "fast" | "immediate") => async () => {
    await at().server.stop(how);
    await at().server.start();
  };
  return Object.entries({
    "crashes and comes back": restart("immediate"),
    "is cut off": async () => at().database.cut(),
    ...(SOAK && {
      "is restarted in order": restart("fast"),
      "goes away and stays away": () => at().server.stop("fast"),
      "ends all sessions": () => at().database.endSessions(),
    }),
  });
}
