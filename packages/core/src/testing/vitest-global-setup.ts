import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Client } from "pg";
import type { TestProject } from "vitest/node";
import { type PasswordServer, startPasswordServer } from "./password-server.ts";
import { countsFile, SOAK } from "./soak.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** State directory of the run's embedded database server, which test-database.ts starts when first asked. */
    testDatabaseDir: string;
    /** Where databases of tests are made: "embedded", "password" (a server of the run's own), or a server's URL. */
    testDatabases: string;
    /** Answers with the URL of the run's server with passwords, which starts when first asked for. */
    testPasswordServer: string;
  }
}

const PATIENCE_MS = 10_000;

/**
 * Names a fresh place for this run's database servers; each starts when the first test asks for it. The environment
 * decides where databases are made: ALPHAFORGE_TEST_DATABASE_URL, or DATABASE_URL, is a server of yours whose user may
 * create databases and roles, or "password" for the run's own with passwords.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = mkdtempSync(join(tmpdir(), "alphaforge-test-"));
  const { ALPHAFORGE_TEST_DATABASE_URL: chosen, DATABASE_URL: usual } = process.env;
  const isPasswordProject = project.name === "password";
  project.provide("testDatabaseDir", directory);
  project.provide("testDatabases", isPasswordProject ? "password" : (chosen ?? usual ?? "embedded"));
  const passwordServer = offerPasswordServer(join(directory, "password"));
  project.provide("testPasswordServer", await passwordServer.listen());
  return async () => {
    await passwordServer.close();
    if (SOAK) printCounts(countsFile(directory));
    // The embedded server ends itself once the last test process has gone; its files can only be removed after that.
    const running = join(directory, "postgres", "data", "postmaster.pid");
    for (let waited = 0; existsSync(running); waited += 50) {
      if (waited > PATIENCE_MS)
        throw new Error(`the test database in ${directory} did not end: stop it and remove the directory`);
      await setTimeout(50);
    }
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  };
}

/** What the tests of a soak have counted, below their report. */
function printCounts(file: string): void {
  if (!existsSync(file)) return;
  const lines = readFileSync(file, "utf8").trimEnd().split("\n").sort();
  process.stdout.write(`\nCounts of this soak:\n${lines.map((line) => `  ${line}\n`).join("")}`);
}

/** One server for all test processes, of the process that outlives them: they come and go with their files. */
function offerPasswordServer(directory: string): { listen(): Promise<string>; close(): Promise<void> } {
  let server: Promise<PasswordServer> | undefined;
  const door = createServer((_request, response) => {
    server ??= startPasswordServer(directory).then(async (started) => {
      await makeTester(started);
      return started;
    });
    server.then(
      (started) => response.end(started.urlFor("tester", "tester", "postgres")),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  return {
    listen: () =>
      new Promise((resolve) => {
        door.listen(0, "127.0.0.1", () => resolve(`http://127.0.0.1:${(door.address() as { port: number }).port}`));
      }),
    async close() {
      door.close();
      await (await server)?.stop();
    },
  };
}

/** No superuser: what a desk does must not need one. */
async function makeTester(server: PasswordServer): Promise<void> {
  const client = new Client({ connectionString: server.url() });
  await client.connect();
  try {
    await client.query("CREATE ROLE tester LOGIN CREATEDB CREATEROLE PASSWORD 'tester'");
  } finally {
    await client.end();
  }
}
