import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { World } from "./world.ts";

const BIN = fileURLToPath(new URL("../../apps/cli/bin/alphaforge.js", import.meta.url));

/** The real command line, in the user's repository. `show`: what it says is shown as it comes, and not kept. */
export function alphaforge(
  { repository, environment }: World,
  args: readonly string[],
  { show, signal }: { readonly show: boolean; readonly signal: AbortSignal },
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const out = show ? "inherit" : "pipe";
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      ...{ cwd: repository, env: environment, stdio: ["ignore", out, out] },
      // A group of its own: a Ctrl-C on the terminal reaches it once, by way of us. A second one would kill it.
      detached: true,
    });
    // As Ctrl-C would: it keeps what it has and ends what it started.
    const interrupt = () => void child.kill("SIGINT");
    if (signal.aborted) interrupt();
    signal.addEventListener("abort", interrupt, { once: true });
    let stdout = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      signal.removeEventListener("abort", interrupt);
      resolve({ code, stdout, stderr });
    });
  });
}
