import { existsSync, readFileSync } from "node:fs";
import { access, constants, mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { OperationalError, oneLine } from "@alphaforge/core/errors";
import type { EventLog } from "@alphaforge/core/log/event-log";
import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { catchUp } from "@alphaforge/core/log/projection";
import { type MigrationSource, migrate } from "@alphaforge/core/store/migrations";
import type { Store } from "@alphaforge/core/store/open-store";
import { FORGE_MIGRATIONS } from "@alphaforge/forge/claims/migrations";
import type { ForgeConfig } from "@alphaforge/forge/config/forge-config";
import { type RepositoryFacts, repositoryFacts } from "@alphaforge/forge/git/repository-facts";
import { ID_FILE, repositoryId } from "@alphaforge/forge/git/repository-id";
import { type Git, openGit } from "@alphaforge/forge/git/run-git";
import { requireGitVersion } from "@alphaforge/forge/git/version";
import { type ForgeLog, forgeLog } from "@alphaforge/forge/sessions/forge-log";
import { FORGE_PROJECTION } from "@alphaforge/forge/sessions/forge-projection";
import type { App } from "../command.ts";
import { childEnvironment } from "../config.ts";
import { clock, newSecret } from "../system.ts";
import { DatabaseTrouble, tellingDatabaseTrouble } from "./database-trouble.ts";
import { readForgeConfig } from "./forge-config-file.ts";
import { findForgeStore, openForgeStore } from "./own-store.ts";

/** What a forge's database is made of, in the order in which it is applied. */
export const FORGE_DATABASE: readonly MigrationSource[] = [EVENT_LOG_MIGRATIONS, FORGE_MIGRATIONS];

/** The repository that a command was called in, and where its forge keeps what. Needs git and no database. */
export interface ForgePlace {
  /** The root of the user's worktree; of a bare repository, the repository. */
  readonly directory: string;
  readonly git: Git;
  readonly facts: RepositoryFacts;
  /** The repository's id, kept in its git directory. */
  readonly id: string;
  readonly config: ForgeConfig;
  readonly paths: ForgePaths;
}

/** All below $ALPHAFORGE_HOME/forge/<repository id>, but for the port leases, which all forges of a machine share. */
export interface ForgePaths {
  /** The embedded database's state directory. */
  readonly state: string;
  readonly workspaces: string;
  readonly scratch: string;
  readonly room: string;
  /** Homes and temporary directories of coders. */
  readonly coders: string;
  readonly portLeases: string;
}

/** Throws UserError outside of a repository, below git 2.38, and for a config that cannot be read. */
export async function forgePlace(app: App, from = process.cwd()): Promise<ForgePlace> {
  const { PATH = "", HOME = homedir() } = childEnvironment(app.config);
  const git = openGit({ directory: from, path: PATH, home: HOME });
  await requireGitVersion(git);
  const facts = await repositoryFacts(git);
  const directory = facts.toplevel ?? facts.commonDir;
  const { config } = readForgeConfig(directory);
  const id = await repositoryId(facts.commonDir, newSecret().slice(0, 26));
  const state = join(app.config.home, "forge", id);
  const paths: ForgePaths = {
    state,
    workspaces: join(state, "workspaces"),
    scratch: join(state, "scratch"),
    room: join(state, "room.git"),
    coders: join(state, "coders"),
    portLeases: join(app.config.home, "forge", "ports"),
  };
  return { directory, git: git.at(directory), facts, id, config, paths };
}

export interface OpenForge extends ForgePlace {
  readonly store: Store;
  readonly log: EventLog;
  readonly forge: ForgeLog;
  /** Folds what the log has into the tables that pages and commands read. */
  project(): Promise<void>;
}

/**
 * Opens the forge of the repository that the command was called in, and closes it after `work`; its tables are up to
 * date with its log when `work` begins. With `mustExist` it never makes a database in order to say that nothing is in
 * it: OperationalError instead.
 */
export async function withForge<T>(
  app: App,
  { mustExist }: { readonly mustExist: boolean },
  work: (forge: OpenForge) => Promise<T>,
): Promise<T> {
  const place = await forgePlace(app);
  const { databaseUrl } = app.config;
  if (mustExist && databaseUrl === undefined && !existsSync(join(place.paths.state, "postgres/data/PG_VERSION"))) {
    throw neverUsed(place);
  }
  if (!mustExist) await requireWritable(place.paths.state);
  try {
    return await withStore(app, place, { mustExist }, work);
  } catch (error) {
    if (error instanceof DatabaseTrouble || !isDiskFull(error)) throw error;
    throw new OperationalError(`a disk is full: free some of it, then run the same command again (${oneLine(error)})`);
  }
}

/** As the system says it, PostgreSQL, and git. */
const isDiskFull = (error: unknown): boolean => /ENOSPC|No space left on device|Out of diskspace/i.test(oneLine(error));

async function withStore<T>(
  app: App,
  place: ForgePlace,
  { mustExist }: { readonly mustExist: boolean },
  work: (forge: OpenForge) => Promise<T>,
): Promise<T> {
  // Of lost connections nothing is said here: what needed one fails and says so, and an idle one is replaced.
  const options = { applicationName: "alphaforge forge" };
  const forge = { id: place.id, stateDir: place.paths.state };
  const store = await (mustExist ? findForgeStore : openForgeStore)(app.config, forge, options);
  if (store === undefined) throw neverUsed(place);
  try {
    return await tellingDatabaseTrouble("the forge's database", async () => {
      await migrate(store, FORGE_DATABASE, clock);
      await requireOwnDatabase(store, place.id, place.facts);
      const log = new PostgresEventLog({ pool: store.pool, connect: () => store.connect(), clock });
      const project = async () => void (await catchUp(store.pool, log, FORGE_PROJECTION));
      await project();
      return work({ ...place, store, log, forge: forgeLog(log, clock), project });
    });
  } finally {
    await store.close();
  }
}

function neverUsed({ directory }: ForgePlace): OperationalError {
  return new OperationalError(`the forge has not been used in ${directory}: start with alphaforge forge run SPEC`);
}

/** Without this a home that cannot be written to would show itself as whatever fails first in it. */
async function requireWritable(state: string): Promise<void> {
  try {
    await mkdir(state, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
    await access(state, constants.W_OK);
  } catch {
    // The reason is left out: of a read-only disk it is ENOENT.
    throw new OperationalError(
      `cannot write to ${state}: make it a directory that can be written to, or set ALPHAFORGE_HOME to another`,
    );
  }
}

/**
 * One database, one repository. A repository that was moved takes its forge with it; a copy, which has the same id, does
 * not: the two would land on each other's branches.
 */
async function requireOwnDatabase(store: Store, id: string, { commonDir }: RepositoryFacts): Promise<void> {
  const { rows } = await store.pool.query<{ id: string; path: string }>(
    `WITH mine AS (INSERT INTO forge_repository (id, path) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id, path)
     SELECT id, path FROM mine UNION ALL SELECT id, path FROM forge_repository`,
    [id, commonDir],
  );
  const known = rows[0];
  if (known?.id !== id) {
    throw new OperationalError(
      "this database holds the forge of another repository: point DATABASE_URL at one of its own, or unset it",
    );
  }
  if (known.path === commonDir) return;
  const idFile = join(known.path, ID_FILE);
  if (existsSync(idFile) && readFileSync(idFile, "utf8").trim() === id) {
    throw new OperationalError(
      `${commonDir} is a copy of ${known.path} and has its id: remove ${join(commonDir, ID_FILE)} to make it a forge of its own`,
    );
  }
  await store.pool.query("UPDATE forge_repository SET path = $1", [commonDir]);
}
