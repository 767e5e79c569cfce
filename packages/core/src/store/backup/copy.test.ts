import { createHash } from "node:crypto";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { freshDatabase, type TestDatabase } from "../../testing/test-database.ts";
import { copyIn } from "./copy-in.ts";
import { copyOut } from "./copy-out.ts";

let database: TestDatabase;
let client: Client;
beforeEach(async () => {
  database = await freshDatabase([]);
  client = await database.store.connect();
  await client.query("CREATE TABLE a (n int, text text); CREATE TABLE b (LIKE a)");
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

/** A reader that dawdles: what is sent must wait, and go on. */
async function readSlowly(sql: string, pause: () => Promise<unknown>) {
  const out = copyOut(client, sql);
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of out) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
    await pause();
  }
  return { rows: out.rows, bytes, hash: hash.digest("hex") };
}

test.each([
  ["many small rows", "SELECT n, 'row ' || n FROM generate_series(1, 200000) AS n"],
  ["a few large ones", "SELECT n, repeat(md5(n::text), 100000) FROM generate_series(1, 10) AS n"],
  ["none", "SELECT 1, 'x' WHERE false"],
])("%s come out whole to a slow reader, and the connection goes on, again and again", async (_, select) => {
  await client.query(`INSERT INTO a ${select}`);
  const { rows: expected } = await client.query("SELECT count(*) AS n FROM a");
  const seen = new Set<string>();
  for (const pause of [() => setImmediate(), () => setTimeout(1), async () => undefined, () => setTimeout(3)]) {
    const { rows, hash } = await readSlowly("COPY a TO STDOUT", pause);
    expect(rows).toBe(expected[0].n);
    seen.add(hash);
    expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  }
  expect(seen.size).toBe(1);
});

test("rows that end exactly where the reader has enough leave the connection usable", async () => {
  for (let rows = 1; rows <= 120; rows++) {
    const out = copyOut(client, `COPY (SELECT repeat('x', 16383) FROM generate_series(1, ${rows})) TO STDOUT`);
    // Everything has been sent before anybody reads.
    await setTimeout(2);
    let bytes = 0;
    for await (const chunk of out) bytes += (chunk as Buffer).length;
    expect(bytes).toBe(rows * 16_384);
    await client.query("SELECT 1");
  }
});

test("what comes out goes in again, whatever the size of the pieces", async () => {
  await client.query("INSERT INTO a SELECT n, repeat(chr(9) || chr(92), n % 7) FROM generate_series(1, 5000) AS n");
  const pieces: Buffer[] = [];
  for await (const chunk of copyOut(client, "COPY a TO STDOUT")) pieces.push(chunk as Buffer);
  const whole = Buffer.concat(pieces);
  const inPieces = async function* () {
    for (let at = 0; at < whole.length; at += 1_021) yield whole.subarray(at, at + 1_021);
  };
  expect(await copyIn(client, "COPY b FROM STDIN", inPieces())).toBe(5_000);
  const { rows } = await client.query(
    "SELECT FROM a FULL JOIN b ON a.n = b.n AND a.text = b.text WHERE a.n IS NULL OR b.n IS NULL",
  );
  expect(rows).toEqual([]);
});

test("a source that fails keeps nothing, tells its own error, and leaves the connection usable", async () => {
  const failing = async function* () {
    yield Buffer.from("1\ta\n");
    throw new Error("the file ends here");
  };
  await expect(copyIn(client, "COPY b FROM STDIN", failing())).rejects.toThrow("the file ends here");
  expect((await client.query("SELECT FROM b")).rowCount).toBe(0);
});

test("rows that do not fit are refused by the server, however much was still to come", async () => {
  const wrong = async function* () {
    for (let n = 0; n < 2_000; n++) yield Buffer.from(`${n === 5 ? "five" : n}\t${"x".repeat(10_000)}\n`);
  };
  await expect(copyIn(client, "COPY b FROM STDIN", wrong())).rejects.toThrow("invalid input syntax");
  expect((await client.query("SELECT FROM b")).rowCount).toBe(0);
});

test("a statement that cannot be is an error of the stream", async () => {
  const read = async () => {
    for await (const _ of copyOut(client, "COPY nowhere TO STDOUT"));
  };
  await expect(read()).rejects.toThrow('"nowhere" does not exist');
  await client.query("SELECT 1");
});
