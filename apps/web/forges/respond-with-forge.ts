import type { Pool } from "pg";
import { answerFrom } from "../database/answer-from.ts";
import { findForge } from "./find-forge.ts";

/** Answers with what `read` gives of the forge as JSON; 404 for an unknown forge, otherwise as `answerFrom` does. */
export async function respondWithForge<T>(
  name: string,
  read: (pool: Pool) => Promise<T | undefined>,
): Promise<Response> {
  return answerFrom(findForge(name), `no forge is called ${JSON.stringify(name)}`, read);
}
