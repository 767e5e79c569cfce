import { constants } from "node:fs";
import { copyFile, mkdir, mkdtemp, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { ObjectRoom } from "./object-room.ts";

const NAME = "pack-alphaforge-";

async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw error;
    // Another file system. The name that git looks for appears last, with all of its content.
    const draft = `${to}.part`;
    await copyFile(from, draft, constants.COPYFILE_FICLONE);
    const file = await open(draft, "r");
    await file.sync();
    await file.close();
    await rename(draft, to);
  }
}

/**
 * Copies commits of the room, with all that they need beyond `base`, into the user's repository, for refs and clones to
 * use. Until the returned function is called, no gc of the user's takes them, whatever it is told (`--prune=now`): they
 * are one pack that a `.keep` file protects, as git itself protects a push until its refs have moved. Call it when a ref
 * leads to them, or when they are not needed any more. Throws GitError when something that they need is missing.
 */
export async function publish(
  room: ObjectRoom,
  commits: readonly string[],
  base: string,
): Promise<() => Promise<void>> {
  const aside = await mkdtemp(join(room.directory, "publish-"));
  try {
    const hash = await room.git.text(
      ["pack-objects", "-q", "--revs", "--non-empty", "--delta-base-offset", join(aside, "pack")],
      { input: `${commits.join("\n")}\n^${base}\n` },
    );
    if (hash === "") return async () => undefined;
    const packs = join(room.usersObjects, "pack");
    await mkdir(packs, { recursive: true });
    // A name of its own: a gc that has seen a pack of this content may be about to remove it.
    const name = join(packs, `${NAME}${basename(aside).slice("publish-".length)}-${hash}`);
    const keep = `${name}.keep`;
    await writeFile(keep, "alphaforge: a ref is about to lead here\n");
    const made = (await readdir(aside)).map((file) => file.slice(`pack-${hash}`.length));
    const endings = [...made.filter((ending) => ending !== ".idx"), ".idx"];
    try {
      for (const ending of endings) await moveFile(join(aside, `pack-${hash}${ending}`), `${name}${ending}`);
    } catch (error) {
      const left = endings.flatMap((ending) => [`${name}${ending}`, `${name}${ending}.part`]);
      for (const file of [...left, keep]) await rm(file, { force: true });
      throw error;
    }
    return () => rm(keep, { force: true });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Lets the user's gc have what killed processes published. Only for whoever is alone with the repository. */
export async function releaseLeftovers(room: ObjectRoom): Promise<void> {
  const packs = join(room.usersObjects, "pack");
  for (const name of await readdir(packs)) {
    if (name.startsWith(NAME) && name.endsWith(".keep")) await rm(join(packs, name), { force: true });
  }
}
