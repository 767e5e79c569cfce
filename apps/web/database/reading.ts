import { newFaultId } from "./fault-id.ts";
import { logLine } from "./log-line.ts";

/** Why a page has nothing to show of a desk or a forge. */
export type Absence =
  /** Nothing answers at the database's address, or it is starting or stopping. */
  | "unreachable"
  /** The server answers and has no such database or tables yet. */
  | "not-created"
  /** The tables are there and nobody has opened a desk, or a forge, in them. */
  | "not-opened"
  /** Anything else: the server's log has it. */
  | "failed";

/** Why there is nothing, and the id under which the server's log has more. */
export interface Missing {
  readonly absence: Absence;
  readonly fault: string;
}

/** What a page reads of a database: all of it, or why there is none. Never a part of it, never something invented. */
export type Reading<T> = { readonly ok: true; readonly value: T } | ({ readonly ok: false } & Missing);

/** 3D000 no such database, 42P01 no such table, 3F000 no such schema. */
const NOT_CREATED = new Set(["3D000", "42P01", "3F000"]);
/** Socket errors, and the server's own "too many connections", "shutting down", "starting up". */
const UNREACHABLE = new Set([
  "ECONNREFUSED",
  "ENOENT",
  "ECONNRESET",
  "EPIPE",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "53300",
  "57P01",
  "57P02",
  "57P03",
]);

export class DeskNotOpened extends Error {
  override readonly name = "DeskNotOpened";
}

export function absenceOf(error: unknown): Absence {
  if (error instanceof DeskNotOpened) return "not-opened";
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === "string") {
    if (NOT_CREATED.has(code)) return "not-created";
    if (UNREACHABLE.has(code)) return "unreachable";
  }
  // pg reports these two without a code.
  if (error instanceof Error && /timeout exceeded|Connection terminated|connection timeout/i.test(error.message))
    return "unreachable";
  return "failed";
}

/** Runs a read and turns what goes wrong into an absence that the page can name; the whole error goes to the log. */
export async function reading<T>(name: string, read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { ok: true, value: await read() };
  } catch (error) {
    const absence = absenceOf(error);
    const fault = newFaultId();
    // Only what nobody expected is worth its stack.
    const text = error instanceof Error ? (absence === "failed" ? error.stack : error.message) : String(error);
    logLine("database.read.failed", { id: fault, name, absence, error: text });
    return { ok: false, absence, fault };
  }
}
