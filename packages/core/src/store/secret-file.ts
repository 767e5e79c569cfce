import { closeSync, fstatSync, linkSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { OperationalError } from "../errors.ts";

/**
 * The secret in `path`, or undefined when there is no such file. Throws OperationalError for one that others than its
 * user can read, or that is empty.
 */
export function readSecretFile(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new OperationalError(`cannot read ${path} (${code}): run this as the user that made it`, { cause });
  }
  try {
    if ((fstatSync(file).mode & 0o077) !== 0) {
      throw new OperationalError(`${path} can be read by others than its user: run chmod 600 ${path}`);
    }
    const secret = readFileSync(file, "utf8").trim();
    if (secret === "") throw new OperationalError(`${path} is empty: put the secret that was in it back`);
    return secret;
  } finally {
    closeSync(file);
  }
}

/** The secret in `path`; `secret` when there was none. Whole or not at all, and once, whoever does so at the same time. */
export function ensureSecretFile(path: string, secret: string): string {
  const draft = `${path}.${process.pid}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    rmSync(draft, { force: true });
    writeFileSync(draft, `${secret}\n`, { mode: 0o600, flag: "wx", flush: true });
    linkSync(draft, path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== "EEXIST") {
      throw new OperationalError(`cannot write ${path} (${code}): check its directory's permissions and space`, {
        cause,
      });
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return readSecretFile(path) ?? ensureSecretFile(path, secret);
}
