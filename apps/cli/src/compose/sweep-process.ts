import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { OperationalError } from "@alphaforge/core/errors";
import { type AppConfig, childEnvironment } from "../config.ts";
import type { SweepResult } from "./sweep-backtest.ts";
import type { SweepTask } from "./sweep-task.ts";

const CHILD = fileURLToPath(new URL("../sweep-child.ts", import.meta.url));

/** Runs one backtest in a child that ends with this process, or when the signal aborts. */
export function sweepProcess(config: AppConfig, task: SweepTask, signal: AbortSignal): Promise<SweepResult> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(process.execPath, [CHILD], { env: childEnvironment(config), stdio: ["pipe", "pipe", "pipe"] });
    const end = (): void => void child.kill("SIGKILL");
    signal.addEventListener("abort", end, { once: true });
    let said = "";
    let result = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      result += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    // The child may be gone before its pipe is; its end is what counts.
    child.stdin.on("error", () => undefined);
    child.stdin.write(`${JSON.stringify(task)}\n`);
    child.once("error", (cause) => reject(new OperationalError("a backtest could not be started", { cause })));
    child.once("close", (code, killedBy) => {
      signal.removeEventListener("abort", end);
      if (signal.aborted) reject(signal.reason);
      else if (code === 0) resolve(JSON.parse(result) as SweepResult);
      else
        reject(
          new OperationalError(
            said.trim().split("\n").at(-1) || `a backtest ended (${killedBy ?? `exit code ${code}`})`,
          ),
        );
    });
  });
}
