import { OperationalError } from "@alphaforge/core/errors";
import type { Command } from "commander";
import type { App } from "../../command.ts";
import { readConcurrency } from "../../concurrency.ts";

interface Options {
  readonly session?: string;
  readonly target?: string;
  readonly concurrency?: number;
  readonly coder?: string;
  readonly retryFailed?: boolean;
  readonly json?: boolean;
}

/** `alphaforge forge run`: the whole sentence, from spec to landing. */
export function define(command: Command, app: App): void {
  command
    .description("run coding agents on a spec's features and land what passes, until every feature has its end")
    .argument("<spec>", "the spec, an XML file")
    .option("--session <name>", "land on alphaforge/<name> (otherwise named after the spec's file)")
    .option("--target <branch>", "land on this branch itself, which nobody may have checked out")
    .option("--concurrency <n>", "coders at a time (otherwise as alphaforge.yaml says)", readConcurrency)
    .option("--coder <name>", "in place of the one in alphaforge.yaml")
    .option("--retry-failed", "try those again that were given up")
    .option("--json", "print one JSON document at the end")
    .addHelpText(
      "after",
      `
Each coder works in a clone of its own. What it did is checked against its claim, joined with the
branch as it is then, verified, and landed; commit hooks and signing are skipped. Your checkout is
not touched. Ctrl-C stops; the same command goes on from there, after a crash, too.

Exit codes: 0 every feature has landed, 1 at least one has not, 2 asked wrongly.

Example:
  alphaforge forge run shop.xml --concurrency 8`,
    )
    .action((spec: string, options: Options) => run(app, spec, options));
}

async function run(app: App, file: string, options: Options): Promise<void> {
  const [
    { readForgeConfig },
    { readSpecFile },
    { counted, problemsText },
    { forgePlace, withForge },
    { configuredCoder },
    { openSession, requireSessionName, sessionNameOf, targetOf },
    { aloneWithForge },
    { runSession },
    { runLine, runStatusLine, runSummary },
    { foreignLines },
    { childEnvironment },
    { clock },
  ] = await Promise.all([
    import("../../compose/forge-config-file.ts"),
    import("../../compose/forge-spec-file.ts"),
    import("../../reports/spec-lines.ts"),
    import("../../compose/forge-place.ts"),
    import("../../compose/forge-coder.ts"),
    import("../../compose/forge-session.ts"),
    import("../../compose/forge-lock.ts"),
    import("../../compose/forge-run.ts"),
    import("../../reports/forge-run-lines.ts"),
    import("../../reports/forge-foreign-lines.ts"),
    import("../../config.ts"),
    import("../../system.ts"),
  ]);
  const reading = readSpecFile(file, readForgeConfig(".").config.roots);
  if ("problems" in reading) {
    app.print(problemsText(file, reading.problems, options.json));
    throw new OperationalError(`${counted(reading.problems.length, "problem")} in ${file}: correct and run again`);
  }
  const session = options.session === undefined ? sessionNameOf(file) : requireSessionName(options.session);
  // What can be told without a database is told before there is one.
  const place = await forgePlace(app);
  targetOf(place);
  const coder = await configuredCoder(place, options.coder, childEnvironment(app.config).PATH ?? "");
  const concurrency = options.concurrency ?? place.config.concurrency;
  app.signal.addEventListener("abort", () => app.warn("stopping; what is under way is kept. Again to quit at once"), {
    once: true,
  });
  const result = await withForge(app, { mustExist: false }, (forge) =>
    aloneWithForge(forge, async (lock) => {
      const opened = await openSession(forge, { session, spec: reading.spec, file, target: options.target });
      if (opened.changedAfterLanding.length > 0) {
        const which = opened.changedAfterLanding.join(", ");
        app.warn(`features ${which} have landed and the spec has changed since: give what is new a number of its own`);
      }
      const result = await runSession(
        ...([app, forge, opened] as const),
        {
          ...{ coder, concurrency, retryFailed: options.retryFailed ?? false },
          onEvent(event, tasks) {
            if (options.json) return;
            const { task } = event.data as { readonly task?: string };
            const line = runLine(event, task === undefined ? undefined : tasks.get(task));
            app.progress(undefined);
            if (line !== undefined) app.print(line);
            app.progress(runStatusLine([...tasks.values()], clock.now()));
          },
        },
        AbortSignal.any([app.signal, lock.lost]),
      );
      // Nobody stopped it: its lock went, and with it the right to go on.
      if (result.how === "stopped" && !app.signal.aborted) lock.lost.throwIfAborted();
      return result;
    }),
  ).finally(() => app.progress(undefined));
  const { tasks, foreign } = result;
  if (options.json) app.print(JSON.stringify({ session, how: result.how, tasks, foreign }));
  else for (const line of [...runSummary(tasks, result.session), ...foreignLines(foreign)]) app.print(line);
  const landed = tasks.filter(({ state }) => state === "landed").length;
  if (result.how === "stopped") throw new OperationalError("stopped: the same command goes on from here");
  const red = foreign.find(({ isGreen }) => isGreen === false);
  if (red !== undefined) throw new OperationalError(`${red.branch} is red by commits that the forge did not land`);
  if (landed < tasks.length) {
    throw new OperationalError(`${tasks.length - landed} of ${counted(tasks.length, "feature")} did not land`);
  }
}
