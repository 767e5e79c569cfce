import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";
import { OperationalError, oneLine } from "@alphaforge/core/errors";
import type { AdvisoryLock } from "@alphaforge/core/store/advisory-lock";
import { migrate } from "@alphaforge/core/store/migrations";
import { readClock } from "@alphaforge/desk/projections/desk-clock";
import { ensureBuilt, refuseTakenPort, startWeb } from "@alphaforge/web/serve";
import type { App } from "../command.ts";
import { clock } from "../system.ts";
import { configuredModels } from "./configured-models.ts";
import { tellingDatabaseTrouble } from "./database-trouble.ts";
import { type DeskChild, spawnDesk } from "./desk-child.ts";
import { deskStateDir, findDeskFiles, readDeskFile } from "./desk-files.ts";
import { DESK_DATABASE } from "./desk-migrations.ts";
import { type OwnStore, openDeskStore } from "./own-store.ts";
import { beOnlyUp, refuseOtherUp, refuseRunningDesk } from "./refuse-running-desk.ts";
import { seatsFor } from "./rules-agents.ts";
import { removeUpFile, writeUpFile } from "./up-file.ts";
import { workerPaths } from "./worker-paths.ts";

interface DeskPlace {
  readonly name: string;
  readonly stateDir: string;
}

/** A desk whose database is open, and that nobody else runs. */
interface ClaimedDesk extends DeskPlace {
  readonly store: OwnStore;
  /** That there is no other `up` of it. */
  readonly only: AdvisoryLock;
}

/**
 * Desks and the dashboard, until the signal aborts or one of them ends by itself. Each desk is a process of its own;
 * this one only watches them, and all of them end with it, also when it is killed.
 */
export async function bringUp(options: {
  app: App;
  port: number;
  names: readonly string[] | undefined;
}): Promise<void> {
  const { app, port } = options;
  const stop = new AbortController();
  const signal = AbortSignal.any([app.signal, stop.signal]);
  const names = options.names ?? findDeskFiles(app.config.home).map(({ name }) => name);
  const configs = names.map((name) => readDeskFile(name, app.config.home));
  // Told here too: what a desk's own process finds wrong stands in its log, after everything else has begun.
  for (const config of configs) configuredModels(app.config, config, await seatsFor(config));
  // What runs is told rather than that its port is taken.
  const places = configs.map(({ name }) => ({ name, stateDir: deskStateDir(app.config.home, name) }));
  refuseOtherUp(places);
  await refuseTakenPort(port);
  const desks: ClaimedDesk[] = [];
  const children: DeskChild[] = [];
  // What a page could not read is nothing for the terminal: whoever looks at the page is told there.
  const webLogFile = join(app.config.home, "dashboard.log");
  let webLog: WriteStream | undefined;
  try {
    // All of them before any is started: what is in one's way is told before another one trades.
    for (const place of places) desks.push(await claimDesk(app, { place, before: desks, port }));
    const since = clock.now();
    const built = ensureBuilt({ log: (line) => app.print(`  ${line}`) });
    // A build that fails while the desks are starting is reported below, when it is waited for.
    built.catch(() => undefined);
    for (const { name, stateDir } of desks) {
      children.push(spawnDesk({ app, name, logFile: join(stateDir, "desk.log"), signal }));
    }
    await built;
    webLog = createWriteStream(webLogFile, { flags: "a" });
    webLog.once("error", (error) => app.warn(`cannot write ${webLogFile}: ${oneLine(error)}`));
    const withLog = (error: unknown): never => {
      throw new OperationalError(`${oneLine(error)}; see ${webLogFile}`);
    };
    const web = await startWeb({
      port,
      log: (text) => void webLog?.write(text),
      desks: desks.map(({ name, store, stateDir }) => ({ name, url: store.url, worker: workerPaths(stateDir).file })),
      signal,
    }).catch(withLog);
    app.print(`Alphaforge runs ${names.join(", ")}. Dashboard: ${web.url} (Ctrl-C ends it)`);
    const ended = Promise.race([web.stopped.catch(withLog), ...children.map((child) => child.ended)]);
    await Promise.race([ended, Promise.all(desks.map((desk) => watchStart(desk, app, since, signal)))]);
    await ended;
  } catch (error) {
    if (!app.signal.aborted) throw error;
  } finally {
    stop.abort();
    app.progress(undefined);
    await Promise.allSettled(children.map((child) => child.ended));
    webLog?.end();
    for (const { stateDir } of desks) removeUpFile(stateDir);
    await Promise.allSettled(desks.map(({ only }) => only.release()));
    await Promise.allSettled(desks.map(({ store }) => store.close()));
  }
}

/** Opens a desk's database and makes sure that nobody else runs the desk. */
async function claimDesk(
  app: App,
  desk: { readonly place: DeskPlace; readonly before: readonly ClaimedDesk[]; readonly port: number },
): Promise<ClaimedDesk> {
  const { place, before, port } = desk;
  const { name, stateDir } = place;
  // Opened here too: the database outlives a desk that is restarted, and the dashboard gets its address.
  const store = await openDeskStore(app.config, name, { applicationName: "alphaforge up", poolSize: 1 });
  let only: AdvisoryLock | undefined;
  try {
    refuseSharing(before, name, store);
    only = await beOnlyUp(store, place);
    writeUpFile(stateDir, `http://127.0.0.1:${port}`);
    await refuseRunningDesk(store, place);
    await migrate(store, DESK_DATABASE, clock);
    return { ...place, store, only };
  } catch (error) {
    if (only !== undefined) removeUpFile(stateDir);
    await only?.release();
    await store.close();
    throw error;
  }
}

/** One database holds one desk; several have a user of DATABASE_URL who may make one for each. */
function refuseSharing(before: readonly ClaimedDesk[], name: string, { place }: OwnStore): void {
  const other = before.find(({ store }) => store.place.kind === "given" && place.kind === "given");
  if (other === undefined) return;
  throw new OperationalError(
    `desks ${other.name} and ${name} cannot share database ${place.database}: start one of them with --desk, or give DATABASE_URL a user that may create databases and roles, so that each gets one`,
  );
}

/** Says how far a desk's history has come, then that it runs. What it said before `since`, it said before it was killed. */
async function watchStart({ name, store }: ClaimedDesk, app: App, since: number, signal: AbortSignal): Promise<void> {
  for (;;) {
    if (signal.aborted) return;
    const said = await tellingDatabaseTrouble(`the database of desk ${name}`, () => readClock(store.pool));
    const state = said !== undefined && said.wallTime >= since ? said : undefined;
    if (state?.phase === "running") {
      app.progress(undefined);
      app.print(
        `Desk ${name} runs; its time is ${new Date(state.deskTime).toISOString()}, at ${state.speed} times real time.`,
      );
      return;
    }
    if (state !== undefined) app.progress(`desk ${name}: history ${(state.progress * 100).toFixed(0)} %`);
    await clock.sleep(500, signal).catch(() => undefined);
  }
}
