import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "@alphaforge/core/errors";
import type { BackupFacts } from "@alphaforge/core/store/backup/write-backup";
import type { MigrationSource } from "@alphaforge/core/store/migrations";
import type { Store } from "@alphaforge/core/store/open-store";
import { deskLockName } from "@alphaforge/desk/run/desk-lock";
import { ORCHESTRATOR_LOCK } from "@alphaforge/forge/sessions/orchestration";
import type { App } from "../command.ts";
import { knownDesk } from "./desk-files.ts";
import { DESK_DATABASE } from "./desk-migrations.ts";
import { readDesk, withDeskStore } from "./desk-state.ts";
import { FORGE_DATABASE, forgePlace, withForge } from "./forge-place.ts";
import { ledgerHashOfLog } from "./ledger-hash-of-log.ts";
import { openDeskStore } from "./own-store.ts";

type Client = Parameters<BackupFacts>[0];

/** What can be backed up: a desk, or the forge of the repository that the command was called in. */
export interface BackupSubject {
  readonly kind: "desk" | "forge";
  /** The desk's name; the repository's id. */
  readonly name: string;
  /** For people. */
  readonly title: string;
  readonly sources: readonly MigrationSource[];
  readonly facts: BackupFacts;
  readonly lockName: string;
  ownerOf(client: Client): Promise<string | undefined>;
  /** Opens its database, which must have it. */
  withStore<T>(work: (store: Store) => Promise<T>): Promise<T>;
  /** Opens the database that it shall be in, making one where there is none. */
  withPlace<T>(work: (store: Store) => Promise<T>): Promise<T>;
}

/** The subject that a command's argument and --forge name. Throws UserError for both, for neither, and for unknown desks. */
export async function backupSubject(app: App, name: string | undefined, forge: boolean): Promise<BackupSubject> {
  if (forge && name !== undefined) throw new UserError(`name a desk or give --forge, not both: ${name}`);
  if (forge) return forgeSubject(app);
  if (name === undefined) throw new UserError("name a desk, or give --forge for the forge of this repository");
  return deskSubject(app, knownDesk(name, app.config.home));
}

/** A desk as what is backed up. */
export function deskSubject(app: App, name: string): BackupSubject {
  return {
    kind: "desk",
    name,
    title: `desk ${name}`,
    sources: DESK_DATABASE,
    lockName: deskLockName(name),
    facts: deskFacts,
    async ownerOf(client) {
      const { rows } = await client.query<{ name: string }>("SELECT name FROM desk");
      return rows[0]?.name;
    },
    async withStore(work) {
      await readDesk(app.config, name, async () => undefined);
      return withDeskStore(app.config, name, work);
    },
    async withPlace(work) {
      const store = await openDeskStore(app.config, name, { applicationName: `alphaforge restore ${name}` });
      try {
        return await work(store);
      } finally {
        await store.close();
      }
    },
  };
}

async function forgeSubject(app: App): Promise<BackupSubject> {
  const { id } = await forgePlace(app);
  return {
    kind: "forge",
    name: id,
    title: "the forge of this repository",
    sources: FORGE_DATABASE,
    lockName: ORCHESTRATOR_LOCK,
    facts: async (client) => ({ lastSeq: await lastSeqOf(client) }),
    async ownerOf(client) {
      const { rows } = await client.query<{ id: string }>("SELECT id FROM forge_repository");
      return rows[0]?.id;
    },
    withStore: (work) => withForge(app, { mustExist: true }, ({ store }) => work(store)),
    withPlace: (work) => withForge(app, { mustExist: false }, ({ store }) => work(store)),
  };
}

/** What the ledger comes to, and how far the log goes. */
export const deskFacts: BackupFacts = async (client) => ({
  ledger: await ledgerHashOfLog(client),
  lastSeq: await lastSeqOf(client),
});

async function lastSeqOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ seq: number }>("SELECT last_seq AS seq FROM event_log_head");
  return rows[0]?.seq ?? 0;
}

/** A new place for a backup that is taken at `now` (ms): made, and readable by its owner alone. */
export function backupPath(home: string, { kind, name }: Pick<BackupSubject, "kind" | "name">, now: number): string {
  const directory = join(home, "backups", kind, name);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const stamp = new Date(now)
    .toISOString()
    .replace(/[-:]/g, "")
    .replace(/\.(\d+)Z$/, "$1Z");
  return join(directory, `${name}-${stamp}.afbackup`);
}
