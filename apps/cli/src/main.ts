import { exitCodeOf, oneLine } from "@alphaforge/core/errors";
import { armFailpoints } from "@alphaforge/core/failpoints";
import { CommanderError } from "commander";
import { buildProgram } from "./build-program.ts";
import type { App } from "./command.ts";
import { readConfig } from "./config.ts";

/** Runs one command line and sets the exit code: 0 done, 1 failed or found something, 2 was asked wrongly. */
export async function main(args: readonly string[]): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // Whoever reads has had enough (`| head`): what the command does is still done, and that is no failure.
    if (error.code === "EPIPE") return;
    process.stderr.write(`alphaforge: cannot write the output: ${oneLine(error)}\n`);
    process.exitCode = 1;
  });
  try {
    const config = readConfig();
    if (config.failpoints !== "") armFailpoints(config.failpoints);
    const app: App = {
      config,
      signal: stopSignal(),
      print: (text) => void process.stdout.write(`${text}\n`),
      warn: (text) => void process.stderr.write(`alphaforge: ${text}\n`),
      progress: progressLine(),
    };
    if (args[0] === "complete" && args[1] === "--") {
      // What the scripts of `alphaforge completion` ask at every press of Tab.
      const { answerCompletion } = await import("./compose/answer-completion.ts");
      await answerCompletion(app, args.slice(2));
      return;
    }
    const program = await buildProgram(app, args);
    await program.parseAsync([...args], { from: "user" });
  } catch (error) {
    process.exitCode = report(error);
  }
}

/** One line on stderr, and the exit code that goes with the error. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version are no mistakes; every other complaint of the parser is bad usage.
    return error.exitCode === 0 ? 0 : 2;
  }
  process.stderr.write(`alphaforge: ${oneLine(error)}\n`);
  return exitCodeOf(error);
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => controller.abort(new Error(`stopped by ${signal}`)));
  }
  return controller.signal;
}

function progressLine(): App["progress"] {
  if (!process.stderr.isTTY) return () => undefined;
  return (text) => {
    process.stderr.write(`\r\u001b[2K${text ?? ""}`);
  };
}
