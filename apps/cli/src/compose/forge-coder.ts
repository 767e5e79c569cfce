import { UserError } from "@alphaforge/core/errors";
import type { Coder } from "@alphaforge/forge/coder/coder";
import { coderNamed, findCoders } from "@alphaforge/forge/coder/find-coders";
import { findProgram } from "@alphaforge/forge/coder/find-program";
import { commandWords } from "@alphaforge/forge/coder/presets/command/command-words";
import type { ForgeConfig } from "@alphaforge/forge/config/forge-config";
import type { ForgePlace } from "./forge-place.ts";

/**
 * The coder that the configuration names, or `preset` in its place. Throws UserError for an unknown one, for options that
 * it does not have, and when its program is not on this machine: that is told before anything is begun.
 */
export async function configuredCoder(
  { config, directory }: Pick<ForgePlace, "config" | "directory">,
  preset: string | undefined,
  path: string,
): Promise<Coder> {
  const name = preset ?? config.coder.preset;
  const coder = coderNamed(await findCoders(), name).open(optionsOf(config, name, preset !== undefined));
  const { program } = coder.command({
    ...{ prompt: "", promptFile: directory, workspace: directory, home: directory, feature: 1, attempt: 1 },
  });
  if ((await findProgram(program, path, directory)) === undefined) {
    throw new UserError(
      `coder "${coder.name}" needs the program "${program}", which is not in PATH: install it, set coder.options.executable in alphaforge.yaml, or choose another with --coder`,
    );
  }
  return coder;
}

/** What stands in the file belongs to the preset that stands there: another one gets none of it. */
function optionsOf({ coder }: ForgeConfig, name: string, isOther: boolean): Record<string, unknown> {
  if (isOther && name !== coder.preset) return {};
  const { model, command, options } = coder;
  return {
    ...(model === null ? {} : { model }),
    ...(command === null ? {} : { run: commandWords(command) }),
    ...options,
  };
}
