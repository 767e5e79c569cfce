"use client";

import type { Missing } from "../../database/reading.ts";
import { useForgeFeed } from "../live/forge-feed.tsx";
import { AbsentPage } from "./absent-page.tsx";

/** In place of a page whose forge cannot be read. */
export function AbsentForge({ missing }: { missing: Missing }) {
  const { name, subscribe } = useForgeFeed();
  return <AbsentPage name={name} missing={missing} of="forge" subscribe={subscribe} />;
}
