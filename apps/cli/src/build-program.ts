import { readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { nearest } from "@alphaforge/core/nearest";
import { type Argument, Command } from "commander";
import type { App, CommandModule } from "./command.ts";

const COMMANDS = join(dirname(fileURLToPath(import.meta.url)), "commands");
/** The widest that help is written, also on a wider terminal. */
const WIDEST = 100;

interface Group {
  readonly heading: string;
  readonly description: string;
  /** Commands in the order in which one uses them; those that are not named come after, by name. */
  readonly order?: readonly string[];
}

/** What stands above commands in help; a folder or file that is not named here still is a command. */
const GROUPS: Readonly<Record<string, Group>> = {
  doctor: { heading: "Start here:", description: "" },
  up: { heading: "Start here:", description: "" },
  desk: {
    heading: "Trading:",
    description: "run desks, see how they do, test them on the past",
    order: ["ls", "run", "status", "rank", "health", "backtest", "sweep", "replay", "check-lookahead", "check-warmup"],
  },
  data: { heading: "Trading:", description: "import candles and funding into the archive", order: ["import", "ls"] },
  forge: {
    heading: "Coding agents:",
    description: "let coding agents work on a repository, side by side",
    order: [
      "init",
      "check",
      "plan",
      "run",
      "status",
      "log",
      "add",
      "dashboard",
      "finalize",
      "claim",
      "claims",
      "release",
      "prune",
    ],
  },
  traces: {
    heading: "Coding agents:",
    description: "turn what was recorded into training data",
    order: ["stats", "export", "merge", "eval"],
  },
  completion: { heading: "Upkeep:", description: "" },
  worker: { heading: "Upkeep:", description: "" },
  db: {
    heading: "Upkeep:",
    description: "look after the database of a desk or a forge",
    order: ["status", "backup", "restore", "prune", "migrate"],
  },
};
const TOP = Object.keys(GROUPS);

/**
 * The program with the commands that `words` may mean: a command that is named alone, of a group that is named all, and
 * the other groups by name and description. That keeps every start, and completion, short.
 */
export async function buildProgram(app: App, words: readonly string[]): Promise<Command> {
  const program = configure(new Command("alphaforge"))
    .description("Grow trading strategies: coding agents write them, and each trades a desk of its own, on paper.")
    .version("0.1.0", "-V, --version", "print the version")
    .commandsGroup("Upkeep:")
    .helpCommand("help [command]", "show the help of a command")
    .addHelpText(
      "after",
      `
Three commands to start with:
  alphaforge doctor               what is missing on this machine
  alphaforge up                   a demo desk on the simulated market, and the dashboard
  alphaforge desk status arena    how the demo's agents do

Exit codes of every command: 0 done, 1 failed or found something, 2 asked wrongly.
Each command says more with --help. State is kept in $ALPHAFORGE_HOME (~/.alphaforge, of root
/var/lib/alphaforge).`,
    );
  const [named, second] = words.filter((word) => !word.startsWith("-") && word !== "help");
  const paths = commandPaths();
  for (const name of inOrder([...new Set(paths.map(([first]) => first as string))], TOP)) {
    const { heading, description, order = [] } = GROUPS[name] ?? { heading: "Others:", description: name };
    const own = paths.filter(([first]) => first === name);
    if (own.every((path) => path.length === 1)) {
      await defineFrom(program, [name], app);
      program.commands.at(-1)?.helpGroup(heading);
      continue;
    }
    const group = configure(program.command(name)).description(description).helpGroup(heading);
    group.usage("<command> [options]").helpCommand(false);
    if (named !== name) continue;
    const all = inOrder(
      own.map((path) => path[1] as string),
      order,
    );
    for (const each of second !== undefined && all.includes(second) ? [second] : all) {
      await defineFrom(group, [name, each], app);
    }
  }
  return program;
}

async function defineFrom(parent: Command, path: readonly string[], app: App): Promise<void> {
  const { define } = (await import(pathToFileURL(`${join(COMMANDS, ...path)}.ts`).href)) as CommandModule;
  define(configure(parent.command(path.at(-1) as string)), app);
}

function commandPaths(): readonly (readonly string[])[] {
  return readdirSync(COMMANDS, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
    .map((entry) => relative(COMMANDS, join(entry.parentPath, entry.name)).replace(/\.ts$/, "").split(sep));
}

function inOrder(names: readonly string[], order: readonly string[]): readonly string[] {
  const place = (name: string): number => (order.indexOf(name) + order.length + 1) % (order.length + 1);
  return [...names].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

function configure(command: Command): Command {
  return command
    .exitOverride()
    .showSuggestionAfterError()
    .helpOption("-h, --help", "show this help")
    .configureHelp({ helpWidth: Math.min(process.stdout.columns ?? 80, WIDEST), minWidthToWrap: 30, subcommandTerm })
    .configureOutput({ outputError: (text, write) => write(usageLine(text)) });
}

/** Name and arguments: that a command has options goes without saying. */
function subcommandTerm(command: Command): string {
  return [command.name(), ...command.registeredArguments.map(argumentTerm)].join(" ");
}

function argumentTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** The parser's complaint and its suggestion, in one line. */
function usageLine(text: string): string {
  const line = text
    .replace(/^error: /, "")
    .trim()
    .replace(/\s*\n\s*/g, " ");
  return `alphaforge: ${line}${choiceHint(line)}; add --help to see what is possible\n`;
}

/** The parser lists what an option may be, and leaves it to the reader to find the nearest. */
function choiceHint(line: string): string {
  const [, text, allowed] =
    / '([^']*)' is invalid(?: for argument '[^']*')?\. Allowed choices are (.*)\.$/.exec(line) ?? [];
  const near = text === undefined || allowed === undefined ? undefined : nearest(text, allowed.split(", "));
  return near === undefined ? "" : ` (Did you mean ${near}?)`;
}
