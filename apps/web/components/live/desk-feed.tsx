"use client";

import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import type { DeskIdentity } from "../../desks/clock.ts";
import type { DeskUpdate } from "../../desks/desk-updates.ts";
import { type EventFeed, useEventStream } from "./use-event-stream.ts";

interface Feed extends EventFeed<DeskUpdate> {
  /** The desk's name in the address. */
  readonly name: string;
  /** Null while there is nothing to read of it. */
  readonly desk: DeskIdentity | null;
}

const FeedContext = createContext<Feed | null>(null);

export function useDeskFeed(): Feed {
  const feed = useContext(FeedContext);
  if (!feed) throw new Error("useDeskFeed outside <DeskFeed>: render the component within it");
  return feed;
}

/** The event stream of the page's desk, and the desk's clock as it tells of it. */
export function DeskFeed(props: { name: string; desk: DeskIdentity | null; serverNow: number; children: ReactNode }) {
  const { name, serverNow } = props;
  const [desk, setDesk] = useState(props.desk);
  const stream = useEventStream<DeskUpdate>(`/api/desks/${name}/updates`, serverNow);
  const { subscribe } = stream;
  useEffect(
    () =>
      subscribe((update) => {
        if (update.kind === "hello") setDesk(update.stamps.desk);
        else if (update.kind === "clock") setDesk((known) => known && { ...known, clock: update.clock });
      }),
    [subscribe],
  );
  const feed = useMemo(() => ({ name, desk, ...stream }), [name, desk, stream]);
  return <FeedContext value={feed}>{props.children}</FeedContext>;
}
