/** 53100 is PostgreSQL's own; a file that has reached a limit comes without a code of its own, in the system's words. */
const WORDS = /No space left on device|File too large|Disk quota exceeded/;

/** Whether an error, or one that caused it, is that the database has no room for what was to be written: nothing was. */
export function isStorageFull(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, severity } = at as { readonly code?: string; readonly severity?: string };
    // Git and the file system say the same of a disk of theirs; only a server's error has a severity.
    if (code === "53100" || (severity !== undefined && WORDS.test(at.message))) return true;
  }
  return false;
}
