import { expect, test } from "vitest";
import type { DatabaseListener } from "../database/database-listener.ts";
import { eventStream } from "../database/event-stream.ts";

/** A listener that tells its subscribers what it is told to, and forgets those who leave. */
function source() {
  const subscribers = new Set<(update: unknown) => void>();
  const listener = {
    subscribe(tell: (update: unknown) => void) {
      subscribers.add(tell);
      return () => void subscribers.delete(tell);
    },
  } as unknown as DatabaseListener<unknown>;
  const tell = (update: unknown) => {
    for (const each of [...subscribers]) each(update);
  };
  return { subscribers, listener, tell };
}

const request = (signal?: AbortSignal) => new Request("http://127.0.0.1/", signal === undefined ? {} : { signal });

test("a page is told what comes, until it goes", async () => {
  const { listener, tell, subscribers } = source();
  const reader = (eventStream(request(), listener).body as ReadableStream<Uint8Array>).getReader();
  const next = async () => new TextDecoder().decode((await reader.read()).value);
  expect(await next()).toBe("retry: 1000\n\n");
  tell({ kind: "alive" });
  expect(await next()).toBe('data: {"kind":"alive"}\n\n');
  await reader.cancel();
  expect(subscribers.size).toBe(0);
});

test("a page that had gone before it was answered leaves nobody behind", () => {
  const { listener, subscribers } = source();
  eventStream(request(AbortSignal.abort()), listener);
  expect(subscribers.size).toBe(0);
});

test("one page that goes stops no other page's updates", async () => {
  const { listener, tell } = source();
  const gone = new AbortController();
  eventStream(request(gone.signal), listener);
  const stays = (eventStream(request(), listener).body as ReadableStream<Uint8Array>).getReader();
  await stays.read();
  gone.abort();
  expect(() => tell({ kind: "alive" })).not.toThrow();
  expect(new TextDecoder().decode((await stays.read()).value)).toContain("alive");
});
