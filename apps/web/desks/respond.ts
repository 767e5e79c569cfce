import type { Pool } from "pg";
import { answerFrom } from "../database/answer-from.ts";
import { findDesk } from "./find-desk.ts";

/** Answers with what `read` gives of the desk as JSON; 404 for an unknown desk, otherwise as `answerFrom` does. */
export async function respondWith<T>(name: string, read: (pool: Pool) => Promise<T | undefined>): Promise<Response> {
  return answerFrom(findDesk(name), `no desk is called ${JSON.stringify(name)}`, read);
}
