#!/usr/bin/env node
// Plain JavaScript that any Node can parse: finds Node 24 or newer and runs the command line with it. Nothing here may
// import TypeScript statically, because an older Node would fail on it before the version check.
import { spawn } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NEEDED = 24;
const here = dirname(realpathSync(fileURLToPath(import.meta.url)));

/** The Node that came with `npm ci`, looked for upwards from this file. */
function bundledNode() {
  const name = `node-${process.platform}-${process.arch}`;
  for (let directory = here; ; directory = dirname(directory)) {
    const candidate = join(directory, "node_modules", name, "bin", "node");
    if (existsSync(candidate)) return candidate;
    if (directory === dirname(directory)) return undefined;
  }
}

if (process.platform === "win32") {
  process.stderr.write("alphaforge: Windows is not supported; run it in WSL (https://aka.ms/wsl)\n");
  process.exit(1);
}

if (Number(process.versions.node.split(".")[0]) >= NEEDED) {
  // Halves the time that a command needs to start. Beside the program, which no other user may change, and gone with
  // the next `npm ci`; where nothing can be written, Node goes on without.
  const own = bundledNode();
  if (own !== undefined) module.enableCompileCache(join(own, "../../../.cache/alphaforge"));
  const { main } = await import("../src/main.ts");
  await main(process.argv.slice(2));
} else {
  const node = bundledNode();
  if (node === undefined) {
    process.stderr.write(
      `alphaforge: needs Node ${NEEDED}, this is ${process.version} and none came with the install; run npm ci, or install Node ${NEEDED}\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
