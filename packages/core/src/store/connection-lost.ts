/** Of sockets; of PostgreSQL's class 08 and 57P01–57P03: shut down, crashed, starting up. */
const CODES = /^(ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ENOTCONN|08.{3}|57P0[123])$/;

/** What pg, and a lock that went with its connection, say without a code. */
const WORDS =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|the lock .* was lost with its connection)/;

/**
 * Whether an error, or one that caused it, is that the database could not be reached or went away in the midst. What
 * was being written then may have been written or not.
 */
export function isConnectionLost(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    const { code, syscall } = at as NodeJS.ErrnoException;
    // A file that is missing has the same code as a socket that is.
    if (code !== undefined && CODES.test(code) && (code !== "ENOENT" || syscall === "connect")) return true;
    if (WORDS.test(at.message)) return true;
    if (at instanceof AggregateError && at.errors.some(isConnectionLost)) return true;
  }
  return false;
}
