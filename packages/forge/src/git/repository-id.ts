import { link, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { OperationalError } from "@alphaforge/core/errors";

/** Where it is kept, in the git directory. */
export const ID_FILE = "alphaforge-id";

const SHAPE = /^[a-z0-9-]{8,64}$/;

/**
 * The repository's id, kept in its git directory. Made from `fresh` by whoever asks first; every later or simultaneous
 * asker gets the same. `fresh` is an id that nobody else has (8 to 64 of a-z, 0-9 and "-").
 */
export async function repositoryId(commonDir: string, fresh: string): Promise<string> {
  if (!SHAPE.test(fresh)) throw new RangeError(`repository id "${fresh}" must be 8 to 64 of a-z, 0-9 and "-"`);
  const path = join(commonDir, ID_FILE);
  const draft = `${path}.${fresh}`;
  // Written aside and linked, so that the id appears whole or not at all; link() never replaces.
  await writeFile(draft, `${fresh}\n`);
  try {
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await rm(draft, { force: true });
  }
  const id = (await readFile(path, "utf8")).trim();
  if (!SHAPE.test(id)) {
    throw new OperationalError(`${path} holds "${id.slice(0, 80)}", which is no repository id: restore or remove it`);
  }
  return id;
}
