import type { Argument, Command, Option } from "commander";

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

export interface Completion {
  readonly candidates: readonly Candidate[];
  /** Files may stand here: the shell knows those best. */
  readonly isFile: boolean;
}

/** What an option or argument of this name may be; undefined where nothing is known about it. */
export type ValuesOf = (name: string, words: readonly string[]) => Promise<readonly string[] | undefined>;

/**
 * What may stand for the last of `words`, which is what was typed of it so far, after all the others. Walks the
 * commands as the parser does: options with values, values after "=", arguments by their place.
 */
export async function completeWords(
  program: Command,
  words: readonly string[],
  valuesOf: ValuesOf,
): Promise<Completion> {
  // bash takes "=" for a word of its own.
  const tokens = words.slice(0, -1).filter((word) => word !== "=");
  const typed = words.at(-1) === "=" ? "" : (words.at(-1) ?? "");
  const { command, place, pending } = walk(program, tokens);
  const [, flag, start] = /^(--[\w-]+)=(.*)$/s.exec(typed) ?? [];
  if (flag !== undefined && start !== undefined) {
    const option = optionOf(command, flag);
    return option === undefined ? NOTHING : ofValues(await optionValues(option, tokens, valuesOf), start, `${flag}=`);
  }
  if (typed.startsWith("-")) {
    const candidates = [...command.createHelp().visibleOptions(command)].map(({ long, short, description }) => ({
      value: long ?? short ?? "",
      description,
    }));
    return { candidates: beginning(candidates, typed), isFile: false };
  }
  if (pending !== undefined) return ofValues(await optionValues(pending, tokens, valuesOf), typed);
  const children = command.createHelp().visibleCommands(command);
  if (children.length > 0) {
    const candidates = children.map((child) => ({ value: child.name(), description: child.description() }));
    return { candidates: beginning(candidates, typed), isFile: false };
  }
  const argument = argumentAt(command, place);
  if (argument === undefined) return NOTHING;
  return ofValues(argument.argChoices ?? (await valuesOf(argument.name(), tokens)), typed);
}

const NOTHING: Completion = { candidates: [], isFile: false };

function walk(program: Command, tokens: readonly string[]) {
  let command = program;
  let place = 0;
  let pending: Option | undefined;
  for (const token of tokens) {
    if (token.startsWith("-") && token !== "-") {
      const option = token.includes("=") ? undefined : optionOf(command, token);
      pending = option !== undefined && (option.required || option.optional) ? option : undefined;
    } else if (pending !== undefined) {
      if (!pending.variadic) pending = undefined;
    } else {
      const child = command.commands.find((each) => each.name() === token);
      if (child === undefined) place += 1;
      else command = child;
    }
  }
  return { command, place, pending };
}

const optionOf = (command: Command, flag: string): Option | undefined =>
  command.options.find(({ long, short }) => long === flag || short === flag);

function argumentAt({ registeredArguments }: Command, place: number): Argument | undefined {
  const last = registeredArguments.at(-1);
  return registeredArguments[place] ?? (last?.variadic ? last : undefined);
}

async function optionValues(
  { argChoices, long }: Option,
  tokens: readonly string[],
  valuesOf: ValuesOf,
): Promise<readonly string[] | undefined> {
  return argChoices ?? (await valuesOf(long?.slice(2) ?? "", tokens));
}

function ofValues(values: readonly string[] | undefined, typed: string, prefix = ""): Completion {
  if (values === undefined) return { candidates: [], isFile: true };
  const candidates = beginning(
    values.map((value) => ({ value, description: "" })),
    typed,
  );
  return { candidates: candidates.map(({ value }) => ({ value: prefix + value, description: "" })), isFile: false };
}

function beginning(candidates: readonly Candidate[], typed: string): readonly Candidate[] {
  return candidates.filter(({ value }) => value.startsWith(typed));
}
