import { createHash, createHmac, pbkdf2Sync } from "node:crypto";

/** What PostgreSQL itself uses. */
const ITERATIONS = 4096;

/**
 * What PostgreSQL keeps of a password (RFC 5803), to be given to CREATE ROLE in its place: the password itself would
 * stand in the server's log wherever statements are logged. `password` must be ASCII, since no other is prepared in the
 * same way everywhere. `salt` is 16 random bytes.
 */
export function scramVerifier(password: string, salt: Buffer): string {
  const salted = pbkdf2Sync(password, salt, ITERATIONS, 32, "sha256");
  const keyed = (text: string) => createHmac("sha256", salted).update(text).digest();
  const stored = createHash("sha256").update(keyed("Client Key")).digest("base64");
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${stored}:${keyed("Server Key").toString("base64")}`;
}
