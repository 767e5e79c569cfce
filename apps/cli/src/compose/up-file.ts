import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OperationalError } from "@alphaforge/core/errors";
import { processIdentity } from "@alphaforge/core/store/process-identity";
import { z } from "zod";

const schema = z.object({
  pid: z.int().positive(),
  identity: z.string().min(1),
  dashboard: z.url(),
});

/** Which `alphaforge up` has started a desk, and where its dashboard is. It says so, and locks nothing. */
export type UpFile = z.output<typeof schema>;

const pathIn = (stateDir: string): string => join(stateDir, "up.json");

/** Notes that this process has started the desk of `stateDir`. */
export function writeUpFile(stateDir: string, dashboard: string): void {
  const identity = processIdentity(process.pid);
  if (identity === undefined) throw new Error("this process does not find itself");
  const path = pathIn(stateDir);
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(`${path}.new`, `${JSON.stringify({ pid: process.pid, identity, dashboard })}\n`);
  renameSync(`${path}.new`, path);
}

/** Undefined also when whoever wrote it has ended, even if its number is another process's now. */
export function readUpFile(stateDir: string): UpFile | undefined {
  const path = pathIn(stateDir);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new OperationalError(`cannot read ${path}: check its permissions`, { cause });
  }
  const { data, success } = schema.safeParse(jsonOf(text));
  // Half a file of a machine that lost its power: nobody of this boot has written it.
  if (!success || processIdentity(data.pid) !== data.identity) return undefined;
  return data;
}

export function removeUpFile(stateDir: string): void {
  rmSync(pathIn(stateDir), { force: true });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
