import { eventStream } from "../../../../../database/event-stream.ts";
import { listenerOf } from "../../../../../desks/desk-updates.ts";
import { findDesk } from "../../../../../desks/find-desk.ts";

export const dynamic = "force-dynamic";

/** Server-sent events: one JSON DeskUpdate each, until the page goes. */
export async function GET(request: Request, context: { params: Promise<{ name: string }> }): Promise<Response> {
  const { name } = await context.params;
  const desk = findDesk(name);
  if (!desk) return Response.json({ error: `no desk is called ${JSON.stringify(name)}` }, { status: 404 });
  return eventStream(request, listenerOf(desk));
}
