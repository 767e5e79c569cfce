"use client";

import { useCallback, useEffect, useMemo, useRef, useState } from "react";

export type FeedStatus = "connecting" | "live" | "reconnecting";

/** An open event stream, as a page sees it. */
export interface EventFeed<Update> {
  readonly status: FeedStatus;
  /** The wall's time, moving once a second; the server's at first, so that both render the same. */
  readonly now: number;
  /** Calls `hear` with every update until the returned function is called. */
  readonly subscribe: (hear: (update: Update) => void) => () => void;
}

/** The server says that it is alive every ten seconds; after three misses the connection is taken for dead. */
const PATIENCE_MS = 30_000;
const RETRY_MS = 2_000;

/** Keeps one event stream per page open, and says whether what the page shows is being kept up to date. */
export function useEventStream<Update extends { readonly kind: string }>(
  path: string,
  serverNow: number,
): EventFeed<Update> {
  const [status, setStatus] = useState<FeedStatus>("connecting");
  const [now, setNow] = useState(serverNow);
  const listeners = useRef(new Set<(update: Update) => void>());

  useEffect(() => {
    let source: EventSource | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let heard = Date.now();
    const open = () => {
      heard = Date.now();
      source?.close();
      source = new EventSource(path);
      source.onmessage = (event: MessageEvent<string>) => {
        heard = Date.now();
        const update = JSON.parse(event.data) as Update;
        if (update.kind === "hello") setStatus("live");
        else if (update.kind === "lost") setStatus((known) => (known === "connecting" ? known : "reconnecting"));
        for (const listener of [...listeners.current]) listener(update);
      };
      source.onerror = () => {
        setStatus("reconnecting");
        // A browser retries by itself when a stream breaks, but gives up when it is answered with an error.
        if (source?.readyState === EventSource.CLOSED) {
          clearTimeout(retry);
          retry = setTimeout(open, RETRY_MS);
        }
      };
    };
    open();
    const tick = setInterval(() => {
      setNow(Date.now());
      if (Date.now() - heard > PATIENCE_MS) {
        setStatus("reconnecting");
        open();
      }
    }, 1_000);
    return () => {
      clearInterval(tick);
      clearTimeout(retry);
      source?.close();
    };
  }, [path]);

  const subscribe = useCallback((hear: (update: Update) => void) => {
    listeners.current.add(hear);
    return () => {
      listeners.current.delete(hear);
    };
  }, []);
  return useMemo(() => ({ status, now, subscribe }), [status, now, subscribe]);
}
