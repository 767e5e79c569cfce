import { createHash, randomBytes } from "node:crypto";
import { Client } from "pg";
import { OperationalError, oneLine } from "../errors.ts";
import { withoutUrlCredentials } from "../telemetry/credential-names.ts";
import { lockKey } from "./advisory-lock.ts";
import { isConnectionLost } from "./connection-lost.ts";
import { scramVerifier } from "./scram-verifier.ts";
import { ensureSecretFile, readSecretFile } from "./secret-file.ts";

export interface OwnDatabaseOptions {
  /** An administrator's, or of one database that is used as it is. */
  readonly databaseUrl: string;
  /** Who wants a database, as errors call it: "desk arena". */
  readonly owner: string;
  /** Of the database and of its role: see ownDatabaseName. */
  readonly name: string;
  /** Where the role's password is kept, readable by its user alone. */
  readonly passwordFile: string;
  /** Makes a password of ASCII letters and digits. */
  readonly newPassword: () => string;
  /** Whose tables are in the database that `client` is connected to, in the words of `owner`. */
  readonly heldBy: (client: Client) => Promise<readonly string[]>;
  /** False: nothing is made, and undefined is the answer where there is nothing. */
  readonly mayCreate: boolean;
  /**
   * Where nothing may be made and the password is not known here: come in as the user of `databaseUrl`, and be the
   * owner's role from then on. Default false: an error says where to get the password.
   */
  readonly asMember?: boolean;
}

/** A database on a server of the user's. */
export interface OwnDatabase {
  /** With a password in it: neither logged nor shown. */
  readonly url: string;
  /** "own": made for its owner, who alone may connect to it. "given": the one that DATABASE_URL names, as it is. */
  readonly kind: "own" | "given";
  readonly database: string;
  readonly role: string;
}

/** Names in PostgreSQL are cut off after 63 bytes, without an error. */
const LONGEST_NAME = 63;

/** "alphaforge_arena" for "arena". Long names are cut and told apart by their hash. */
export function ownDatabaseName(owner: string): string {
  const name = `alphaforge_${owner}`;
  if (Buffer.byteLength(name) <= LONGEST_NAME) return name;
  return `${name.slice(0, 46)}_${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
}

/**
 * The owner's database on the server of `databaseUrl`. One that already holds the owner's tables goes on being used.
 * Otherwise a user that may create databases and roles gets one made for the owner, with a role of the same name that
 * alone may connect to it; any number of processes may ask for it at once. Any other user's database is used as it is,
 * unless it is somebody else's. Throws OperationalError with the remedy; no message holds a password.
 */
export async function ownDatabase(options: OwnDatabaseOptions): Promise<OwnDatabase | undefined> {
  const { databaseUrl, owner, name, passwordFile, heldBy, mayCreate } = options;
  const client = connectionTo(databaseUrl);
  try {
    await client.connect();
    const holders = await heldBy(client);
    const user = await rightsOf(client);
    const given: OwnDatabase = { url: databaseUrl, kind: "given", database: user.database, role: user.role };
    if (holders.includes(owner)) return given;
    if (!user.mayMake) {
      if (holders.length === 0) return given;
      throw new OperationalError(
        `the database of DATABASE_URL holds ${holders.join(" and ")}, not ${owner}: point it at one of its own, or give it a user that may create databases and roles, so that each gets one`,
      );
    }
    const open = (password: string): Promise<OwnDatabase> => openOwn(options, password);
    const password = readSecretFile(passwordFile);
    if (!mayCreate) {
      if (!(await hasDatabase(client, name))) return undefined;
      if (password !== undefined) return await open(password);
      if (options.asMember !== true) throw unknownPassword(options);
      return await openAsMember(options, user.role);
    }
    return await open(await make(client, options, user.isSuperuser));
  } catch (error) {
    if (error instanceof OperationalError) throw error;
    if (!isConnectionLost(error) && !isRefusal(error)) throw error;
    throw unreachable(databaseUrl, error);
  } finally {
    await endQuietly(client);
  }
}

interface Rights {
  readonly role: string;
  readonly database: string;
  readonly isSuperuser: boolean;
  readonly mayMake: boolean;
}

async function rightsOf(client: Client): Promise<Rights> {
  const { rows } = await client.query<Rights>(
    `SELECT rolname AS role, current_database() AS database, rolsuper AS "isSuperuser",
       rolsuper OR (rolcreatedb AND rolcreaterole) AS "mayMake"
     FROM pg_roles WHERE rolname = current_user`,
  );
  return rows[0] as Rights;
}

async function hasDatabase(client: Client, name: string): Promise<boolean> {
  return (await client.query("SELECT FROM pg_database WHERE datname = $1", [name])).rows.length > 0;
}

/** Makes what is missing, in an order in which a killed process leaves nothing that the next cannot go on from. */
async function make(client: Client, options: OwnDatabaseOptions, isSuperuser: boolean): Promise<string> {
  const { name, owner, passwordFile, newPassword } = options;
  const quoted = client.escapeIdentifier(name);
  // Of the session: it goes with the connection, and with a process that is killed.
  await client.query("SELECT pg_advisory_lock($1::bigint)", [lockKey(`own database ${name}`)]);
  const { rows: roles } = await client.query("SELECT FROM pg_roles WHERE rolname = $1", [name]);
  const known = readSecretFile(passwordFile);
  if (roles.length > 0 && known === undefined) throw unknownPassword(options);
  // On disk before there is a role: what is made with a password that nobody knows could never be used.
  const password = known ?? ensureSecretFile(passwordFile, newPassword());
  if (roles.length === 0) {
    const verifier = client.escapeLiteral(scramVerifier(password, randomBytes(16)));
    await unlessThere(client.query(`CREATE ROLE ${quoted} LOGIN PASSWORD ${verifier}`));
  }
  if (!(await hasDatabase(client, name))) {
    // Who is no superuser must be a member of a role to give a database to it.
    if (!isSuperuser) await client.query(`GRANT ${quoted} TO CURRENT_USER`);
    await unlessThere(
      client.query(
        `CREATE DATABASE ${quoted} OWNER ${quoted} TEMPLATE template0 ENCODING 'UTF8' ${await locale(client)}`,
      ),
    );
  }
  const { rows } = await client.query<{ by: string; open: boolean }>(
    `SELECT pg_get_userbyid(datdba) AS by, has_database_privilege('public', oid, 'CONNECT') AS open
     FROM pg_database WHERE datname = $1`,
    [name],
  );
  if (rows[0]?.by !== name) {
    throw new OperationalError(
      `database ${name} belongs to ${rows[0]?.by ?? "nobody"}, not to the role of ${owner}: rename it, or run ALTER DATABASE ${quoted} OWNER TO ${quoted}`,
    );
  }
  if (rows[0].open) await client.query(`REVOKE ALL ON DATABASE ${quoted} FROM PUBLIC`);
  return password;
}

/** By code point on every machine alike, as the embedded server sorts; servers before 17 sort as they are set up. */
async function locale(client: Client): Promise<string> {
  const { rows } = await client.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::integer AS version",
  );
  const { version } = rows[0] as { version: number };
  return version >= 170_000 ? "LOCALE 'C' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8'" : "";
}

/** Another process may have made it through another database of the same server, where the lock is another one. */
async function unlessThere(making: Promise<unknown>): Promise<void> {
  try {
    await making;
  } catch (error) {
    // 42710 and 42P04: there is one; 23505: it is being made at this moment.
    const { code } = error as { code?: string };
    if (code !== "42710" && code !== "42P04" && code !== "23505") throw error;
  }
}

/** Tries the door before anybody else does, so that what keeps it shut is told with the remedy. */
async function openOwn(options: OwnDatabaseOptions, password: string): Promise<OwnDatabase> {
  const { databaseUrl, name } = options;
  const url = urlOf(databaseUrl, name, password);
  const client = connectionTo(url);
  try {
    await client.connect();
    return { url, kind: "own", database: name, role: name };
  } catch (error) {
    if ((error as { code?: string }).code === "28P01") throw unknownPassword(options);
    if (isRefusal(error)) {
      throw new OperationalError(
        `the server does not let role ${name} into its database (${oneLine(error)}): allow it in pg_hba.conf with scram-sha-256`,
        { cause: error },
      );
    }
    throw unreachable(url, error);
  } finally {
    await endQuietly(client);
  }
}

/**
 * Whoever may be a role needs no password of it: a superuser, and the user that made it. What is done and made is the
 * role's own. It gives nobody a way in that DATABASE_URL alone does not give.
 */
async function openAsMember(options: OwnDatabaseOptions, user: string): Promise<OwnDatabase> {
  const { databaseUrl, name, owner, passwordFile } = options;
  const url = new URL(databaseUrl);
  url.pathname = `/${encodeURIComponent(name)}`;
  url.searchParams.set("options", `${url.searchParams.get("options") ?? ""} -c role=${name}`.trim());
  const client = connectionTo(url.href);
  try {
    await client.connect();
    return { url: url.href, kind: "own", database: name, role: name };
  } catch (error) {
    // 22023: the role is a setting of the connection, which PostgreSQL finds to be wrong.
    if (!isRefusal(error) && (error as { code?: string }).code !== "22023") throw unreachable(url.href, error);
    throw new OperationalError(
      `user ${user} of DATABASE_URL may not act as role ${name} of ${owner} (${oneLine(error)}): copy ${passwordFile} from where the desk runs, or run GRANT ${client.escapeIdentifier(name)} TO ${client.escapeIdentifier(user)}`,
      { cause: error },
    );
  } finally {
    await endQuietly(client);
  }
}

/** An error of a connection reaches whoever awaits its query; without a listener it would also end the process. */
function connectionTo(url: string): Client {
  return new Client({ connectionString: url }).on("error", () => undefined);
}

/** Ending a connection that is already broken is not another failure. */
const endQuietly = (client: Client): Promise<void> => client.end().catch(() => undefined);

/** Class 28: not let in; 3D000: no such database; 42501: no right to connect; 53300: no connection left. */
const isRefusal = (error: unknown): boolean =>
  /^(28...|3D000|42501|53300)$/.test((error as { code?: string }).code ?? "");

function urlOf(databaseUrl: string, name: string, password: string): string {
  const { protocol, host, searchParams } = new URL(databaseUrl);
  const place = host === "" ? encodeURIComponent(searchParams.get("host") ?? "localhost") : host;
  // What stands behind the question mark would count for more than what stands before it.
  for (const key of ["user", "password", "host"]) searchParams.delete(key);
  const rest = searchParams.size === 0 ? "" : `?${searchParams}`;
  return `${protocol}//${encodeURIComponent(name)}:${encodeURIComponent(password)}@${place}/${encodeURIComponent(name)}${rest}`;
}

function unreachable(url: string, cause: unknown): OperationalError {
  // A password may also stand behind the question mark.
  const place = withoutUrlCredentials(url).replace(/\?.*/, "");
  return new OperationalError(`cannot reach the database ${place}: check DATABASE_URL and that the server runs`, {
    cause,
  });
}

function unknownPassword({ name, owner, passwordFile }: OwnDatabaseOptions): OperationalError {
  return new OperationalError(
    `role ${name} of ${owner} has a password that this machine does not know: copy ${passwordFile} from where it was made; if that is lost, set a new one with ALTER ROLE and write it into that file (mode 600)`,
  );
}
