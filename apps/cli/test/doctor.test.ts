import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkFiles } from "../src/compose/doctor/check-files.ts";
import { checkMemory } from "../src/compose/doctor/check-memory.ts";
import { checkNode } from "../src/compose/doctor/check-node.ts";
import { checkPlatform } from "../src/compose/doctor/check-platform.ts";
import { checkClock, checkTimezones } from "../src/compose/doctor/check-time.ts";
import type { Checkup } from "../src/compose/doctor/checkup.ts";
import { readConfig } from "../src/config.ts";
import { type Ended, runCli, temporaryDirectory } from "./run-cli.fixture.ts";

const BIN = fileURLToPath(new URL("../bin/alphaforge.js", import.meta.url));

let directory: ReturnType<typeof temporaryDirectory>;
let home: string;
let port: string;
beforeEach(async () => {
  directory = temporaryDirectory();
  home = join(directory.path, "home");
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  port = String((probe.address() as AddressInfo).port);
  probe.close();
  await once(probe, "close");
});
afterEach(() => directory.remove());

const doctor = (env: Record<string, string> = {}, ...args: string[]): Promise<Ended> =>
  runCli(home, ["doctor", "--port", port, ...args], env);

async function checks(env: Record<string, string> = {}): Promise<{ code: number | null; of: Map<string, Checkup> }> {
  const { code, stdout, errors } = await doctor(env, "--json");
  expect(errors).toEqual([]);
  const { checks: all, ok } = JSON.parse(stdout) as { checks: Checkup[]; ok: boolean };
  expect(ok).toBe(code === 0);
  return { code, of: new Map(all.map((check) => [check.name, check])) };
}

describe("on this machine", () => {
  test("nothing is missing, and nothing is written", async () => {
    const { code, of } = await checks();
    expect([...of.values()].filter(({ state }) => state === "problem")).toEqual([]);
    expect(code).toBe(0);
    expect(existsSync(home)).toBe(false);
  });

  test("each check is one line: state, name, what was found", async () => {
    const { stdout } = await doctor();
    const lines = stdout.trimEnd().split("\n");
    expect(lines.slice(0, -2)).toHaveLength(15);
    for (const line of lines.slice(0, -2)) expect(line).toMatch(/^(ok|advice|problem) {1,7}\S/);
    expect(lines.at(-1)).toBe("Ready: alphaforge up starts a demo.");
  });
});

describe("planted faults", () => {
  test("a PATH without git", async () => {
    const { code, of } = await checks({ PATH: directory.path });
    expect(of.get("git")).toMatchObject({
      state: "problem",
      text: expect.stringContaining("install git 2.38 or later"),
    });
    expect(code).toBe(1);
  });

  test("a git that is too old", async () => {
    writeFileSync(join(directory.path, "git"), "#!/bin/sh\necho git version 2.30.2\n");
    chmodSync(join(directory.path, "git"), 0o755);
    const { code, of } = await checks({ PATH: `${directory.path}:${process.env.PATH}` });
    expect(of.get("git")).toMatchObject({ state: "problem", text: expect.stringContaining("git 2.30 is too old") });
    expect(code).toBe(1);
  });

  test("a coder in PATH is found; the one that alphaforge.yaml names is not", async () => {
    writeFileSync(join(directory.path, "claude"), "#!/bin/sh\n");
    chmodSync(join(directory.path, "claude"), 0o755);
    const env = { PATH: `${directory.path}:/usr/bin:/bin` };
    expect((await checks(env)).of.get("coders")).toMatchObject({ state: "ok", text: "found claude" });
    writeFileSync(join(directory.path, "alphaforge.yaml"), "coder:\n  preset: codex\n");
    const args = ["doctor", "--port", port, "--json"];
    const { code, stdout } = await runCli(home, args, env, { directory: directory.path });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).checks).toContainEqual(
      expect.objectContaining({ name: "coders", state: "problem", text: expect.stringContaining('"codex"') }),
    );
  });

  test("a home below a file", async () => {
    writeFileSync(home, "");
    home = join(home, "below");
    const { code, of } = await checks();
    expect(of.get("state")).toMatchObject({ state: "problem", text: expect.stringMatching(/set ALPHAFORGE_HOME/) });
    expect(code).toBe(1);
  });

  test("a read-only home", async () => {
    const shut = join(directory.path, "shut");
    mkdirSync(shut, { mode: 0o555 });
    chmodSync(directory.path, 0o755);
    // Root may write anywhere: as root the program runs as nobody.
    const asNobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    const child = spawn(process.execPath, [BIN, "doctor", "--port", port, "--json"], {
      ...asNobody,
      cwd: "/",
      env: { PATH: process.env.PATH, HOME: "/", ALPHAFORGE_HOME: join(shut, "home") },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let stdout = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    const [code] = await once(child, "close");
    expect(code).toBe(1);
    expect(JSON.parse(stdout).checks).toContainEqual(
      expect.objectContaining({ name: "state", state: "problem", text: expect.stringContaining("EACCES") }),
    );
  });

  test("a port that is taken", async () => {
    const server = createServer().listen(Number(port), "127.0.0.1");
    await once(server, "listening");
    try {
      const { code, of } = await checks();
      expect(of.get("port")).toMatchObject({
        state: "problem",
        text: expect.stringContaining(`port ${port} is taken`),
      });
      expect(code).toBe(1);
    } finally {
      server.close();
    }
  });

  test("a DATABASE_URL where nobody listens, without showing what is in it", async () => {
    const env = { DATABASE_URL: `postgres://hunter:hunter2@127.0.0.1:${port}/secrets` };
    const { code, stdout } = await doctor(env);
    expect(code).toBe(1);
    expect(stdout).toMatch(/problem +database +cannot use 127\.0\.0\.1:\d+: nobody listens there/);
    expect(stdout).not.toMatch(/hunter|secrets/);
  });

  test("keys are said to be set, and never shown", async () => {
    const { stdout } = await doctor({ ANTHROPIC_API_KEY: "sk-hunter2" });
    expect(stdout).toMatch(/ok +models +set: ANTHROPIC_API_KEY\n/);
    expect(stdout).not.toContain("hunter2");
  });

  test("what a killed server left, which the next start clears away", async () => {
    const data = join(home, "desks", "arena", "postgres", "data");
    mkdirSync(data, { recursive: true });
    // No process has this number: it is above the kernel's limit.
    writeFileSync(join(data, "postmaster.pid"), "4194305\n");
    const { code, of } = await checks();
    expect(of.get("leftovers")).toMatchObject({ state: "advice", text: expect.stringContaining("postmaster.pid") });
    expect(code).toBe(0);
    expect(readdirSync(data)).toEqual(["postmaster.pid"]);
  });

  test("an old Node without the one that is brought along", async () => {
    const bin = join(directory.path, "bin");
    mkdirSync(bin);
    cpSync(BIN, join(bin, "alphaforge.js"));
    writeFileSync(join(directory.path, "package.json"), '{"type":"module"}');
    symlinkSync(process.execPath, join(bin, "node"));
    const pretend = `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.19.0" } })`;
    const child = spawn(
      join(bin, "node"),
      ["--import", `data:text/javascript,${encodeURIComponent(pretend)}`, join(bin, "alphaforge.js"), "doctor"],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const [code] = await once(child, "close");
    expect(code).toBe(1);
    expect(stderr).toMatch(/^alphaforge: needs Node 24, .*run npm ci, or install Node 24\n$/);
  });
});

describe("what cannot be planted here is judged from what the machine says", () => {
  const config = readConfig();

  test.each([
    [checkNode({ version: "20.19.0", executable: "/usr/bin/node" }), "problem", /20\.19\.0 is too old/],
    [checkNode({ version: "24.1.0", executable: "/usr/bin/node" }), "ok", /^24\.1\.0$/],
    [checkPlatform({ config }, { platform: "win32", arch: "x64", release: "10" }), "problem", /WSL/],
    [checkPlatform({ config }, { platform: "freebsd", arch: "x64", release: "14" }), "problem", /not supported/],
    [checkPlatform({ config }, { platform: "linux", arch: "riscv64", release: "6" }), "problem", /set DATABASE_URL/],
    [
      checkPlatform({ config }, { platform: "linux", arch: "x64", release: "5.15-microsoft-standard-WSL2" }),
      "ok",
      /WSL/,
    ],
    [
      checkPlatform(
        { config: { ...config, home: "/mnt/c/state" } },
        { platform: "linux", arch: "x64", release: "5.15-microsoft-standard-WSL2" },
      ),
      "advice",
      /Windows disk/,
    ],
    [checkMemory(5e8), "problem", /500\.0 MB/],
    [checkMemory(1e9), "advice", /slow/],
    [checkMemory(8e9), "ok", /8\.0 GB/],
    [checkFiles("128"), "problem", /ulimit -n 1024/],
    [checkFiles("512"), "advice", /ulimit -n 1024/],
    [checkFiles("unlimited"), "ok", /unlimited/],
    [checkFiles(""), "problem", /unknown/],
    [checkClock(Date.UTC(1970, 0, 1), Date.UTC(2026, 0, 1)), "problem", /set the clock/],
    [checkTimezones(() => "GMT"), "advice", /full ICU/],
  ])("%o", (checkup, state, text) => {
    expect(checkup.state).toBe(state);
    expect(checkup.text).toMatch(text);
  });
});
