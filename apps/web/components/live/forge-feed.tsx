"use client";

import { createContext, type ReactNode, useContext, useMemo } from "react";
import type { ForgeUpdate } from "../../forges/forge-updates.ts";
import { type EventFeed, useEventStream } from "./use-event-stream.ts";

interface Feed extends EventFeed<ForgeUpdate> {
  /** The repository directory's name. */
  readonly name: string;
  /** Where the forge's routes are. */
  readonly api: string;
}

const FeedContext = createContext<Feed | null>(null);

export function useForgeFeed(): Feed {
  const feed = useContext(FeedContext);
  if (!feed) throw new Error("useForgeFeed outside <ForgeFeed>: render the component within it");
  return feed;
}

/** The event stream of the page's forge. */
export function ForgeFeed({ name, serverNow, children }: { name: string; serverNow: number; children: ReactNode }) {
  const api = `/api/forges/${encodeURIComponent(name)}`;
  const stream = useEventStream<ForgeUpdate>(`${api}/updates`, serverNow);
  const feed = useMemo(() => ({ name, api, ...stream }), [name, api, stream]);
  return <FeedContext value={feed}>{children}</FeedContext>;
}
