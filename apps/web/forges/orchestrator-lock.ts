import { createHash } from "node:crypto";

/** The advisory lock that the one orchestrator of a repository holds, by the key that it is taken under. */
const KEY = createHash("sha256").update("forge orchestrator").digest();

/** The key as one signed number of 64 bits, as the lock's taker computes it. */
export const ORCHESTRATOR_KEY = KEY.readBigInt64BE(0).toString();

/** SQL that is true while somebody holds the lock: pg_locks shows a key of 64 bits as two halves. */
export const ORCHESTRATOR_RUNS = `EXISTS (
  SELECT FROM pg_locks
  WHERE locktype = 'advisory' AND granted AND objsubid = 1
    AND classid::bigint = ${KEY.readUInt32BE(0)} AND objid::bigint = ${KEY.readUInt32BE(4)}
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`;
