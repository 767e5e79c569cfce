import { readFileSync } from "node:fs";
import { Client } from "pg";
import { describe, expect, onTestFinished, test } from "vitest";
import { freshDatabase } from "../testing/test-database.ts";
import { isConnectionLost } from "./connection-lost.ts";

const errorOf = async (work: () => Promise<unknown> | unknown): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};

describe("a database that went away is told from one that says no", () => {
  test("a session that was ended from outside, in its query and in the next", async () => {
    const database = await freshDatabase([]);
    onTestFinished(() => database.drop());
    const client = await database.store.connect();
    const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    const asked = errorOf(() => client.query("SELECT pg_sleep(60)"));
    await database.store.pool.query("SELECT pg_terminate_backend($1)", [rows[0]?.pid]);
    expect(isConnectionLost(await asked)).toBe(true);
    expect(isConnectionLost(await errorOf(() => client.query("SELECT 1")))).toBe(true);
  });

  test("a server that is not there, by address and by socket", async () => {
    for (const host of ["127.0.0.1", "/nowhere/at/all"]) {
      const client = new Client({ host, port: 1, user: "nobody", database: "none" });
      expect(isConnectionLost(await errorOf(() => client.connect()))).toBe(true);
    }
  });

  test("also as the cause of another error", () => {
    const lost = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    expect(isConnectionLost(new Error("cannot decide claims", { cause: lost }))).toBe(true);
  });

  test("a refused statement, a missing file and a fault of ours are none", async () => {
    const database = await freshDatabase([]);
    onTestFinished(() => database.drop());
    expect(isConnectionLost(await errorOf(() => database.store.pool.query("SELECT nothing")))).toBe(false);
    expect(isConnectionLost(await errorOf(() => readFileSync("/nowhere/at/all")))).toBe(false);
    expect(isConnectionLost(new Error("the plan is wrong"))).toBe(false);
    expect(isConnectionLost("57P01")).toBe(false);
  });
});
