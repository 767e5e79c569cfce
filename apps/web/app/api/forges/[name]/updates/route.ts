import { eventStream } from "../../../../../database/event-stream.ts";
import { findForge } from "../../../../../forges/find-forge.ts";
import { forgeListenerOf } from "../../../../../forges/forge-updates.ts";

export const dynamic = "force-dynamic";

/** Server-sent events: one JSON ForgeUpdate each, until the page goes. */
export async function GET(request: Request, context: { params: Promise<{ name: string }> }): Promise<Response> {
  const { name } = await context.params;
  const forge = findForge(name);
  if (!forge) return Response.json({ error: `no forge is called ${JSON.stringify(name)}` }, { status: 404 });
  return eventStream(request, forgeListenerOf(forge));
}
