import { join } from "node:path";
import { openStore, type Store, type StoreOptions } from "@alphaforge/core/store/open-store";
import { ownDatabase, ownDatabaseName } from "@alphaforge/core/store/own-database";
import type { AppConfig } from "../config.ts";
import { newSecret } from "../system.ts";
import { databaseHolders, deskHolder, forgeHolder } from "./database-holders.ts";
import { deskStateDir } from "./desk-files.ts";

/** Where a store is, as it may be shown: without a password. */
export interface StorePlace {
  /** "embedded": in the state directory; "own" and "given": see OwnDatabase. */
  readonly kind: "embedded" | "own" | "given";
  readonly database: string;
  readonly role: string;
}

export interface OwnStore extends Store {
  readonly place: StorePlace;
}

type Options = Omit<StoreOptions, "stateDir" | "databaseUrl">;

interface Owner {
  readonly holder: string;
  /** What its database and its role are called, after "alphaforge_". */
  readonly name: string;
  readonly stateDir: string;
}

const deskOwner = ({ home }: AppConfig, desk: string): Owner => ({
  holder: deskHolder(desk),
  name: desk,
  stateDir: deskStateDir(home, desk),
});

/** Opens a desk's store, making its database where there is none. Throws OperationalError. */
export function openDeskStore(config: AppConfig, desk: string, options: Options): Promise<OwnStore> {
  return open(config, deskOwner(config, desk), options);
}

/** Opens a desk's store on the server of DATABASE_URL; undefined when it has no database there. Makes nothing. */
export function findDeskStore(config: AppConfig, desk: string, options: Options): Promise<OwnStore | undefined> {
  return find(config, deskOwner(config, desk), options);
}

/**
 * The same from a machine that the desk does not run on: where its password is not known here, the user of DATABASE_URL
 * acts as the desk's role.
 */
export function openDeskStoreElsewhere(
  config: AppConfig,
  desk: string,
  options: Options,
): Promise<OwnStore | undefined> {
  return find(config, deskOwner(config, desk), options, true);
}

/** Opens the store of a repository's forge; `stateDir` is its own. Throws OperationalError. */
export function openForgeStore(
  config: AppConfig,
  forge: { readonly id: string; readonly stateDir: string },
  options: Options,
): Promise<OwnStore> {
  return open(config, forgeOwner(forge), options);
}

/** Opens a forge's store on the server of DATABASE_URL; undefined when it has no database there. Makes nothing. */
export function findForgeStore(
  config: AppConfig,
  forge: { readonly id: string; readonly stateDir: string },
  options: Options,
): Promise<OwnStore | undefined> {
  return find(config, forgeOwner(forge), options);
}

const forgeOwner = ({ id, stateDir }: { readonly id: string; readonly stateDir: string }): Owner => ({
  holder: forgeHolder(id),
  name: `forge_${id}`,
  stateDir,
});

async function open(config: AppConfig, owner: Owner, options: Options): Promise<OwnStore> {
  const found = await locate(config, owner, true);
  if (found === undefined) throw new Error(`${owner.holder} has no database, although one may be made`);
  return openAt(found, owner, options);
}

async function find(
  config: AppConfig,
  owner: Owner,
  options: Options,
  asMember = false,
): Promise<OwnStore | undefined> {
  const found = await locate(config, owner, false, asMember);
  return found && openAt(found, owner, options);
}

interface Located {
  readonly databaseUrl?: string;
  readonly place: StorePlace;
}

const EMBEDDED: Located = { place: { kind: "embedded", database: "alphaforge", role: "alphaforge" } };

async function locate(
  { databaseUrl }: AppConfig,
  owner: Owner,
  mayCreate: boolean,
  asMember = false,
): Promise<Located | undefined> {
  if (databaseUrl === undefined) return EMBEDDED;
  const found = await ownDatabase({
    databaseUrl,
    owner: owner.holder,
    name: ownDatabaseName(owner.name),
    passwordFile: join(owner.stateDir, "database-password"),
    newPassword: newSecret,
    heldBy: databaseHolders(owner.holder),
    mayCreate,
    asMember,
  });
  if (found === undefined) return undefined;
  const { url, ...place } = found;
  return { databaseUrl: url, place };
}

async function openAt({ databaseUrl, place }: Located, { stateDir }: Owner, options: Options): Promise<OwnStore> {
  return { ...(await openStore({ ...options, stateDir, ...(databaseUrl !== undefined && { databaseUrl }) })), place };
}
