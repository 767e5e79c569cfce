import { open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "@alphaforge/core/errors";

/**
 * Says before hours of work whether a report could be written there: a directory and a folder that does not exist are
 * mistakes of the user. A file that is there will be replaced.
 */
export async function refuseReportFile(path: string): Promise<void> {
  const target = await kindOf(path);
  if (target === "directory")
    throw new UserError(`--report ${path} is a directory; name a file in it, such as report.html`);
  if (target === "other") throw new UserError(`--report ${path} is no regular file; name one, such as report.html`);
  const folder = dirname(resolve(path));
  if ((await kindOf(folder)) !== "directory")
    throw new UserError(`--report: there is no folder ${folder}; make it first`);
}

/** Replaces the file as a whole: a reader sees the old report or the new one, whatever dies in between. */
export async function writeReportFile(path: string, page: string): Promise<void> {
  const target = resolve(path);
  const draft = join(dirname(target), `.${basename(target)}.${process.pid}.draft`);
  try {
    const file = await open(draft, "w");
    try {
      await file.writeFile(page);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

async function kindOf(path: string): Promise<"file" | "directory" | "other" | "nothing"> {
  try {
    const entry = await stat(path);
    return entry.isDirectory() ? "directory" : entry.isFile() ? "file" : "other";
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "nothing";
    throw error;
  }
}
