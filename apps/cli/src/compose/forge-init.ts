import { existsSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { OperationalError, UserError } from "@alphaforge/core/errors";
import { CONFIG_FILE } from "@alphaforge/forge/config/forge-config";
import { type CommandsAnswer, configTemplate, type TracesAnswer } from "@alphaforge/forge/config/template";
import { repositoryFacts } from "@alphaforge/forge/git/repository-facts";
import { openGit } from "@alphaforge/forge/git/run-git";
import { requireGitVersion } from "@alphaforge/forge/git/version";
import { RECORDING_BANNER } from "@alphaforge/forge/recording/recording-gate";
import type { App } from "../command.ts";
import { childEnvironment } from "../config.ts";
import { type DetectedCommand, detectCommands } from "./forge-init-defaults.ts";
import type { Asker } from "./forge-init-questions.ts";

export interface InitResult {
  readonly file: string;
  readonly training_traces: TracesAnswer;
  readonly setup: readonly string[];
  readonly verify: readonly string[];
  /** What the repository's files suggest, whether it was asked about or not. */
  readonly detected: readonly DetectedCommand[];
}

/**
 * Writes alphaforge.yaml into the root of the repository that the command was called in. With `ask` it asks; without,
 * nothing is recorded and no command is taken from what was detected. Throws UserError when the file is there.
 */
export async function initForge(app: App, ask: Asker | undefined, from = process.cwd()): Promise<InitResult> {
  const root = await worktreeOf(app, from);
  const file = join(root, CONFIG_FILE);
  if (existsSync(file)) throw exists(file);
  const detected = detectCommands(root);
  const traces = ask === undefined ? { enabled: false, acknowledged_terms: false } : await askTraces(ask);
  const commands = await askCommands(ask, detected);
  try {
    // Never over a file that has come meanwhile.
    writeFileSync(file, configTemplate(traces, commands), { flag: "wx" });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") throw exists(file);
    throw new OperationalError(`cannot write ${file}`, { cause });
  }
  return { file, training_traces: traces, setup: commands.setup, verify: commands.verify, detected };
}

const exists = (file: string): UserError =>
  new UserError(`${file} exists and is left as it is: edit it, or remove it first`);

/** Asks git alone: neither an id nor a database is made. */
async function worktreeOf(app: App, from: string): Promise<string> {
  const { PATH = "", HOME = homedir() } = childEnvironment(app.config);
  const git = openGit({ directory: from, path: PATH, home: HOME });
  await requireGitVersion(git);
  const { toplevel, commonDir } = await repositoryFacts(git);
  if (toplevel === undefined)
    throw new UserError(`${commonDir} is bare: run this in a checkout of it, and commit the file`);
  return toplevel;
}

/** The terms only matter to who records. */
async function askTraces(ask: Asker): Promise<TracesAnswer> {
  const enabled = await ask.yes("Record every message of every coder in the local database?", false);
  if (!enabled) return { enabled, acknowledged_terms: false };
  ask.say(`\n${RECORDING_BANNER}\n`);
  const acknowledged = await ask.yes("Have you read these terms, and is what you plan within them?", false);
  return { enabled, acknowledged_terms: acknowledged };
}

async function askCommands(
  ask: Asker | undefined,
  detected: readonly DetectedCommand[],
): Promise<Required<CommandsAnswer>> {
  const taken: DetectedCommand[] = [];
  for (const each of ask === undefined ? [] : detected) {
    const what = each.kind === "setup" ? "Prepare each workspace with" : "Verify what would land with";
    if (await ask?.yes(`${what} \`${each.command}\` (${each.because})?`, true)) taken.push(each);
  }
  const of = (kind: DetectedCommand["kind"]) =>
    taken.filter((each) => each.kind === kind).map(({ command }) => command);
  return { setup: of("setup"), verify: of("verify") };
}
