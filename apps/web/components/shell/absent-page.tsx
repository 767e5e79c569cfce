"use client";

import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect } from "react";
import type { Absence, Missing } from "../../database/reading.ts";
import { spelledOut } from "../format/hidden-characters.ts";
import { HelpPage } from "./help-page.tsx";

const DESK_COMMANDS = {
  unreachable: ["up", "health", "db"],
  "not-created": ["up"],
  "not-opened": ["up", "run"],
  failed: ["db", "migrate"],
} as const satisfies Record<Absence, readonly string[]>;
const FORGE_COMMANDS = {
  unreachable: ["status", "dashboard"],
  "not-created": ["run"],
  "not-opened": ["run"],
  failed: ["status"],
} as const satisfies Record<Absence, readonly string[]>;

/** In place of a page that cannot be read: what is the matter. The page appears by itself once it can be. */
export function AbsentPage(props: {
  name: string;
  missing: Missing;
  of: "desk" | "forge";
  subscribe: (hear: (update: { readonly kind: string }) => void) => () => void;
}) {
  const { missing, of, subscribe } = props;
  const { absence, fault } = missing;
  const t = useTranslations("absent");
  const router = useRouter();
  const name = spelledOut(props.name);
  useEffect(
    () =>
      subscribe(({ kind }) => {
        if (kind === "hello") router.refresh();
      }),
    [subscribe, router],
  );
  const commands =
    of === "desk"
      ? DESK_COMMANDS[absence].map((key) => ({ line: t(`desk.lines.${key}`, { name }), does: t(`desk.does.${key}`) }))
      : FORGE_COMMANDS[absence].map((key) => ({ line: t(`forge.lines.${key}`), does: t(`forge.does.${key}`) }));
  return (
    <main id="main" tabIndex={-1} data-testid="absent" data-absence={absence}>
      <HelpPage
        title={t("title", { name })}
        what={t(`${of}.${absence}`)}
        works={t(`${of}.works`)}
        advice={{ title: t("type"), commands }}
        fault={t("fault", { id: fault })}
      >
        <p className="mt-2 text-muted">{t("waiting")}</p>
      </HelpPage>
    </main>
  );
}
