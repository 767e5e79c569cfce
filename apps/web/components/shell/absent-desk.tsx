"use client";

import type { Missing } from "../../database/reading.ts";
import { useDeskFeed } from "../live/desk-feed.tsx";
import { AbsentPage } from "./absent-page.tsx";

/** In place of a page whose desk cannot be read. */
export function AbsentDesk({ missing }: { missing: Missing }) {
  const { name, subscribe } = useDeskFeed();
  return <AbsentPage name={name} missing={missing} of="desk" subscribe={subscribe} />;
}
