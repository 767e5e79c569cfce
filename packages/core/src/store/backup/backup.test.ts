import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UserError } from "../../errors.ts";
import { freshDatabase, type TestDatabase } from "../../testing/test-database.ts";
import { tryLock } from "../advisory-lock.ts";
import { migrate } from "../migrations.ts";
import { readManifest, verifyFrames } from "./backup-file.ts";
import { type BackupWorld, backUp, backupWorld, contentsOf, fill, restore } from "./backup-world.fixture.ts";
import { migratedTables, schemaTables } from "./schema-tables.ts";

const PROCESS = fileURLToPath(new URL("./backup-process.fixture.ts", import.meta.url));

let world: BackupWorld;
let source: TestDatabase;
let target: TestDatabase;
let file: string;
/** Of a database that nothing was restored into. */
let empty: Awaited<ReturnType<typeof contentsOf>>;
beforeEach(async () => {
  world = backupWorld();
  [source, target] = await Promise.all([freshDatabase(world.now), freshDatabase([])]);
  empty = await contentsOf(target);
  file = world.file("zoo.afbackup");
});
afterEach(async () => {
  await Promise.all([source.drop(), target.drop()]);
  world.remove();
});

async function written(): Promise<string> {
  await fill(source);
  await backUp(source.url, file, { sources: world.now });
  return file;
}

describe("a backup", () => {
  test("restored elsewhere has every table, row, byte, partition and sequence", async () => {
    await written();
    const restored = await restore(target.url, file, { sources: world.now });
    expect(await contentsOf(target)).toEqual(await contentsOf(source));
    expect(restored).toMatchObject({ migratedForward: [], replaced: false });
    // What goes on from there goes on as it would have.
    const next = "INSERT INTO animals (zoo) VALUES ('Berlin') RETURNING id, loud, nextval('tickets') AS ticket";
    const [here, there] = await Promise.all([source, target].map(({ store }) => store.pool.query(next)));
    expect(there?.rows).toEqual(here?.rows);
    expect(there?.rows[0]).toEqual({ id: 54, loud: "BERLIN", ticket: 3 });
    await expect(target.store.pool.query("INSERT INTO animals (zoo) VALUES ('nowhere')")).rejects.toThrow(
      "foreign key",
    );
  });

  test("says what is in it without being unpacked, and can be read by its owner alone", async () => {
    await written();
    const manifest = await readManifest(file);
    expect(manifest).toMatchObject({ format: 1, kind: "desk", name: "zoo", program: "1.2.3", leftOut: [] });
    expect(manifest.migrations.map(({ file: name }) => name)).toContain("0901-city.sql");
    expect(manifest.tables.find(({ name }) => name === "visits_1999_12")).toMatchObject({
      rows: 2,
      partition: { parent: "visits" },
    });
    expect(manifest.facts).toEqual({ heaviest: "53" });
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("is of one moment, whatever is written meanwhile, and holds no writer up", async () => {
    await fill(source, 20_000);
    let wrote = 0;
    await backUp(source.url, file, {
      sources: world.now,
      onTable: () => {
        wrote += 1;
        void source.store.pool.query("INSERT INTO visits VALUES ('1999-12-09', $1)", [`late ${wrote}`]);
        void source.store.pool.query("INSERT INTO animals (zoo) VALUES ('')");
      },
    });
    await expect.poll(async () => (await source.store.pool.query("SELECT FROM animals")).rowCount).toBe(20_003 + wrote);
    const { tables } = await readManifest(file);
    expect(wrote).toBe(tables.length);
    expect(tables.find(({ name }) => name === "animals")?.rows).toBe(20_003);
    expect(tables.find(({ name }) => name === "visits_1999_12")?.rows).toBe(2);
  });

  test("leaves out tables that are not ours, and names them", async () => {
    await source.store.pool.query("CREATE TABLE mine (a int); INSERT INTO mine VALUES (1)");
    await written();
    const { leftOut, tables } = await readManifest(file);
    expect(leftOut).toEqual(["mine"]);
    expect(tables.map(({ name }) => name)).not.toContain("mine");
  });

  test("does not overwrite a file, and one of a database without our tables is refused", async () => {
    writeFileSync(file, "precious");
    await expect(backUp(source.url, file, { sources: world.now })).rejects.toThrow(/exists: name another file/);
    expect(readFileSync(file, "utf8")).toBe("precious");
    await expect(backUp(target.url, world.file("x"), { sources: world.now })).rejects.toThrow("nothing to back up");
    expect(readdirSync(world.directory).sort()).toEqual(["migrations", "zoo.afbackup"]);
  });

  test("that is stopped leaves nothing behind", async () => {
    await fill(source);
    const stop = new AbortController();
    const reason = new Error("stopped by SIGINT");
    const stopped = backUp(source.url, file, {
      sources: world.now,
      signal: stop.signal,
      onTable: (table) => void (table === "events" && stop.abort(reason)),
    });
    await expect(stopped).rejects.toBe(reason);
    expect(readdirSync(world.directory)).toEqual(["migrations"]);
  });
});

test("the migrations' files name every table that they make", async () => {
  const client = await source.store.connect();
  const made = await schemaTables(client).finally(() => client.end());
  expect([...(await migratedTables(world.now))].sort()).toEqual(made.map(({ name }) => name).sort());
});

describe("a file", () => {
  test("that was cut short anywhere is refused in one line", async () => {
    await written();
    const { size } = statSync(file);
    const cut = world.file("cut");
    for (const length of [0, 5, 17, 18, 100, size >> 1, size - 97, size - 96, size - 1]) {
      copyFileSync(file, cut);
      truncateSync(cut, length);
      const failure = restore(target.url, cut, { sources: world.now });
      await expect(failure).rejects.toThrow(/^\S+ (was cut short|is no backup)[^\n]*$/);
      await expect(failure).rejects.toThrow(UserError);
    }
    expect(await contentsOf(target)).toEqual(empty);
  });

  test("with any byte altered is refused", async () => {
    await written();
    const bytes = readFileSync(file);
    const altered = world.file("altered");
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const copy = Buffer.from(bytes);
        copy[at] = (copy[at] as number) ^ by;
        writeFileSync(altered, copy);
        const whole = async () => verifyFrames(altered, await readManifest(altered));
        // Blanks before the trailer are filling.
        if (
          at >= bytes.length - 96 &&
          by !== 0 &&
          copy.subarray(-96).toString().trimStart() === bytes.subarray(-96).toString().trimStart()
        )
          return;
        await expect(whole()).rejects.toThrow(UserError);
      }),
      { numRuns: 300 },
    );
  });

  test("of something else, of another desk or of a newer program is refused by name", async () => {
    await written();
    const text = world.file("text");
    writeFileSync(text, "hello ".repeat(100));
    const failing = (path: string, options = {}) => restore(target.url, path, { sources: world.now, ...options });
    await expect(failing(text)).rejects.toThrow("is no backup of alphaforge");
    await expect(failing(world.file("none"))).rejects.toThrow("there is no file");
    await expect(failing(file, { name: "park" })).rejects.toThrow("is a backup of desk zoo, not of desk park");
    await expect(failing(file, { kind: "forge" })).rejects.toThrow("is a backup of desk zoo, not of the forge");
    await expect(failing(file, { sources: world.before })).rejects.toThrow(
      "has migration zoo/0901-city.sql, which this program does not know: restore it with alphaforge 1.2.3 or newer",
    );
  });
});

describe("a restore", () => {
  test("of a backup from before a migration applies it after loading", async () => {
    const old = await freshDatabase([]);
    try {
      await migrate(old.store, world.before);
      await fill(old);
      await backUp(old.url, file, { sources: world.before });
      const { migratedForward } = await restore(target.url, file, { sources: world.now });
      expect(migratedForward).toEqual(["0901-city.sql"]);
      const { rows } = await target.store.pool.query("SELECT DISTINCT city FROM zoo");
      expect(rows).toEqual([{ city: "unknown" }]);
      await migrate(old.store, world.now);
      const without = async (database: TestDatabase) => {
        const { alphaforge_migrations: _times, ...rest } = await contentsOf(database);
        return rest;
      };
      expect(await without(target)).toEqual(await without(old));
    } finally {
      await old.drop();
    }
  });

  test("into a database with state is refused unless it is to be replaced, and then replaces all of it", async () => {
    await written();
    const before = await contentsOf(source);
    await source.store.pool.query("INSERT INTO zoo VALUES ('new'); CREATE TABLE mine (a int)");
    await source.store.pool.query(
      "CREATE TABLE visits_2040_01 PARTITION OF visits FOR VALUES FROM ('2040-01-01') TO ('2040-02-01')",
    );
    const changed = await contentsOf(source);
    await expect(restore(source.url, file, { sources: world.now })).rejects.toThrow(
      "desk zoo has state: add --replace",
    );
    expect(await contentsOf(source)).toEqual(changed);
    expect(await restore(source.url, file, { sources: world.now, replace: true })).toMatchObject({ replaced: true });
    expect(await contentsOf(source)).toEqual({ ...before, mine: changed.mine });
    const { rows } = await source.store.pool.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'alphaforge%'");
    expect(rows).toEqual([]);
  });

  test("never touches the database of another, or one that somebody is at work on", async () => {
    await written();
    const foreign = restore(source.url, file, { sources: world.now, replace: true, ownerOf: async () => "park" });
    await expect(foreign).rejects.toThrow("this database holds desk park, not zoo");
    const client = await source.store.connect();
    await tryLock(client, "desk zoo");
    const busy = restore(source.url, file, { sources: world.now, replace: true });
    await expect(busy).rejects.toThrow("desk zoo is in use by another process: stop that one first");
    await client.end();
  });

  test("that finds another fact than was backed up keeps nothing", async () => {
    await written();
    const failing = restore(target.url, file, { sources: world.now, facts: async () => ({ heaviest: "7" }) });
    await expect(failing).rejects.toThrow('"heaviest" (53, restored 7) differs; nothing was kept');
    expect(await contentsOf(target)).toEqual(empty);
  });

  test("that is stopped keeps nothing, and can be done again", async () => {
    await written();
    const stop = new AbortController();
    const reason = new Error("stopped by SIGINT");
    const stopped = restore(target.url, file, {
      sources: world.now,
      signal: stop.signal,
      onTable: (what) => void (what === "loading visits_2031_07" && stop.abort(reason)),
    });
    await expect(stopped).rejects.toBe(reason);
    expect(await contentsOf(target)).toEqual(empty);
    await restore(target.url, file, { sources: world.now });
    expect(await contentsOf(target)).toEqual(await contentsOf(source));
  });
});

describe("killed", () => {
  async function killed(mode: string, url: string, failpoint: string): Promise<void> {
    const migrations = join(world.directory, "migrations");
    const child = spawn(process.execPath, [PROCESS, mode, url, file, migrations, `${failpoint}`], { stdio: "inherit" });
    const [, signal] = await once(child, "exit");
    expect(signal).toBe("SIGKILL");
  }

  test.each(["backup.table=kill@3", "backup.before-rename=kill"])(
    "at %s a backup has no name, and the next one clears up",
    async (failpoint) => {
      await fill(source);
      await killed("backup", source.url, failpoint);
      expect(readdirSync(world.directory)).toEqual(["migrations", expect.stringMatching(/^zoo\.afbackup\.draft-\d+$/)]);
      await backUp(source.url, file, { sources: world.now });
      expect(readdirSync(world.directory)).toEqual(["migrations", "zoo.afbackup"]);
    },
  );

  test.each(["restore.table=kill@4", "restore.before-swap=kill", "restore.after-swap=kill"])(
    "at %s a restore has changed nothing or everything",
    async (failpoint) => {
      await written();
      const backedUp = await contentsOf(source);
      await source.store.pool.query("INSERT INTO zoo VALUES ('new')");
      const changed = await contentsOf(source);
      await killed("replace", source.url, failpoint);
      expect(await contentsOf(source)).toEqual(failpoint.startsWith("restore.after") ? backedUp : changed);
      // The killed process' connection, and its lock with it, go when the server notices.
      await expect
        .poll(
          () => restore(source.url, file, { sources: world.now, replace: true }).catch((error: Error) => error.message),
          { timeout: 20_000 },
        )
        .toMatchObject({ replaced: true });
      expect(await contentsOf(source)).toEqual(backedUp);
    },
  );
});
