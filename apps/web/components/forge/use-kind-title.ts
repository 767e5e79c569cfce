"use client";

import { useTranslations } from "next-intl";
import type { TaskNode } from "../../forges/forge-state.ts";

/** What a task may touch, in a word: "core", its plugin's name, or "files". */
export function useKindTitle(): (task: Pick<TaskNode, "kind" | "plugin">) => string {
  const t = useTranslations("forge.kinds");
  return ({ kind, plugin }) => (kind === "plugin" ? (plugin ?? t("plugin")) : t(kind));
}
