import { armFailpoints } from "../../failpoints.ts";
import { EVENT_LOG_MIGRATIONS } from "../../log/event-log-migrations.ts";
import { backUp, restore } from "./backup-world.fixture.ts";

/** A backup or a restore in a process of its own, for tests that kill it: MODE URL FILE MIGRATIONS FAILPOINTS. */
const [mode, url, file, directory, failpoints] = process.argv.slice(2) as [string, string, string, string, string];
armFailpoints(failpoints);
const sources = [EVENT_LOG_MIGRATIONS, { name: "zoo", directory }];
if (mode === "backup") await backUp(url, file, { sources });
else await restore(url, file, { sources, replace: mode === "replace" });
