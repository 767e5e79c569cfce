"use client";

import { useTranslations } from "next-intl";
import { useForgeFeed } from "../live/forge-feed.tsx";
import { DeskLinks } from "./desk-links.tsx";
import { LiveMark } from "./live-mark.tsx";
import { type ShellFacts, SiteHeader } from "./site-header.tsx";

/** The bar over a forge's page: also which forge. */
export function ForgeHeader({ shell }: { shell: ShellFacts }) {
  const t = useTranslations("shell");
  const { name, status } = useForgeFeed();
  const hrefOf = (other: string) => `/forge/${encodeURIComponent(other)}`;
  return (
    <SiteHeader
      section="forge"
      shell={shell}
      choice={<DeskLinks label={t("forges")} all={shell.forges} current={name} hrefOf={hrefOf} />}
    >
      <LiveMark status={status} />
    </SiteHeader>
  );
}
