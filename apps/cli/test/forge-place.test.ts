import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runCli, temporaryDirectory } from "./run-cli.fixture.ts";

let directory: ReturnType<typeof temporaryDirectory>;
const at = (name: string) => join(directory.path, name);
const forge = (repository: string, ...args: string[]) =>
  runCli(at("home"), ["forge", ...args], {}, { directory: at(repository) });

beforeAll(() => {
  directory = temporaryDirectory();
  mkdirSync(at("first"));
  const git = (...args: string[]) => execFileSync("git", ["-C", at("first"), ...args]);
  git("init", "-q", "-b", "main");
  git("-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-q", "--allow-empty", "-m", "Begin");
});
afterAll(() => directory.remove());

test("a repository that is moved keeps its forge; a copy of it is told to become one of its own", async () => {
  expect((await forge("first", "claim", "src/**", "--for", "1h")).code).toBe(0);
  cpSync(at("first"), at("copy"), { recursive: true });
  const copied = await forge("copy", "claims");
  expect(copied).toMatchObject({ code: 1, stdout: "" });
  expect(copied.errors.join("\n")).toContain(`${at("copy")}/.git is a copy of ${at("first")}/.git`);
  rmSync(join(at("copy"), ".git", "alphaforge-id"));
  expect((await forge("copy", "claims")).errors.join("\n")).toContain("the forge has not been used in");

  renameSync(at("first"), at("moved"));
  const moved = await forge("moved", "claims");
  expect(moved.code).toBe(0);
  expect(moved.stdout).toContain("src/**");
});
