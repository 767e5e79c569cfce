import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { OperationalError, oneLine } from "../errors.ts";
import { type PasswordServer, startPasswordServer } from "../testing/password-server.ts";
import { type OwnDatabase, type OwnDatabaseOptions, ownDatabase, ownDatabaseName } from "./own-database.ts";

let root: string;
let server: PasswordServer;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "own-database-"));
  server = await startPasswordServer(join(root, "server"));
  await asAdministrator(async (client) => {
    await client.query("CREATE ROLE maker LOGIN CREATEDB CREATEROLE PASSWORD 'maker'");
    await client.query("CREATE ROLE plain LOGIN PASSWORD 'plain'");
    await client.query("CREATE DATABASE plain OWNER plain");
  });
});
afterAll(async () => {
  await server?.stop();
  rmSync(root, { recursive: true, force: true });
});
afterEach(() =>
  asAdministrator(async (client) => {
    for (const owner of ["arena", "strike"]) {
      await client.query(`DROP DATABASE IF EXISTS alphaforge_${owner} WITH (FORCE)`);
      await client.query(`DROP ROLE IF EXISTS alphaforge_${owner}`);
    }
    for (const owner of ["arena", "strike"]) rmSync(fileOf(owner), { force: true });
    await client.query("DROP TABLE IF EXISTS desk");
  }),
);

const fileOf = (owner: string) => join(root, `${owner}-password`);

async function inDatabase<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const asAdministrator = <T>(work: (client: Client) => Promise<T>) => inDatabase(server.url(), work);

/** A desk in these tests is a table "desk" with its name in it. */
async function heldBy(client: Client): Promise<readonly string[]> {
  const { rows } = await client.query("SELECT to_regclass('desk') IS NOT NULL AS there");
  if (!rows[0].there) return [];
  return (await client.query<{ name: string }>("SELECT name FROM desk")).rows.map(({ name }) => name);
}

const wish = (owner: string, more: Partial<OwnDatabaseOptions> = {}): OwnDatabaseOptions => ({
  databaseUrl: server.url(),
  owner,
  name: ownDatabaseName(owner),
  passwordFile: fileOf(owner),
  newPassword: () => `hunter${randomBytes(32).toString("hex")}`,
  heldBy,
  mayCreate: true,
  ...more,
});

const open = async (owner: string, more: Partial<OwnDatabaseOptions> = {}): Promise<OwnDatabase> => {
  const database = await ownDatabase(wish(owner, more));
  if (database === undefined) throw new Error("there is no database");
  return database;
};

const errorOf = async (opening: Promise<unknown>): Promise<Error> => {
  const error = await opening.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OperationalError);
  expect(oneLine(error)).not.toMatch(/hunter|not-a-secret/);
  return error as Error;
};

describe.each(["a superuser", "a user that may create databases and roles"])("with %s", (user) => {
  const databaseUrl = () => (user === "a superuser" ? server.url() : server.urlFor("maker", "maker", "postgres"));

  test("each desk has a database and a role of its own, and cannot enter another's", async () => {
    const arena = await open("arena", { databaseUrl: databaseUrl() });
    const strike = await open("strike", { databaseUrl: databaseUrl() });
    for (const [desk, owner] of [[arena, "arena"] as const, [strike, "strike"] as const]) {
      expect(desk).toMatchObject({ kind: "own", database: `alphaforge_${owner}`, role: `alphaforge_${owner}` });
      await inDatabase(desk.url, async (client) => {
        await client.query("CREATE TABLE mine (n int)");
        const { rows } = await client.query(
          `SELECT current_user AS user, rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication AS mighty,
             lower('ÄÉ') AS lower, (SELECT string_agg(n, '' ORDER BY n) FROM unnest(ARRAY['a', 'B', 'ä']) AS n) AS sorted
           FROM pg_roles WHERE rolname = current_user`,
        );
        expect(rows).toEqual([{ user: `alphaforge_${owner}`, mighty: false, lower: "äé", sorted: "Baä" }]);
      });
    }
    const others = new URL(arena.url);
    others.pathname = "/alphaforge_strike";
    await expect(inDatabase(others.href, async () => undefined)).rejects.toThrow(
      /permission denied for database "alphaforge_strike"/,
    );
  });

  test("what is there already is used, by any number at once", async () => {
    const opened = await Promise.all(Array.from({ length: 8 }, () => open("arena", { databaseUrl: databaseUrl() })));
    expect(new Set(opened.map(({ url }) => url)).size).toBe(1);
    await inDatabase((opened[0] as OwnDatabase).url, (client) => client.query("CREATE TABLE kept (n int)"));
    const again = await open("arena", { databaseUrl: databaseUrl() });
    expect((await inDatabase(again.url, (client) => client.query("SELECT n FROM kept"))).rows).toEqual([]);
  });

  test("what a killed process left half made is gone on with", async () => {
    const first = await open("arena", { databaseUrl: databaseUrl() });
    await asAdministrator((client) => client.query("GRANT CONNECT ON DATABASE alphaforge_arena TO PUBLIC"));
    await open("arena", { databaseUrl: databaseUrl() });
    const { rows } = await asAdministrator((client) =>
      client.query("SELECT has_database_privilege('plain', 'alphaforge_arena', 'CONNECT') AS let"),
    );
    expect(rows).toEqual([{ let: false }]);
    await asAdministrator((client) => client.query("DROP DATABASE alphaforge_arena"));
    expect((await open("arena", { databaseUrl: databaseUrl() })).url).toBe(first.url);
    await asAdministrator(async (client) => {
      await client.query("DROP DATABASE alphaforge_arena");
      await client.query("DROP ROLE alphaforge_arena");
    });
    expect((await open("arena", { databaseUrl: databaseUrl() })).url).toBe(first.url);
  });
});

test("the password is kept in a file of its user's, and stands in no log of the server, which logs every statement", async () => {
  const { url } = await open("arena");
  const password = decodeURIComponent(new URL(url).password);
  expect(readFileSync(fileOf("arena"), "utf8")).toBe(`${password}\n`);
  expect(statSync(fileOf("arena")).mode & 0o077).toBe(0);
  expect(server.log()).toContain("CREATE ROLE");
  expect(server.log()).not.toContain(password);
  chmodSync(fileOf("arena"), 0o644);
  expect((await errorOf(ownDatabase(wish("arena")))).message).toContain(
    `${fileOf("arena")} can be read by others than its user`,
  );
});

test("from a machine that does not know the password it is said where to get it, and nothing is changed", async () => {
  const { url } = await open("arena");
  const elsewhere = join(root, "elsewhere");
  for (const mayCreate of [true, false]) {
    const { message } = await errorOf(ownDatabase(wish("arena", { passwordFile: elsewhere, mayCreate })));
    expect(message).toContain(`copy ${elsewhere} from where it was made`);
  }
  writeFileSync(elsewhere, "hunter-of-another-home\n", { mode: 0o600 });
  expect((await errorOf(ownDatabase(wish("arena", { passwordFile: elsewhere })))).message).toContain(
    "role alphaforge_arena of arena has a password that this machine does not know",
  );
  expect((await open("arena")).url).toBe(url);
});

test.each(["a superuser", "the user that made it"])(
  "from a machine that does not know the password, %s may be the desk's role, and what is made is the desk's",
  async (user) => {
    const databaseUrl = user === "a superuser" ? server.url() : server.urlFor("maker", "maker", "postgres");
    const arena = await open("arena", { databaseUrl });
    await open("strike", { databaseUrl });
    const elsewhere = { databaseUrl, passwordFile: join(root, "nowhere"), mayCreate: false, asMember: true };
    const { url, ...place } = await open("arena", elsewhere);
    expect(place).toEqual({ kind: "own", database: "alphaforge_arena", role: "alphaforge_arena" });
    await inDatabase(url, (client) => client.query("CREATE TABLE from_elsewhere (n int)"));
    await inDatabase(arena.url, (client) => client.query("DROP TABLE from_elsewhere"));
    // Its role sees as little of another desk as it did.
    const { rows } = await inDatabase(url, (client) =>
      client.query(
        "SELECT current_user AS me, has_database_privilege('alphaforge_strike', 'CONNECT') AS other FROM pg_database LIMIT 1",
      ),
    );
    expect(rows).toEqual([{ me: "alphaforge_arena", other: false }]);
  },
);

test("who may not be the desk's role is told what to do, and a desk without a database is none", async () => {
  await asAdministrator((client) => client.query("CREATE ROLE other LOGIN CREATEDB CREATEROLE PASSWORD 'other'"));
  try {
    const databaseUrl = server.urlFor("other", "other", "postgres");
    const wanted = { databaseUrl, passwordFile: join(root, "nowhere"), mayCreate: false, asMember: true };
    expect(await ownDatabase(wish("arena", wanted))).toBeUndefined();
    await open("arena");
    expect((await errorOf(ownDatabase(wish("arena", wanted)))).message).toMatch(
      /^user other of DATABASE_URL may not act as role alphaforge_arena of arena \(.*\): copy .*nowhere from where the desk runs, or run GRANT "alphaforge_arena" TO "other"$/,
    );
  } finally {
    await asAdministrator((client) => client.query("DROP ROLE other"));
  }
});

test("a database that holds the desk already goes on being used, whoever the user is", async () => {
  await asAdministrator((client) => client.query("CREATE TABLE desk AS SELECT 'arena' AS name"));
  expect(await open("arena")).toEqual({
    url: server.url(),
    kind: "given",
    database: "postgres",
    role: "administrator",
  });
  // For another desk the same user makes one.
  expect(await open("strike")).toMatchObject({ kind: "own", database: "alphaforge_strike" });
});

test("a user that may create nothing has its database used as it is, by one desk", async () => {
  const databaseUrl = server.urlFor("plain", "plain", "plain");
  expect(await open("arena", { databaseUrl })).toEqual({
    url: databaseUrl,
    kind: "given",
    database: "plain",
    role: "plain",
  });
  await inDatabase(databaseUrl, (client) => client.query("CREATE TABLE desk AS SELECT 'arena' AS name"));
  expect((await open("arena", { databaseUrl })).kind).toBe("given");
  expect((await errorOf(ownDatabase(wish("strike", { databaseUrl })))).message).toBe(
    "the database of DATABASE_URL holds arena, not strike: point it at one of its own, or give it a user that may create databases and roles, so that each gets one",
  );
});

test("who only looks makes nothing", async () => {
  expect(await ownDatabase(wish("arena", { mayCreate: false }))).toBeUndefined();
  const { url } = await open("arena");
  expect((await open("arena", { mayCreate: false })).url).toBe(url);
});

test("a server that is not there, and a wrong password, are one line without the password", async () => {
  const away = "postgres://me:hunter2@127.0.0.1:1/x";
  expect((await errorOf(ownDatabase(wish("arena", { databaseUrl: away })))).message).toContain(
    "cannot reach the database postgres://[redacted]@127.0.0.1:1/x",
  );
  const wrong = server.urlFor("administrator", "hunter2", "postgres");
  expect(oneLine(await errorOf(ownDatabase(wish("arena", { databaseUrl: wrong }))))).toMatch(
    /cannot reach the database .*password authentication failed for user "administrator"/,
  );
});

test("user and password behind the question mark of the URL do not count for the desk's role", async () => {
  const { port } = server;
  const databaseUrl = `postgres://127.0.0.1:${port}/postgres?user=administrator&password=not-a-secret&application_name=x`;
  const { url } = await open("arena", { databaseUrl });
  expect(new URL(url).search).toBe("?application_name=x");
  expect((await inDatabase(url, (client) => client.query("SELECT current_user AS me"))).rows).toEqual([
    { me: "alphaforge_arena" },
  ]);
});

test("names that PostgreSQL would cut are told apart", () => {
  const [one, two] = [`${"d".repeat(80)}1`, `${"d".repeat(80)}2`].map(ownDatabaseName);
  expect(one).not.toBe(two);
  expect((one as string).length).toBeLessThanOrEqual(63);
  expect(ownDatabaseName("arena")).toBe("alphaforge_arena");
});
