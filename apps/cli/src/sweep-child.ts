import { oneLine } from "@alphaforge/core/errors";
import { armFailpoints } from "@alphaforge/core/failpoints";
import { sweepBacktest } from "./compose/sweep-backtest.ts";
import { sweepTaskSchema } from "./compose/sweep-task.ts";
import { readConfig } from "./config.ts";

/**
 * One backtest in a process of its own: the task comes as one line on standard input, the result goes to standard
 * output as one document. Apart from its worker, so that the worker goes on telling the database that it lives, and
 * memory goes with the process. Ends when standard input closes, however the worker ended.
 */
const stop = new AbortController();
const line = await new Promise<string>((resolve) => {
  let text = "";
  process.stdin.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
    if (text.includes("\n")) resolve(text);
  });
  process.stdin.on("end", () => {
    stop.abort(new Error("the worker is gone"));
    // A backtest looks once for every day that it goes through; there is nobody left to wait for it.
    process.exit(1);
  });
});
try {
  const config = readConfig();
  if (config.failpoints !== "") armFailpoints(config.failpoints);
  const result = await sweepBacktest(config, sweepTaskSchema.parse(JSON.parse(line)), stop.signal);
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
} catch (error) {
  process.stderr.write(`${oneLine(error)}\n`, () => process.exit(1));
}
