import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { tryLock } from "@alphaforge/core/store/advisory-lock";
import { migrate } from "@alphaforge/core/store/migrations";
import { openStore } from "@alphaforge/core/store/open-store";
import { fixedClock } from "@alphaforge/core/testing/fixed-clock";
import { FORGE_MIGRATIONS } from "@alphaforge/forge/claims/migrations";
import { postgresClaimStore } from "@alphaforge/forge/claims/postgres-claim-store";
import { forgeLog } from "@alphaforge/forge/sessions/forge-log";
import type { TimedEntry } from "@alphaforge/forge/sessions/forge-story.fixture";
import { ORCHESTRATOR_LOCK } from "@alphaforge/forge/sessions/orchestration";
import type { App } from "../src/command.ts";
import { forgePlace } from "../src/compose/forge-place.ts";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

export interface ForgeWorld {
  readonly home: string;
  readonly repository: string;
  git(...args: readonly string[]): string;
  /** `alphaforge …` in the repository. */
  cli(...args: readonly string[]): ReturnType<typeof runCli>;
  remove(): Promise<void>;
}

/** A repository without a forge. */
export function forgeWorld({ commits = true } = {}): ForgeWorld {
  const { path, remove } = temporaryDirectory();
  const [home, repository] = [join(path, "home"), join(path, "shop")];
  mkdirSync(repository);
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], {
      ...{ cwd: repository, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
    }).trim();
  git("init", "-q", "-b", "main");
  if (commits) git("commit", "-q", "--allow-empty", "-m", "first");
  return {
    ...{ home, repository, git },
    cli: (...args) => runCli(home, args, {}, { directory: repository }),
    remove: async () => remove(),
  };
}

export type OpenWorld = Awaited<ReturnType<typeof openWorld>>;

/** The forge's database of that repository, open as an orchestrator has it. */
export async function openWorld({ home, repository }: ForgeWorld, begin: number) {
  const app = { config: { home } } as App;
  const place = await forgePlace(app, repository);
  const store = await openStore({ stateDir: place.paths.state, applicationName: "test" });
  const clock = fixedClock(begin);
  await migrate(store, [EVENT_LOG_MIGRATIONS, FORGE_MIGRATIONS], clock);
  const log = new PostgresEventLog({ pool: store.pool, connect: () => store.connect(), clock });
  const forge = forgeLog(log, clock);
  const claims = postgresClaimStore(store, {
    ...{ rules: { ignoresCase: false }, leaseMs: 3_600_000, clock, monotonic: () => 0 },
  });
  return {
    ...{ place, store, log, claims, clock },
    async write(...entries: readonly TimedEntry[]) {
      for (const { at, ...entry } of entries) {
        await clock.advance(Math.max(0, at - clock.now()));
        await forge.write(entry);
      }
    },
    /** Holds the orchestrator's lock until the answer is called. */
    async orchestrate() {
      const client = await store.connect();
      if ((await tryLock(client, ORCHESTRATOR_LOCK)) === null) throw new Error("somebody else orchestrates");
      return () => client.end();
    },
    async close() {
      await claims.close();
      await store.close();
    },
  };
}
