import { closeSync, openSync, readSync } from "node:fs";
import { OperationalError, UserError } from "@alphaforge/core/errors";
import { decodeSpec, MOST_BYTES } from "@alphaforge/forge/spec/decode-spec";
import { readSpec, type SpecReading } from "@alphaforge/forge/spec/read-spec";
import type { Roots } from "@alphaforge/forge/spec/roots";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "no permission to read it",
  EISDIR: "it is a directory",
};

/**
 * Reads a spec's file, or what is wrong with it. `known` are features that it may depend on without having them. Throws a
 * UserError when the file cannot be read at all.
 */
export function readSpecFile(file: string, roots: Roots, known: readonly number[] = []): SpecReading {
  const decoded = decodeSpec(firstBytes(file, MOST_BYTES + 1), file);
  return "problem" in decoded ? { problems: [decoded.problem] } : readSpec(decoded.text, { file, roots, known });
}

/** No more than `limit` bytes, so that a huge file costs what a large one does. */
function firstBytes(file: string, limit: number): Uint8Array {
  const bytes = Buffer.alloc(limit);
  let length = 0;
  try {
    const descriptor = openSync(file, "r");
    try {
      for (let read = -1; read !== 0 && length < limit; length += read) {
        read = readSync(descriptor, bytes, length, limit - length, null);
      }
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    const reason = REASONS[(cause as NodeJS.ErrnoException).code ?? ""];
    if (reason !== undefined) throw new UserError(`cannot read spec ${file}: ${reason}`);
    throw new OperationalError(`cannot read spec ${file}`, { cause });
  }
  return bytes.subarray(0, length);
}
