"use client";

import { useTranslations } from "next-intl";
import type { FeedStatus } from "../live/use-event-stream.ts";

/** Whether what the page shows is being kept up to date. */
export function LiveMark({ status }: { status: FeedStatus }) {
  const t = useTranslations("shell");
  const live = status === "live";
  return (
    <span role="status" data-testid="live" data-status={status} className="flex items-center gap-1.5 text-2xs">
      <span aria-hidden="true" className={`size-2 rounded-full ${live ? "bg-bull" : "pulse bg-accent"}`} />
      <span className={live ? "text-muted max-sm:sr-only" : "font-medium text-accent"}>{t(`status.${status}`)}</span>
    </span>
  );
}
