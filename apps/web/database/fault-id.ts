import { randomBytes } from "node:crypto";

/** Eight characters that a page shows and the server's log has: who reads one finds the other. */
export function newFaultId(): string {
  return randomBytes(4).toString("hex");
}
