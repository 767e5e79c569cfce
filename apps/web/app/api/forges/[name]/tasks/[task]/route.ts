import { readTask } from "../../../../../../forges/read-forge.ts";
import { respondWithForge } from "../../../../../../forges/respond-with-forge.ts";

type Context = { params: Promise<{ name: string; task: string }> };

export async function GET(_request: Request, context: Context): Promise<Response> {
  const { name, task } = await context.params;
  return respondWithForge(name, (pool) => readTask(pool, task));
}
