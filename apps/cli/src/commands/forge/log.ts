import { UserError } from "@alphaforge/core/errors";
import { type Command, InvalidArgumentError } from "commander";
import type { App } from "../../command.ts";

interface Options {
  readonly session?: string;
  readonly follow?: boolean;
  readonly raw?: boolean;
  readonly limit: number;
  readonly json?: boolean;
}

/** `alphaforge forge log`: what happened, or everything about one task's attempts. */
export function define(command: Command, app: App): void {
  command
    .description("what happened, newest last; with a task its attempts in full")
    .argument("[task]", "such as shop.3: prompts, last words, refusals with their output, what is kept")
    .option("--session <name>", "only what happened in this session")
    .option("--follow", "go on with what comes, until Ctrl-C")
    .option("--raw", "with a task: also every message of its coders, as far as they were recorded")
    .option("--limit <n>", "the latest n events", readLimit, 100)
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Times are UTC. What coders and commands wrote is redacted as traces export does it, and control characters in it are
made visible.

Examples:
  alphaforge forge log --session shop --follow
  alphaforge forge log shop.3`,
    )
    .action((task: string | undefined, options: Options) => run(app, task, options));
}

async function run(app: App, task: string | undefined, options: Options): Promise<void> {
  const { follow = false, raw = false, json = false, session } = options;
  if (follow && json) throw new UserError("--follow does not go with --json: ask for the document again and again");
  if (raw && task === undefined) throw new UserError("--raw needs a task: alphaforge forge log TASK --raw");
  if (task !== undefined && (follow || session !== undefined)) {
    throw new UserError(`--${follow ? "follow" : "session"} does not go with a task: leave one of them out`);
  }
  const [{ withForge }, { forgeHistory }, { screenOf }] = await Promise.all([
    import("../../compose/forge-place.ts"),
    import("../../compose/forge-views-log.ts"),
    import("../../compose/forge-views-terminal.ts"),
  ]);
  await withForge(app, { mustExist: true }, async (forge) => {
    const history = await forgeHistory(forge, session);
    if (task !== undefined) {
      const view = history.task(task);
      const stories = await history.attempts(view, raw);
      if (json) {
        const { attempts: _, refusal: __, ...rest } = view;
        return app.print(
          JSON.stringify({ ...rest, attempts: stories.map(({ attempt, ...more }) => ({ ...attempt, ...more })) }),
        );
      }
      const { attemptLines } = await import("../../reports/forge-attempt-lines.ts");
      return app.print(attemptLines(view, stories, screenOf()).join("\n"));
    }
    const events = await history.latest(options.limit);
    if (json) {
      const safe = await Promise.all(
        events.map(async (event) => ({ ...event, data: await history.redact(event.data) })),
      );
      return app.print(JSON.stringify({ events: safe }));
    }
    const { logPrinter } = await import("../../reports/forge-log-lines.ts");
    const print = logPrinter({ width: screenOf().width, redact: history.redact, taskOf: history.taskOf });
    for (const event of events) for (const line of await print(event)) app.print(line);
    if (events.length === 0 && !follow) app.print("nothing has happened yet: start with alphaforge forge run SPEC");
    if (!follow) return;
    try {
      for await (const event of history.after(events.at(-1)?.seq ?? 0, app.signal)) {
        for (const line of await print(event)) app.print(line);
      }
    } catch (error) {
      // Being told to stop is how it ends.
      if (!app.signal.aborted) throw error;
    }
  });
}

function readLimit(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("it is not a whole number from 1 to 999999.");
}
