import { z } from "zod";
import { askWorker, refuse } from "./ask-worker.ts";
import { findDesk } from "./find-desk.ts";

const agentList = z.object({ models: z.array(z.string()) });

/** {"models": ["<provider>/<model>", …]}: those that the desk takes, by its price table; null while it cannot be asked. */
export async function pricedModels(name: string): Promise<Response> {
  const desk = findDesk(name);
  if (!desk) return refuse(404, `no desk is called ${JSON.stringify(name)}`);
  const answer = await askWorker(desk, "/agents", { method: "GET" });
  const models = answer.ok ? agentList.parse(await answer.json()).models : null;
  return Response.json({ models }, { headers: { "Cache-Control": "no-store" } });
}
