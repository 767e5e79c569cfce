import type { DatabaseListener } from "./database-listener.ts";

/** Server-sent events: one JSON update each, until the page goes. */
export function eventStream<Update>(request: Request, listener: DatabaseListener<Update>): Response {
  const encoder = new TextEncoder();
  let unsubscribe: (() => void) | undefined;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode("retry: 1000\n\n"));
      const stop = listener.subscribe((update) => {
        controller.enqueue(encoder.encode(`data: ${JSON.stringify(update)}\n\n`));
      });
      let open = true;
      unsubscribe = () => {
        if (!open) return;
        open = false;
        stop();
      };
      request.signal.addEventListener("abort", () => {
        if (!open) return;
        unsubscribe?.();
        controller.close();
      });
    },
    cancel() {
      unsubscribe?.();
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
