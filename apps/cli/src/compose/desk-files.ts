import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadConfig } from "@alphaforge/core/config/load-config";
import { OperationalError, UserError } from "@alphaforge/core/errors";
import { type DeskConfig, deskConfigSchema } from "@alphaforge/desk/desk-config";
import { choices } from "../nearest.ts";

/** A desk that is configured, not yet read. */
export interface DeskFile {
  readonly name: string;
  readonly path: string;
}

const SHIPPED = fileURLToPath(new URL("../../../../desks", import.meta.url));
const NAME = /^[a-z0-9][a-z0-9-]*$/;
const YAML = /\.ya?ml$/;
/** Stands beside the desks and is none: the prices of language models. */
const PRICE_TABLE = "models.yaml";

/**
 * The desks that are configured, by name: `desks/<name>.yaml` of the checkout that this program runs from, and
 * `<home>/desks/<name>/desk.yaml`. Where both have a name, the home's counts: it is the user's own and survives an
 * update of the checkout.
 */
export function findDeskFiles(home: string): readonly DeskFile[] {
  const files = new Map<string, string>();
  for (const entry of namesIn(SHIPPED)) {
    if (YAML.test(entry) && entry !== PRICE_TABLE) files.set(entry.replace(YAML, ""), join(SHIPPED, entry));
  }
  for (const name of namesIn(join(home, "desks"))) {
    const path = join(home, "desks", name, "desk.yaml");
    if (existsSync(path)) files.set(name, path);
  }
  return [...files].map(([name, path]) => ({ name, path })).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * A desk's config, by the desk's name or, when the text holds a slash or ends in .yaml, by a path. Throws a UserError
 * that names the known desks, or file, line and key of what is wrong in the file. A desk that is found by its name must
 * say the same name in its file: state, locks and orders are kept under the latter.
 */
export function readDeskFile(nameOrPath: string, home: string): DeskConfig {
  if (nameOrPath.includes("/") || YAML.test(nameOrPath)) return loadConfig(deskConfigSchema, { file: nameOrPath });
  const files = findDeskFiles(home);
  const file = files.find(({ name }) => name === nameOrPath);
  if (file === undefined) throw unknownDesk(nameOrPath, files);
  const config = loadConfig(deskConfigSchema, { file: file.path });
  if (config.name !== file.name) {
    throw new UserError(
      `${file.path}: name: is "${config.name}", but the file is that of desk "${file.name}"; make them the same`,
    );
  }
  return config;
}

/** Whether a desk could have that name: a part of a path and of a database's name. */
export const isDeskName = (name: string): boolean => NAME.test(name);

/** Where a desk keeps its database. */
export function deskStateDir(home: string, name: string): string {
  return join(home, "desks", name);
}

/** True when the desk has a database of its own in this home. Looks at files only and starts nothing. */
export function hasDeskState(home: string, name: string): boolean {
  return existsSync(join(deskStateDir(home, name), "postgres", "data", "PG_VERSION"));
}

/**
 * Passes the name of a desk that is configured or has state (its file may be gone since); throws a UserError otherwise.
 * Its file is not read: a desk can be looked at while its file is broken.
 */
export function knownDesk(name: string, home: string): string {
  const files = findDeskFiles(home);
  if (files.some((file) => file.name === name)) return name;
  if (isDeskName(name) && hasDeskState(home, name)) return name;
  throw unknownDesk(name, files);
}

function unknownDesk(name: string, files: readonly DeskFile[]): UserError {
  const names = files.map((file) => file.name);
  const remedy = names.length === 0 ? "none is configured: write desks/<name>.yaml" : choices(name, names);
  return new UserError(`there is no desk ${JSON.stringify(basename(name))}: ${remedy}`);
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    throw new OperationalError(`cannot read ${folder}: check ALPHAFORGE_HOME and its permissions`, { cause });
  }
}
