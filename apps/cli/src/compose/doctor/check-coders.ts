import { existsSync } from "node:fs";
import { oneLine, UserError } from "@alphaforge/core/errors";
import type { Coder } from "@alphaforge/forge/coder/coder";
import { findCoders } from "@alphaforge/forge/coder/find-coders";
import { findProgram } from "@alphaforge/forge/coder/find-program";
import { configuredCoder } from "../forge-coder.ts";
import { readForgeConfig } from "../forge-config-file.ts";
import { advice, type Checkup, ok, type Patient, problem } from "./checkup.ts";

/** The coder that the repository's alphaforge.yaml names is there; elsewhere, which of those that are known. */
export async function checkCoders({ path }: Pick<Patient, "path">, directory = process.cwd()): Promise<Checkup> {
  if (existsSync(`${directory}/alphaforge.yaml`)) {
    try {
      const { config } = readForgeConfig(directory);
      return ok(
        "coders",
        `alphaforge.yaml names ${(await configuredCoder({ config, directory }, undefined, path)).name}`,
      );
    } catch (error) {
      return problem("coders", oneLine(error));
    }
  }
  const known: string[] = [];
  const found: string[] = [];
  for (const plugin of (await findCoders()).values()) {
    let coder: Coder;
    try {
      coder = plugin.open({});
    } catch (error) {
      // One that runs what the user gives it brings no program along.
      if (error instanceof UserError) continue;
      throw error;
    }
    const { program } = coder.command({
      ...{ prompt: "", promptFile: directory, workspace: directory, home: directory, feature: 1, attempt: 1 },
    });
    if (program.includes("/")) continue;
    known.push(program);
    if ((await findProgram(program, path, directory)) !== undefined) found.push(program);
  }
  if (found.length > 0) return ok("coders", `found ${found.join(", ")}`);
  return advice(
    "coders",
    `none of ${known.join(", ")} is in PATH: install one, or set coder.command in alphaforge.yaml`,
  );
}
