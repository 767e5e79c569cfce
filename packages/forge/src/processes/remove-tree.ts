import { chmod, lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** Makes directories writable that a tool has write-protected, as some package caches are. */
async function unprotect(directory: string): Promise<void> {
  if (!(await lstat(directory)).isDirectory()) return;
  await chmod(directory, 0o700);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    if (entry.isDirectory()) await unprotect(join(directory, entry.name));
  }
}

/** Removes a directory with all that is in it, write-protected directories too; does nothing when there is none. */
export async function removeTree(directory: string): Promise<void> {
  const remove = () => rm(directory, { recursive: true, force: true, maxRetries: 3 });
  try {
    await remove();
  } catch (error) {
    if (!["EACCES", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    await unprotect(directory);
    await remove();
  }
}
