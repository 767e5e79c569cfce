"use client";

import type { Absence } from "../../database/reading.ts";
import { useDeskFeed } from "../live/desk-feed.tsx";
import { AbsentPage } from "./absent-page.tsx";

/** In place of a page whose desk cannot be read. */
export function AbsentDesk({ absence }: { absence: Absence }) {
  const { name, subscribe } = useDeskFeed();
  return <AbsentPage name={name} absence={absence} of="desk" subscribe={subscribe} />;
}
