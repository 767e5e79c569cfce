import type { DatabaseListener } from "./database-listener.ts";

/** Server-sent events: one JSON update each, until the page goes. */
export function eventStream<Update>(request: Request, listener: DatabaseListener<Update>): Response {
  const encoder = new TextEncoder();
  let unsubscribe: () => void = () => undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      let open = true;
      const stops: (() => void)[] = [];
      unsubscribe = () => {
        open = false;
        for (const stop of stops.splice(0)) stop();
      };
      const send = (text: string) => {
        if (!open) return;
        try {
          controller.enqueue(encoder.encode(text));
        } catch {
          // The page went, and its stream with it, before anybody was told: it must not stop the others' updates.
          unsubscribe();
        }
      };
      send("retry: 1000\n\n");
      stops.push(listener.subscribe((update) => send(`data: ${JSON.stringify(update)}\n\n`)));
      if (!open) unsubscribe();
      const onAbort = () => {
        if (!open) return;
        unsubscribe();
        controller.close();
      };
      // A signal that has aborted already tells nobody any more.
      if (request.signal.aborted) onAbort();
      else request.signal.addEventListener("abort", onAbort, { once: true });
    },
    cancel() {
      unsubscribe();
    },
  });
  return new Response(body, {
    headers: {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-cache, no-transform",
      "X-Accel-Buffering": "no",
    },
  });
}
