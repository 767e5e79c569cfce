import { readForge } from "../../../../../forges/read-forge.ts";
import { respondWithForge } from "../../../../../forges/respond-with-forge.ts";

/** `?session=NAME`; the latest without. */
export async function GET(request: Request, context: { params: Promise<{ name: string }> }): Promise<Response> {
  const session = new URL(request.url).searchParams.get("session") ?? undefined;
  return respondWithForge((await context.params).name, (pool) => readForge(pool, session));
}
