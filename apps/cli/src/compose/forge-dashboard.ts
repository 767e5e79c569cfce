import { basename } from "node:path";
import { ensureBuilt, type RunningWeb, refuseTakenPort, startWeb } from "@alphaforge/web/serve";
import type { App } from "../command.ts";
import { type OpenForge, withForge } from "./forge-place.ts";

/**
 * Serves the page of an open forge on loopback until the signal aborts; builds the dashboard first when its sources are
 * newer. `log` is told of that. Throws WebError when the port is taken.
 */
export async function serveForgeDashboard(
  forge: Pick<OpenForge, "directory" | "store">,
  port: number,
  signal: AbortSignal,
  log: (line: string) => void,
): Promise<RunningWeb> {
  await refuseTakenPort(port);
  await ensureBuilt({ log });
  const forges = [{ name: basename(forge.directory), url: forge.store.url }];
  return startWeb({ port, desks: [], forges, signal });
}

/** The page of the forge of the repository that the command was called in, until the signal aborts. */
export async function showForge(app: App, port: number): Promise<void> {
  await withForge(app, { mustExist: false }, async (forge) => {
    try {
      const web = await serveForgeDashboard(forge, port, app.signal, (line) => app.print(`  ${line}`));
      app.print(`The forge of ${forge.directory}: ${web.url}/forge (Ctrl-C ends it)`);
      await web.stopped;
    } catch (error) {
      if (!app.signal.aborted) throw error;
    }
  });
}
