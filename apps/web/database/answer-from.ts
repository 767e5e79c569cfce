import type { Pool } from "pg";
import { type DatabaseAddress, poolOf } from "./connections.ts";
import { reading } from "./reading.ts";

/** Answers with what `read` gives as JSON; 404 for no address or nothing there, 503 with the reason and its id in the log otherwise. */
export async function answerFrom<T>(
  address: DatabaseAddress | undefined,
  unknown: string,
  read: (pool: Pool) => Promise<T | undefined>,
): Promise<Response> {
  const headers = { "Cache-Control": "no-store" };
  if (!address) return Response.json({ error: unknown }, { status: 404, headers });
  const result = await reading(address.name, () => read(poolOf(address)));
  if (!result.ok) return Response.json({ error: result.absence, id: result.fault }, { status: 503, headers });
  if (result.value === undefined) return Response.json({ error: "not found" }, { status: 404, headers });
  return Response.json(result.value, { headers });
}
