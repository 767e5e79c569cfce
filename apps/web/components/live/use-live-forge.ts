"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { useForgeFeed } from "./forge-feed.tsx";
import { useRefresh } from "./use-refresh.ts";

/**
 * State of a forge that is fetched from `path` whenever the forge has another stamp than it: at once when there is no
 * `initial`, which is then null until it is answered.
 */
export function useLiveForge<T extends { readonly stamp: string }>(path: string, initial: T | null): T | null {
  const { subscribe } = useForgeFeed();
  const [state, setState] = useState(initial);
  const stamp = useRef(initial?.stamp);
  const refresh = useRefresh(
    useCallback(async () => {
      const response = await fetch(path);
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      const fresh = (await response.json()) as T;
      stamp.current = fresh.stamp;
      setState(fresh);
    }, [path]),
  );
  useEffect(() => {
    if (stamp.current === undefined) refresh("forge");
  }, [refresh]);
  useEffect(
    () =>
      subscribe((update) => {
        if ((update.kind === "news" || update.kind === "hello") && update.stamp !== stamp.current) refresh("forge");
      }),
    [subscribe, refresh],
  );
  return state;
}
