"use client";

import type { Absence } from "../../database/reading.ts";
import { useForgeFeed } from "../live/forge-feed.tsx";
import { AbsentPage } from "./absent-page.tsx";

/** In place of a page whose forge cannot be read. */
export function AbsentForge({ absence }: { absence: Absence }) {
  const { name, subscribe } = useForgeFeed();
  return <AbsentPage name={name} absence={absence} of="forge" subscribe={subscribe} />;
}
