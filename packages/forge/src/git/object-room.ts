import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "@alphaforge/core/errors";
import type { RepositoryFacts } from "./repository-facts.ts";
import type { Git } from "./run-git.ts";

/**
 * A place to build trees, merges and commits in: an empty bare repository of the forge's own that reads the user's
 * objects. It has no refs, no worktree, no attributes and no configuration, so nothing that the user or a coder has set
 * up (merge drivers, filters, grafts, ignore files) changes a result, and nothing of theirs is touched. What is made
 * here stays here, where no gc of the user's can take it away in the middle, until `publish` hands it over.
 */
export interface ObjectRoom {
  readonly git: Git;
  readonly directory: string;
  /** The object directory of the user's repository. */
  readonly usersObjects: string;
  /** The same room with `workTree` as its worktree and an index of its own. */
  over(workTree: string, index: string): Git;
}

/**
 * Opens the room at `directory`, making it first if needed; several processes may do so at once. Throws UserError for a
 * partial clone: merges need objects that it does not have, and the room never fetches.
 */
export async function openObjectRoom(git: Git, facts: RepositoryFacts, directory: string): Promise<ObjectRoom> {
  if (facts.partial) {
    throw new UserError(`${facts.commonDir} is a partial clone, without all objects: clone it again without --filter`);
  }
  if (!existsSync(join(directory, "HEAD"))) {
    await mkdir(dirname(directory), { recursive: true });
    const draft = await mkdtemp(`${directory}.`);
    await git
      .at(dirname(directory), { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" })
      .bytes(["init", "-q", "--bare", "--template=", `--object-format=${facts.objectFormat}`, draft]);
    await rename(draft, directory).catch(async (error: NodeJS.ErrnoException) => {
      await rm(draft, { recursive: true, force: true });
      // Another process was first, with the same room.
      if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
    });
  }
  await borrowObjects(directory, facts.objects);
  if (facts.shallow) await copyFile(join(facts.commonDir, "shallow"), join(directory, "shallow"));
  const env = {
    GIT_DIR: directory,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
  };
  const room = git.at(directory, env);
  return {
    git: room,
    directory,
    usersObjects: facts.objects,
    over: (workTree, index) => room.at(workTree, { GIT_WORK_TREE: workTree, GIT_INDEX_FILE: index }),
  };
}

/** The repository may have been moved since the room was made. */
async function borrowObjects(directory: string, objects: string): Promise<void> {
  const file = join(directory, "objects/info/alternates");
  const content = `${objects}\n`;
  const there = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (there === content) return;
  await mkdir(dirname(file), { recursive: true });
  const aside = await mkdtemp(`${file}.`);
  await writeFile(join(aside, "alternates"), content);
  await rename(join(aside, "alternates"), file);
  await rm(aside, { recursive: true, force: true });
}
